"""What an event costs from the socket to the engine, beside httpx + httpx-sse + json alone."""

import asyncio
import json
import time
from collections.abc import Iterator

import httpx
from httpx_sse import EventSource

from benchmarks.event_server import serving, word
from benchmarks.figure import Figure
from llmtui.chat.events import TextDelta
from llmtui.chat.message import Message
from llmtui.chat.models import ModelName
from llmtui.chat.parts import Text
from llmtui.chat.request import Request
from llmtui.providers.card import Card
from llmtui.wire.line import Line

_COUNT = 10_000
_ROUNDS = 5
_WAYS = {
    "single": "each a chunk of its own",
    "ten": "ten in a chunk",
    "paced": "one every 0.3 ms",
}
_QUESTION = Message("1", "user", (Text("go on"),))


def figures() -> Iterator[Figure]:
    """Microseconds of this process's CPU for each event, and how many times what the libraries take alone."""
    with serving(_COUNT) as port:
        for how, words in _WAYS.items():
            rounds = _ROUNDS if how != "paced" else 2
            # In turns, so that a disturbance meets both.
            pairs = [(asyncio.run(_ours(port, how)), asyncio.run(_bare(port, how))) for _ in range(rounds)]
            ours, bare = (min(times) / _COUNT * 1e6 for times in zip(*pairs, strict=True))
            yield Figure(f"CPU of an event, {words}", ours, "µs", 25 if how != "paced" else None)
            yield Figure(f"the libraries alone, {words}", bare, "µs")
            yield Figure(f"times that, {words}", ours / bare, "×", 1.6 if how != "paced" else 1)


async def _ours(port: int, how: str) -> float:
    """Seconds of CPU from the request to the last event."""

    async def no_key(card: Card) -> str:
        return ""

    card = Card("words", "Words", "openai-chat", f"http://127.0.0.1:{port}/{how}/v1", "none")
    line = Line({"words": card}, no_key)
    await line.warm("words")
    start = time.process_time()
    request = Request(ModelName("words", "words"), (_QUESTION,))
    # What comes at once may be folded into fewer deltas.
    letters = 0
    async for event in line.stream(request):
        if isinstance(event, TextDelta):
            letters += len(event.text)
    taken = time.process_time() - start
    await line.close()
    assert letters == sum(len(word(number)) for number in range(_COUNT))
    return taken


async def _bare(port: int, how: str) -> float:
    """Seconds of CPU that reading the same events takes with the libraries alone."""
    async with httpx.AsyncClient(timeout=None) as client:
        start = time.process_time()
        url = f"http://127.0.0.1:{port}/{how}/v1"
        count = 0
        async with client.stream("POST", url, json={}) as response:
            async for event in EventSource(response).aiter_sse():
                if event.data != "[DONE]":
                    count += bool(json.loads(event.data)["choices"][0]["delta"])
        taken = time.process_time() - start
    assert count == _COUNT
    return taken
