"""What went wrong with llmtui itself: written down without a word, a value or a key of whoever used it."""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

REPORTS_KEPT = 5
_LONGEST_CHAIN = 10
# A fault in what is done again and again must not fill the screen with what it says.
_FAULTS_TOLD = 5


class Faults:
    """Hears every fault that nobody met, from any thread: writes each down once, and says where."""

    def __init__(self, folder: Path, tell: Callable[[str], None]) -> None:
        """Reports go into `folder`; `tell` is given a sentence, in the thread where the fault was."""
        self._folder = folder
        self._tell = tell
        self._lock = threading.Lock()
        self._known: set[tuple[str, ...]] = set()

    def hear(self, error: BaseException, where: str) -> None:
        """Something went wrong in `where`, which ended, and the rest goes on."""
        kind, *places = tuple(_lines_of(error)) or ("",)
        fault = (kind, *places[-1:])
        with self._lock:
            if fault in self._known or len(self._known) == _FAULTS_TOLD:
                return
            self._known.add(fault)
        self._tell(sentence(error, write_report(error, where, self._folder), where))


def sentence(error: BaseException, report: Path | None, where: str = "") -> str:
    """What a person is told of it."""
    kind = f"{type(error).__name__} in {where}" if where else type(error).__name__
    if report is None:
        return f"Something in llmtui went wrong ({kind}), and no report of it could be written"
    return f"Something in llmtui went wrong ({kind}); a report without words of yours is in {report}"


def write_report(error: BaseException, where: str, folder: Path) -> Path | None:
    """Write a report that only you can read beside the newest few before it; None if that fails."""
    from datetime import UTC, datetime
    from logging import getLogger

    from llmtui.config import write_whole

    log = getLogger(__name__)
    if log.hasHandlers():
        # Without any, logging would print the error and its words on the terminal.
        log.error("something went wrong in %s", where, exc_info=error)
    now = datetime.now(UTC)
    path = folder / f"crash-{now:%Y%m%d-%H%M%S-%f}-{os.getpid()}.txt"
    try:
        write_whole(path, _without_secrets(f"{now:%Y-%m-%d %H:%M:%S} UTC\n{report_of(error, where)}"))
        for old in sorted(folder.glob("crash-*.txt"))[:-REPORTS_KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return None
    return path


def report_of(error: BaseException, where: str) -> str:
    """The report: versions, what kind of error it was, and the places in the code that led to it.

    What an error says of itself stays out, and so does the value of every variable: there may be keys and
    words of yours in them.
    """
    return "\n".join(
        (
            f"llmtui {_version('llmtui')}, Textual {_version('textual')}",
            f"Python {sys.version.split()[0]} on {sys.platform}, TERM={os.environ.get('TERM', '')}",
            f"in {where}",
            "",
            *_lines_of(error),
            "",
        )
    )


def _lines_of(error: BaseException) -> Iterator[str]:
    """The error, and those that led to it: the kind of each, and its places."""
    current: BaseException | None = error
    for _ in range(_LONGEST_CHAIN):
        if current is None:
            break
        yield type(current).__name__ if current is error else f"after {type(current).__name__}"
        yield from _places(current.__traceback__)
        current = current.__cause__ or current.__context__
    for part in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield f"with {type(part).__name__}"
        yield from _places(part.__traceback__)


def _places(trace: TracebackType | None) -> Iterator[str]:
    import traceback

    # A recursion without end has a thousand places, all of them the same.
    summary = traceback.StackSummary.extract(traceback.walk_tb(trace), limit=-200, lookup_lines=False)
    for place in summary:
        yield f"  {_shortened(place.filename)}:{place.lineno} in {place.name}"


def _shortened(filename: str) -> str:
    """A file as everybody has it: where it is installed is whose machine it is."""
    path = Path(filename)
    for folder in sorted(map(Path, filter(None, sys.path)), key=lambda folder: -len(folder.parts)):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return path.name


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "?"


def _without_secrets(text: str) -> str:
    """There is no way for a key into a report. If there is one all the same, it ends here."""
    from llmtui.redaction import redacted

    return redacted(text)
