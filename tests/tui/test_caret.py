"""Selecting in the transcript with the keys."""

import pytest
from textual.events import Key
from textual.geometry import Region

from llmtui.chat.events import TextDelta
from llmtui.chat.message import after
from llmtui.tui.conversation.select_bar import SelectBar
from llmtui.tui.conversation.transcript import Transcript
from tests.tui.test_selecting import chosen, lit, press, where
from tests.tui.test_transcript import Talk, conversation, question, reply, screen, settled


class Reader(Talk):
    """The transcript has the keys."""

    def on_ready(self) -> None:
        self.transcript.focus()


def under_caret(app: Talk) -> list[str]:
    """The cells that are seen reversed."""
    lines = app.transcript.render_lines(Region(0, 0, *app.transcript.size))
    segments = [segment for line in lines for segment in line if segment.style and segment.style.reverse]
    return [segment.text for segment in segments if "↓" not in segment.text]


async def test_a_caret_goes_over_the_text_and_what_it_selects_is_copied() -> None:
    app = Reader([question(0), reply(0, "alpha **beta** gamma\n\nsecond")])
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("v", "g")
        await pilot.pause()
        assert under_caret(app) == ["Y"]
        await pilot.press("down", "down", "down", "down", "w")
        assert under_caret(app) == ["b"]
        await pilot.press("v", "w", "left", "left")
        assert lit(app) == "bet"
        assert under_caret(app) == ["a"]
        assert chosen(app) == "beta"
        await pilot.press("shift+down")
        await pilot.press("y")
        await pilot.pause()
        assert app.clipboard == "**beta** gamma"
        assert chosen(app) is None
        assert not app.screen.query(SelectBar)
        assert app.focused is app.transcript


@pytest.mark.parametrize("key", ["y", "enter", "ctrl+c"])
async def test_each_of_these_keys_copies_and_ends_it(key: str) -> None:
    app = Reader([question(0)])
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("v", "g", "down", "space", "end", key)
        await pilot.pause()
        assert app.clipboard == "Question 0"
        assert not app.screen.query(SelectBar)


async def test_escape_ends_it_and_leaves_nothing_selected() -> None:
    app = Reader([question(0)])
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("v", "v", "end", "escape")
        await pilot.pause()
        assert chosen(app) is None
        assert under_caret(app) == []
        assert app.focused is app.transcript


async def test_shift_selects_at_once_and_over_the_ends_of_messages() -> None:
    app = Reader([question(0), reply(0, "alpha beta"), question(1)])
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("v", "g", "down", "ctrl+right", *["shift+down"] * 3)
        assert lit(app).split("\n")[0] == "0"
        await pilot.press("shift+end")
        assert chosen(app) == "**You**\n\n0\n\n**r1 · groq**\n\nalpha beta"
        await pilot.press("shift+up", "shift+up", "shift+up", "shift+home")
        assert chosen(app) == "Question 0"


async def test_the_caret_takes_the_text_with_it_through_what_was_not_laid() -> None:
    app = Reader(conversation(60))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("v", "G", "v")
        for _ in range(6):
            await pilot.press("pageup")
        await pilot.pause()
        assert len(under_caret(app)) == 1
        assert not app.transcript.following
        await pilot.press("g")
        await pilot.pause()
        assert screen(app.transcript)[0].startswith(" You")
        copied = chosen(app) or ""
        assert [f"Reply {place}\n" in copied for place in range(60)] == [True] * 60
        await pilot.press("G")
        await pilot.pause()
        assert len(under_caret(app)) == 1


async def test_the_line_at_the_bottom_says_the_keys_in_any_width() -> None:
    app = Reader([question(0)])
    async with app.run_test(size=(90, 24)) as pilot:
        await pilot.press("v")
        await pilot.pause()
        bar = app.screen.query_one(SelectBar)
        assert (
            bar.render().plain == "Select · v begins here · y copies · Esc leaves · arrows, words, pages move"
        )
        await pilot.press("v")
        await pilot.pause()
        assert bar.render().plain.startswith("Selecting · y copies · v puts it down · Esc leaves")
        await pilot.resize_terminal(40, 24)
        await pilot.pause()
        assert bar.render().plain == "Selecting · y copies · v puts it down"


async def test_letters_that_mean_nothing_go_nowhere() -> None:
    app = Reader([question(0)])
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("v", "x", "z", "1")
        assert app.screen.query(SelectBar)


async def test_the_caret_stays_on_its_words_while_text_comes_and_at_another_width() -> None:
    app = Reader([question(0)])
    async with app.run_test(size=(60, 24)) as pilot:
        message = after(reply(1, outcome="streaming"), TextDelta("One two 漢字 three"), 0.1)
        app.transcript.say(message)
        await settled(pilot, app.transcript)
        await pilot.press("v", "g", *["down"] * 4, "w", "w")
        assert under_caret(app) == ["漢"]
        await pilot.press("shift+right")
        for place in range(30):
            message = after(message, TextDelta(f" and more {place}"), 0.2)
            app.transcript.say(message)
        await settled(pilot, app.transcript)
        await pilot.resize_terminal(24, 24)
        await pilot.pause()
        assert under_caret(app) == ["字"]
        assert chosen(app) == "漢字"


async def test_a_press_of_the_mouse_ends_it_and_begins_anew() -> None:
    app = Reader([question(0), reply(0, "alpha beta")])
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("v", "v", "down")
        await press(pilot, where(app, "beta"))
        await pilot.pause()
        assert not app.screen.query(SelectBar)
        assert chosen(app) is None
        assert isinstance(app.focused, Transcript)


async def test_keys_that_are_pressed_before_the_line_is_there_are_for_it() -> None:
    app = Reader([question(0)])
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        for key in ("v", "g", "down", "v", "w", "y"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        await pilot.pause()
        assert app.clipboard == "Question 0"
        assert app.focused is app.transcript
