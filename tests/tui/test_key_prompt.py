"""A key that is entered on the screen: shown to nobody, kept, and refused in words."""

from dataclasses import replace
from pathlib import Path

from textual.widgets import Input

from llmtui.cli.key_desk import KeyDesk
from llmtui.cli.wiring import House, build
from llmtui.tui.app import LlmtuiApp
from llmtui.tui.panels.key_prompt import KeyPrompt
from tests.tui.stage import app, say, screen_text, shown

SIZE = (110, 40)
CANARY = "sk-typed-canary-3"


def with_keys(folder: Path) -> LlmtuiApp:
    places = {f"LLMTUI_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "STATE")}
    house = build({**places, "OPENAI_API_KEY": "sk-environment-canary"})
    assert isinstance(house, House)
    stage = app(folder)
    stage.around = replace(stage.around, keys=KeyDesk(house))
    return stage


async def test_a_key_is_entered_without_being_shown(tmp_path: Path) -> None:
    stage = with_keys(tmp_path)
    async with stage.run_test(size=SIZE, notifications=True) as pilot:
        await say(pilot, "/keys")
        await shown(stage, "OpenAI: OPENAI_API_KEY")
        await say(pilot, "/keys groq")
        await shown(stage, "Key for groq")
        assert isinstance(stage.screen, KeyPrompt)
        stage.screen.query_one(Input).value = CANARY
        await pilot.pause()
        assert "canary" not in screen_text(stage)
        await pilot.press("enter")
        await shown(stage, "is kept")
        assert "canary" not in screen_text(stage)
        await say(pilot, "/keys")
        await shown(stage, "Groq:")
    assert CANARY in (tmp_path / "config" / "keys.json").read_text()


async def test_a_second_try_at_a_key_goes_to_the_prompt_and_never_to_a_model(tmp_path: Path) -> None:
    stage = with_keys(tmp_path)
    async with stage.run_test(size=SIZE, notifications=True) as pilot:
        await say(pilot, "/keys groq")
        await shown(stage, "Key for groq")
        for nothing in ("", f'"{CANARY}"', f"Bearer {CANARY}"):
            stage.screen.query_one(Input).value = nothing
            await pilot.press("enter")
            await shown(stage, "try again")
            assert isinstance(stage.screen, KeyPrompt)
            assert stage.screen.query_one(Input).value == ""
        await pilot.press(*CANARY, "enter")
        await shown(stage, "is kept")
        assert not stage.session.conversation.messages
    assert CANARY in (tmp_path / "config" / "keys.json").read_text()


async def test_a_key_that_a_variable_goes_before_is_kept_and_said_not_to_be_used(tmp_path: Path) -> None:
    stage = with_keys(tmp_path)
    async with stage.run_test(size=SIZE, notifications=True) as pilot:
        await say(pilot, "/keys openai")
        await shown(stage, "Key for openai")
        await pilot.press(*CANARY, "enter")
        await shown(stage, "OPENAI_API_KEY goes first")


async def test_what_is_no_key_is_refused_and_leaving_keeps_nothing(tmp_path: Path) -> None:
    stage = with_keys(tmp_path)
    async with stage.run_test(size=SIZE, notifications=True) as pilot:
        await say(pilot, "/keys groq")
        await shown(stage, "Key for groq")
        stage.screen.query_one(Input).value = f"{CANARY} {CANARY}"
        await pilot.press("enter")
        await shown(stage, "which no key has")
        assert "canary" not in screen_text(stage)
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(stage.screen, KeyPrompt)
    assert not (tmp_path / "config" / "keys.json").exists()
