"""What conversations cost that stream behind the one in sight.

Two of the whole program run beside each other, so that they share the machine's mood: in one a single answer
streams, in the other the same and three more behind it. What is counted is the CPU time of each process.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.talker import talker
from tests.end_to_end.home import Home
from tests.pty.terminal import Terminal

_RATE = 100
_SETTLING, _WINDOW, _WINDOWS = 3.0, 6.0, 5
_TICKS = os.sysconf("SC_CLK_TCK")


def figures() -> Iterator[Figure]:
    """CPU of one stream in sight, and of three more behind it."""
    with tempfile.TemporaryDirectory() as folder, talker(_RATE) as server, ExitStack() as stack:
        one, four = (
            stack.enter_context(_opened(Path(folder) / name, server.address, streams))
            for name, streams in (("one", 1), ("four", 4))
        )
        time.sleep(_SETTLING)
        windows = [_window(one, four) for _ in range(_WINDOWS)]
    alone, behind = (statistics.median(costs) for costs in zip(*windows, strict=True))
    yield Figure("one stream, CPU", 100 * alone / _WINDOW, "%")
    yield Figure("four streams, CPU", 100 * behind / _WINDOW, "%")
    yield Figure("four streams beside one", statistics.median(b / a for a, b in windows), "x", 1.15)


def _opened(folder: Path, address: str, streams: int) -> Terminal:
    """The program with so many answers arriving, the last one in sight."""
    home = Home(folder)
    home.knows(address)
    terminal = home.open("-m", "openai/talk")
    terminal.wait_for("Ask anything")
    for number in range(streams):
        if number:
            terminal.press("ctrl+n")
            terminal.wait_for("Type a question")
        # The last one is the same in both.
        question = f"talk {number - streams}"
        terminal.type(question)
        terminal.wait_for(question)
        terminal.press("enter")
        terminal.wait_for("tok/s")
    return terminal


def _window(one: Terminal, four: Terminal) -> tuple[float, float]:
    """CPU seconds of both in the same seconds."""
    began = _spent(one), _spent(four)
    time.sleep(_WINDOW)
    return _spent(one) - began[0], _spent(four) - began[1]


def _spent(terminal: Terminal) -> float:
    fields = Path(f"/proc/{terminal.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
