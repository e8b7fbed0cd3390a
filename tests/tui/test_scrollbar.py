"""The transcript's scrollbar looks as Textual's own does."""

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from llmtui.chat.message import Message
from llmtui.chat.parts import Text
from llmtui.tui.conversation.transcript import Transcript


class Shown(App[None]):
    CSS = "Transcript { height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield Transcript()


def _look(strips: list[Strip]) -> list[tuple[str, object, object, bool, object]]:
    found: list[tuple[str, object, object, bool, object]] = []
    for strip in strips:
        (segment,) = strip
        style = segment.style
        assert style is not None
        found.append((segment.text, style.color, style.bgcolor, bool(style.reverse), style.meta))
    return found


@pytest.mark.parametrize("lines", [1, 45, 90, 1_000])
async def test_it_looks_as_textuals_own_wherever_it_is(lines: int) -> None:
    async with Shown().run_test(size=(60, 30)) as pilot:
        transcript = pilot.app.query_one(Transcript)
        transcript.show([Message("m", "user", (Text("\n".join(map(str, range(lines)))),))])
        await pilot.pause()
        bar = transcript.vertical_scrollbar
        for row in (0, 1, 7, transcript.max_scroll_y // 2, transcript.max_scroll_y):
            transcript.scroll_to(y=row)
            await pilot.pause()
            whole = Region(0, 0, *bar.size)
            assert _look(bar.render_lines(whole)) == _look(ScrollBar.render_lines(bar, whole))
