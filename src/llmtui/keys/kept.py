"""The file of keys: yours alone to read, each key beside the origin it was given for."""

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from llmtui.chat.failure import Failure
from llmtui.config import write_whole
from llmtui.redaction import learn


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A key and where it may be sent (`scheme://host:port`); empty where the system's keyring holds it."""

    origin: str
    key: str = field(default="", repr=False)
    in_keyring: bool = False


class KeyFile:
    """`keys.json`. It is read anew each time: another llmtui may have written it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> frozenset[str]:
        """The providers that have a key here, whether or not the file is fit to be used."""
        found = self._entries()
        return frozenset() if isinstance(found, Failure) else frozenset(found)

    def read(self) -> Mapping[str, KeptKey] | Failure:
        """The keys by provider; none if there is no file. A file that others can read is refused."""
        if open_to := self.open_to_others():
            return Failure(
                "configuration",
                f"{self.path} can be read or changed by others ({open_to}), so no key in it is used",
                hint=f"Close it with `chmod 600 {self.path}`. If others may have looked, make new keys.",
            )
        return self._entries()

    def write(self, keys: Mapping[str, KeptKey]) -> None:
        """Write them all, whole or not at all, for you alone. Raises OSError."""
        table = {
            name: {"origin": kept.origin, **({"keyring": True} if kept.in_keyring else {"key": kept.key})}
            for name, kept in sorted(keys.items())
        }
        write_whole(self.path, json.dumps(table, indent=1) + "\n")

    def open_to_others(self) -> str:
        """The permissions of the file (`mode 644`) if they let others in, else nothing."""
        if os.name != "posix":
            # Windows keeps what is below a person's own folders from others by itself.
            return ""
        try:
            mode = stat.S_IMODE(self.path.stat().st_mode)
        except OSError:
            return ""
        return f"mode {mode:o}" if mode & 0o077 else ""

    def _entries(self) -> Mapping[str, KeptKey] | Failure:
        try:
            table = json.loads(self.path.read_text(encoding="utf-8"))
            kept = {str(name): _kept(entry) for name, entry in table.items()}
        except FileNotFoundError:
            return {}
        except OSError as error:
            return self._damaged(f"cannot be read: {error.strerror}")
        except (ValueError, TypeError, AttributeError, RecursionError):
            # The error would quote what it stumbled over.
            return self._damaged("is not the JSON that llmtui writes")
        learn(entry.key for entry in kept.values())
        return kept

    def _damaged(self, why: str) -> Failure:
        hint = "Move it away, and keep the keys anew with `llmtui keys set NAME`."
        return Failure("configuration", f"{self.path} {why}", hint=hint)


def _kept(entry: object) -> KeptKey:
    if not isinstance(entry, Mapping):
        raise TypeError
    origin, key = entry.get("origin"), entry.get("key", "")
    if not isinstance(origin, str) or not isinstance(key, str):
        raise TypeError
    return KeptKey(origin, key, entry.get("keyring") is True)
