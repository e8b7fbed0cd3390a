"""What `llmtui doctor` finds on this machine: versions, places, terminal, proxies and certificates."""

import os
import platform
import shutil
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from llmtui import __version__
from llmtui.config import Paths

# With less there is no room for a copy of most histories, nor for many answers.
_ROOM_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """A directory or file of llmtui's, its permissions (`700`), what is wrong with it, if anything, and what
    else there is to say."""

    name: str
    path: Path
    mode: str = ""
    trouble: str = ""
    note: str = ""


def versions() -> dict[str, str]:
    """Of llmtui, Python, what draws, talks and keeps; `?` for what is not installed as a package."""
    from llmtui.store.version import sqlite_version

    return {
        "llmtui": __version__,
        "Python": platform.python_version(),
        "Textual": _version("textual"),
        "httpx": _version("httpx"),
        "SQLite": sqlite_version(),
        "system": f"{platform.system()} {platform.release()}",
    }


def places(paths: Paths) -> list[Place]:
    """Where things are kept, and whether they can be."""
    found = [
        _directory("config", paths.config),
        _directory("data", paths.data),
        _directory("state", paths.state),
    ]
    files = (
        ("config.toml", paths.config_file),
        ("history", paths.history),
        ("keys", paths.keys_file),
        ("exports", paths.exports),
        ("remembered", paths.remembered),
        ("listings", paths.listings),
        ("log", paths.log),
    )
    return found + [_file(name, path) for name, path in files if path.exists()]


def terminal(environ: Mapping[str, str]) -> dict[str, str]:
    """What is known of the terminal, in words."""
    size = shutil.get_terminal_size((0, 0))
    inside = [name for name, variable in (("tmux", "TMUX"), ("screen", "STY")) if environ.get(variable)]
    return {
        "TERM": environ.get("TERM", "") or "not set",
        "colours": _colours(environ),
        "size": f"{size.columns}×{size.lines}" if size.columns else "unknown",
        "inside": ", ".join(inside) or "nothing",
        "ssh": "yes" if environ.get("SSH_CONNECTION") else "no",
        "encoding": sys.stdout.encoding or "unknown",
    }


def _colours(environ: Mapping[str, str]) -> str:
    if environ.get("NO_COLOR"):
        return "none (NO_COLOR)"
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "16 million"
    term = environ.get("TERM", "")
    if term in ("", "dumb"):
        return "none"
    return "256" if "256" in term else "16 or more"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"


def _directory(name: str, path: Path) -> Place:
    if path.is_dir():
        mode = _mode(path)
        if not os.access(path, os.W_OK | os.X_OK):
            return Place(name, path, mode, "nothing can be written there")
        free = f"{shutil.disk_usage(path).free / 1e9:.1f} GB free"
        trouble, note = _open_to_others(name, path)
        return Place(name, path, mode, trouble or _lack_of_room(path), note or free)
    if path.exists():
        return Place(name, path, trouble="it is no directory")
    above = next((folder for folder in path.parents if folder.exists()), Path("/"))
    if not os.access(above, os.W_OK | os.X_OK):
        return Place(name, path, trouble=f"it is not there and cannot be made in {above}")
    return Place(name, path, "not made yet")


def _lack_of_room(path: Path) -> str:
    free = shutil.disk_usage(path).free
    return "" if free >= _ROOM_BYTES else f"only {free // 1_000_000} MB are free there"


def _file(name: str, path: Path) -> Place:
    mode = _mode(path)
    if not os.access(path, os.R_OK | os.W_OK):
        return Place(name, path, mode, "it cannot be read and written")
    if name == "history" and (trouble := _history_trouble(path)):
        return Place(name, path, mode, trouble)
    return Place(name, path, mode, *_open_to_others(name, path))


def _history_trouble(path: Path) -> str:
    from llmtui.store.checking import trouble_of

    return trouble_of(path)


def _open_to_others(name: str, path: Path) -> tuple[str, str]:
    """(What is wrong with its permissions, what is worth a word.)

    A directory of settings that is made by hand is usually open to readers: that is worth a word, as keys may
    stand in it. What llmtui itself makes is open to nobody.
    """
    bits = _bits(path)
    closing = f"chmod {'700' if path.is_dir() else '600'} {path}"
    if bits & 0o002:
        # What others can write they can also replace: settings name addresses and commands.
        return f"others can write to it: {closing}", ""
    if bits & 0o077:
        told = f"others can read it: {closing}"
        return ("", told) if name in ("config", "config.toml") else (told, "")
    return "", _history_schema(path) if name == "history" else ""


def _history_schema(path: Path) -> str:
    from llmtui.store.checking import schema_of

    return schema_of(path)


def _mode(path: Path) -> str:
    return f"{_bits(path):o}" if os.name == "posix" else ""


def _bits(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode) if os.name == "posix" else 0o600
