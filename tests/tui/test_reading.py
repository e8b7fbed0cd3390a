"""Reading with the keys: one message is the current one, and letters go from message to message."""

from pathlib import Path

import pytest
from textual.events import Key

from llmtui.chat.events import Done, ReasoningDelta, TextDelta
from llmtui.chat.message import Answer, Message
from llmtui.chat.parts import Reasoning, Text, ToolCall, ToolResult
from llmtui.config import Settings
from llmtui.tui.composing.composer import Composer
from llmtui.tui.conversation.transcript import Transcript
from tests.engine.scripted import ScriptedLine
from tests.tui.stage import app, say, screen_text, settled, shown
from tests.tui.test_transcript import Talk, conversation, question, reply, screen

LONG = "\n\n".join(f"Paragraph {number}." for number in range(40))


def bar(transcript: Transcript) -> list[str]:
    """The lines of the current message that are in sight."""
    return [line[1:] for line in screen(transcript) if line.startswith("▌")]


async def test_tab_from_the_empty_composer_reads_and_escape_types_again(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine((TextDelta("Hello"), Done())))
    async with stage.run_test(size=(100, 30)) as pilot:
        await say(pilot, "Hi")
        await settled(pilot)
        for key in ("escape", "i", "enter"):
            assert stage.composer.has_focus
            await pilot.press("tab")
            assert stage.transcript.has_focus
            assert "▌Hello" in screen_text(stage)
            assert "Esc back · j k message · / find" in screen_text(stage)
            await pilot.press(key)
            await pilot.pause()
        assert isinstance(stage.focused, Composer)
        assert "▌" not in screen_text(stage)
        assert "Esc back" not in screen_text(stage)


async def test_a_wide_screen_tells_what_moves_and_wraps_long_lines(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine((TextDelta("Hello"), Done())))
    async with stage.run_test(size=(130, 30)) as pilot:
        await say(pilot, "Hi")
        await settled(pilot)
        await pilot.press("tab")
        await shown(stage, "t fold · ← → sideways · s save · w wrap")


async def test_there_is_nothing_to_read_in_an_empty_conversation(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=(100, 30)) as pilot:
        await pilot.press("tab")
        assert stage.focused is not stage.transcript


async def test_a_letter_without_a_meaning_is_typed(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine((TextDelta("Hello"), Done())))
    async with stage.run_test(size=(100, 30)) as pilot:
        await say(pilot, "Hi")
        await settled(pilot)
        await pilot.press("tab", "j", "k", "x", "j")
        await pilot.pause()
        assert isinstance(stage.focused, Composer)
        assert stage.composer.text == "xj"


async def test_letters_right_behind_the_first_one_are_typed_too(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine((TextDelta("Hello"), Done())))
    async with stage.run_test(size=(100, 30)) as pilot:
        await say(pilot, "Hi")
        await settled(pilot)
        await pilot.press("tab")
        for letter in "a follow up":
            stage.post_message(Key("space" if letter == " " else letter, letter))
        await pilot.pause()
        assert stage.composer.text == "a follow up"


async def test_tab_reads_while_a_draft_stays_as_it_is(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine((TextDelta("Hello"), Done())))
    async with stage.run_test(size=(120, 30)) as pilot:
        await say(pilot, "Hi")
        await settled(pilot)
        await pilot.press(*"draft", "tab")
        await pilot.pause()
        assert stage.focused is stage.transcript
        assert stage.composer.text == "draft"


async def test_the_keys_can_be_others(tmp_path: Path) -> None:
    settings = Settings(keys={"reading.next": "x", "reading.leave": "q"})
    stage = app(tmp_path, ScriptedLine((TextDelta("Hello"), Done())), settings=settings)
    async with stage.run_test(size=(100, 30)) as pilot:
        await say(pilot, "Hi")
        await settled(pilot)
        await pilot.press("tab", "k", "x")
        assert stage.transcript.current == 1
        assert "q back · x k message" in screen_text(stage)
        await pilot.press("q")
        await pilot.pause()
        assert isinstance(stage.focused, Composer)


async def test_alt_and_an_arrow_read_from_anywhere_and_keep_what_is_typed(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine((TextDelta(LONG), Done()), (TextDelta(LONG), Done())))
    async with stage.run_test(size=(100, 30)) as pilot:
        for words in ("One", "Two"):
            await say(pilot, words)
            await settled(pilot)
        await pilot.press(*"draft", "alt+up")
        await pilot.pause()
        assert stage.focused is stage.transcript
        assert bar(stage.transcript)[0].startswith("gpt-4o-mini")
        assert screen(stage.transcript)[0].startswith("▌gpt")
        await pilot.press("alt+up")
        assert screen(stage.transcript)[0].startswith("▌You")
        assert "▌Two" in screen(stage.transcript)
        await pilot.press("alt+down", "alt+down")
        assert stage.transcript.current == 3
        await pilot.press("escape")
        await pilot.pause()
        assert stage.composer.text == "draft"


@pytest.mark.parametrize("width", [40, 80, 120])
async def test_the_line_at_the_bottom_tells_the_keys_at_any_width(tmp_path: Path, width: int) -> None:
    stage = app(tmp_path, ScriptedLine((TextDelta("Hello"), Done())))
    async with stage.run_test(size=(width, 15)) as pilot:
        await say(pilot, "Hi")
        await settled(pilot)
        await pilot.press("tab")
        last = screen_text(stage).splitlines()[-1]
        assert last.startswith(" Esc back · j k message")
        assert len(last) <= width


async def test_messages_come_to_the_top_one_after_the_other() -> None:
    app = Talk(conversation(20))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        transcript.focus()
        await pilot.press("g")
        assert transcript.current == 0
        for place in range(1, 20):
            await pilot.press("j")
            assert transcript.current == place
            assert screen(transcript)[0].startswith("▌r1" if place % 2 else "▌You")
        for place in range(18, -1, -1):
            await pilot.press("k")
            assert transcript.current == place
            assert screen(transcript)[0].startswith("▌r1" if place % 2 else "▌You")
        await pilot.press("G")
        assert transcript.following
        assert transcript.current == 39
        await pilot.press("j", "j")
        assert transcript.current == 39
        assert transcript.following


async def test_up_from_inside_a_message_goes_to_its_head() -> None:
    app = Talk([question(0), reply(0, LONG), question(1)])
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        transcript.focus()
        await pilot.press("g", "j", "pagedown", "k")
        assert transcript.current == 1
        assert screen(transcript)[0].startswith("▌r1")
        await pilot.press("space", "j")
        assert transcript.current == 2


async def test_the_current_message_is_always_one_in_sight() -> None:
    app = Talk(conversation(40))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        transcript.focus()
        await pilot.pause()
        for _ in range(30):
            transcript._scroll_up_for_pointer()
            assert bar(transcript)
        await pilot.press("pageup", "pageup", "up")
        assert bar(transcript)


async def test_the_bar_goes_with_the_focus() -> None:
    app = Talk(conversation(3))
    async with app.run_test(size=(60, 24)) as pilot:
        app.transcript.focus()
        await pilot.pause()
        assert bar(app.transcript)
        await pilot.press("tab")
        assert not bar(app.transcript)


def tools() -> Message:
    parts = (
        Reasoning("\n".join(f"thought {number}" for number in range(200)), 0, 1),
        ToolCall("1", "read_file", '{"path": "/etc/hosts", "why": "needle"}'),
        ToolResult("1", "\n".join(f"127.0.0.{number} host{number}" for number in range(300))),
        Text(LONG),
    )
    return Message("tools", "assistant", parts, answer=Answer("a/b", outcome="complete"))


async def test_jumping_opens_what_hides_the_place() -> None:
    app = Talk([*conversation(30), tools(), *conversation(0), question(90), reply(90, LONG)])
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        message = tools()
        for part, words in (
            (0, "thought 150"),
            (1, "needle"),
            (2, "127.0.0.250 host250"),
            (3, "Paragraph 30."),
        ):
            text = message.parts[part]
            source = text.arguments if isinstance(text, ToolCall) else text.text  # type: ignore[union-attr]
            assert transcript.jump("tools", part, source.index(words))
            await pilot.pause()
            assert any(words in line for line in screen(transcript)[:-1]), words
            assert not transcript.following
        assert transcript.jump("q3")
        await pilot.pause()
        assert screen(transcript)[0].strip().startswith("You")
        assert "Question 3" in screen(transcript)[1]
        assert not transcript.jump("nobody")


async def test_a_jump_before_anything_was_laid_is_made_as_soon_as_it_can_be() -> None:
    app = Talk()
    async with app.run_test(size=(80, 30)) as pilot:
        transcript = Transcript()
        transcript.show(conversation(30))
        await app.mount(transcript)
        transcript.jump("q3")
        await pilot.pause()
        await pilot.pause()
        assert "Question 3" in "\n".join(screen(transcript))


async def test_while_it_streams_escape_leaves_first_and_then_stops(tmp_path: Path) -> None:
    import asyncio

    rest = asyncio.Event()
    stage = app(tmp_path, ScriptedLine((ReasoningDelta("hm"), TextDelta("Begun"), rest, Done())))
    async with stage.run_test(size=(100, 30)) as pilot:
        await say(pilot, "Hi")
        await shown(stage, "Begun")
        await pilot.press("tab")
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(stage.focused, Composer)
        assert stage.session.live
        await pilot.press("escape")
        await settled(pilot)
        assert "stopped by you" in screen_text(stage)
