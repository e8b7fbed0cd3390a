"""What is typed right behind a key is for where the key leads, however fast it comes."""

from pathlib import Path

import pytest
from textual import events
from textual.app import App
from textual.widgets import Input

from llmtui.chat.events import Done, TextDelta
from tests.engine.scripted import ScriptedLine
from tests.tui.stage import app, say, settled


def at_once(stage: App[None], *keys: str) -> None:
    """Press keys as a terminal hands them over: all in one go, before anything is done with the first."""
    for key in keys:
        stage.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_what_is_typed_behind_the_key_for_a_new_conversation_is_its_draft(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine((TextDelta("Hello"), Done())))
    async with stage.run_test(size=(100, 30)) as pilot:
        await say(pilot, "Hi")
        await settled(pilot)
        old = stage.session
        at_once(stage, "ctrl+n", *"next")
        await settled(pilot)
        assert stage.session is not old
        assert stage.composer.text == "next"
        assert old.conversation.draft == ""


@pytest.mark.parametrize("key", ["ctrl+o", "ctrl+r", "f3", "ctrl+f"])
async def test_what_is_typed_behind_the_key_of_a_search_is_searched(tmp_path: Path, key: str) -> None:
    stage = app(tmp_path, ScriptedLine((TextDelta("Hello"), Done())))
    async with stage.run_test(size=(100, 30)) as pilot:
        await say(pilot, "Hi")
        await settled(pilot)
        at_once(stage, key, *"hello")
        await settled(pilot)
        assert isinstance(stage.focused, Input)
        assert stage.focused.value == "hello"
        assert stage.composer.text == ""


@pytest.mark.parametrize("word", ["queue", "provider", "nnj"])
async def test_what_is_typed_behind_the_key_that_finds_is_searched(tmp_path: Path, word: str) -> None:
    stage = app(tmp_path, ScriptedLine((TextDelta("Hello"), Done())))
    async with stage.run_test(size=(100, 30)) as pilot:
        await say(pilot, "Hi")
        await settled(pilot)
        await pilot.press("tab")
        at_once(stage, "slash", *word)
        await settled(pilot)
        assert isinstance(stage.focused, Input)
        assert stage.focused.value == word
        assert stage.composer.text == ""


@pytest.mark.parametrize("letter", ["b", "f"])
async def test_the_letter_of_a_block_counts_right_behind_the_key_that_asks_for_it(
    tmp_path: Path, letter: str
) -> None:
    blocks = "\n\n".join(f"```\nblock {name}\n```" for name in "abcdef")
    stage = app(tmp_path, ScriptedLine((TextDelta(blocks), Done())))
    async with stage.run_test(size=(100, 40)) as pilot:
        await say(pilot, "Hi")
        await settled(pilot)
        await pilot.press("tab")
        at_once(stage, "y", letter, "d")
        await settled(pilot)
        assert stage.clipboard == f"block {letter}"
        # The letter was the last that was for the block.
        assert stage.composer.text == "d"


async def test_a_panel_keeps_the_keys_of_the_commands_to_itself(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=(100, 30)) as pilot:
        await pilot.press("ctrl+o")
        session = stage.session
        await pilot.press("ctrl+n", "f2")
        assert stage.session is session
        assert len(stage.screen_stack) == 2
        assert stage.composer.text == ""
