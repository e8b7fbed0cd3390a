"""Selecting in the transcript with the mouse, and what a selection copies."""

import asyncio
from collections.abc import Callable

import pytest
from rich.cells import cell_len
from textual.events import MouseDown, MouseEvent, MouseMove, MouseUp
from textual.geometry import Region
from textual.pilot import Pilot

from llmtui.chat.events import TextDelta
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.parts import Reasoning, Text
from llmtui.tui.conversation.transcript import Transcript
from tests.tui.test_copying import ANSWER
from tests.tui.test_transcript import Talk, conversation, question, reply, screen, settled


class Patient(Talk):
    """Two presses are a double click however long a busy machine takes."""

    CLICK_CHAIN_TIME_THRESHOLD = 60.0


class Hasty(Talk):
    """A click is over as soon as it is made."""

    CLICK_CHAIN_TIME_THRESHOLD = 0.01


def where(app: Talk, words: str, at: int = 0) -> tuple[int, int]:
    """The cell of a character of the words that are seen."""
    row, line = next((row, line) for row, line in enumerate(screen(app.transcript)) if words in line)
    return cell_len(line[: line.index(words) + at]), row


async def point(pilot: Pilot[None], kind: type[MouseEvent], at: tuple[int, int]) -> None:
    """Do this with the mouse as a terminal tells it: Textual's pilot makes clicks of its own."""
    region = pilot.app.query_one(Transcript).region
    x, y = at[0] + region.x, at[1] + region.y
    pilot.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))
    await pilot.pause()


async def drag(
    pilot: Pilot[None], start: tuple[int, int], *ways: tuple[int, int], shift: bool = False
) -> None:
    await pilot.mouse_down(Transcript, offset=start, shift=shift)
    for way in ways:
        await pilot.hover(Transcript, offset=way)
    await pilot.mouse_up(Transcript, offset=ways[-1] if ways else start, shift=shift)
    await pilot.pause()


async def press(pilot: Pilot[None], at: tuple[int, int], times: int = 1, shift: bool = False) -> None:
    for _ in range(times):
        await drag(pilot, at, shift=shift)


def lit(app: Talk) -> str:
    """The characters that are seen as selected, a line for each row."""
    transcript = app.transcript
    marked = app.screen.get_component_rich_style("screen--selection").bgcolor
    rows = []
    for line in transcript.render_lines(Region(0, 0, *transcript.size)):
        rows.append("".join(s.text for s in line if s.style and s.style.bgcolor == marked))
    return "\n".join(row for row in rows if row)


def chosen(app: Talk) -> str | None:
    return app.screen.get_selected_text()


async def until(pilot: Pilot[None], done: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not done():
            await pilot.pause(0.02)


async def test_a_drag_across_messages_copies_them_as_they_were_written_with_who_wrote_them() -> None:
    text = "Some **bold** words that go on for more than one line of the screen, surely.\n\n1. one\n1. two"
    app = Talk([question(0), reply(0, text), question(1)])
    async with app.run_test(size=(50, 24)) as pilot:
        await pilot.pause()
        start, end = where(app, "Question 0"), where(app, "Question 1", 7)
        wanted = f"**You**\n\nQuestion 0\n\n**r1 · groq**\n\n{text}\n\n**You**\n\nQuestion"
        await drag(pilot, start, (10, start[1] + 2), end)
        assert chosen(app) == wanted
        await drag(pilot, end, (10, start[1] + 2), start)
        assert chosen(app) == wanted


async def test_what_is_dragged_over_is_lit_and_a_click_puts_it_out() -> None:
    app = Talk([question(0), reply(0, "one two three")])
    async with app.run_test(size=(50, 24)) as pilot:
        await pilot.pause()
        await drag(pilot, where(app, "one", 1), where(app, "two", 1))
        assert lit(app) == "ne tw"
        await press(pilot, (30, where(app, "one")[1] + 3))
        assert lit(app) == ""
        assert chosen(app) is None


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "nord", "ansi-dark"])
async def test_what_is_selected_can_still_be_read(theme: str) -> None:
    app = Talk([question(0), reply(0, "one `two` three")])
    async with app.run_test(size=(50, 24)) as pilot:
        app.theme = theme
        await pilot.pause()
        await drag(pilot, where(app, "one"), where(app, "three", 4))
        line = app.transcript.render_lines(Region(0, where(app, "one")[1], 50, 1))[0]
        styles = [segment.style for segment in line if segment.text.strip() and segment.style]
        assert styles
        assert all(style.color != style.bgcolor for style in styles)


async def test_a_drag_that_leaves_the_transcript_selects_to_its_edge() -> None:
    app = Talk([question(0), reply(0, "one two three"), question(1)])
    async with app.run_test(size=(50, 24)) as pilot:
        await pilot.pause()
        start = where(app, "two")
        await pilot.mouse_down(Transcript, offset=start)
        await pilot.hover("Input", offset=(4, 1))
        await pilot.mouse_up("Input", offset=(4, 1))
        assert chosen(app) == "**r1 · groq**\n\ntwo three\n\n**You**\n\nQuestion 1"


@pytest.mark.parametrize(
    ("text", "words", "at", "word"),
    [
        ("see foo_bar(x), then", "foo_bar", 3, "foo_bar"),
        ("see foo_bar(x), then", "(x)", 0, "("),
        ("open src/llmtui/a.py: done", "src", 6, "src/llmtui/a.py"),
        ("it costs 3.14, and don't", "don't", 4, "don't"),
        ("see https://a.example/b?c=d. Then", "https", 20, "https://a.example/b?c=d"),
        ("Ein Wörterbuch", "Wört", 2, "Wörterbuch"),
        ("日本語のテキスト", "日", 2, "日本語"),
        ("日本語のテキスト", "テ", 0, "テキスト"),
    ],
)
async def test_a_double_click_selects_a_word(text: str, words: str, at: int, word: str) -> None:
    app = Patient([question(0), reply(0, text)])
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        await press(pilot, where(app, words, at), times=2)
        assert chosen(app) == word


async def test_a_word_broken_over_lines_is_one_word() -> None:
    name = "averylongname" * 5
    app = Patient([question(0), reply(0, f"Look: {name} it is")])
    async with app.run_test(size=(40, 24)) as pilot:
        await pilot.pause()
        await press(pilot, where(app, "averylong", 2), times=2)
        assert chosen(app) == name


async def test_a_drag_after_a_double_click_goes_on_by_words_both_ways() -> None:
    app = Patient([question(0), reply(0, "alpha beta gamma delta")])
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        await press(pilot, where(app, "gamma", 2))
        await drag(pilot, where(app, "gamma", 2), where(app, "delta", 1))
        assert lit(app) == "gamma delta"
        await press(pilot, (40, 12))
        await press(pilot, where(app, "gamma", 2))
        await drag(pilot, where(app, "gamma", 2), where(app, "beta", 2))
        assert lit(app) == "beta gamma"


@pytest.mark.parametrize(
    ("words", "copied"),
    [
        ("Some bold", ANSWER.split("\n")[2]),
        ("1. one", "1. one *em* x"),
        ("nested", "- nested **b**"),
        ("return 1", "def f():\n    return 1"),
        ("quote", "> quote **q q** a\n> more"),
        ("if x", "def g():\n    if x:\n        return 2\n\ny = 1"),
        ("python", "```python\ndef g():\n    if x:\n        return 2\n\ny = 1\n```"),
        ("c d", "| head | b |\n|---|---|\n| c **d** | e f |\n| g | h |"),
        ("Question", "Question 0"),
        ("Title", "# Title here"),
    ],
)
async def test_a_triple_click_selects_a_block(words: str, copied: str) -> None:
    app = Patient([question(0), reply(0, ANSWER)])
    async with app.run_test(size=(100, 50)) as pilot:
        await pilot.pause()
        await press(pilot, where(app, words, 1), times=3)
        assert (chosen(app) or "").strip() == copied


async def test_shift_extends_from_where_it_was_begun_or_from_the_last_click() -> None:
    app = Patient([question(0), reply(0, "alpha beta gamma delta")])
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        await press(pilot, where(app, "beta"))
        assert chosen(app) is None
        await press(pilot, where(app, "gamma", 4), shift=True)
        assert chosen(app) == "beta gamma"
        await press(pilot, where(app, "alpha"), shift=True)
        assert chosen(app) == "alpha b"


async def test_a_wide_character_is_taken_by_either_of_its_cells_and_a_cluster_is_never_split() -> None:
    family, flag = "👨‍👩‍👧", "🇩🇪"
    app = Talk([question(0), reply(0, f"漢字 e\u0301e {family}x{flag}y")])
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        row = where(app, "漢字")[1]
        # Cells: margin, 漢 1 and 2, 字 3 and 4, space, é 6, e 7, space, the family 9 and 10, x, the flag 12.
        for cells, wanted in [
            ((2, 3), "漢字"),
            ((4, 4), None),
            ((4, 5), "字 "),
            ((6, 7), "e\u0301e"),
            ((7, 6), "e\u0301e"),
            ((10, 11), f"{family}x"),
            ((9, 10), family),
            ((13, 14), f"{flag}y"),
            ((11, 12), f"x{flag}"),
        ]:
            await press(pilot, (40, 12))
            await drag(pilot, (cells[0], row), (cells[1], row))
            assert chosen(app) == (wanted.strip() if wanted and wanted.isascii() else wanted), cells


async def test_a_drag_to_the_edge_scrolls_and_selects_what_was_not_laid_before() -> None:
    app = Talk(conversation(30))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        await pilot.mouse_down(Transcript, offset=(1, 15))
        await pilot.hover(Transcript, offset=(1, 8))
        await pilot.hover(Transcript, offset=(1, 0))
        await until(pilot, lambda: transcript.scroll_offset.y == 0)
        await pilot.mouse_up(Transcript, offset=(1, 0))
        copied = chosen(app) or ""
        assert [f"Reply {place}\n" in copied for place in range(29)] == [True] * 29
        assert not transcript.following


async def test_a_drag_back_down_to_the_end_follows_again() -> None:
    app = Hasty(conversation(10))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        transcript.scroll_page_up()
        transcript.scroll_page_up()
        await pilot.mouse_down(Transcript, offset=(1, 5))
        await pilot.hover(Transcript, offset=(1, transcript.size.height - 1))
        await until(pilot, lambda: transcript.scroll_offset.y == transcript.max_scroll_y)
        await pilot.mouse_up(Transcript, offset=(1, transcript.size.height - 1))
        await until(pilot, lambda: transcript.following)


async def test_text_that_comes_does_not_move_what_is_under_a_pressed_mouse() -> None:
    app = Hasty(conversation(10))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        seen = screen(transcript)
        start = where(app, "Reply 9")
        await pilot.mouse_down(Transcript, offset=start)
        message = reply(99, outcome="streaming")
        for place in range(30):
            message = after(message, TextDelta(f"Line {place}\n\n"), 0.2)
            transcript.say(message)
        await settled(pilot, transcript)
        assert screen(transcript)[:-1] == seen[:-1]
        await pilot.hover(Transcript, offset=(start[0] + 4, start[1]))
        await pilot.mouse_up(Transcript, offset=(start[0] + 4, start[1]))
        await until(pilot, lambda: transcript.following)
        assert " Line 29" in screen(transcript)
        assert chosen(app) == "Reply"


async def test_a_selection_stays_on_its_words_when_lines_above_it_become_known() -> None:
    app = Patient(conversation(60))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        await press(pilot, where(app, "Reply 59"), times=2)
        for _ in range(5):
            app.transcript.scroll_page_up()
        await pilot.pause()
        assert chosen(app) == "Reply"


async def test_a_selection_stays_on_its_words_at_another_width_in_another_theme_and_below_a_fold() -> None:
    words = " ".join(f"word{place}" for place in range(200))
    thinking = Message(
        "a0",
        "assistant",
        (Reasoning("deep\nthoughts", 0, 1), Text(f"First **bold** one.\n\n- {words}\n")),
        answer=Answer("a/b", outcome="complete"),
    )
    app = Talk([question(0), thinking])
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        await drag(pilot, where(app, "word77"), where(app, "word99", 5))
        wanted = words[words.index("word77") : words.index("word99") + 6]
        assert chosen(app) == wanted
        for width in (41, 120, 63):
            await pilot.resize_terminal(width, 40)
            await pilot.pause()
            assert chosen(app) == wanted
            assert " ".join(lit(app).split()) == wanted
        app.theme = "textual-light"
        await pilot.pause()
        await pilot.pause()
        assert chosen(app) == wanted
        app.transcript.toggle_newest_reasoning()
        await pilot.pause()
        assert " ".join(lit(app).split()) == wanted


async def test_a_selection_stays_while_the_answer_it_is_in_goes_on() -> None:
    app = Patient([question(0)])
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        message = after(reply(1, outcome="streaming"), TextDelta("One two three"), 0.1)
        app.transcript.say(message)
        await settled(pilot, app.transcript)
        await press(pilot, where(app, "two"), times=2)
        for place in range(40):
            message = after(message, TextDelta(f" and more {place}" + "\n\n" * (place % 3)), 0.2)
            app.transcript.say(message)
        await settled(pilot, app.transcript)
        assert chosen(app) == "two"


async def test_a_selection_of_what_is_folded_away_is_dropped() -> None:
    thinking = Message(
        "a0",
        "assistant",
        (Reasoning("deep\nthoughts here", 0, 1), Text("Hi")),
        answer=Answer("a/b", outcome="complete"),
    )
    app = Talk([question(0), thinking])
    async with app.run_test(size=(60, 24)) as pilot:
        app.transcript.toggle_newest_reasoning()
        await pilot.pause()
        await drag(pilot, where(app, "thoughts"), where(app, "here", 3))
        assert chosen(app) == "thoughts here"
        app.transcript.toggle_newest_reasoning()
        await pilot.pause()
        assert chosen(app) is None


async def test_another_conversation_has_nothing_selected() -> None:
    app = Patient(conversation(2))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        await press(pilot, where(app, "Reply 1"), times=2)
        app.transcript.show([question(7)])
        await pilot.pause()
        assert chosen(app) is None


async def test_a_drag_that_ends_on_what_can_be_clicked_does_not_click_it() -> None:
    live = after(reply(2, outcome="streaming"), TextDelta("words here"), 0.1)
    app = Talk([question(0)])
    async with app.run_test(size=(80, 24)) as pilot:
        app.transcript.say(live)
        await settled(pilot, app.transcript)
        stop = where(app, "■ stop")
        await point(pilot, MouseDown, where(app, "words"))
        await point(pilot, MouseMove, stop)
        await point(pilot, MouseUp, stop)
        assert app.posted == []
        await point(pilot, MouseDown, stop)
        await point(pilot, MouseUp, stop)
        assert app.posted == [("stop", ("a2",))]


async def test_a_selection_stays_on_its_words_while_a_panel_is_scrolled_inside() -> None:
    deep = "\n".join(f"thought {place}" for place in range(100))
    thinking = Message(
        "a0", "assistant", (Reasoning(deep, 0, 1), Text("Hi there")), answer=Answer("a/b", outcome="complete")
    )
    app = Talk([question(0), thinking])
    async with app.run_test(size=(60, 40)) as pilot:
        app.transcript.toggle_newest_reasoning()
        await pilot.pause()
        app.transcript.focus()
        await drag(pilot, where(app, "thought 6"), where(app, "thought 8", 8))
        wanted = "thought 6\nthought 7\nthought 8"
        assert chosen(app) == wanted
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert "thought 4" not in "\n".join(screen(app.transcript))
        assert chosen(app) == wanted
        assert [" ".join(row.split()) for row in lit(app).split("\n")][1:] == [
            "│ thought 7",
            "│ thought 8",
        ]
