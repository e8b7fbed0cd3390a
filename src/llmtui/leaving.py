"""How a process of llmtui ends in time and with the right status, whatever it is told and whatever hangs."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

# What a shell reports for a program that a signal ended.
AFTER_A_SIGNAL = 128
# Two seconds are promised. What is kept is kept in one of them, or the disk is stuck.
KEEPING_SECONDS = 1.0
LEAVING_SECONDS = 1.5
_LAST_WORDS_SECONDS = 0.25


class Deadline:
    """Ends the process, once leaving has begun and takes too long: no disk, no thread and no terminal that
    hangs can hold it up."""

    def __init__(self, last_words: Callable[[], None]) -> None:
        """`last_words` is called in a thread of its own before the end by force; it may hang, too, and may
        change the status."""
        self._last_words = last_words
        self._timer: threading.Timer | None = None
        self.status = 0

    @property
    def begun(self) -> bool:
        """Whether the process is leaving."""
        return self._timer is not None

    def begin(self, status: int) -> None:
        """The process leaves now, with this status unless it ends by itself with another one."""
        if self._timer is not None:
            return
        self.status = status
        self._timer = threading.Timer(LEAVING_SECONDS, self._end_by_force)
        self._timer.daemon = True
        self._timer.start()

    def _end_by_force(self) -> None:
        saying = threading.Thread(target=self._last_words, daemon=True)
        saying.start()
        saying.join(_LAST_WORDS_SECONDS)
        os._exit(self.status)


@contextmanager
def heard_signals(heard: Callable[[int], None], *names: str) -> Iterator[None]:
    """Call `heard(number)` in the main thread for every signal of these names that this system has.

    Who started llmtui with one of them ignored, as `nohup` does, wants it ignored. Once one was heard the
    process leaves, and whatever is sent it after that has nothing to add: it is neither heard nor given back.
    """
    leaving = False

    def hear(number: int, _frame: FrameType | None) -> None:
        nonlocal leaving
        leaving = True
        heard(number)

    before = {}
    for name in names:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, hear)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, _deaf if leaving else handler)


def _deaf(_number: int, _frame: FrameType | None) -> None:
    return
