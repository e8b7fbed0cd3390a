"""A scriptable HTTP server on the loopback, real sockets and all: for every test that needs the other side.

async with LoopbackServer(Reply(pieces=[b"data: ...", Pause(gate), Reset()])) as server:
    ... server.url, server.requests[0].json ...
"""

import asyncio
import json
import socket
import ssl
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self, assert_never

CERTIFICATES = Path(__file__).parent / "certificates"
AUTHORITY = CERTIFICATES / "authority.pem"


def tls(name: Literal["here", "elsewhere", "expired"] = "here") -> ssl.SSLContext:
    """What a server needs to speak TLS with one of the test certificates (see their README)."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")
    return context


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait for this event before going on."""

    until: asyncio.Event


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait for some seconds: only where time itself is what is tested."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Reset:
    """Break the connection off with a TCP reset."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection without ending the body."""


Piece = bytes | Pause | Sleep | Reset | Close


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `ends` says how the client knows where the body ends: chunked, by length, or by closing.

    With the status 0 not even a head is sent.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "text/event-stream"})
    pieces: Sequence[Piece] = ()
    ends: Literal["chunked", "length", "close"] = "chunked"
    reason: str = "Whatever"


@dataclass(slots=True)
class Received:
    """One request as it arrived; `gone` is set once the client has closed the connection, `over` once there
    is nothing more to send, either."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


def events(*objects: object, done: bool = True) -> bytes:
    """A body of server-sent events, one for each object."""
    lines = [f"data: {json.dumps(item)}\n\n" for item in objects]
    return "".join(lines + ["data: [DONE]\n\n"] * done).encode()


def chunk(text: str = "", finish: str | None = None, **more: object) -> dict[str, object]:
    """One chunk of an OpenAI chat stream."""
    delta = {"content": text} if text else {}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "model": "loop", "choices": [choice], **more}


def saying(*words: str) -> Reply:
    """A whole streamed answer of these words, each in a piece of its own."""
    pieces = [events(chunk(word), done=False) for word in words]
    return Reply(pieces=[*pieces, events(chunk(finish="stop"))])


class LoopbackServer:
    """Answers each request with the next of its replies; the last one is repeated.

    `by_path` replies go first, by the request's exact path, again and again. With `secure` it speaks TLS.
    """

    def __init__(
        self,
        *replies: Reply,
        by_path: Mapping[str, Reply] | None = None,
        secure: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self.requests: list[Received] = []
        self.connections = 0
        self.arrived = asyncio.Event()
        self._replies = list(replies)
        self._by_path = dict(by_path or {})
        self._tasks: set[asyncio.Task[None]] = set()
        self._secure = secure
        self._host = host
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, self._host, 0, ssl=self._secure)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """The base URL of its API."""
        scheme = "http" if self._secure is None else "https"
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{scheme}://{host}:{self.port}/v1"

    def will(self, *replies: Reply) -> None:
        """Answer the next requests so."""
        self._replies[:] = replies

    async def request(self, number: int = 0) -> Received:
        """The request with this number, once it has arrived."""
        while len(self.requests) <= number:
            self.arrived.clear()
            await self.arrived.wait()
        return self.requests[number]

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        number = self.connections
        ahead: bytes | None = b""
        try:
            while ahead is not None and (received := await _read(reader, number, ahead)):
                self.requests.append(received)
                self.arrived.set()
                ahead = await self._answer(received, reader, writer)
            if ahead is not None and not reader.at_eof():
                writer.write(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n")
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            # Only leaving the server cancels this, and asyncio would report it as an error.
            pass
        finally:
            for received in self.requests:
                if received.connection == number:
                    received.gone.set()
                    received.over.set()
            writer.close()

    async def _answer(
        self, received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bytes | None:
        """Play the reply; what was read meanwhile of the next request, None if the connection is over."""
        reply = self._by_path.get(received.path) or self._next()
        playing = asyncio.ensure_future(_play(reply, writer))
        leaving = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait((playing, leaving), return_when=asyncio.FIRST_COMPLETED)
            if leaving.done() and not leaving.result():
                return None
            stays = await playing
            received.over.set()
            # A byte that came in the same moment belongs to the next request.
            return (leaving.result() if leaving.done() else b"") if stays else None
        finally:
            for task in (playing, leaving):
                task.cancel()
            await asyncio.gather(playing, leaving, return_exceptions=True)

    def _next(self) -> Reply:
        if not self._replies:
            return Reply(404, {"content-type": "text/plain"}, [b"no reply was scripted"], "length")
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]


async def _read(reader: asyncio.StreamReader, connection: int, ahead: bytes) -> Received | None:
    """The next request of a connection, None if there is none, or something else than HTTP."""
    try:
        ahead = ahead or await reader.readexactly(1)
        if not ahead.isalpha():
            return None
        head = ahead + await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    fields = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in fields}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method, path, headers, body, connection)


async def _play(reply: Reply, writer: asyncio.StreamWriter) -> bool:
    """Send the reply; whether the connection can be used again."""
    headers = dict(reply.headers)
    if reply.ends == "chunked":
        headers["transfer-encoding"] = "chunked"
    elif reply.ends == "length":
        size = sum(len(piece) for piece in reply.pieces if isinstance(piece, bytes))
        headers.setdefault("content-length", str(size))
    else:
        headers["connection"] = "close"
    lines = [f"HTTP/1.1 {reply.status} {reply.reason}", *(f"{k}: {v}" for k, v in headers.items())]
    if reply.status:
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
    for piece in reply.pieces:
        match piece:
            case bytes():
                if piece:
                    writer.write(b"%x\r\n%s\r\n" % (len(piece), piece) if reply.ends == "chunked" else piece)
                await writer.drain()
            case Pause(until):
                await until.wait()
            case Sleep(seconds):
                await asyncio.sleep(seconds)
            case Reset():
                _reset(writer)
                return False
            case Close():
                return False
            case _:
                assert_never(piece)
    if reply.ends == "chunked":
        writer.write(b"0\r\n\r\n")
    await writer.drain()
    return reply.ends != "close"


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the other side sees a reset: with nothing lingering and no goodbye."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
