"""The longest that the loop is held by what is hard to draw, and what a key waits for meanwhile.

The real app at 120x40, with all that it writes for a terminal: each text comes at 200 pieces a second, while
a thread presses a key every 150 ms. What is counted is the CPU time of the loop's thread, because a promise
about a frame is one about our work and not about the neighbours'.
"""

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.measure_hard import TEXTS
from benchmarks.transcript import conversation, markdown_tokens
from benchmarks.watched import RATE, Step, resized, themed, watched
from llmtui.chat.conversation import Conversation
from llmtui.chat.events import Event, ReasoningDelta, TextDelta

_FRAME, _KEY = 50, 30
# All that is in sight is made anew, or for the first time; nothing is promised of a novel in one piece.
_LIMITS = {"another width": 100, "another theme": 100, "opening": 300, "before it": None}
_SECONDS = 8
_BULK = 50_000
_LONG = 300_000
_CODE, _ROWS = TEXTS["an open fence of 40 KB"], TEXTS["a table of 2,000 rows"]

_PROSE = "".join(markdown_tokens(60_000, 3))[:_LONG].rsplit("\n\n", 1)[0] + "\n```\n\n"
_THOUGHT = "We need to think, and *then* say what we thought. " * 4_000
_CJK = "我们需要想一想，然后再说。" * 15_000

# What is said at once before, and what then comes bit by bit.
_HARD: dict[str, tuple[str, str]] = {
    "fence of 40 KB": ("", _CODE),
    "fence of 40 KB in a list": ("", TEXTS["an open fence of 40 KB in a list"]),
    "fence of 40 KB in a quote": ("", "> " + _CODE.replace("\n", "\n> ")),
    "table of 2,000 rows": ("", _ROWS),
    "table of 2,000 rows in a list": ("", "- table\n\n  " + _ROWS.replace("\n", "\n  ")),
    "wide table of 2,000 rows": ("", TEXTS["a table of 2,000 rows wider than the page"]),
    "list of 2,000 items": ("", TEXTS["a list of 2,000 items"]),
    "160,000 images that are none": ("", TEXTS["160,000 images that are none"]),
    "paragraph of 200 KB": ("", TEXTS["a paragraph of 200 KB in one line"]),
    "quote of 100 KB": ("", TEXTS["a quote of 100 KB"]),
    "fence after 300 KB": (_PROSE, _CODE),
    "table after 300 KB": (_PROSE, _ROWS),
    "list after 300 KB": (_PROSE, TEXTS["a list of 2,000 items"]),
    "fence after a fence of 1 MB": (_CODE + _CODE[10:] * 24 + "```\n\n", _CODE),
}


def figures() -> Iterator[Figure]:
    """For each text the worst turn while it comes and in the moments that are said, and the keys."""
    for name, (before, text) in _HARD.items():
        yield from _told(name, _steps(text, TextDelta, before))
    for name, text in (("thought of 200 KB", _THOUGHT), ("thought of 200,000 CJK", _CJK)):
        steps = [*_steps(text, ReasoningDelta), "it is folded", TextDelta("Well"), 0.5]
        yield from _told(name, steps)
    steps = _steps("".join(markdown_tokens(2_000, 7)), TextDelta)
    yield from _told("10,000 messages", steps, _conversation(10_000))


def _told(name: str, steps: Sequence[Step], opened: Conversation | None = None) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        watch = asyncio.run(watched(Path(folder), steps, opened))
    for moment in watch.turns:
        if moment != "starting":
            yield Figure(f"{name}: {moment}", watch.worst(moment), "ms", _LIMITS.get(moment, _FRAME))
    yield Figure(f"{name}: a key, median", watch.key(0.5), "ms", _KEY / 2)
    yield Figure(f"{name}: a key, 95th percentile", watch.key(0.95), "ms", _KEY)
    yield Figure(f"{name}: full collections", 1000 * max(watch.collections, default=0.0), "ms", 20)


def _steps(text: str, event: Callable[[str], Event], before: str = "") -> list[Step]:
    half = len(text) // 2
    steps: list[Step] = ["before it", event(before), 1.0] if before else []
    steps += ["it comes", *_bits(text[:half], event)]
    rest = _bits(text[half:], event)
    for moment, act in (("another width", resized(100)), ("another theme", themed("nord"))):
        steps += [moment, act, *rest[: RATE // 2], "it comes"]
        rest = rest[RATE // 2 :]
    lines = text[text.find("\n", half) + 1 :][: _BULK * 2]
    return [
        *steps,
        *rest,
        "50 KB at once",
        event((lines * (_BULK // max(1, len(lines)) + 1))[:_BULK]),
        0.7,
        "it closes",
        event("\n```\n\n"),
        0.3,
        "a link is defined",
        event("see [late].\n\n[late]: http://a.example\n\n"),
        0.5,
    ]


def _bits(text: str, event: Callable[[str], Event]) -> list[Event]:
    size = max(1, len(text) * 2 // (RATE * _SECONDS))
    return [event(text[at : at + size]) for at in range(0, len(text), size)]


def _conversation(count: int) -> Conversation:
    messages = conversation(count)
    parents = [None, *(message.id for message in messages)]
    linked = tuple(
        replace(message, parent=parent) for message, parent in zip(messages, parents, strict=False)
    )
    return Conversation("long", "Long", messages=linked, head=messages[-1].id, model="openai/gpt-4o-mini")
