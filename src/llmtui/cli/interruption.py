"""What ends a question from outside (Ctrl+C, `kill`, a terminal that closes): its answer is stopped, every
word of it is kept, and the end takes less than two seconds."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from llmtui.engine.session import Session
from llmtui.leaving import AFTER_A_SIGNAL, Deadline, heard_signals

_LOST = "llmtui: the disk does not answer: what came last could not be kept"


class Interruption:
    """Hears the signals that mean the end of one question, in the task that asks it."""

    def __init__(self) -> None:
        self._deadline = Deadline(self._last_words)
        self._loop = asyncio.get_running_loop()
        self._asking = asyncio.current_task()
        self.session: Session | None = None
        """What is stopped; until there is a session, the task is cancelled."""

    @property
    def status(self) -> int:
        """128 and the number of the first signal; 0 if there was none."""
        return self._deadline.status

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Listen, in place of asyncio, which cancels the task at the first Ctrl+C and then kills it."""
        with heard_signals(self._hear, "SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"):
            yield

    def _hear(self, number: int) -> None:
        first = not self._deadline.begun
        self._deadline.begin(AFTER_A_SIGNAL + number)
        if first:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stop)

    def _stop(self) -> None:
        if self.session is not None:
            self.session.stop(hold=True)
        elif self._asking is not None:
            self._asking.cancel()

    def _last_words(self) -> None:
        if self.session is not None and (self.session.busy or self.session.only_here):
            print(_LOST, file=sys.stderr, flush=True)
