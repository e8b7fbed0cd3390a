"""Writes pictures of a long technical answer into a directory, to be looked at: `make looks INTO=…`.

In two themes and three sizes: while it streams, when it is finished, and the finished one page by page.
"""

import asyncio
import sys
import tempfile
from itertools import count, product
from pathlib import Path

from textual.pilot import Pilot

from docs.picture import draw
from llmtui.chat.events import Done, TextDelta
from llmtui.config import Settings
from llmtui.tui.app import LlmtuiApp
from llmtui.tui.composing.composer import Composer
from tests.engine.scripted import ScriptedLine
from tests.tui.stage import app, say, settled, shown

ANSWER = (Path(__file__).parent.parent / "tests/tui/grids/technical.md").read_text(encoding="utf-8")
THEMES = ("ink", "paper")
SIZES = ((120, 40), (80, 24), (40, 15))
CUT = ANSWER.index(".len());")  # in the middle of a line of code


async def look(into: Path, theme: str, size: tuple[int, int]) -> None:
    """Write every picture in one theme and size."""
    rest = asyncio.Event()
    line = ScriptedLine((TextDelta(ANSWER[:CUT]), rest, TextDelta(ANSWER[CUT:]), Done("stop")))
    name = f"{theme}-{size[0]}x{size[1]}"
    with tempfile.TemporaryDirectory() as folder:
        seen = app(Path(folder), line, settings=Settings(theme=theme))
        async with seen.run_test(size=size) as pilot:
            seen.query_one(Composer).cursor_blink = False
            await say(pilot, "How do I choose a cache?")
            await shown(seen, "日本語")
            await coloured(seen, pilot)
            draw(seen, into / f"{name}-streaming.svg")
            rest.set()
            await settled(pilot)
            await coloured(seen, pilot)
            draw(seen, into / f"{name}-finished.svg")
            await pilot.press("ctrl+home")
            for page in count(1):
                await coloured(seen, pilot)
                draw(seen, into / f"{name}-page-{page}.svg")
                if seen.transcript.is_vertical_scroll_end:
                    break
                await pilot.press("pagedown")


async def coloured(seen: LlmtuiApp, pilot: Pilot[None]) -> None:
    """Wait until all that is in sight is drawn in its colours."""
    await pilot.pause()
    await seen.transcript.coloured()
    await pilot.pause()


async def look_at_all(into: Path) -> None:
    for theme, size in product(THEMES, SIZES):
        await look(into, theme, size)


def main() -> None:
    into = Path(sys.argv[1])
    into.mkdir(parents=True, exist_ok=True)
    asyncio.run(look_at_all(into))


if __name__ == "__main__":
    main()
