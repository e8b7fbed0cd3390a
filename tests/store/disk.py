"""A disk that fails when it is told to: the real one, behind a VFS of SQLite's that counts its operations."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

FAULTS = (apsw.FullError, apsw.IOError, apsw.BusyError, apsw.CorruptError, apsw.ReadOnlyError)
FOR_EVER = 10**9


def integrity(path: Path) -> object:
    """What SQLite thinks of a file: "ok", if all is well."""
    connection = apsw.Connection(str(path))
    try:
        return connection.pragma("integrity_check")
    finally:
        connection.close()


class Disk(apsw.VFS):
    """The real disk, except that the operations from number `first` to `last` fail with this error.

    With `reads` those that only read or open are operations too, with `locks` those that lock a file; else
    only those that write.
    """

    def __init__(self, reads: bool = False, locks: bool = False) -> None:
        self.done = 0
        self.first, self.last = 0, -1
        self.error: type[apsw.Error] = apsw.FullError
        self.reads, self.locks = reads, locks
        self.base = apsw.vfs_names()[0]
        super().__init__("failing disk", self.base, makedefault=True)

    def fail(self, first: int, last: int, error: type[apsw.Error]) -> None:
        """Count from now on, and fail from the first to the last of what is counted."""
        self.done, self.first, self.last, self.error = 0, first, last, error

    def heal(self) -> None:
        self.last = -1

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        self.reading()
        return OnDisk(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self.reading()
        super().xDelete(filename, syncdir)

    def reading(self) -> None:
        if self.reads:
            self.operation()

    def locking(self) -> None:
        if self.locks:
            self.operation()

    def operation(self) -> None:
        self.done += 1
        if self.first <= self.done <= self.last:
            raise self.error("by order of the test")

    def excepthook(self, kind: object, error: object, trace: Any) -> bool:
        """SQLite has been told; nobody else needs to be."""
        return True


class OnDisk(apsw.VFSFile):
    def __init__(self, disk: Disk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__(disk.base, name, flags)
        self.disk = disk

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        self.disk.reading()
        return super().xRead(amount, offset)

    def xFileSize(self) -> int:  # noqa: N802
        self.disk.reading()
        return super().xFileSize()

    def xLock(self, level: int) -> None:  # noqa: N802
        self.disk.locking()
        super().xLock(level)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self.disk.operation()
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self.disk.operation()
        super().xSync(flags)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self.disk.operation()
        super().xTruncate(size)

    def excepthook(self, kind: object, error: object, trace: Any) -> bool:
        """SQLite has been told; nobody else needs to be."""
        return True


@contextmanager
def failing_disk(reads: bool = False, locks: bool = False) -> Iterator[Disk]:
    disk = Disk(reads, locks)
    try:
        yield disk
    finally:
        disk.unregister()
