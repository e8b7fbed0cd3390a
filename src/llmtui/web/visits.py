"""The sessions that are open: how many there may be, and how each is carried between page and process."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from llmtui.web.packets import hear, resized
from llmtui.web.session import Session


@dataclass(eq=False, slots=True)
class Visit:
    """A page and its process."""

    socket: web.WebSocketResponse
    session: Session
    showing: asyncio.Task[None]

    async def hear(self) -> None:
        """Hand on what is typed, until the page or the process is gone."""
        async for message in self.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            heard = hear(message.data)
            if heard.packet:
                await self.session.hear(heard.packet)
            if heard.answer:
                with suppress(ConnectionError):
                    await self.socket.send_str(heard.answer)

    async def end(self) -> None:
        """End the process, which keeps every word, and then the page's connection."""
        self.showing.cancel()
        await asyncio.wait([self.showing])
        await self.session.end()
        await self.socket.close()


class Visits:
    """All of them."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        limit: int,
        complain: Callable[[str], None],
    ) -> None:
        self.limit = limit
        self._command = command
        self._environ = environ
        self._complain = complain
        self._pages: set[web.WebSocketResponse] = set()
        self._processes = asyncio.Semaphore(limit)
        self._visits: set[Visit] = set()
        self._over = False

    @property
    def full(self) -> bool:
        """Whether no page more can have a process."""
        return self._over or len(self._pages) >= self.limit

    async def carry(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        """Give the page a process, and carry between them until one of them ends."""
        self._pages.add(socket)
        try:
            await socket.prepare(request)
            # A process that is just ending counts too: it is waited for, at most as long as it may take.
            async with self._processes:
                if not self._over:
                    await self._carry(socket, _size(request))
        finally:
            self._pages.discard(socket)

    async def _carry(self, socket: web.WebSocketResponse, size: tuple[int, int]) -> None:
        session = await Session.start(self._command, self._environ)
        await session.hear(resized(*size))
        visit = Visit(socket, session, asyncio.create_task(_show(socket, session)))
        self._visits.add(visit)
        try:
            await visit.hear()
        finally:
            # The page is gone: its place is free while the process keeps what it has.
            self._pages.discard(socket)
            await visit.end()
            self._visits.discard(visit)
            if words := await session.last_words():
                self._complain(words)

    async def end(self) -> None:
        """End every session, all at once."""
        self._over = True
        await asyncio.gather(*(visit.end() for visit in self._visits), return_exceptions=True)


async def _show(socket: web.WebSocketResponse, session: Session) -> None:
    try:
        async for shown in session.shown():
            if isinstance(shown, bytes):
                await socket.send_bytes(shown)
            else:
                await socket.send_str(shown)
    except ConnectionError:
        return
    await socket.close()


def _size(request: web.Request) -> tuple[int, int]:
    """How large the page says that it is. Two numbers, and nothing else, of what it asks for."""
    return _number(request.query.get("width", ""), 80), _number(request.query.get("height", ""), 24)


def _number(said: str, otherwise: int) -> int:
    return int(said) if len(said) <= 4 and said.isascii() and said.isdigit() else otherwise
