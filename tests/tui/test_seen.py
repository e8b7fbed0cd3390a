"""Rows that did not change are not drawn again, and the screen is what drawing all of it would give."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region
from textual.strip import Strip

from llmtui.chat.events import Done, ReasoningDelta, TextDelta
from llmtui.chat.message import after
from llmtui.tui.conversation.transcript import Transcript
from llmtui.tui.drawing.heights import Heights
from llmtui.tui.drawing.seen import Seen
from tests.tui.test_transcript import Talk, conversation, question, reply, settled

SAID = (
    "## A heading\n\n"
    "Words and *words* that [go on][late] and on. " * 3 + "\n\n"
    "- one\n- two\n\n  ```python\n  def f(): return 1\n  ```\n\n"
    "| a | b |\n|---|---|\n| 1 | 2 |\n| longer | 你好 |\n\n"
    "> quoted\n\n[late]: http://a.example\n\n"
) * 3


def shown(transcript: Transcript) -> list[Strip]:
    width, height = transcript.size
    return transcript.render_lines(Region(0, 0, width, height))


def afresh(transcript: Transcript) -> list[Strip]:
    transcript.refresh()
    return shown(transcript)


@pytest.mark.parametrize("seed", range(6))
async def test_what_is_in_sight_is_what_drawing_all_of_it_would_give(seed: int) -> None:
    chance = random.Random(seed)
    app = Talk(conversation(6))
    async with app.run_test(size=(50, 20)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        live = reply(99, outcome="streaming")
        transcript.say(question(99))
        left = SAID
        while left:
            size = chance.randrange(1, 60)
            piece, left = left[:size], left[size:]
            event = ReasoningDelta(piece) if len(SAID) - len(left) < 200 else TextDelta(piece)
            live = after(live, event, 0.1)
            transcript.say(live)
            await settled(pilot, transcript)
            await transcript.coloured()
            kept = shown(transcript)
            assert kept == afresh(transcript)
            match chance.randrange(12):
                case 0:
                    transcript.scroll_up()
                case 1:
                    transcript.scroll_end()
                case 2:
                    transcript.queued(["then this"] * chance.randrange(3))
                case _:
                    pass
        transcript.say(after(live, Done("stop"), 1.0))
        await settled(pilot, transcript)
        kept = shown(transcript)
        assert kept == afresh(transcript)


async def test_a_row_that_did_not_change_is_the_very_same_though_the_words_have_moved_up() -> None:
    app = Talk(conversation(6))
    async with app.run_test(size=(50, 20)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        live = after(reply(99, outcome="streaming"), TextDelta("One.\n\n" * 9), 0.1)
        transcript.say(live)
        await settled(pilot, transcript)
        before, top = shown(transcript), transcript.scroll_offset.y
        transcript.say(after(live, TextDelta("Two.\n\nThree.\n\n"), 0.2))
        await settled(pilot, transcript)
        moved = transcript.scroll_offset.y - top
        assert moved
        assert shown(transcript)[0] is before[moved]


def test_what_is_forgotten_is_forgotten_and_nothing_else() -> None:
    seen = Seen()
    seen.look("so", 0, 10)
    strips = [Strip.blank(row + 1) for row in range(10)]
    for row, strip in enumerate(strips):
        seen.keep(row, strip)
    seen.forget(8)
    seen.forget(2, 3)
    assert [row for row in range(10) if seen.get(row)] == [0, 1, 4, 5, 6, 7]
    seen.look("so", 100, 1)
    assert seen.get(0) is None
    seen.keep(100, strips[0])
    seen.look("otherwise", 100, 1)
    assert seen.get(100) is None


@given(st.lists(st.integers(0, 5), min_size=1), st.data())
def test_a_row_is_found_where_it_is_whatever_was_asked_and_changed_before(
    heights: list[int], data: st.DataObject
) -> None:
    found = Heights(heights)
    for _ in range(data.draw(st.integers(0, 12))):
        match data.draw(st.integers(0, 3)):
            case 0:
                heights.append(data.draw(st.integers(0, 5)))
                found.append(heights[-1])
            case 1:
                place = data.draw(st.integers(0, len(heights) - 1))
                heights[place] = data.draw(st.integers(0, 5))
                found.set(place, heights[place])
            case _:
                rows = [(place, row) for place, height in enumerate(heights) for row in range(height)]
                assert found.total == found.copy().total == len(rows)
                row = data.draw(st.integers(0, len(rows) + 2))
                last = len(heights) - 1
                below = (last, row - sum(heights[:last]))
                assert found.at(row) == (rows[row] if row < len(rows) else below)
