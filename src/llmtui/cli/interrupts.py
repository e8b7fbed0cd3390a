"""Ctrl+C from the first line of llmtui to its last: many at once are one, and Python tells of none."""

import signal
import sys
import time
from types import FrameType

# Whoever keeps a key pressed, or hits it again and again, means one end.
_BURST_SECONDS = 1.0


class Interrupts:
    """What hears Ctrl+C where nothing else does. The first raises KeyboardInterrupt; raised once more, while
    that one is on its way out, it would be told with a traceback."""

    def __init__(self) -> None:
        self._heard = -_BURST_SECONDS

    def hear(self) -> None:
        """Listen from now on, unless Ctrl+C is to be ignored."""
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._hear)

    def leave_to_asyncio(self) -> None:
        """What is run now has asyncio cancel it."""
        if signal.getsignal(signal.SIGINT) == self._hear:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if now - self._heard >= _BURST_SECONDS:
            self._heard = now
            raise KeyboardInterrupt


def hear_no_more(interrupted: bool) -> None:
    """All is kept and said: while Python clears up, Ctrl+C has nothing to tell of itself. It ends what hangs
    there, but changes no status of what was `interrupted` anyway."""
    if not interrupted:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        return
    if sys.platform != "win32":
        # One that comes between this line and the next would be told of, too.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    signal.signal(signal.SIGINT, signal.SIG_IGN)
