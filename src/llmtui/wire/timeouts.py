"""How long a server may keep us waiting, and for what."""

import asyncio
import math
from dataclasses import dataclass, replace
from types import TracebackType

_A_MOMENT = 0.5
_WHOLE_FACTOR = 5


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, until the first piece of an answer, between two pieces of it, and for all of it
    with its retries (0: as long as it takes)."""

    connect: float = 5.0
    first_byte: float = 120.0
    idle: float = 90.0
    total: float = 0.0

    @property
    def for_whole(self) -> "Timeouts":
        """The same for an answer in one piece, of which nothing comes before all of it is made."""
        return replace(self, first_byte=self.first_byte * _WHOLE_FACTOR)


USUAL_TIMEOUTS = Timeouts()


class Patience:
    """What is left of the patience with one answer; to be entered around each wait for its server.

    There are two idle timers: any byte re-arms the one, only something said re-arms the other, so that
    keep-alive comments do not hold an answer for ever. `with patience: await …` raises TimeoutError when
    either ends. It is asyncio.timeout with one timer for the whole answer, which looks at the deadlines
    only when it rings: asyncio.timeout around each wait costs 10 µs, more than reading the piece does.
    `until`, by the loop's clock, is when all of the answer must be here.
    """

    def __init__(self, timeouts: Timeouts, until: float = math.inf) -> None:
        self._timeouts = timeouts
        self._until = until
        self._loop = asyncio.get_running_loop()
        self._payload_due = self._loop.time() + timeouts.first_byte
        self._byte_due = self._payload_due
        self._begun = False
        self._waiting: asyncio.Task[object] | None = None
        self._cancelling = 0
        self._rung = False
        self._timer = self._loop.call_at(self.deadline, self._ring)

    def byte(self) -> None:
        """Some bytes have come."""
        self._byte_due = self._loop.time() + self._timeouts.idle
        if self._byte_due < self._timer.when():
            self._arm(self._byte_due)

    def payload(self) -> None:
        """Something was said."""
        self._begun = True
        self._byte_due = self._payload_due = self._loop.time() + self._timeouts.idle

    def end(self) -> None:
        """Nothing is waited for any more."""
        self._timer.cancel()

    @property
    def deadline(self) -> float:
        """When it ends, by the loop's clock."""
        return min(self._byte_due, self._payload_due, self._until)

    @property
    def words(self) -> str:
        """What to say when it has ended."""
        if self.deadline == self._until:
            return f"the answer took longer than {self._timeouts.total:g} s"
        if self._begun or self._byte_due < self._payload_due:
            return f"nothing more came for {self._timeouts.idle:g} s"
        return f"nothing came for {self._timeouts.first_byte:g} s"

    def __enter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._waiting = task
        self._cancelling = task.cancelling()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        task, self._waiting = self._waiting, None
        if self._rung and task is not None:
            self._rung = False
            # Somebody else may have cancelled in the same moment: then it is not ours to turn round.
            if task.uncancel() <= self._cancelling and isinstance(error, asyncio.CancelledError):
                raise TimeoutError from error

    def _ring(self) -> None:
        now = self._loop.time()
        if now < self.deadline:
            self._arm(self.deadline)
        elif now > self._timer.when() + _A_MOMENT:
            # The process was stopped, or busy: what came meanwhile lies there unread.
            self._arm(now + _A_MOMENT)
        elif self._waiting is not None:
            self._rung = True
            self._waiting.cancel()
        else:
            # Whoever reads the answer is busy: that is not the server's fault.
            self._arm(now + _A_MOMENT)

    def _arm(self, due: float) -> None:
        self._timer.cancel()
        self._timer = self._loop.call_at(due, self._ring)
