"""A long text is drawn bit by bit: what is in sight at once and as it will be, and in the end all of it."""

from bisect import bisect_right
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from llmtui.chat.blocks import Blocks
from llmtui.chat.events import Done, TextDelta
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.parts import Part, Reasoning, Text
from llmtui.tui.conversation.transcript import Transcript
from llmtui.tui.drawing.body import Body
from llmtui.tui.drawing.column import Column
from llmtui.tui.drawing.kept import Kept
from llmtui.tui.drawing.lines import Line, Run
from llmtui.tui.drawing.message_view import MessageView
from llmtui.tui.drawing.near import END, Near
from llmtui.tui.drawing.page import Page, Sight
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.pieces import cut
from llmtui.tui.drawing.pile import Undrawn
from llmtui.tui.drawing.telling import Telling
from llmtui.tui.drawing.written import Written
from tests.tui.test_body import LINES, PALETTE, lines_of, seen
from tests.tui.test_transcript import Talk, question, reply, screen, settled

ITEMS = "".join(f"- item {number} with **some** words\n" for number in range(1_500))
TABLE = "| a | b |\n|---|--:|\n" + "".join(
    f"| cell [t] {number} | {'*words* that wrap ' * (number % 5)} | {number} |\n" for number in range(130)
)
LONG_TABLE = TABLE + TABLE.split("\n", 2)[2] * 7
ALSO = [
    *LINES,
    "[t]: /u\n",
    "\n[u]: /v\n\n",
    "see [t] and [u]",
    "- item *a*\n" * 40,
    "word " * 900,
    "\n" + TABLE,
    "\n> " + TABLE.replace("\n", "\n> "),
]
# More than is ever drawn at once.
long_texts = st.builds(
    lambda lines, end: end.join(lines * (12_000 // (sum(map(len, lines)) + 1) + 1)),
    st.lists(st.sampled_from(ALSO), min_size=1, max_size=5),
    st.sampled_from(["\n", "\n\n"]),
)
places = st.lists(st.floats(0, 1), max_size=4)


def around(lines: Sequence[Line], at: int, rows: int) -> list[object]:
    """The rows that a viewport shows which begins with this character, and as many above it."""
    row = max(0, bisect_right(lines, at, key=lambda line: line.start) - 1)
    return seen(lines[max(0, row - rows) : row + rows])


def whole(text: str, page: Page) -> Body:
    body = Body()
    body.update(text)
    body.lay(page, live=False)
    assert not body.unfinished
    return body


@settings(max_examples=15)
@given(long_texts, places, st.integers(10, 90))
def test_what_is_in_sight_is_what_a_fresh_drawing_shows_and_in_the_end_all_of_it_is(
    text: str, spots: list[float], width: int
) -> None:
    page = Page(width, PALETTE)
    fresh = lines_of(whole(text, page))
    ordered = all(above.start <= below.start for above, below in pairwise(fresh))
    body = Body(seconds=0)
    body.update(text)
    for at in [len(text), *(int(spot * len(text)) for spot in spots)]:
        before = lines_of(body)
        changed = body.lay(page, False, Sight(at, 8, 8))
        now = lines_of(body)
        # Code that is nothing but blank lines stands a character off, and cannot be looked for so.
        assert not ordered or around(now, at, 8) == around(fresh, at, 8), at
        assert all(old is new for old, new in zip(before[:changed], now, strict=False))
    while body.unfinished:
        body.lay(page, False, Sight(0, 0, 0, until=perf_counter() + 60))
    assert seen(lines_of(body)) == seen(fresh)


@settings(max_examples=10)
@given(long_texts, st.lists(st.tuples(st.floats(0, 1), st.sampled_from([20, 50]), st.booleans()), max_size=5))
def test_it_may_grow_be_laid_at_another_width_and_end_while_it_is_drawn(
    text: str, moments: list[tuple[float, int, bool]]
) -> None:
    body, end = Body(seconds=0), 0
    pages = {
        (width, plain): Page(width, Palette.plain() if plain else PALETTE)
        for width in (20, 50)
        for plain in (True, False)
    }
    page = pages[20, True]
    for grown, width, plain in moments:
        end = max(end, int(grown * len(text)))
        body.update(text[:end])
        page = pages[width, plain]
        body.lay(page, True, Sight(end // 2, 5, 5))
    body.update(text)
    body.lay(page, False, Sight(len(text), 5, 0))
    body.lay(page, False)
    assert seen(lines_of(body)) == seen(lines_of(whole(text, page)))


@settings(max_examples=15)
@given(
    st.lists(
        st.sampled_from(
            ["a line\n", "\n", "\t\n", "你好" * 60 + "\n", "word " * 900, "x" * 9_000, "\x1b[0m\n"]
        ),
        min_size=1,
        max_size=6,
    ),
    places,
    st.integers(8, 70),
)
def test_a_text_as_it_was_written_is_drawn_bit_by_bit_too(
    pieces: list[str], spots: list[float], width: int
) -> None:
    text = "".join(pieces) * (20_000 // len("".join(pieces)) + 1)
    style = PALETTE.text
    fresh = Written().lay(text, width, style)
    written = Written()
    for at in [len(text), *(int(spot * len(text)) for spot in spots)]:
        lines = written.lay(text, width, style, sight=Sight(at, 8, 8))
        assert around(lines, at, 8) == around(fresh, at, 8)
    longer = text + "\nand more"
    assert seen(written.lay(longer, width, style)) == seen(Written().lay(longer, width, style))


@pytest.mark.parametrize("text", ["你好 и " * 4_000, "| a | b |\n" * 2_000])
@pytest.mark.parametrize("width", [1, 2, 3])
def test_on_the_narrowest_of_pages_a_text_behind_a_mark_is_drawn_bit_by_bit_too(
    text: str, width: int
) -> None:
    style, mark = PALETTE.text, Run("│ ", PALETTE.faint)
    fresh = Written().lay(text, width, style, mark)
    lines = Written().lay(text, width, style, mark, sight=Sight(len(text), 8, 8))
    assert around(lines, len(text), 8) == around(fresh, len(text), 8)


def test_code_that_scrolls_sideways_is_thought_to_be_as_high_as_it_is() -> None:
    lines = ["wide " * 40, "", "x" * 10_000, *(f"line {number}" for number in range(300)), "y" * 5_000]
    [block] = Blocks("\n".join(["```", *lines, "```", "", ""])).closed
    page = Page(40, PALETTE, code="scroll")
    pieces = cut(block, page, {}, Kept(page)) or ()
    assert len(pieces) == 4
    assert [rows for _, rows, _ in pieces] == [len(draw()) for _, _, draw in pieces]


def _end_of(view: MessageView, page: Page) -> list[Line]:
    """Its last rows, once so much more of it was read and so much as is in sight was drawn."""
    view.lay(page, Telling(), Near(END, 30, 0))
    return [view.line(row) for row in range(max(0, view.height - 30), view.height)]


@pytest.mark.parametrize(
    "text",
    [
        "word *and* words " * 6_000,
        ITEMS,
        LONG_TABLE,
        "a line\n" * 20_000,
        "```\n" + "a line\n" * 20_000,
        "> ~~~ py\n" + "> a = 1\n" * 20_000 + "> ~~~\n\n",
    ],
)
def test_only_what_is_in_sight_of_a_long_answer_is_drawn_at_once(text: str) -> None:
    for parts, raw in (
        ((Text(text),), False),
        ((Text(text),), True),
        ((Reasoning(text), Text("Well")), False),
    ):
        view = MessageView(Message("a", "assistant", parts, answer=Answer("a/b", outcome="complete")))
        view.raw = raw
        view.fold("open")
        page = Page(60, Palette.plain())
        while any(isinstance(line, Undrawn) for line in _end_of(view, page)):
            assert view.unfinished
        assert view.unfinished
        view.lay(page, Telling())
        assert not view.unfinished
        assert not any(isinstance(view.line(row), Undrawn) for row in range(view.height))


def test_the_window_of_a_thought_shows_the_same_words_while_what_is_above_them_is_drawn() -> None:
    text = "".join(
        f"thought {number} of very many, with words enough for more than a row\n" * 2
        for number in range(2_000)
    )
    view = MessageView(
        Message("a", "assistant", (Reasoning(text),), answer=Answer("a/b", outcome="complete"))
    )
    page = Page(40, Palette.plain())
    (panel,) = view.panels()
    panel.choose(True)
    view.lay(page, Telling(), Near(END, 10, 0))
    panel.scroll(2_000)
    view.stir()
    view.lay(page, Telling(), Near(END, 10, 0))
    shown = [view.line(row).text for row in range(3, 15)]
    assert all("thought" in line or "words" in line or "row" in line for line in shown)
    while view.unfinished:
        view.stir()
        view.lay(page, Telling(), Near(END, 10, 0, until=perf_counter() + 0.002))
        assert [view.line(row).text for row in range(3, 15)] == shown


def column_of(*parts: Part) -> Column:
    column = Column(Telling())
    messages = [
        Message(f"m{place}", "assistant", (part,), answer=Answer("a/b", outcome="complete"))
        for place, part in enumerate(parts)
    ]
    column.show(messages, {})
    column.fit(Page(60, Palette.plain(), 20))
    return column


def test_a_place_in_a_long_answer_is_found_without_drawing_all_of_it() -> None:
    text = ITEMS.replace("item 700 ", "needle ")
    column, fresh = column_of(Text("one"), Text(text)), column_of(Text("one"), Text(text))
    fresh.lay(0)
    fresh.lay(1)
    column.lay_end(20)
    row = column.row_showing(1, 0, text.index("needle"))
    assert row is not None
    line = column.line(row)
    assert line is not None
    assert "needle" in line.text
    assert column.unfinished
    column.lay_more(None)
    assert not column.unfinished
    assert column.rows == fresh.rows
    assert column.row_showing(1, 0, text.index("needle")) == fresh.row_showing(1, 0, text.index("needle"))
    assert column.copy(None, None) == fresh.copy(None, None)


class Watched(Transcript):
    """It tells what was in sight before and after each time that it drew more, and can be held."""

    def __init__(self) -> None:
        super().__init__()
        self.moments: list[list[str]] = []
        self.held = False

    def _lay_more(self) -> None:
        if not self.held:
            before = screen(self)
            super()._lay_more()
            self.moments += [before, screen(self)]

    def go_on(self) -> None:
        self.held = False
        self._lay_more()


class WatchedTalk(Talk):
    def compose(self) -> ComposeResult:
        yield Watched()
        yield Input()

    @property
    def watched(self) -> Watched:
        return self.query_one(Watched)


def rows_of_a_fresh_one(transcript: Transcript, messages: Sequence[Message]) -> int:
    column = Column(Telling())
    column.show(messages, {"q0": (2, 3)})
    assert transcript._column.page is not None
    column.fit(transcript._column.page)
    for place in range(len(messages)):
        column.lay(place)
    return column.rows


def first_letters_in_sight(transcript: Transcript) -> range:
    """Which letters of its text the first row of the viewport shows; all rows of a table's row are one."""
    below = range(transcript.scroll_offset.y, transcript.virtual_size.height)
    starts = (line.start for line in map(transcript._column.line, below) if line is not None)
    first = next(starts)
    return range(first, next(start for start in starts if start > first))


def holds(moment: list[str], shown: list[str]) -> bool:
    """Whether what was in sight is still there, where that was read already."""
    return all(
        not before.strip(" █▇▆▅▄▃▂▁") or before == now for before, now in zip(moment, shown, strict=True)
    )


@pytest.mark.parametrize(
    "text", [ITEMS, LONG_TABLE, "word *and* words " * 6_000, "one\n\n[x]: /y\n\n" * 2_000]
)
async def test_nothing_moves_in_sight_while_the_rest_is_drawn(text: str) -> None:
    messages = [question(0), reply(0, text), question(1), reply(1, "Short.")]
    app = WatchedTalk(messages)
    async with app.run_test(size=(70, 24)) as pilot:
        transcript = app.watched
        await settled(pilot, transcript)
        assert "Short." in "".join(transcript.moments[0])
        assert transcript.moments
        assert all(holds(moment, screen(transcript)) for moment in transcript.moments)
        assert transcript.virtual_size.height == rows_of_a_fresh_one(transcript, messages)
        transcript.scroll_to(y=transcript.max_scroll_y // 2)
        await settled(pilot, transcript)
        read = first_letters_in_sight(transcript).start
        transcript.moments.clear()
        await pilot.resize_terminal(46, 24)
        await settled(pilot, transcript)
        shown = screen(transcript)
        # What was read first is in the first row, wherever that is cut now.
        assert read in first_letters_in_sight(transcript)
        assert transcript.moments
        assert all(moment == shown for moment in transcript.moments)
        assert transcript.virtual_size.height == rows_of_a_fresh_one(transcript, messages)


@asynccontextmanager
async def half_drawn() -> AsyncIterator[tuple[Pilot[None], Watched]]:
    """A long answer, of which no more than what is in sight was drawn at this width."""
    app = WatchedTalk([question(0), reply(0, ITEMS)])
    async with app.run_test(size=(70, 24)) as pilot:
        await settled(pilot, app.watched)
        app.watched.held = True
        await pilot.resize_terminal(60, 24)
        assert app.watched.waiting
        yield pilot, app.watched


async def test_whoever_scrolls_to_what_is_not_drawn_yet_sees_it_drawn() -> None:
    async with half_drawn() as (pilot, transcript):
        for share in (0.5, 0.2, 0.9):
            assert transcript.waiting
            transcript.scroll_to(y=round(transcript.max_scroll_y * share))
            shown = screen(transcript)
            assert sum("with some words" in line for line in shown) >= 20
        transcript.go_on()
        await settled(pilot, transcript)
        assert screen(transcript) == shown


async def test_what_is_selected_while_it_is_drawn_is_copied_as_it_was_written() -> None:
    async with half_drawn() as (pilot, transcript):
        lines = screen(transcript)
        row = next(row for row, line in enumerate(lines) if "item 1490" in line)
        at = lines[row].index("item")
        await pilot.mouse_down(Transcript, offset=(at, row))
        await pilot.hover(Transcript, offset=(at + 8, row + 1))
        await pilot.mouse_up(Transcript, offset=(at + 8, row + 1))
        assert screen(transcript) == lines
        assert transcript.screen.get_selected_text() == "- item 1490 with **some** words\n- item 1491"


async def test_an_answer_that_ends_with_much_at_once_shows_its_end_and_then_all_of_it() -> None:
    app = Talk([question(0)])
    async with app.run_test(size=(70, 24)) as pilot:
        transcript = app.transcript
        message = after(reply(0, outcome="streaming"), TextDelta("First.\n\n"), 0.1)
        transcript.say(message)
        await pilot.pause()
        message = after(after(message, TextDelta(ITEMS + "\nThe last."), 0.2), Done("stop"), 0.3)
        transcript.say(message)
        await settled(pilot, transcript)
        assert any("The last." in line for line in screen(transcript))
        assert transcript.virtual_size.height == rows_of_a_fresh_one(transcript, [question(0), message])
