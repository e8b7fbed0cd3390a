"""One request and its answer: bytes out, events in, and exactly one ending."""

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

import httpx

from llmtui.chat.events import Event, Failed
from llmtui.chat.failure import Failure
from llmtui.providers.addresses import host_of
from llmtui.providers.card import Card
from llmtui.providers.dialect import Call, Dialect
from llmtui.providers.failures import failure_from
from llmtui.providers.rates import allowances_in
from llmtui.wire.beat import listen
from llmtui.wire.fetching import fetched
from llmtui.wire.joining import joined
from llmtui.wire.reading import MOST_OF_AN_ERROR, Reading
from llmtui.wire.shared import Shared
from llmtui.wire.timeouts import Patience, Timeouts
from llmtui.wire.trip import Trip
from llmtui.wire.trouble import failure_of, proxy_wants_a_name

_ERROR_SECONDS = 10.0
_DRAIN_SECONDS = 0.1
# So many events in one read are drawn together.
_FLOOD = 16
_UNPACKED = ("identity", "gzip", "deflate")
_Bytes = AsyncGenerator[bytes, None]
_TROUBLES = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Everything that one request needs; `key_headers` hold the key and are left out of the repr.

    `trip` is filled in on the way; `watched` is set while somebody looks at the answer, and `until` (by the
    loop's clock) is when all of it must be here.
    """

    client: httpx.AsyncClient
    card: Card
    dialect: Dialect
    call: Call
    key_headers: dict[str, str]
    timeouts: Timeouts
    shared: Shared
    trip: Trip
    watched: asyncio.Event
    until: float = math.inf

    def __repr__(self) -> str:
        return f"Exchange({self.card.name!r}, {self.call.path!r})"

    async def events(self) -> AsyncGenerator[Event, None]:
        """The events of the answer, its one ending last. Raises nothing but what a bug raises."""
        patience = Patience(self.timeouts, self.until)
        try:
            response = await self._sent(patience)
        except (TimeoutError, *_TROUBLES) as trouble:
            patience.end()
            yield Failed(self._broken(trouble, patience))
            return
        try:
            self._arrived(response)
            async with aclosing(self._answer(response, patience)) as events:
                async for event in events:
                    yield event
        finally:
            patience.end()
            await response.aclose()

    async def _sent(self, patience: Patience) -> httpx.Response:
        try:
            with patience:
                return await self.client.send(self._request(), stream=True)
        finally:
            if self.trip.opening is not None:
                # httpcore does not close what is cancelled while it is being encrypted.
                await self.trip.opening.aclose()

    def _request(self) -> httpx.Request:
        url = httpx.URL(f"{self.card.base_url.rstrip('/')}/{self.call.path}")
        accept = "text/event-stream" if self.call.framing == "sse" else "application/x-ndjson"
        headers = {
            "content-type": "application/json",
            "accept": f"{accept}, application/json",
            **self.card.headers,
            **self.call.headers,
            **self.key_headers,
        }
        if self.card.query:
            url = url.copy_merge_params(self.card.query)
        told = {"trace": self._on_the_way}
        return self.client.build_request(
            "POST", url, content=self.call.body, headers=headers, extensions=told
        )

    async def _on_the_way(self, step: str, told: Mapping[str, Any]) -> None:
        """httpcore tells each step of the connection; a proxy is sent a request of its own before ours."""
        await listen(step, told)
        match step.partition(".")[2]:
            case "connect_tcp.complete":
                self.trip.opening = told["return_value"]
            case "start_tls.complete":
                self.trip.opening = None
            case "send_request_headers.started":
                self.trip.opening, self.trip.sent = None, False
            case "send_request_body.complete":
                self.trip.sent = True

    def _arrived(self, response: httpx.Response) -> None:
        """The head of an answer is here."""
        self.trip.status, self.trip.headers = response.status_code, response.headers
        if allowances := allowances_in(response.headers, self.shared.clock.wall()):
            self.shared.allowances[self.card.name] = allowances

    async def _answer(self, response: httpx.Response, patience: Patience) -> AsyncGenerator[Event, None]:
        if response.status_code >= 300:
            yield Failed(await self._refusal(response))
            return
        if packed := _packed(response):
            what = f"the answer is packed ({packed}), though it was asked for as it is"
            yield Failed(Failure("protocol", what, self._where, "Check the proxy or the server on the way."))
            return
        content_type = response.headers.get("content-type", "")
        reading = Reading(self.card, self.dialect, self.call.framing, self.shared.caps, content_type)
        failure = None
        async with aclosing(fetched(response, patience, self.watched)) as pieces:
            try:
                async for piece in pieces:
                    self.trip.received += len(piece)
                    heard = reading.heard
                    events = reading.feed(piece)
                    if reading.heard != heard:
                        patience.payload()
                    # Who asked may leave at the ending: it is told last, when the connection can be kept.
                    endings = [events.pop()] if reading.ended else []
                    for event in events if self._one_by_one(events) else joined(events):
                        yield event
                    if endings:
                        await _drain(pieces)
                        yield endings[0]
                        return
            except (TimeoutError, *_TROUBLES) as trouble:
                failure = self._broken(trouble, patience)
            for event in reading.end(failure):
                yield event

    def _one_by_one(self, events: Sequence[Event]) -> bool:
        """Whether somebody may see these come one after the other."""
        return len(events) <= _FLOOD and self.watched.is_set()

    async def _refusal(self, response: httpx.Response) -> Failure:
        status = response.status_code
        if status < 400:
            target = response.headers.get("location", "")
            what = f"it sends us on to {target}" if target else "it sends us on, but not where to"
            hint = "Redirects are not followed, as the key would go along: set base_url to where it leads."
            return Failure("configuration", what, self._where, hint, status)
        body = b"" if _packed(response) else await _head(response.aiter_bytes())
        if status == 407:
            return proxy_wants_a_name(self._where, body.decode("utf-8", "replace"))
        content_type = response.headers.get("content-type", "")
        now = self.shared.clock.wall()
        return failure_from(status, content_type, body, self.card, self._where, response.headers, now)

    @property
    def _where(self) -> str:
        return host_of(self.card.base_url)

    def _broken(self, trouble: Exception, patience: Patience) -> Failure:
        """The failure that an exception on the way, or the end of our patience, is."""
        self.trip.trouble = trouble
        if isinstance(trouble, TimeoutError):
            return Failure("timeout", patience.words, self._where, "Try again.")
        failure = failure_of(trouble, self.card, self.timeouts.connect)
        if failure.kind == "cut" and self.trip.status is None and self.trip.sent:
            what = "the connection broke after the request was sent, and before the answer began"
            return replace(failure, what=what, hint="Try again; it may have been counted all the same.")
        return failure


async def _head(pieces: AsyncIterator[bytes]) -> bytes:
    """As much of a body as an error message may have, whatever happens meanwhile."""
    body = bytearray()
    try:
        async with asyncio.timeout(_ERROR_SECONDS):
            async for piece in pieces:
                body += piece
                if len(body) >= MOST_OF_AN_ERROR:
                    break
    except (TimeoutError, *_TROUBLES):
        pass
    return bytes(body[:MOST_OF_AN_ERROR])


async def _drain(pieces: _Bytes) -> None:
    """Read a finished answer to its last byte, if that is already here: then the connection can be kept."""
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for _ in pieces:
                pass
    except (TimeoutError, *_TROUBLES):
        pass


def _packed(response: httpx.Response) -> str:
    """The packing of a body that nobody here can undo, empty if there is none."""
    packings = response.headers.get("content-encoding", "").lower().replace(",", " ").split()
    return " ".join(packing for packing in packings if packing not in _UNPACKED)
