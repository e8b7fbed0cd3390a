"""Opens an address in the reader's browser: a program that is given it as one word, and never a shell."""

import asyncio
import sys
from collections.abc import Callable, Mapping

Find = Callable[[str], str | None]

_SECONDS = 5.0
_WINDOWS = ("rundll32.exe", "url.dll,FileProtocolHandler")


def opener(environ: Mapping[str, str], platform: str, find: Find) -> tuple[str, ...]:
    """The program that opens addresses here; nothing where there is none or the reader sits elsewhere.

    Not Python's `webbrowser`: where there is no desktop it may start a browser in our own terminal.
    """
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return ()
    names: tuple[tuple[str, ...], ...] = ()
    if platform == "darwin":
        names = (("open",),)
    elif environ.get("TERMUX_VERSION"):
        names = (("termux-open-url",),)
    elif environ.get("WSL_DISTRO_NAME"):
        names = (("wslview",), _WINDOWS)
    elif platform == "win32":
        names = (_WINDOWS,)
    elif environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        names = (("xdg-open",), ("gio", "open"))
    return next((name for name in names if find(name[0])), ())


async def open_with(command: tuple[str, ...], url: str, environ: Mapping[str, str]) -> str:
    """Hand the address over; what went wrong, in a sentence, empty if nothing did."""
    from asyncio.subprocess import DEVNULL

    try:
        child = await asyncio.create_subprocess_exec(
            *command, url, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, env=environ, start_new_session=True
        )
    except OSError as error:
        return f"{command[0]} could not be run ({error.strerror})"
    try:
        status = await asyncio.wait_for(child.wait(), _SECONDS)
    except TimeoutError:
        # It is the browser itself, and open.
        return ""
    return f"{command[0]} did not open it (exit {status})" if status else ""


def here(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The program that opens addresses on this machine, now."""
    from shutil import which

    return opener(environ, sys.platform, lambda name: which(name, path=environ.get("PATH")))
