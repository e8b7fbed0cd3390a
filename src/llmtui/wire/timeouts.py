"""How long a server may keep us waiting, and for what."""

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, until the first piece of an answer, and between two pieces of it."""

    connect: float = 5.0
    first_byte: float = 120.0
    idle: float = 90.0


USUAL_TIMEOUTS = Timeouts()


class Patience:
    """What is left of the patience with one answer.

    There are two idle timers: any byte re-arms the one, only a frame with something in it the other, so
    that keep-alive comments do not hold an answer for ever.
    """

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        self._loop = asyncio.get_running_loop()
        self._payload_due = self._loop.time() + timeouts.first_byte
        self._byte_due = self._payload_due
        self._begun = False

    def byte(self) -> None:
        """Some bytes have come."""
        self._byte_due = self._loop.time() + self._timeouts.idle

    def payload(self) -> None:
        """Something was said."""
        self._begun = True
        self._byte_due = self._payload_due = self._loop.time() + self._timeouts.idle

    @property
    def deadline(self) -> float:
        """When it ends, by the loop's clock."""
        return min(self._byte_due, self._payload_due)

    @property
    def words(self) -> str:
        """What to say when it has ended."""
        if self._begun or self._byte_due < self._payload_due:
            return f"nothing more came for {self._timeouts.idle:g} s"
        return f"nothing came for {self._timeouts.first_byte:g} s"
