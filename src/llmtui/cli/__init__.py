"""The front door: argv, pipe or screen."""

import gc
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

_NOBODY_READS = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run llmtui; the exit status: 0 done, 1 failed, 2 wrong usage or settings, 130 interrupted."""
    # Starting makes many objects and next to no garbage: collecting while modules load costs a tenth of it.
    gc.disable()
    from llmtui.cli.arguments import read_arguments
    from llmtui.cli.shown import guard_printing

    _speak_utf8()
    guard_printing()
    try:
        arguments = read_arguments(sys.argv[1:] if argv is None else argv)
        if arguments.log_level:
            # What `llmtui serve` starts logs the same.
            os.environ["LLMTUI_LOG_LEVEL"] = arguments.log_level
        status: int = arguments.run(arguments)
        sys.stdout.flush()
        _log_the_end(status)
        return status
    except KeyboardInterrupt:
        return 130
    except OSError:
        # `llmtui history list | head`, or a full disk: Python would complain of it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _NOBODY_READS


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
