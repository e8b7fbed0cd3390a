"""Keys as they are set: told where they clash, changed in panels too, never lost between two widgets."""

from pathlib import Path

from textual.binding import Binding
from textual.events import Key

from llmtui.config import Settings
from llmtui.tui.conversation.prompt_line import PromptLine
from llmtui.tui.conversation.thought_pane import ThoughtPane
from llmtui.tui.panels.help import HelpPanel
from llmtui.tui.panels.key_prompt import KeyPrompt
from llmtui.tui.panels.link_panel import LinkPanel
from llmtui.tui.panels.picker import Picker
from llmtui.tui.panels.pipe_panel import PipePanel
from llmtui.tui.panels.status_panel import StatusPanel
from llmtui.tui.sidebar import Sidebar
from tests.engine.scripted import ScriptedLine
from tests.tui.stage import app, say, settled, shown
from tests.tui.test_app import HELLO, SIZE


async def test_one_key_given_to_two_things_is_told(tmp_path: Path) -> None:
    letters = {"reading.next": "x", "reading.raw": "x", "selecting.copy": "x"}
    keys = {"retry": "ctrl+e,f5", "new": "ctrl+e", **letters}
    stage = app(tmp_path, ScriptedLine(HELLO), settings=Settings(keys=keys))
    async with stage.run_test(size=SIZE, notifications=True):
        await shown(stage, "new and retry are both")
        told = [notice.message for notice in stage._notifications]
        assert [message.removeprefix("[keys] in config.toml: ") for message in told] == [
            "new and retry are both given ctrl+e, so only one of them has it",
            "reading.next and reading.raw are both given x, so only one of them has it",
        ]


async def test_the_keys_of_panels_can_be_changed_and_are_told_as_they_are(tmp_path: Path) -> None:
    keys = {"list.star": "ctrl+y", "list.renew": "f6", "panel.leave": "x"}
    stage = app(tmp_path, ScriptedLine(HELLO), settings=Settings(keys=keys))
    async with stage.run_test(size=SIZE, notifications=True) as pilot:
        await pilot.press("ctrl+o")
        await shown(stage, "F6 asks anew · Enter chooses · Ctrl+Y stars · Esc leaves")
        await pilot.press("ctrl+y", "escape")
        assert len(stage.remembered.favourites) == 1
        await pilot.press("f1")
        await shown(stage, "Help · Esc leaves")
        await pilot.press("x")
        await pilot.pause()
        assert len(stage.screen_stack) == 1
        assert not stage._notifications


def test_all_that_a_panel_has_a_key_for_has_a_name_but_leaving_it_with_esc() -> None:
    panels = (Picker, HelpPanel, StatusPanel, KeyPrompt, PromptLine, PipePanel, LinkPanel)
    for panel in (*panels, Sidebar, ThoughtPane):
        for binding in panel.BINDINGS:
            assert isinstance(binding, Binding)
            assert binding.id or binding.key == "escape", (panel, binding.key)


async def test_what_is_typed_right_behind_tab_is_for_reading(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine(HELLO))
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Hello")
        await settled(pilot)
        for key in ("tab", "k", "escape", "a"):
            # As a terminal sends keys that were pressed while something else went on: all in one go.
            stage.post_message(Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        await pilot.pause()
        assert stage.composer.text == "a"
        assert stage.composer.has_focus
