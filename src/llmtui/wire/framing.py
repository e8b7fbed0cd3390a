"""Bytes to frames: server-sent events (their grammar is httpx-sse's) and lines of JSON."""

import json
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import aclosing

import httpx
from httpx_sse import EventSource

from llmtui.providers.dialect import Frame, Framing
from llmtui.wire.curing import Caps, Cure, LineCutter, OverCapError

# What it really is has been looked at before; this is what httpx-sse wants to read.
_AS_EVENTS = {"content-type": "text/event-stream"}


async def frames(pieces: AsyncIterable[bytes], framing: Framing, caps: Caps) -> AsyncGenerator[Frame, None]:
    """The frames of one answer, none of them empty. Raises OverCapError, and what `pieces` raises."""
    count = 0
    async with aclosing(_events(pieces, caps) if framing == "sse" else _lines(pieces, caps)) as found:
        async for frame in found:
            count += 1
            if count > caps.events:
                raise OverCapError(f"the answer has more than {caps.events:,} events")
            yield frame


async def _events(pieces: AsyncIterable[bytes], caps: Caps) -> AsyncGenerator[Frame, None]:
    cure = Cure(caps)
    cured = _Cured(pieces, cure)
    async with aclosing(cured.texts), aclosing(EventSource(cured).aiter_sse()) as events:
        async for event in events:
            data = event.data
            if not data or (cure.over and not is_whole(data)):
                continue
            yield Frame(data, "" if event.event == "message" else event.event)


async def _lines(pieces: AsyncIterable[bytes], caps: Caps) -> AsyncGenerator[Frame, None]:
    # Never str.splitlines: it also splits at U+0085 and U+2028, which may stand inside a JSON string.
    lines = LineCutter(caps, lone_cr=False)
    async for piece in pieces:
        for line in lines.feed(piece):
            if text := line.strip(b" \t\r"):
                yield Frame(text.decode("utf-8", "replace"))
    if (rest := lines.end().strip(b" \t\r").decode("utf-8", "replace")) and is_whole(rest):
        yield Frame(rest)


def is_whole(data: str) -> bool:
    """Whether the last data of a stream, which nothing ended, was cut off or is all there."""
    if data.strip() == "[DONE]":
        return True
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


class _Cured(httpx.Response):
    """The cured bytes, as the response that httpx-sse wants to read."""

    def __init__(self, pieces: AsyncIterable[bytes], cure: Cure) -> None:
        super().__init__(200, headers=_AS_EVENTS)
        self.texts = _cured_texts(pieces, cure)

    def aiter_text(self, chunk_size: int | None = None) -> AsyncGenerator[str, None]:
        return self.texts


async def _cured_texts(pieces: AsyncIterable[bytes], cure: Cure) -> AsyncGenerator[str, None]:
    # Whole lines come out of the cure, so no character is ever cut in two here.
    async for piece in pieces:
        if cured := cure.feed(piece):
            yield cured.decode("utf-8", "replace")
    yield cure.end().decode("utf-8", "replace")
