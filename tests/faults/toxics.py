"""The seven toxics of toxiproxy, and the TCP proxy that lets bytes through them.

async with TcpProxy(server.port, down=[Slicer(7), Latency(0.01, jitter=0.005)], seed=1) as proxy:
    ... proxy.port ...

A toxic is a pipe: bytes in, bytes out, and its end is the end of that direction. Times are in seconds.
"""

import asyncio
import random
import socket
import struct
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from typing import Protocol, Self

_PIECE = 1 << 16
Bytes = AsyncGenerator[bytes, None]


class PeerResetError(Exception):
    """This direction ends with a TCP reset."""


class Toxic(Protocol):
    """What happens to the bytes of one direction of one connection."""

    def __call__(self, pieces: Bytes, dice: random.Random) -> Bytes:
        """The bytes that come out of it."""
        ...


@dataclass(frozen=True, slots=True)
class Latency:
    """Each piece is late by so much, more or less the jitter."""

    seconds: float
    jitter: float = 0.0

    async def __call__(self, pieces: Bytes, dice: random.Random) -> Bytes:
        async for piece in pieces:
            await asyncio.sleep(max(0.0, self.seconds + dice.uniform(-self.jitter, self.jitter)))
            yield piece


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """So many bytes a second get through."""

    rate: float

    async def __call__(self, pieces: Bytes, dice: random.Random) -> Bytes:
        async for piece in pieces:
            await asyncio.sleep(len(piece) / self.rate)
            yield piece


@dataclass(frozen=True, slots=True)
class SlowClose:
    """The end is late by so much."""

    seconds: float

    async def __call__(self, pieces: Bytes, dice: random.Random) -> Bytes:
        async for piece in pieces:
            yield piece
        await asyncio.sleep(self.seconds)


@dataclass(frozen=True, slots=True)
class Timeout:
    """Nothing gets through; after so much the connection is closed, after 0 never."""

    seconds: float = 0.0

    async def __call__(self, pieces: Bytes, dice: random.Random) -> Bytes:
        await (asyncio.sleep(self.seconds) if self.seconds else asyncio.Event().wait())
        return
        yield b""


@dataclass(frozen=True, slots=True)
class ResetPeer:
    """Nothing gets through; so much after the first bytes the connection is reset."""

    seconds: float = 0.0

    async def __call__(self, pieces: Bytes, dice: random.Random) -> Bytes:
        async for _ in pieces:
            await asyncio.sleep(self.seconds)
            raise PeerResetError
        return
        yield b""


@dataclass(frozen=True, slots=True)
class Slicer:
    """Pieces come in slices of this size, more or less the variation, with a pause after each."""

    size: int
    variation: int = 0
    pause: float = 0.0

    async def __call__(self, pieces: Bytes, dice: random.Random) -> Bytes:
        async for piece in pieces:
            while piece:
                size = max(1, self.size + dice.randint(-self.variation, self.variation))
                yield piece[:size]
                piece = piece[size:]
                await asyncio.sleep(self.pause)


@dataclass(frozen=True, slots=True)
class LimitData:
    """After so many bytes it ends."""

    size: int

    async def __call__(self, pieces: Bytes, dice: random.Random) -> Bytes:
        left = self.size
        async for piece in pieces:
            yield piece[:left]
            left -= len(piece)
            if left <= 0:
                return


@dataclass(slots=True)
class TcpProxy:
    """Hands connections on to a port of this machine: `up` is what the client sends, `down` what it gets.

    The toxics of a direction follow each other. The same seed gives the same dice to the n-th connection.
    """

    target: int
    up: Sequence[Toxic] = ()
    down: Sequence[Toxic] = ()
    seed: int = 0
    connections: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """The base URL of the API behind it."""
        return f"http://127.0.0.1:{self.port}/v1"

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        dice = random.Random(f"{self.seed} {self.connections}")
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.target)
        ways = (
            asyncio.ensure_future(_carry(reader, there_writer, self.up, dice)),
            asyncio.ensure_future(_carry(there_reader, writer, self.down, dice)),
        )
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            # Only leaving the proxy cancels this, and asyncio would report it as an error.
            pass
        finally:
            for way in ways:
                way.cancel()
            endings = await asyncio.gather(*ways, return_exceptions=True)
            if any(isinstance(ending, PeerResetError) for ending in endings):
                _reset(writer)
            writer.close()
            there_writer.close()


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, toxics: Sequence[Toxic], dice: random.Random
) -> None:
    """Carry the bytes of one direction until it ends, at the source or in a toxic."""
    async with AsyncExitStack() as pipes:
        pieces = await pipes.enter_async_context(aclosing(_read(reader)))
        for toxic in toxics:
            pieces = await pipes.enter_async_context(aclosing(toxic(pieces, dice)))
        async for piece in pieces:
            writer.write(piece)
            await writer.drain()


async def _read(reader: asyncio.StreamReader) -> Bytes:
    try:
        while piece := await reader.read(_PIECE):
            yield piece
    except ConnectionError:
        pass


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the other side sees a reset: with nothing lingering and no goodbye."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
