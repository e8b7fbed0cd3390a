"""How the screen ends when it does not end by itself: a signal, or a fault of our own."""

import asyncio
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

# What a shell reports for a program that a signal ended.
_AFTER_A_SIGNAL = 128


def leave_on_signals(leave: Callable[[int], None]) -> None:
    """Call `leave(exit status)` when the terminal closes or somebody ends the process.

    Textual would leave the terminal raw on these signals, and spin when its terminal is gone.
    """
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP", "SIGQUIT"):
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, leave, _AFTER_A_SIGNAL + number)
        except (NotImplementedError, RuntimeError, ValueError):
            # Windows has no such handlers, and a test may run the app in a thread.
            return


def crash_report(error: BaseException, folder: Path) -> str:
    """Write what happened to a file that only you can read, and say where.

    Only places in the code are written: no values of variables, for there might be keys and words of yours
    among them, and of the error only its kind.
    """
    places = traceback.extract_tb(error.__traceback__)
    lines = [f"{place.filename}:{place.lineno} in {place.name}\n" for place in places]
    kind = type(error).__name__
    report = f"llmtui ended with {kind} on Python {sys.version.split()[0]}\n\n{''.join(lines)}"
    path = folder / "crash.txt"
    try:
        from llmtui.config import write_whole

        write_whole(path, report)
    except OSError:
        return f"llmtui went wrong ({kind}). Every word that was on the screen is kept: llmtui -c\n\n{report}"
    return (
        f"llmtui went wrong ({kind}). Every word that was on the screen is kept: llmtui -c\n"
        f"Please report it with {path}, which holds no words of yours.\n"
    )
