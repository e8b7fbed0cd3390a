"""One request and its answer: bytes out, events in, and exactly one ending."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

import httpx

from llmtui.chat.events import Event, Failed
from llmtui.chat.failure import Failure
from llmtui.providers.addresses import host_of
from llmtui.providers.card import Card
from llmtui.providers.dialect import Call, Dialect
from llmtui.providers.failures import failure_from
from llmtui.wire.curing import Caps
from llmtui.wire.reading import MOST_OF_AN_ERROR, Reading
from llmtui.wire.timeouts import Patience, Timeouts
from llmtui.wire.trouble import failure_of

_ERROR_SECONDS = 10.0
_DRAIN_SECONDS = 0.1
_Bytes = AsyncGenerator[bytes, None]
_TROUBLES = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Everything that one request needs; `headers` may hold the key and are left out of the repr."""

    client: httpx.AsyncClient
    card: Card
    dialect: Dialect
    call: Call
    key_headers: dict[str, str]
    timeouts: Timeouts
    caps: Caps

    def __repr__(self) -> str:
        return f"Exchange({self.card.name!r}, {self.call.path!r})"

    async def events(self) -> AsyncGenerator[Event, None]:
        """The events of the answer, its one ending last. Raises nothing but what a bug raises."""
        patience = Patience(self.timeouts)
        try:
            with patience:
                response = await self.client.send(self._request(), stream=True)
        except TimeoutError:
            patience.end()
            yield self._late(patience)
            return
        except _TROUBLES as trouble:
            patience.end()
            yield self._failed(trouble)
            return
        try:
            async with aclosing(self._answer(response, patience)) as events:
                async for event in events:
                    yield event
        finally:
            patience.end()
            await response.aclose()

    def _request(self) -> httpx.Request:
        url = f"{self.card.base_url.rstrip('/')}/{self.call.path}"
        accept = "text/event-stream" if self.call.framing == "sse" else "application/x-ndjson"
        headers = {
            "content-type": "application/json",
            "accept": f"{accept}, application/json",
            **self.card.headers,
            **self.call.headers,
            **self.key_headers,
        }
        return self.client.build_request("POST", url, content=self.call.body, headers=headers)

    async def _answer(self, response: httpx.Response, patience: Patience) -> AsyncGenerator[Event, None]:
        if response.status_code >= 300:
            yield Failed(await self._refusal(response))
            return
        content_type = response.headers.get("content-type", "")
        reading = Reading(self.card, self.dialect, self.call.framing, self.caps, content_type)
        failure = None
        async with aclosing(_pieces(response, patience)) as pieces:
            try:
                async for piece in pieces:
                    heard = reading.frames
                    events = reading.feed(piece)
                    if reading.frames != heard:
                        patience.payload()
                    for event in events:
                        yield event
                    if reading.ended:
                        await _drain(pieces)
                        return
            except TimeoutError:
                failure = self._late(patience).failure
            except _TROUBLES as trouble:
                failure = self._failed(trouble).failure
            for event in reading.end(failure):
                yield event

    async def _refusal(self, response: httpx.Response) -> Failure:
        status = response.status_code
        if status < 400:
            target = response.headers.get("location", "")
            what = f"it sends us on to {target}" if target else "it sends us on, but not where to"
            hint = "Redirects are not followed, as the key would go along: set base_url to where it leads."
            return Failure("configuration", what, self._where, hint, status)
        body = await _head(response.aiter_bytes())
        content_type = response.headers.get("content-type", "")
        return failure_from(status, content_type, body, self.card, self._where, response.headers)

    @property
    def _where(self) -> str:
        return host_of(self.card.base_url)

    def _failed(self, trouble: Exception) -> Failed:
        return Failed(failure_of(trouble, self.card, self.timeouts.connect))

    def _late(self, patience: Patience) -> Failed:
        return Failed(Failure("timeout", patience.words, self._where, "Try again."))


async def _pieces(response: httpx.Response, patience: Patience) -> _Bytes:
    """The body as it comes. Raises TimeoutError when the patience ends."""
    source = response.aiter_bytes()
    while True:
        with patience:
            piece = await anext(source, None)
        if piece is None:
            return
        patience.byte()
        yield piece


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
