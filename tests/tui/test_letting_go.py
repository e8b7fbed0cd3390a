"""The lines of what is far away are forgotten, and are the same again when somebody comes back."""

import gc

from llmtui.chat.message import Answer, Message
from llmtui.chat.parts import Reasoning, Text
from llmtui.tui.drawing.column import Column
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.telling import Telling
from tests.tui.test_transcript import Talk, conversation, screen, settled

HEIGHT = 20
WORDS = "\n\n".join(f"A paragraph, the **{number}**th of them." for number in range(8))


def answers(count: int) -> list[Message]:
    return [
        Message(
            f"m{place}",
            "assistant",
            (Reasoning("a thought", 0, 1), Text(f"{place}\n\n{WORDS}")),
            answer=Answer("a/b", outcome="complete"),
        )
        for place in range(count)
    ]


def column_of(count: int) -> Column:
    column = Column(Telling())
    column.show(answers(count), {})
    column.fit(Page(60, Palette.plain(), HEIGHT))
    return column


def laid(column: Column) -> list[int]:
    return [place for place, view in enumerate(column.views) if view.stacks]


def texts(column: Column, place: int) -> list[str]:
    column.lay(place)
    view = column.views[place]
    return [view.line(row).text for row in range(view.height)]


def test_few_of_many_messages_keep_their_lines_and_all_keep_their_heights() -> None:
    column = column_of(200)
    first = texts(column, 0)
    for place in range(200):
        column.lay(place)
    rows = column.rows
    column.let_go(rows - HEIGHT, HEIGHT)
    assert len(laid(column)) < 40
    assert laid(column)[-1] == 199
    assert column.rows == rows
    assert texts(column, 0) == first
    assert column.rows == rows


def test_what_is_near_stays_however_long_ago_it_was_laid() -> None:
    column = column_of(200)
    column.lay_around(0, HEIGHT)
    for place in range(10, 200):
        column.lay(place)
        column.let_go(0, HEIGHT)
    assert all(column.line(row) is not None for row in range(2 * HEIGHT))


def test_what_somebody_unfolded_or_holds_is_not_forgotten() -> None:
    column = column_of(200)
    column.lay(0)
    column.views[0].toggle()
    for place in range(200):
        column.lay(place)
    column.held = True
    column.let_go(column.rows, HEIGHT)
    assert len(laid(column)) == 200
    column.held = False
    column.let_go(column.rows, HEIGHT)
    assert laid(column)[0] == 0
    assert len(laid(column)) < 40
    assert [panel.shown for panel in column.views[0].panels()] == [True]


def test_what_is_let_go_of_waits_for_no_collector() -> None:
    column = column_of(200)
    column.fold("open")
    gc.collect()
    gc.disable()
    try:
        for place in range(200):
            column.lay(place)
        column.let_go(column.rows, HEIGHT)
        assert len(laid(column)) < 40
        column.show([], {})
        assert gc.collect() < 200
    finally:
        gc.enable()


async def test_a_long_way_up_and_down_again_shows_the_same() -> None:
    app = Talk(conversation(300))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        seen = screen(transcript)
        while transcript.scroll_offset.y > 0:
            transcript.action_page_up()
        await settled(pilot, transcript)
        transcript.action_scroll_end()
        await settled(pilot, transcript)
        assert screen(transcript) == seen
        assert sum(bool(view.stacks) for view in transcript.views) < 200
