"""The system's keyring, through the `keyring` package, which is imported when somebody uses it.

Where there is no keyring that keeps a secret nothing is kept: no plain text takes its place.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "llmtui"


class NoKeyringError(Exception):
    """There is no keyring, or it refused; the message is a clause that says why."""


def read(name: str) -> str:
    """The key of a provider, empty if it has none. May ask the person to unlock it: use a thread."""
    backend = _backend()
    try:
        return backend.get_password(_SERVICE, name) or ""
    except Exception as error:  # whatever a backend and its bus can raise
        raise _refusal(error) from None


def write(name: str, key: str) -> None:
    """Keep a key. May ask the person to unlock it: use a thread."""
    backend = _backend()
    try:
        backend.set_password(_SERVICE, name, key)
    except Exception as error:
        raise _refusal(error) from None


def forget(name: str) -> None:
    """Take a key out; nothing happens if there is none."""
    backend = _backend()
    try:
        if backend.get_password(_SERVICE, name) is not None:
            backend.delete_password(_SERVICE, name)
    except Exception as error:
        raise _refusal(error) from None


def _backend() -> "KeyringBackend":
    try:
        import keyring
    except ImportError:
        raise NoKeyringError(
            "the keyring package is not installed: `pip install 'llmtui[keyring]'`"
        ) from None
    backend: KeyringBackend = keyring.get_keyring()
    home = f"{type(backend).__module__}.{type(backend).__name__}"
    # `fail` refuses everything, `null` forgets everything, and the plain text file is no secret.
    if ".fail." in home or ".null." in home or "Plaintext" in home:
        raise NoKeyringError("this system has no keyring that keeps a secret")
    return backend


def _refusal(error: Exception) -> NoKeyringError:
    # Its words may hold what it was given.
    return NoKeyringError(f"the keyring refused ({type(error).__name__})")
