"""Opening the history file, whatever state it is in: nothing that was there is ever deleted."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import apsw

from llmtui.chat.kept import NotKept
from llmtui.store.migrations import create_private, migrate, version_of
from llmtui.store.refusals import FOREIGN, NEWER, READ_ONLY, RefusedError
from llmtui.store.rescue import beside, finish_rescue, make, rescue, set_aside
from llmtui.store.schema import APPLICATION_ID, STEPS
from llmtui.store.trouble import DAMAGE

BUSY_MS = 5000

# After an exit that was no clean one, files up to this size are checked whole (a tenth of a second).
_CHECKED_BYTES = 32 * 1024 * 1024
_WAL_BYTES = 4 * 1024 * 1024
# Of the file is kept in memory. What is written next is near what was written last; SQLite's own 2 MB would
# fill with what nobody reads again, and the system keeps the file's pages too.
_CACHE_KIB = 512
_OURS = {"conversation", "message", "part"}

Identity = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Opened:
    """An open history: which file it is, why it may not be written (or None), what a person should know."""

    connection: apsw.Connection
    identity: Identity | None
    refusal: NotKept | None = None
    notices: tuple[str, ...] = ()


def open_history(path: Path, now: float, steps: Sequence[str] = STEPS) -> Opened:
    """The history at this path, made if there is none; raises what `trouble.in_words` can tell."""
    _make_directory(path.parent)
    with _alone(path):
        notices = tuple(filter(None, [finish_rescue(path, now)]))
        if _size(path) == 0 and (path.exists() or _size(beside(path, "-wal")) > 0):
            # A history is never made empty (see `make`): what was here has been cut off.
            aside = set_aside(path, now)
            empty = f"The history file was empty; it was set aside as {aside.name} and a new one was begun."
            notices = (*notices, empty)
        try:
            opened = _open_again(path, steps)
        except DAMAGE:
            opened = _rescue(path, now, steps)
        return replace(opened, identity=identity_of(path), notices=(*notices, *opened.notices))


def reopen(path: Path) -> Opened:
    """Open a file once more that seemed to be damaged; its connection is closed by now."""
    with _alone(path):
        return replace(_open(path, STEPS), identity=identity_of(path))


def replace_damaged(path: Path, now: float, identity: Identity | None) -> Opened:
    """Set a file aside that turned out to be damaged while it was open; its connection is closed by now."""
    with _alone(path):
        # Another llmtui may have been quicker: then what is there now is the new one.
        same = identity_of(path) == identity
        opened = _rescue(path, now, STEPS) if same else _open(path, STEPS)
        return replace(opened, identity=identity_of(path))


def identity_of(path: Path) -> Identity | None:
    """Which file is at this path, or None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _rescue(path: Path, now: float, steps: Sequence[str]) -> Opened:
    notice = rescue(path, now, steps)
    return replace(_open(path, steps), notices=(notice,))


def _open_again(path: Path, steps: Sequence[str]) -> Opened:
    """Open it, and once more where it seems damaged: perhaps only the way from the disk was."""
    with suppress(*DAMAGE):
        return _open(path, steps)
    return _open(path, steps)


def _open(path: Path, steps: Sequence[str]) -> Opened:
    log = beside(path, "-wal")
    unclean = _size(log) > 0
    if not path.exists():
        make(path, steps)
    elif path.is_file() and os.access(path, os.W_OK):
        _make_private(path)
    try:
        return _open_as_it_is(path, steps, unclean)
    except (apsw.ReadOnlyError, apsw.CantOpenError):
        # In a folder that may not be written SQLite reads only what is promised not to change.
        if _size(log) or not os.access(path, os.R_OK):
            raise
        address = f"{path.absolute().as_uri()}?immutable=1"
        connection = _connect(address, apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
        return Opened(connection, None, READ_ONLY, (_sentence(READ_ONLY),))


def _open_as_it_is(path: Path, steps: Sequence[str], unclean: bool) -> Opened:
    connection = _connect(str(path))
    try:
        version = version_of(connection)
        _check_ours(connection, version)
        if version > len(steps):
            connection.close()
            connection = _connect(str(path), apsw.SQLITE_OPEN_READONLY)
            return Opened(connection, None, NEWER, (_sentence(NEWER),))
        if connection.readonly("main"):
            return Opened(connection, None, READ_ONLY, (_sentence(READ_ONLY),))
        connection.pragma("journal_mode", "wal")
        if unclean and _size(path) <= _CHECKED_BYTES:
            _check_pages(connection)
        copy = migrate(connection, path, steps)
        connection.pragma("foreign_keys", True)
    except BaseException as error:
        if isinstance(error, DAMAGE):
            # The log is evidence: closing would write it into the file and take it away.
            connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        connection.close()
        raise
    updated = (
        f"The history was brought up to date; a copy of the older one is in {copy.name}." if copy else ""
    )
    return Opened(connection, None, None, (updated,) if updated else ())


def _connect(address: str, flags: int = apsw.SQLITE_OPEN_READWRITE) -> apsw.Connection:
    connection = apsw.Connection(address, flags=flags)
    try:
        connection.set_busy_timeout(BUSY_MS)
        connection.pragma("synchronous", "normal")
        connection.pragma("fullfsync", True)  # macOS: fsync alone does not reach the disk there
        connection.pragma("journal_size_limit", _WAL_BYTES)
        connection.pragma("cache_size", -_CACHE_KIB)
        connection.pragma("trusted_schema", False)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_ours(connection: apsw.Connection, version: int) -> None:
    tables = {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    application = connection.pragma("application_id")
    if not (tables or version or application):
        raise apsw.CorruptError("there is no table in it")
    if application != APPLICATION_ID and not tables >= _OURS:
        raise RefusedError(FOREIGN)


def _check_pages(connection: apsw.Connection) -> None:
    for (found,) in connection.execute("PRAGMA quick_check(1)"):
        if found != "ok":
            raise apsw.CorruptError(str(found))


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Only one llmtui opens, makes, moves or migrates the file at a time."""
    lock = _lock(path.with_name(f"{path.stem}.lock"))
    try:
        yield
    finally:
        if lock:
            lock.close()


def _lock(path: Path) -> apsw.Connection | None:
    """SQLite's own lock on an empty file: it works on every system, and ends with its process.

    None where the folder cannot be written: nothing will be moved there either.
    """
    try:
        # Only where there is none: closing a file a second time would undo this process's own locks on it.
        if not path.exists():
            create_private(path)
        lock = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    except (OSError, apsw.CantOpenError):
        return None
    try:
        lock.set_busy_timeout(2 * BUSY_MS)
        lock.execute("BEGIN EXCLUSIVE")
    except apsw.BusyError:
        lock.close()
        raise
    except apsw.Error:
        lock.close()
        return None
    return lock


def _make_directory(directory: Path) -> None:
    for folder in (*reversed(directory.parents), directory):
        if not folder.exists():
            with suppress(FileExistsError):
                folder.mkdir(mode=0o700)


def _make_private(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with suppress(OSError):
            os.chmod(beside(path, suffix), 0o600)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _sentence(trouble: NotKept) -> str:
    return f"{trouble.what[:1].upper()}{trouble.what[1:]}. {trouble.hint}"
