"""The log: what happened when, in the state directory. No keys, and no words of a conversation.

Every room writes with the standard `logging`, under its own name. Nothing is opened before there is
something to write.
"""

import logging
import os
import time
import traceback
from contextlib import suppress
from pathlib import Path

from llmtui.config import LogLevel, make_private
from llmtui.terminal import safe_line

KEPT = 3
MOST_BYTES = 1_000_000
_LONGEST_LINE = 2000
_OFF = logging.CRITICAL + 1


def begin(path: Path, level: LogLevel) -> None:
    """Write what is at least of this level to a file, from now on and for the whole process.

    Of other libraries only trouble is written, and of that only what kind it is.
    """
    root, ours = logging.getLogger(), logging.getLogger("llmtui")
    for handler in [handler for handler in root.handlers if isinstance(handler, _File)]:
        root.removeHandler(handler)
    root.addHandler(_File(path))
    least = _OFF if level == "off" else logging.getLevelNamesMapping()[level.upper()]
    ours.setLevel(least)
    root.setLevel(max(least, logging.WARNING))


def line_of(record: logging.LogRecord) -> str:
    """One record on one line: when, how bad, which process, who says it, what, and where an error was."""
    # Only where something is written: starting waits for nothing.
    from llmtui.redaction import redacted

    when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
    head = f"{when}.{int(record.msecs):03d}Z {record.levelname:<7} {record.process} {record.name}"
    if record.name.partition(".")[0] == "llmtui":
        said = record.getMessage()
    else:
        # Others put whatever they like into a message, and what they were called with.
        said = "" if record.args else str(record.msg).partition("\n")[0][:200]
    error = record.exc_info[1] if record.exc_info else None
    return f"{head} {safe_line(redacted(said))[:_LONGEST_LINE]}{_where(error)}"


def _where(error: BaseException | None) -> str:
    """An error's kind and its places. What it says of itself may hold anything: it stays out."""
    told = ""
    while error is not None and len(told) < _LONGEST_LINE:
        places = traceback.extract_tb(error.__traceback__)[-8:]
        steps = " < ".join(
            f"{Path(step.filename).name}:{step.lineno} {step.name}" for step in reversed(places)
        )
        told += f" [{type(error).__name__} at {steps or 'no place'}]"
        error = error.__cause__ or error.__context__
    return told


class _File(logging.Handler):
    """A file that only its owner can read, in pieces of a megabyte. Opened for each record: several
    processes write it, and nobody minds if it is deleted."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._write((line_of(record) + "\n").encode("utf-8", "replace"))
        except Exception:
            # Nobody may be kept from anything because it could not be logged.
            return

    def _write(self, line: bytes) -> None:
        descriptor = self._opened()
        try:
            # In one go: lines of several processes stay whole.
            os.write(descriptor, line)
            size = os.fstat(descriptor).st_size
        finally:
            os.close(descriptor)
        if size > MOST_BYTES:
            move_aside(self._path)

    def _opened(self) -> int:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        try:
            return os.open(self._path, flags, 0o600)
        except FileNotFoundError:
            make_private(self._path.parent)
            return os.open(self._path, flags, 0o600)


def move_aside(path: Path) -> None:
    """Make room for a new log, unless another process has: both may have written what made it full. Where
    both look in the same microseconds, the oldest piece is gone early."""
    with suppress(FileNotFoundError):
        if os.stat(path).st_size > MOST_BYTES:
            # First what only one can do: whoever comes second finds nothing, and moves no older piece.
            os.replace(path, _piece(path, 0))
            for number in range(KEPT - 1, -1, -1):
                with suppress(FileNotFoundError):
                    os.replace(_piece(path, number), _piece(path, number + 1))


def _piece(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")
