"""Who reads above is never moved, who is at the end stays there: whatever comes, folds or is resized."""

import random
from collections.abc import Callable

import pytest
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.scrollbar import ScrollTo

from llmtui.chat.events import Done, ReasoningDelta, TextDelta
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.parts import Reasoning, Text
from llmtui.tui.conversation.transcript import Transcript
from tests.tui.test_transcript import Talk, conversation, question, reply, screen, settled

TABLE = "| name | what it does |\n|---|---|\n" + "".join(
    f"| row {row} | {'some words that wrap ' * (row % 4 + 1)} |\n" for row in range(20)
)
CODE = "```python\n" + "".join(f"def f_{row}(): return {row}\n" for row in range(30)) + "```\n"
PROSE = " ".join(f"word{number}" for number in range(400))


def thoughtful(place: int) -> Message:
    parts = (
        Reasoning(f"first thought {place}\n" + "deep words " * 60, 0, 1),
        Text(PROSE),
        Text(TABLE + "\n" + CODE),
    )
    return Message(f"t{place}", "assistant", parts, answer=Answer("a/b", outcome="complete"))


def top(transcript: Transcript) -> str:
    return screen(transcript)[0].strip(" ▌")


async def stream(pilot: Pilot[None], transcript: Transcript, message: Message, words: str) -> Message:
    message = after(message, TextDelta(words), 0.2)
    transcript.say(message)
    await settled(pilot, transcript)
    return message


async def test_one_row_up_is_enough_to_stay_and_no_text_begins_to_follow_again() -> None:
    app = Talk(conversation(20))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        live = await stream(pilot, transcript, reply(999, outcome="streaming"), "One\n\n" * 20)
        transcript.scroll_up()
        seen = screen(transcript)[:-1]
        live = await stream(pilot, transcript, live, "two\n\n")
        assert screen(transcript)[:-1] == seen
        for end in ("| a | b |\n", "|---|---|\n", "| 1 | 2 |\n", "\n```\n", "code\n", "```\n"):
            live = await stream(pilot, transcript, live, end)
            assert screen(transcript)[:-1] == seen
        assert not transcript.following


async def test_the_mark_counts_the_lines_that_came_and_goes_as_they_are_read() -> None:
    app = Talk(conversation(20))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        live = await stream(pilot, transcript, reply(999, outcome="streaming"), "Begun.")
        transcript.scroll_page_up()
        assert transcript.unread == 0
        live = await stream(pilot, transcript, live, "\n\nOne new line.")
        assert transcript.unread == 2
        assert "↓ 2 new lines" in screen(transcript)[-1]
        live = await stream(pilot, transcript, live, "".join(f"\n\nLine {row}." for row in range(30)))
        assert transcript.unread == 62
        while transcript.unread == 62:
            transcript.scroll_down()
        transcript.scroll_down()
        assert transcript.unread == 60
        transcript.scroll_up()
        transcript.scroll_up()
        assert transcript.unread == 60
        transcript.follow()
        assert transcript.unread == 0
        assert not any("new line" in line for line in screen(transcript))


async def test_the_mark_is_honest_after_the_lines_were_wrapped_anew() -> None:
    app = Talk(conversation(20))
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        live = await stream(pilot, transcript, reply(999, outcome="streaming"), "Begun.")
        transcript.scroll_page_up()
        await stream(pilot, transcript, live, "\n\n" + PROSE)
        before = transcript.unread
        await pilot.resize_terminal(50, 24)
        await pilot.pause()
        assert before * 1.7 < transcript.unread < before * 2.4
        await pilot.resize_terminal(100, 24)
        await pilot.pause()
        assert transcript.unread == before


async def test_a_whole_new_message_is_counted_too() -> None:
    app = Talk(conversation(20))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        app.transcript.scroll_page_up()
        app.transcript.say(question(999))
        await settled(pilot, app.transcript)
        assert app.transcript.unread == 4


async def test_u_goes_to_the_first_line_that_was_not_in_sight() -> None:
    app = Talk(conversation(20))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        live = await stream(pilot, transcript, reply(999, outcome="streaming"), "Begun.")
        transcript.focus()
        await pilot.press("pageup", "pageup")
        await stream(pilot, transcript, live, "".join(f"\n\nLine {row}." for row in range(60)))
        await pilot.press("u")
        assert screen(transcript)[1].strip(" ▌") == "Line 0."
        assert not transcript.following
        assert transcript.current == len(transcript.views) - 1


async def test_going_to_the_end_follows_by_wheel_key_and_drag() -> None:
    app = Talk(conversation(20))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        ways: tuple[tuple[Callable[[], object], int], ...] = (
            (transcript._scroll_down_for_pointer, 20),
            (transcript.scroll_page_down, 3),
            (transcript.action_scroll_end, 1),
            (lambda: transcript.scroll_to(y=transcript.max_scroll_y), 1),
        )
        for go, times in ways:
            transcript.scroll_page_up()
            assert not transcript.following
            for _ in range(times):
                go()
            assert transcript.following


async def test_folding_and_resizing_neither_end_nor_begin_to_follow() -> None:
    app = Talk([*conversation(5), thoughtful(0), question(7), thoughtful(1)])
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        for _ in range(2):
            transcript.toggle_all_reasoning()
            await pilot.resize_terminal(90, 30)
            await pilot.pause()
            assert transcript.following
            assert transcript.scroll_offset.y == transcript.max_scroll_y
        transcript.scroll_page_up()
        for width in (40, 120, 60):
            transcript.toggle_all_reasoning()
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            assert not transcript.following


@pytest.mark.parametrize("kind", [PROSE, TABLE, CODE, "一二三四五六七八九十" * 80])
async def test_a_new_width_and_back_shows_the_same_words_at_the_top(kind: str) -> None:
    answer = Message("x", "assistant", (Text(kind),), answer=Answer("a/b", outcome="complete"))
    app = Talk([*conversation(10), answer, *(reply(place, PROSE) for place in range(50, 55))])
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        transcript.jump("x")
        for _ in range(5):
            transcript.scroll_down()
        seen = screen(transcript)
        for width in (40, 100, 61, 120):
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            held = transcript._column.anchor(transcript.scroll_offset.y)
            assert held is not None
            assert transcript.views[held[0]].message.id == "x"
        assert screen(transcript) == seen


async def test_in_reasoning_too() -> None:
    thought = Message(
        "x", "assistant", (Reasoning(PROSE, 0, 1), Text(PROSE)), answer=Answer("a/b", outcome="complete")
    )
    app = Talk([*conversation(10), thought, *(reply(place, PROSE) for place in range(50, 55))])
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        transcript.reasoning = "open"
        transcript.jump("x")
        for _ in range(3):
            transcript.scroll_down()
        first = top(transcript).split()[1]
        for width in (40, 100, 120):
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            assert first in screen(transcript)[0].split()


@pytest.mark.parametrize("seed", range(6))
async def test_nothing_but_the_reader_moves_the_words_at_the_top(seed: int) -> None:
    chance = random.Random(seed)
    app = Talk(
        [*conversation(40), thoughtful(0), *conversation(0), question(500), thoughtful(1), question(501)]
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        live = await stream(pilot, transcript, reply(999, outcome="streaming"), "Begun. ")
        width = 80
        for _ in range(60):
            kind = chance.random()
            if kind < 0.45:
                y = transcript.scroll_offset.y + chance.choice((-40, -7, -2, -1, 1, 2, 5, 30))
                transcript.scroll_to(y=y)
                continue
            following, before = transcript.following, top(transcript)
            pushed = transcript.scroll_offset.y >= transcript.max_scroll_y
            if kind < 0.8:
                words = chance.choice((TABLE, CODE, PROSE, "x", "\n\n", "- item\n", "[a]: b\n", "# Head\n"))
                live = await stream(pilot, transcript, live, words)
            elif kind < 0.85:
                live = after(live, ReasoningDelta("thinking " * 30), 0.3)
                transcript.say(live)
                await settled(pilot, transcript)
            elif kind < 0.92:
                width, old = chance.choice((40, 60, 80, 120)), width
                for size in (width, old):
                    await pilot.resize_terminal(size, 24)
                    await pilot.pause()
                width = old
            else:
                place = chance.randrange(len(transcript.views))
                transcript._toggle(place, None)
                if transcript.views[place].panels() and before.startswith(("│", "▾", "▸")):
                    continue
            assert transcript.following is following
            if following:
                assert transcript.scroll_offset.y == transcript.max_scroll_y
            elif not pushed and transcript.scroll_offset.y < transcript.max_scroll_y:
                assert top(transcript) == before, kind


async def test_the_end_of_an_answer_does_not_move_who_reads_it() -> None:
    app = Talk(conversation(3))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        live = await stream(pilot, transcript, reply(999, outcome="streaming"), f"[word0][r]\n\n{PROSE}")
        transcript.scroll_page_up()
        transcript.scroll_page_up()
        seen = screen(transcript)[:-1]
        live = await stream(pilot, transcript, live, "\n\n[r]: https://example.com/long/address\n")
        transcript.say(after(live, Done("stop"), 1.0))
        await settled(pilot, transcript)
        assert screen(transcript)[:3] == seen[:3]
        assert screen(transcript)[4:-1] == seen[4:]


async def test_dragging_the_scrollbar_never_jumps_back() -> None:
    messages = [
        Message(
            f"m{place}",
            "assistant",
            (Text((CODE, TABLE, PROSE, "短い文。" * 90)[place % 4]),),
            answer=Answer("a/b"),
        )
        for place in range(400)
    ]
    app = Talk(messages)
    async with app.run_test(size=(50, 24)) as pilot:
        await pilot.pause()
        transcript, bar = app.transcript, app.transcript.vertical_scrollbar
        transcript.scroll_home()
        bar.grabbed = Offset(0, 0)
        await pilot.pause()
        rows, places = bar.window_virtual_size, []
        for step in range(0, 101, 2):
            bar.post_message(ScrollTo(y=rows * step / 100, animate=False))
            await pilot.pause()
            column = transcript._column
            place, inside = column.at(transcript.scroll_offset.y)
            places.append((place, inside))
        assert places == sorted(places)
        assert transcript.following
        assert places[25][0] in range(190, 211)
        assert bar.window_virtual_size == rows
        bar.grabbed = None
        await pilot.pause()
        assert bar.window_virtual_size == transcript.virtual_size.height
