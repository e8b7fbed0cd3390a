"""What drawing a conversation costs, and what it may."""

import asyncio
from collections.abc import Iterator

from benchmarks.figure import Figure
from benchmarks.transcript import echo, flood, floor_and_ours, opening, streaming_in


def figures() -> Iterator[Figure]:
    """The transcript beside the floor of its kind, in one process and one after the other."""
    floor, ours = asyncio.run(floor_and_ours(100, 6))
    yield Figure("floor, CPU per 1,000 tokens at 100/s", floor, "s")
    yield Figure("transcript, CPU per 1,000 tokens at 100/s", ours, "s")
    yield Figure("transcript beside the floor", ours / floor, "x", 1.3)
    *_, wall = asyncio.run(flood())
    yield Figure("20,000 tokens at full rate", wall, "s", 2.0)
    median, p95 = asyncio.run(echo())
    yield Figure("key to screen at 200 tokens/s, median", median * 1000, "ms", 20)
    yield Figure("key to screen at 200 tokens/s, 95th percentile", p95 * 1000, "ms", 50)
    few = asyncio.run(streaming_in(20))
    many = asyncio.run(streaming_in(10_000))
    yield Figure("streaming below 10,000 messages beside 20", many / few, "x", 1.3)
    opened, page, _ = asyncio.run(opening(1_000))
    yield Figure("opening 1,000 messages", opened * 1000, "ms", 300)
    yield Figure("a page up in 1,000 messages, CPU", page * 1000, "ms", 50)
