"""What is too large to edit is one placeholder in the composer, and nothing of it is ever lost."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot
from textual.widgets import TextArea

from llmtui.chat.events import Done, TextDelta
from llmtui.terminal import safe_text
from llmtui.tui.app import LlmtuiApp
from llmtui.tui.composing.placeholders import COMFORTABLE, COMFORTABLE_LINE, Placeholders, places
from llmtui.tui.sidebar import Sidebar
from tests.engine.scripted import RememberingKeeper, ScriptedLine, Step
from tests.tui.stage import app, screen_text, settled, shown

SIZE = (80, 24)
HELLO: tuple[Step, ...] = (TextDelta("Hello"), Done())
BOOK = "".join(f"line {number} of a book\n" for number in range(4_000))
OTHER = "".join(f"{number}: 中文\t\x1b[31m\n" for number in range(9_000))
CHIP, OTHER_CHIP = "[pasted 79 kB, 4,000 lines]", "[pasted 170 kB, 9,000 lines]"

LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\r") | st.sampled_from(
    "\x1b\u202e\n\U0010e001\U0010f800\U0010fffd中\n"
)
LONG = st.builds(lambda piece, times: piece * times, st.text(LETTERS, min_size=1), st.integers(0, 3_000))
TEXTS = st.one_of(st.text(LETTERS), LONG, st.sampled_from([BOOK, OTHER]))


@given(st.lists(TEXTS, max_size=4))
def test_what_is_pasted_is_meant_to_the_letter_and_comes_back_so(texts: list[str]) -> None:
    placeholders = Placeholders()
    document = ""
    for text in texts:
        document += placeholders.pasted(text, len(document), len(document.rpartition("\n")[2]))
    assert placeholders.meant(document) == "".join(texts)
    for knowing in (placeholders, Placeholders()):
        assert knowing.meant(knowing.taken_up("".join(texts))) == "".join(texts)


@given(TEXTS, st.text(LETTERS))
def test_what_is_seen_can_do_nothing_and_is_as_wide_as_what_is_edited(text: str, typed: str) -> None:
    placeholders = Placeholders()
    document = placeholders.pasted(text) + placeholders.pasted(typed)
    for line in document.split("\n"):
        seen = placeholders.seen(line)
        assert len(seen) == len(line)
        assert safe_text(seen) == seen
        assert cell_len(seen) == cell_len(line)


@given(st.text(LETTERS, max_size=COMFORTABLE_LINE), st.text(LETTERS))
def test_a_document_is_never_too_large_to_edit(piece: str, more: str) -> None:
    document = Placeholders().taken_up((piece + more) * 20_000)
    assert len(document) <= COMFORTABLE
    assert max(map(len, document.split("\n"))) <= COMFORTABLE_LINE


def test_what_is_comfortable_is_just_text_also_line_by_line() -> None:
    text = "a line of some words\n" * (COMFORTABLE // 21)
    assert Placeholders().pasted(text) == text
    assert Placeholders().pasted(text, beside=100) != text
    assert Placeholders().pasted("x" * COMFORTABLE_LINE) == "x" * COMFORTABLE_LINE
    assert list(places(Placeholders().pasted("x" * COMFORTABLE_LINE, in_line=1))) == [(0, 21)]


def test_bytes_that_are_no_text_and_ends_of_lines_are_as_in_any_paste() -> None:
    placeholders = Placeholders()
    assert placeholders.meant(placeholders.pasted(BOOK.replace("\n", "\r\n"))) == BOOK
    assert placeholders.meant(placeholders.pasted(f"\udc80{BOOK}")) == f"\ufffd{BOOK}"


def test_of_a_long_draft_nobody_remembers_the_first_and_the_last_lines_are_seen() -> None:
    placeholders = Placeholders()
    document = placeholders.taken_up(f"Sum this up:\n\n{BOOK}\nThank you")
    lines = [placeholders.seen(line) for line in document.split("\n")]
    assert lines[:2] == ["Sum this up:", ""]
    assert lines[5].startswith("[pasted ")
    assert lines[-1] == "Thank you"


async def paste(stage: LlmtuiApp, pilot: Pilot[None], text: str) -> None:
    stage.post_message(events.Paste(text))
    await pilot.pause()


async def test_it_is_one_placeholder_and_is_sent_to_the_letter(tmp_path: Path) -> None:
    line = ScriptedLine(HELLO)
    stage = app(tmp_path, line)
    async with stage.run_test(size=SIZE) as pilot:
        await pilot.press(*"Compare", "space")
        await paste(stage, pilot, BOOK)
        await pilot.press("space", *"with", "space")
        await paste(stage, pilot, OTHER)
        await pilot.press("x")
        await shown(stage, f"Compare {CHIP} with")
        await shown(stage, f"{OTHER_CHIP}x")
        stage.composer.send()
        await settled(pilot)
        assert line.requests[0].messages[-1].text == f"Compare {BOOK} with {OTHER}x"
        assert stage.composer.text == ""
        assert stage.session.conversation.title.startswith("Compare line 0 of a book")


async def test_words_that_look_like_a_placeholder_are_words(tmp_path: Path) -> None:
    line = ScriptedLine(HELLO)
    stage = app(tmp_path, line)
    async with stage.run_test(size=SIZE) as pilot:
        await paste(stage, pilot, CHIP)
        stage.composer.send()
        await settled(pilot)
        assert line.requests[0].messages[-1].text == CHIP


async def test_it_goes_as_one_and_comes_back_as_one(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=SIZE) as pilot:
        await pilot.press("a")
        await paste(stage, pilot, BOOK)
        await pilot.press("b", "left", "backspace")
        assert stage.composer.text == "ab"
        assert CHIP not in screen_text(stage)
        await pilot.press("ctrl+z")
        assert stage.composer.text == f"a{BOOK}b"
        await shown(stage, f"a{CHIP}b")
        await pilot.press("ctrl+y")
        assert stage.composer.text == "ab"
        await pilot.press("ctrl+z", "home", "right", "delete")
        assert stage.composer.text == "ab"


async def test_the_cursor_goes_over_it_in_one_step_and_never_into_it(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=SIZE) as pilot:
        await paste(stage, pilot, BOOK)
        await paste(stage, pilot, OTHER)
        composer = stage.composer
        end = len(CHIP) + len(OTHER_CHIP)
        assert composer.cursor_location == (0, end)
        seen = []
        for key in ("left", "left", "left", "right", "right", "shift+left"):
            await pilot.press(key)
            seen.append(composer.cursor_location[1])
        assert seen == [len(CHIP), 0, 0, len(CHIP), end, len(CHIP)]
        assert composer.selected_text == OTHER
        await pilot.click(composer, offset=(12, 1))
        assert composer.cursor_location == (0, 0)
        await pilot.press("x")
        assert composer.text == f"x{BOOK}{OTHER}"


async def test_what_is_marked_across_it_is_copied_cut_and_pasted_to_the_letter(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=SIZE) as pilot:
        await pilot.press("a")
        await paste(stage, pilot, BOOK)
        await pilot.press("b")
        stage.composer.select_all()
        assert stage.composer.selected_text == f"a{BOOK}b"
        await pilot.press("x")
        assert stage.composer.text == "x"


async def test_what_waits_and_is_taken_back_is_a_placeholder_again(tmp_path: Path) -> None:
    more = asyncio.Event()
    line = ScriptedLine((TextDelta("One"), more, Done()), HELLO)
    stage = app(tmp_path, line)
    async with stage.run_test(size=SIZE) as pilot:
        await pilot.press(*"First", "enter")
        await shown(stage, "One")
        await pilot.press(*"See", "space")
        await paste(stage, pilot, OTHER)
        stage.composer.send()
        await shown(stage, "1 queued")
        await pilot.press("up")
        await shown(stage, f"See {OTHER_CHIP}")
        assert stage.composer.text == f"See {OTHER}".strip("\n")
        await pilot.press("enter")
        more.set()
        await shown(stage, "Hello")
        await settled(pilot)
        assert line.requests[1].messages[-1].text == f"See {OTHER}".strip("\n")


async def test_it_waits_in_its_conversation_and_after_the_end_of_the_program(tmp_path: Path) -> None:
    keeper = RememberingKeeper()
    stage = app(tmp_path, ScriptedLine(HELLO), keeper)
    async with stage.run_test(size=SIZE) as pilot:
        await pilot.press(*"One", "enter")
        await settled(pilot)
        first = stage.session.id
        await pilot.press(*"See", "space")
        await paste(stage, pilot, BOOK)
        await pilot.press("x", "ctrl+n")
        await pilot.pause()
        assert stage.composer.text == ""
        await paste(stage, pilot, f"Look at that\n{OTHER}")
        stage.query_one(Sidebar).post_message(Sidebar.Chosen(first))
        await shown(stage, f"See {CHIP}x")
        assert stage.composer.text == f"See {BOOK}x"
        await pilot.press("ctrl+q")
    again = app(tmp_path, keeper=keeper)
    async with again.run_test(size=SIZE) as pilot:
        await shown(again, "Look at that")
        assert again.composer.text == f"Look at that\n{OTHER}"


async def test_it_is_seen_whole_on_a_small_screen(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=(40, 15)) as pilot:
        await pilot.press(*"What is this?", "space")
        await paste(stage, pilot, BOOK)
        await pilot.press("space", *"and")
        await shown(stage, f"{CHIP} and")
        await pilot.resize_terminal(120, 30)
        await shown(stage, f"What is this? {CHIP} and")


@pytest.mark.parametrize("text", ["", "one", "one\ntwo"])
async def test_every_key_that_edits_does_so_in_the_last_line_too(tmp_path: Path, text: str) -> None:
    stage = app(tmp_path)
    async with stage.run_test() as pilot:
        bindings = TextArea._merged_bindings
        assert bindings is not None
        edits = [key for key, [one, *_] in bindings.key_to_bindings.items() if "delete" in one.action]
        assert {"ctrl+k", "ctrl+u", "ctrl+shift+k"} <= set(edits)
        for key in edits:
            stage.composer.put(text)
            await pilot.press(key)
        assert stage.is_running
