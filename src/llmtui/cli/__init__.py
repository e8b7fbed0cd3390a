"""The front door: argv, pipe or screen."""

import errno
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper

from llmtui.cli.interrupts import Interrupts, hear_no_more

_INTERRUPTED = 130
_FAILED = 1
_OF_THE_DISK = {errno.ENOSPC, errno.EIO, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


def main(argv: Sequence[str] | None = None) -> int:
    """Run llmtui; the exit status: 0 done, 1 failed, 2 wrong usage or settings, 130 interrupted."""
    if argv is not None:
        return _run(argv, Interrupts())
    interrupts, status = Interrupts(), 0
    interrupts.hear()
    try:
        status = _run(sys.argv[1:], interrupts)
    finally:
        hear_no_more(status >= _INTERRUPTED)
    return status


def _run(argv: Sequence[str], interrupts: Interrupts) -> int:
    # Starting makes many objects and next to no garbage: collecting while modules load costs a tenth of it.
    gc.disable()
    try:
        from llmtui.cli.arguments import read_arguments
        from llmtui.cli.shown import guard_printing

        _speak_utf8()
        guard_printing()
        arguments = read_arguments(argv)
        if arguments.log_level:
            from llmtui.config import LOG_LEVEL

            # What `llmtui serve` starts logs the same.
            os.environ[LOG_LEVEL] = arguments.log_level
        if not arguments.hears:
            interrupts.leave_to_asyncio()
        status: int = arguments.run(arguments)
        sys.stdout.flush()
        _log_the_end(status)
        return status
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # `llmtui history list | head`: Python would complain of it once more at its end.
        _print_no_more()
        return _FAILED
    except Exception as error:
        if reader_has_gone(error, os.name):
            _print_no_more()
            return _FAILED
        return _went_wrong(error)


def reader_has_gone(error: Exception, system: str) -> bool:
    """Whether a pipe was closed on Windows, which calls that a wrong argument (bpo-35754), as it calls a name
    that no file can have."""
    return (
        system == "nt"
        and isinstance(error, OSError)
        and error.errno == errno.EINVAL
        and error.filename is None
    )


def _went_wrong(error: Exception) -> int:
    """A disk that is full under what is printed is told as it is; all else is a fault of ours."""
    from llmtui.config import find_paths
    from llmtui.crash import sentence, write_report

    if isinstance(error, OSError) and error.errno in _OF_THE_DISK:
        told = f"what was to be printed could not be written: {error.strerror}"
        _print_no_more()
    else:
        told = sentence(error, write_report(error, "the command line", find_paths(os.environ).state))
    with suppress(OSError):
        print(f"llmtui: {told}", file=sys.stderr, flush=True)
    return _FAILED


def _print_no_more() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _log_the_end(status: int) -> None:
    if "llmtui.logs" in sys.modules:
        from logging import getLogger

        getLogger(__name__).info("ends with status %d", status)


def _speak_utf8() -> None:
    """What is printed is UTF-8 wherever it goes, so that no word of an answer can fail to be printed."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - to the end
