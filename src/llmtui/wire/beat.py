"""How often a server is listened to: waking up for every word costs many times what reading it does.

An answer is read from its socket on a beat, and meanwhile the kernel holds what comes. Everybody's beat is
the same, so that several answers are read in one go.
"""

import asyncio
from contextvars import ContextVar
from typing import Any

from llmtui.wire.clock import USUAL_CLOCK, Clock

# Seconds between two reads of an answer that somebody looks at, which is drawn no oftener, and of one that
# nobody sees. Its first words, for so long, are heard as they come.
_SEEN, _UNSEEN, _FIRST_WORDS = 0.05, 0.1, 0.25
# Whoever sends this much at a time, in bytes, is read as it comes for so long: small packets fill what the
# kernel holds for us soon, and their sender would wait.
_PLENTY, _FLOOD = 8 << 10, 0.5


class Beat:
    """When one answer is read next. Who speaks more seldom than the beat is heard at once."""

    def __init__(self, watched: asyncio.Event, clock: Clock = USUAL_CLOCK) -> None:
        """`watched` is set while somebody looks at this answer."""
        self._watched = watched
        self._clock = clock
        self._began: float | None = None
        self._asked = self._flood_until = 0.0
        self._rests = False

    def keep(self) -> None:
        """From now on whatever this task reads is read on this beat."""
        _KEPT.set(self)

    async def rest(self) -> None:
        """Wait until the next read, which is then made."""
        now = self._clock.steady()
        if self._rests:
            beat = _SEEN if self._watched.is_set() else _UNSEEN
            await self._clock.sleep(beat - now % beat)
            now = self._clock.steady()
        self._asked = now

    def heard(self, size: int) -> None:
        """The read has given so many bytes."""
        now = self._clock.steady()
        if self._began is None:
            self._began = now
        quick = now - self._asked < _SEEN / 2
        if size >= _PLENTY:
            self._flood_until = now + _FLOOD
        self._rests = quick and now >= self._flood_until and now - self._began > _FIRST_WORDS


_KEPT: ContextVar[Beat | None] = ContextVar("beat", default=None)


class _Socket:
    """A stream of anyio's that is read on the beat of the task which reads it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    async def receive(self, max_bytes: int = 1 << 16) -> bytes:
        beat = _KEPT.get()
        if beat is None:
            return await self._read(max_bytes)
        await beat.rest()
        piece = await self._read(max_bytes)
        beat.heard(len(piece))
        return piece

    async def _read(self, max_bytes: int) -> bytes:
        piece: bytes = await self._stream.receive(max_bytes)
        return piece


async def listen(step: str, told: Any) -> None:
    """A `trace` for httpcore: every new connection is read on a beat.

    It is the socket that is: above it httpcore takes HTTP's chunks apart, and TLS its records, and nobody
    there knows which is the last that is here. httpcore has no other way in; without this one every word is
    read as it comes.
    """
    if step.endswith("connect_tcp.complete") and hasattr(told["return_value"], "_stream"):
        told["return_value"]._stream = _Socket(told["return_value"]._stream)
