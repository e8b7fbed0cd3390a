"""Bringing an older file up to date, one step in one transaction, with a copy made before."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import apsw

from llmtui.store.reading import snapshot
from llmtui.store.schema import APPLICATION_ID
from llmtui.store.writing import transaction

# What is told of long work: how much is done, and of how much.
Progress = Callable[[int, int], None]

_PAGES_AT_ONCE = 1024


def version_of(connection: apsw.Connection) -> int:
    """The version of the tables; 0 for a file without any."""
    return int(connection.pragma("user_version"))


def migrate(connection: apsw.Connection, path: Path, steps: Sequence[str]) -> Path | None:
    """Take the steps that the file has not seen; the copy that was made of an older file, if one was."""
    before = version_of(connection)
    if before >= len(steps):
        return None
    copy = back_up(connection, path.with_name(f"{path.stem}-v{before}.bak")) if before else None
    for step in range(before, len(steps)):
        with transaction(connection):
            # Asked again under the lock: another llmtui may have started at the same moment.
            if version_of(connection) == step:
                connection.execute(steps[step])
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {step + 1}")
    return copy


def back_up(connection: apsw.Connection, target: Path, told: Progress | None = None) -> Path:
    """A whole copy, write-ahead log included, in the place of the target: it is there whole or not at all."""
    partial = target.with_name(f"{target.name}.part")
    partial.unlink(missing_ok=True)
    create_private(partial)
    copy = apsw.Connection(str(partial))
    try:
        with snapshot(connection), copy.backup("main", connection, "main") as backup:
            # One state is copied, for another process may write meanwhile: it begins with the first read.
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
            while not backup.done:
                backup.step(_PAGES_AT_ONCE)
                if told:
                    told(backup.page_count - backup.remaining, backup.page_count)
    except BaseException:
        with suppress(apsw.Error):
            copy.close()
        with suppress(OSError):
            partial.unlink()
        raise
    copy.close()
    os.replace(partial, target)
    return target


def create_private(path: Path) -> None:
    """Make the file, empty, for its owner alone, whatever the umask says; leave one that is there."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
