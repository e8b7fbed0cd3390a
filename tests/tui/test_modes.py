"""Each line that takes the keys gives them back, whatever happens while it has them."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from llmtui.chat.events import Done, ReasoningDelta, TextDelta
from llmtui.tui.app import LlmtuiApp
from llmtui.tui.composing.composer import Composer
from llmtui.tui.conversation.hint_bar import HintBar
from llmtui.tui.conversation.prompt_line import PromptLine
from llmtui.tui.conversation.select_bar import SelectBar
from llmtui.tui.find.bar import FindBar
from tests.engine.scripted import ScriptedLine
from tests.tui.stage import app, say, settled

ANSWER = "A word here:\n\n```python\nx = 1\n```\n\nand a word\n\n```sh\nls word\n```\n"
MODES = {
    "reading": ("tab",),
    "finding": ("ctrl+f", "w", "o"),
    "reading what was found": ("ctrl+f", "w", "o", "tab"),
    "choosing a letter": ("f9",),
    "selecting": ("tab", "v", "v", "right"),
    "naming a file": ("tab", "s", "m"),
    "writing a command": ("tab", "exclamation_mark", "a"),
    "a pane": ("f7", "tab", "tab"),
}


async def _another_conversation(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+n")


async def _deleted(pilot: Pilot[None]) -> None:
    stage = pilot.app
    assert isinstance(stage, LlmtuiApp)
    await stage.action_command("delete")


async def _another_answer(pilot: Pilot[None]) -> None:
    stage = pilot.app
    assert isinstance(stage, LlmtuiApp)
    stage.session.ask("Again")
    await settled(pilot)


async def _a_panel(pilot: Pilot[None]) -> None:
    await pilot.press("f1")
    await pilot.pause()
    await pilot.press("escape")


async def _another_size(pilot: Pilot[None]) -> None:
    await pilot.resize_terminal(40, 12)
    await pilot.pause()
    await pilot.resize_terminal(110, 30)


async def _a_click_where_one_types(pilot: Pilot[None]) -> None:
    await pilot.click(Composer)


async def _to_the_sidebar(pilot: Pilot[None]) -> None:
    await pilot.press("f3")


async def _to_find(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+f")


async def _to_choose(pilot: Pilot[None]) -> None:
    await pilot.press("f9")


HAPPENINGS = (
    _another_size,
    _another_answer,
    _a_panel,
    _a_click_where_one_types,
    _to_the_sidebar,
    _to_find,
    _to_choose,
    _deleted,
    _another_conversation,
)


def lines_with_keys(stage: LlmtuiApp) -> list[Widget]:
    kinds = (HintBar, SelectBar, PromptLine)
    return [widget for widget in stage.screen.query("*") if isinstance(widget, kinds)]


def at_rest(stage: LlmtuiApp) -> bool:
    """Whether somebody types and nothing else goes on."""
    transcript = stage.transcript
    free = transcript.hints is None and transcript.caret() is None and not transcript.lent
    bars = lines_with_keys(stage) or stage.screen.query(FindBar)
    told = transcript.finding or transcript.current is not None or stage.status_line.keys
    return isinstance(stage.focused, Composer) and free and not bars and not told


@pytest.mark.parametrize("mode", MODES)
async def test_whatever_happens_one_thing_has_the_keys_and_escape_leads_back_to_typing(
    tmp_path: Path, mode: str
) -> None:
    async def through(happening: Callable[[Pilot[None]], Awaitable[None]]) -> None:
        await say(pilot, "Show me")
        await settled(pilot)
        await pilot.press(*MODES[mode])
        await pilot.pause()
        await happening(pilot)
        await pilot.pause()
        assert stage.focused is not None, happening.__name__
        lines = lines_with_keys(stage)
        assert len(lines) <= 1, happening.__name__
        assert all(line.has_focus_within for line in lines), happening.__name__
        for _ in range(3):
            await pilot.press("escape")
            await pilot.pause()
        assert at_rest(stage), happening.__name__

    said = (ReasoningDelta("A word thought"), TextDelta(ANSWER), Done())
    stage = app(tmp_path, ScriptedLine(*[said] * (len(HAPPENINGS) + 1)))
    async with stage.run_test(size=(110, 30)) as pilot:
        for happening in HAPPENINGS:
            await through(happening)
