"""What reading 10,000 messages of 11 MB costs: `python -m benchmarks.reading`.

Opening, another width, another theme, going to the ends, dragging the scrollbar, and finding the farthest
words while somebody types. Figures are milliseconds of CPU of the whole process, headless at 120x40; where
it says so, what passed on the clock. Read differences under a fifth as noise.
"""

import asyncio
import statistics
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from time import perf_counter, process_time

from textual.events import Key
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.scrollbar import ScrollTo
from textual.widgets import Input

from benchmarks.transcript import ChatApp, conversation, drawn
from llmtui.chat.message import Message
from llmtui.chat.parts import Text
from llmtui.tui.conversation.transcript import Transcript

_COUNT = 10_000


def _long() -> list[Message]:
    found = []
    for place, message in enumerate(conversation(_COUNT)):
        text = message.text if place % 2 == 0 else f"{message.text}\n\n{message.text}\n\nanswer x{place}x\n"
        found.append(replace(message, parts=(Text(text),)))
    return found


async def _costs(app: ChatApp, name: str, act: Callable[[], object]) -> None:
    cpu, wall = process_time(), perf_counter()
    done = act()
    if isinstance(done, Awaitable):
        await done
    await drawn(app)
    print(
        f"{name:34} {1e3 * (process_time() - cpu):6.0f} CPU {1e3 * (perf_counter() - wall):6.0f} on the clock"
    )


async def _finds(app: ChatApp, words: str) -> None:
    """How soon the first hit is on the screen and all are counted, while somebody types."""
    transcript, field = app.query_one(Transcript), app.query_one(Input)
    transcript.follow()
    await drawn(app)
    echoes: list[float] = []

    async def keys() -> None:
        while True:
            began, before = perf_counter(), len(field.value)
            app.post_message(Key("x", "x"))
            while len(field.value) <= before:  # noqa: ASYNC110 - nobody but a benchmark asks
                await asyncio.sleep(0)
            await drawn(app)
            echoes.append(perf_counter() - began)
            await asyncio.sleep(0.03)

    typing = asyncio.create_task(keys())
    began, first = perf_counter(), 0.0
    transcript.find(words)
    while not (transcript.found or "").endswith("found") and "…" in (transcript.found or ""):
        await asyncio.sleep(0.001)
        if not first and " of " in (transcript.found or ""):
            await drawn(app)
            first = perf_counter() - began
    counted = perf_counter() - began
    await asyncio.sleep(0.05)
    typing.cancel()
    told = f"first {1e3 * (first or counted):.0f}, all {1e3 * counted:.0f} on the clock"
    print(f"find {words!r:29} {told}; {transcript.found}; keys {1e3 * statistics.median(echoes):.0f}")
    transcript.find_no_more()


async def _drags(app: ChatApp, pilot: Pilot[None]) -> None:
    transcript = app.query_one(Transcript)
    transcript.scroll_home()
    bar = transcript.vertical_scrollbar
    bar.grabbed = Offset(0, 0)
    await pilot.pause()
    rows, costs = bar.window_virtual_size, []
    for step in range(100):
        began = process_time()
        bar.post_message(ScrollTo(y=rows * step / 100, animate=False))
        await drawn(app)
        costs.append(process_time() - began)
    bar.grabbed = None
    print(f"{'a step of a drag':34} {1e3 * statistics.median(costs):6.0f} CPU")


async def _main() -> None:
    app, messages = ChatApp(), _long()
    async with app.run_test(size=(120, 40)) as pilot:
        transcript = app.query_one(Transcript)
        transcript.show(messages[:4])
        await asyncio.sleep(0.6)
        await _costs(app, f"open {_COUNT:,} messages", lambda: transcript.show(messages))
        transcript.scroll_to(y=transcript.max_scroll_y // 2)
        for width in (80, 120):
            await _costs(app, f"{width} columns", partial(pilot.resize_terminal, width, 40))
        await _costs(app, "another theme", lambda: setattr(app, "theme", "nord"))
        await _costs(app, "to the beginning", transcript.scroll_home)
        await _costs(app, "to the end", transcript.action_scroll_end)
        for words in ("answer x1x", "streams tokens", "e", "not there"):
            await _finds(app, words)
        await _drags(app, pilot)


if __name__ == "__main__":
    asyncio.run(_main())
