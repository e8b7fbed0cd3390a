"""A new history file, or one with what can be read of a damaged one: in its place only when it is whole."""

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import apsw

from llmtui.store.migrations import create_private, migrate
from llmtui.store.salvage import salvage


def make(path: Path, steps: Sequence[str]) -> None:
    """A new history. It is put in its place when it is whole, so that an empty file is never one of ours."""
    os.replace(_written(path, steps, None)[0], path)


def rescue(path: Path, now: float, steps: Sequence[str]) -> str:
    """Put a new history with every row that can be read in the place of a damaged one, which is set aside;
    the sentence about it. Where there is no room for a new one everything stays as it is."""
    partial, (conversations, messages) = _written(path, steps, path)
    whole = _rescued(path)
    os.replace(partial, whole)
    try:
        aside = set_aside(path, now)
    except OSError:
        # The next try reads anew: others may still be writing.
        whole.unlink(missing_ok=True)
        raise
    os.replace(whole, path)
    saved = f"{conversations} conversations with {messages} messages could be read and are here"
    if not conversations:
        saved = "nothing in it could be read"
    return f"The history file was damaged and was set aside as {aside.name}: {saved}."


def finish_rescue(path: Path, now: float) -> str:
    """End a rescue in the midst of which the program died; the sentence about it, or nothing."""
    whole = _rescued(path)
    if not whole.exists():
        return ""
    if path.exists():
        set_aside(path, now)
    os.replace(whole, path)
    return "The history file was damaged and was set aside: what could be read of it is here."


def set_aside(path: Path, now: float) -> Path:
    """Move the file and its companions away under a new name, which is returned."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
    aside, count = path.with_name(f"{path.stem}.corrupt-{stamp}{path.suffix}"), 1
    while any(beside(aside, suffix).exists() for suffix in ("", "-wal", "-shm")):
        count += 1
        aside = path.with_name(f"{path.stem}.corrupt-{stamp}-{count}{path.suffix}")
    for suffix in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            os.replace(beside(path, suffix), beside(aside, suffix))
    return aside


def beside(path: Path, suffix: str) -> Path:
    """The companion of a file with this suffix."""
    return path.with_name(path.name + suffix)


def _rescued(path: Path) -> Path:
    return beside(path, ".rescued")


def _written(path: Path, steps: Sequence[str], source: Path | None) -> tuple[Path, tuple[int, int]]:
    """A whole history beside its place, with what can be read of the source; the counts of that."""
    partial = beside(path, ".new")
    for suffix in ("", "-journal"):
        beside(partial, suffix).unlink(missing_ok=True)
    create_private(partial)
    counts = 0, 0
    connection = apsw.Connection(str(partial), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        migrate(connection, path, steps)
        if source:
            counts = salvage(source, connection)
    finally:
        connection.close()
    return partial, counts
