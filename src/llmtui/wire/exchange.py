"""One request and its answer: bytes out, events in, and exactly one ending."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace

import httpx

from llmtui.chat.events import Done, Event, Failed
from llmtui.chat.failure import Failure
from llmtui.providers.addresses import host_of
from llmtui.providers.card import Card
from llmtui.providers.dialect import Call, Decoder, Dialect, Frame
from llmtui.providers.failures import failure_from
from llmtui.wire.curing import Caps, OverCapError
from llmtui.wire.framing import frames, is_whole
from llmtui.wire.timeouts import Patience, Timeouts
from llmtui.wire.trouble import failure_of

_ERROR_BODY = 64 << 10
_ERROR_SECONDS = 10.0
_DRAIN_SECONDS = 0.1
_SSE_FIELDS = (b"data", b"event", b"id", b"retry", b"error", b":")
_Bytes = AsyncGenerator[bytes, None]
_TROUBLES = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OverCapError)


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
        pieces = _pieces(response, patience)
        async with aclosing(pieces):
            try:
                start = await _start(pieces)
            except TimeoutError:
                yield self._late(patience)
                return
            except _TROUBLES as trouble:
                yield self._failed(trouble)
                return
            answer = self._read(start, pieces, response.headers.get("content-type", ""), patience)
            async with aclosing(answer) as events:
                async for event in events:
                    yield event

    def _read(
        self, start: bytes, pieces: _Bytes, content_type: str, patience: Patience
    ) -> AsyncGenerator[Event, None]:
        """The events of a good answer, by what it is and not by what it says it is."""
        shown = start.lstrip(b"\xef\xbb\xbf \t\r\n")
        body = _joined(start, pieces)
        if self.call.framing == "ndjson" and shown[:1] == b"{":
            return self._streamed(body, patience)
        if shown[:1] in (b"{", b"["):
            return self._whole(body, patience)
        promised = "event-stream" in content_type.lower()
        if shown and shown[:1] != b"<" and (promised or _may_be_events(shown)):
            return self._streamed(body, patience)
        return self._no_answer(body, content_type)

    async def _streamed(self, pieces: _Bytes, patience: Patience) -> AsyncGenerator[Event, None]:
        decoder = self.dialect.decoder(self.card)
        framed = frames(pieces, self.call.framing, self.caps)
        async with aclosing(pieces), aclosing(framed):
            try:
                async for frame in framed:
                    patience.payload()
                    for event in decoder.feed(frame):
                        yield event
                        if isinstance(event, Done | Failed):
                            await _drain(framed)
                            return
                endings = tuple(decoder.end())
            except TimeoutError:
                endings = self._broken(decoder, self._late(patience).failure)
            except _TROUBLES as trouble:
                endings = self._broken(decoder, self._failed(trouble).failure)
        for event in endings:
            yield event

    def _broken(self, decoder: Decoder, failure: Failure) -> tuple[Event, ...]:
        """The ending of a stream that broke: still a good one, if its end mark had been read."""
        return tuple(
            replace(event, failure=failure)
            if isinstance(event, Failed) and event.failure.kind == "cut"
            else event
            for event in decoder.end()
        )

    async def _whole(self, pieces: _Bytes, patience: Patience) -> AsyncGenerator[Event, None]:
        body = bytearray()
        try:
            async for piece in pieces:
                body += piece
                patience.payload()
                if len(body) > self.caps.answer:
                    raise OverCapError(f"the answer is larger than {self.caps.answer >> 20} MiB")
        except TimeoutError:
            yield self._late(patience)
            return
        except _TROUBLES as trouble:
            yield self._failed(trouble)
            return
        if b"\n{" in body and not is_whole(body.decode("utf-8", "replace")):
            # Several objects, one a line, where events were promised.
            async with aclosing(self._streamed(_joined(bytes(body), None), patience)) as events:
                async for event in events:
                    yield event
            return
        for event in self.dialect.whole(self.card, bytes(body)):
            yield event

    async def _no_answer(self, pieces: _Bytes, content_type: str) -> AsyncGenerator[Event, None]:
        """Something that no model says: a web page, a line of text, nothing."""
        body = await _head(pieces)
        if body.strip():
            yield Failed(failure_from(200, content_type, body, self.card, self._where))
            return
        hint = "Try again."
        yield Failed(Failure("empty", "the answer had nothing in it", self._where, hint))

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


async def _start(pieces: _Bytes) -> bytes:
    """The body up to its first piece with something in it."""
    start = b""
    async for piece in pieces:
        start += piece
        if start.strip(b"\xef\xbb\xbf \t\r\n"):
            break
        if len(start) > _ERROR_BODY:
            raise OverCapError("the answer is nothing but blanks")
    return start


def _may_be_events(start: bytes) -> bool:
    """Whether this is, or may become, the first line of server-sent events."""
    return any(field.startswith(start[: len(field)]) for field in _SSE_FIELDS)


async def _joined(start: bytes, pieces: _Bytes | None) -> _Bytes:
    yield start
    if pieces is not None:
        async for piece in pieces:
            yield piece


async def _head(pieces: AsyncIterator[bytes]) -> bytes:
    """As much of a body as an error message may have, whatever happens meanwhile."""
    body = bytearray()
    try:
        async with asyncio.timeout(_ERROR_SECONDS):
            async for piece in pieces:
                body += piece
                if len(body) >= _ERROR_BODY:
                    break
    except (TimeoutError, *_TROUBLES):
        pass
    return bytes(body[:_ERROR_BODY])


async def _drain(framed: AsyncIterator[Frame]) -> None:
    """Read a finished answer to its last byte, if that is already here: then the connection can be kept."""
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for _ in framed:
                pass
    except (TimeoutError, *_TROUBLES):
        pass
