"""What a turn costs in memory for as long as the conversation is open: the app and its history, no network.

Every question and answer is far away soon. What is left of them should be their words and little more.
"""

import asyncio
import gc
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.drivers.headless_driver import HeadlessDriver

from benchmarks.figure import Figure
from llmtui.chat.events import Done, Event, ModelReported, TextDelta, Usage, UsageReported
from llmtui.chat.request import Request
from llmtui.store.history import History
from llmtui.tui.needs import Opening
from tests.engine.scripted import ScriptedLine
from tests.tui import stage

# Textual's own caches are full by then.
_BEFORE, _MEASURED = 600, 900
# What it took once (3.8), and a third: the promise is 1, but the caches of Textual are not told apart.
_MOST_MEGABYTES = 5.0
_SENTENCE = "It is **not** hard to find when `caches` are warm, as they mostly are. "
_SENTENCES = 8


class _Terminal(HeadlessDriver):
    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        """Nobody reads it."""


class _Line(ScriptedLine):
    """Says as much in each answer, and no two the same."""

    async def stream(self, request: Request, watched: asyncio.Event) -> AsyncGenerator[Event, None]:
        yield ModelReported("".join(["gpt-4o-mini", "-2024-07-18"]))
        for sentence in range(_SENTENCES):
            yield TextDelta(f"{len(request.messages)}.{sentence} {_SENTENCE}")
            await asyncio.sleep(0)
        yield UsageReported(Usage(1000 + len(request.messages), 125, total=1125))
        yield Done("stop")


def figures() -> Iterator[Figure]:
    """Megabytes for a thousand turns, and how much of them is words."""
    with TemporaryDirectory() as folder:
        grown, words = asyncio.run(_grown(Path(folder)))
    each = 1000 / _MEASURED
    yield Figure("more of it after 1,000 turns", grown / 1024 * each, "MB", _MOST_MEGABYTES)
    yield Figure("letters said in 1,000 turns", words / (1 << 20) * each, "MB")


async def _grown(folder: Path) -> tuple[int, int]:
    """Kilobytes that came to be resident while so many turns were had, and the letters said in them."""
    history = History(folder / "history.db")
    app = stage.app(folder, _Line(), history, Opening(model=stage.MODEL))  # type: ignore[arg-type]
    app.driver_class = _Terminal
    running = asyncio.create_task(app.run_async(size=(120, 40)))
    await asyncio.sleep(1.5)

    async def talk(turns: range) -> int:
        for turn in turns:
            asked = asyncio.Event()
            app.call_later(app.session.ask, f"What do you say to question {turn}, which is no shorter?")
            app.call_later(asked.set)
            await asked.wait()
            await app.session.idle()
            # What is answered is drawn and looked through before anybody asks again.
            await asyncio.sleep(0.01)
        await asyncio.sleep(1.0)
        gc.unfreeze()
        gc.collect()
        return _resident()

    before = await talk(range(_BEFORE))
    after = await talk(range(_BEFORE, _BEFORE + _MEASURED))
    words = sum(len(message.text) for message in app.session.conversation.path[2 * _BEFORE :])
    app.call_later(app.exit)
    await running
    await history.close()
    return after - before, words


def _resident() -> int:
    """The kilobytes of this process that are in memory."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
