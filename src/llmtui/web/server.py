"""The server of the page: every request passes the gate before anything is done for it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from llmtui.web.gate import Asked, Gate
from llmtui.web.pages import STATIC, page, safeguards
from llmtui.web.session import LONGEST_END
from llmtui.web.strangers import Strangers
from llmtui.web.visits import Visits

# More than anybody pastes into a composer, and a frame that is larger ends the session.
LONGEST_MESSAGE = 4 * 1024 * 1024
_HEARTBEAT = 20.0
_REFUSED = "llmtui: open the address that `llmtui serve` printed.\n"
_FULL = (
    "All {limit} sessions are in use. Close another page, or start llmtui serve with more of them: --sessions"
)
_ENDED = "This session has ended. Every word is kept."
_ADMITTED = "admitted"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """A server that is `open`ed once, and then `close`d."""

    def __init__(self, visits: Visits) -> None:
        self._visits = visits
        # Nobody comes in before it is known which port is ours.
        self._gate: Gate | None = None
        self._strangers = Strangers()
        self._listening: asyncio.Server | None = None
        app = web.Application(middlewares=[self._guard], client_max_size=1)
        app.on_response_prepare.append(_protect)
        for path, handler in (
            ("/", self._index),
            ("/static/{name}", _static),
            ("/state", self._state),
            ("/ws", self._session),
        ):
            app.router.add_get(path, handler, allow_head=False)
        self._runner = web.AppRunner(
            app, access_log=None, logger=_silent_log(), shutdown_timeout=LONGEST_END + 1
        )

    async def open(self, address: str, port: int) -> Gate:
        """Listen; the gate knows the URL. An OSError says why it cannot be."""
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(self._connected, address, port)
        self._gate = Gate(address, self._listening.sockets[0].getsockname()[1])
        return self._gate

    def _connected(self) -> asyncio.Protocol:
        assert self._runner.server is not None
        connection = self._runner.server()
        self._strangers.meet(connection)
        return connection

    async def close(self) -> None:
        """Let nobody in any more, end every session and wait for its end."""
        self._gate = None
        if self._listening is not None:
            self._listening.close()
        await self._visits.end()
        await self._runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._gate is None or not self._gate.admits(_asked(request, self._gate)):
            return web.Response(status=403, text=_REFUSED)
        self._strangers.let_in(request.protocol)
        request[_ADMITTED] = True
        return await handler(request)

    async def _index(self, request: web.Request) -> web.StreamResponse:
        if "token" in request.query:
            return self._logged_in()
        return web.Response(text=page(request.host), content_type="text/html", charset="utf-8")

    def _logged_in(self) -> web.Response:
        """The token becomes a cookie, and leaves the address."""
        response = web.Response(status=303, headers={hdrs.LOCATION: "/"})
        if gate := self._gate:
            response.set_cookie(gate.cookie, gate.ticket, path="/", httponly=True, samesite="Strict")
        return response

    async def _state(self, _: web.Request) -> web.StreamResponse:
        return web.Response(text=self._full() if self._visits.full else _ENDED)

    async def _session(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=LONGEST_MESSAGE, compress=False)
        if not socket.can_prepare(request).ok:
            raise web.HTTPBadRequest(text="this is for a websocket\n")
        if self._visits.full:
            raise web.HTTPServiceUnavailable(text=self._full())
        await self._visits.carry(socket, request)
        return socket

    def _full(self) -> str:
        return _FULL.format(limit=self._visits.limit)


async def _static(request: web.Request) -> web.StreamResponse:
    wanted = STATIC.get(request.match_info["name"])
    if wanted is None:
        raise web.HTTPNotFound
    return web.Response(body=wanted.read(), content_type=wanted.kind)


async def _protect(request: web.Request, response: web.StreamResponse) -> None:
    # What was refused may have come with any Host: it is repeated to nobody.
    response.headers.update(safeguards(request.host if _ADMITTED in request else "invalid"))


def _asked(request: web.Request, gate: Gate) -> Asked:
    return Asked(
        path=request.path,
        hosts=request.headers.getall(hdrs.HOST, []),
        origins=request.headers.getall(hdrs.ORIGIN, []),
        sites=request.headers.getall("Sec-Fetch-Site", []),
        upgrade=request.path == "/ws" or hdrs.UPGRADE in request.headers,
        token=request.query.get("token"),
        ticket=request.cookies.get(gate.cookie, ""),
    )


def _silent_log() -> logging.Logger:
    """For what aiohttp would print of requests, with what strangers wrote into them."""
    log = logging.getLogger("llmtui.web")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    return log
