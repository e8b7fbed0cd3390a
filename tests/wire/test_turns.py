"""Turns and pace: how many at once, how many a minute, in which order, and nothing lost on the way."""

import asyncio
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.events import Event, ModelReported, TextDelta, Waiting
from llmtui.wire.pace import Pace
from llmtui.wire.turns import Turns
from tests.wire.lines import ASKING, Stopped, Wound, asked, asking_of, card_at, line_to, waits_in
from tests.wire.server import LoopbackServer, Pause, Reply, chunk, events, saying

# Turns


async def test_who_comes_first_goes_first() -> None:
    turns = Turns(8)
    first, second, third = (turns.join("a", 1) for _ in range(3))
    assert [turn.come.is_set() for turn in (first, second, third)] == [True, False, False]
    with second, third:
        with first:
            pass
        assert second.come.is_set()
        assert not third.come.is_set()
    assert (turns.streaming, turns.queued) == (0, 0)


async def test_a_busy_provider_keeps_nobody_else_back() -> None:
    turns = Turns(3)
    with turns.join("a", 1), turns.join("a", 1) as waiting, turns.join("b", 1) as other:
        assert other.come.is_set()
        assert not waiting.come.is_set()
        with turns.join("c", 1), turns.join("d", 1) as too_many:
            assert not too_many.come.is_set()


async def test_who_gives_up_waiting_leaves_the_queue() -> None:
    turns = Turns(1)
    with turns.join("a", 1):
        with turns.join("a", 1):
            assert turns.queued == 1
        assert turns.queued == 0


@pytest.mark.parametrize("seed", range(20))
async def test_no_turn_is_lost_or_doubled_whoever_is_cancelled_whenever(seed: int) -> None:
    chance = random.Random(seed)
    turns = Turns(3)
    streaming: dict[str, int] = {}
    finished = 0

    async def stream(provider: str, steps: int) -> None:
        nonlocal finished
        with turns.join(provider, 2) as turn:
            await turn.come.wait()
            streaming[provider] = streaming.get(provider, 0) + 1
            try:
                assert streaming[provider] <= 2
                assert sum(streaming.values()) <= 3
                for _ in range(steps):
                    await asyncio.sleep(0)
                finished += 1
            finally:
                streaming[provider] -= 1

    tasks = [asyncio.create_task(stream(chance.choice("abc"), chance.randrange(6))) for _ in range(100)]
    doomed = chance.sample(tasks, 40)
    for task in doomed:
        for _ in range(chance.randrange(4)):
            await asyncio.sleep(0)
        task.cancel()
    async with asyncio.timeout(5):
        await asyncio.wait(tasks)
    assert finished >= 60
    assert not [task for task in tasks if not task.cancelled() and task.exception()]
    assert (turns.streaming, turns.queued) == (0, 0)


async def test_the_turn_is_waited_for_visibly_and_comes_in_order() -> None:
    go_on = asyncio.Event()
    slow = Reply(pieces=[events(chunk("one"), done=False), Pause(go_on), events(chunk(finish="stop"))])
    async with LoopbackServer(slow) as server, line_to(card_at(server.url, concurrent=2)) as line:
        questions = [asyncio.create_task(asked(line)) for _ in range(4)]
        await server.request(1)
        heard: list[Event] = []
        async for event in line.stream(ASKING):
            heard.append(event)
            if event == Waiting("turn"):
                assert len(server.requests) == 2
                go_on.set()
        answers = await asyncio.gather(*questions)
    assert [bool(waits_in(answer, "turn")) for answer in answers] == [False, False, True, True]
    assert heard[:2] == [Waiting("turn"), Waiting("answer", 120.0)]
    assert TextDelta("one") in heard


async def test_no_more_stream_at_once_than_the_line_allows_whatever_the_provider() -> None:
    never = asyncio.Event()
    slow = Reply(pieces=[events(chunk("one"), done=False), Pause(never)])
    async with LoopbackServer(slow) as server:
        cards = [card_at(server.url, name=name) for name in "abc"]
        async with line_to(*cards, streams=2) as line:
            streams = [line.stream(asking_of(name)) for name in "abc"]
            assert [await anext(stream) for stream in streams] == [
                ModelReported("loop"),
                ModelReported("loop"),
                Waiting("turn"),
            ]
            for stream in streams:
                await stream.aclose()
            assert len(server.requests) == 2


async def test_who_waits_to_try_again_holds_no_turn() -> None:
    stopped = Stopped()
    busy = Reply(503, {"content-type": "application/json"}, [b"{}"], "length")
    async with LoopbackServer(busy, saying("Hi")) as server:
        card = card_at(server.url, concurrent=1)
        async with line_to(card, clock=stopped.clock) as line:
            waiting = asyncio.create_task(asked(line))
            await stopped.asleep.wait()
            assert TextDelta("Hi") in await asked(line)
            waiting.cancel()
            await asyncio.wait({waiting})


# Pace


async def test_requests_keep_the_pace_that_was_set() -> None:
    wound = Wound()
    async with LoopbackServer(saying("Hi")) as server:
        card = card_at(server.url, requests_per_minute=2)
        async with line_to(card, clock=wound.clock) as line:
            waits = [waits_in(await asked(line), "pace") for _ in range(5)]
    assert [[wait.seconds for wait in each] for each in waits] == [[], [], [60.0], [], [60.0]]
    assert wound.slept == [60.0, 60.0]


async def test_tokens_keep_the_pace_as_the_provider_counts_them() -> None:
    wound = Wound()
    usage = {"choices": [], "usage": {"prompt_tokens": 60, "completion_tokens": 30, "total_tokens": 90}}
    reply = Reply(pieces=[events(chunk("Hi", "stop"), usage)])
    async with LoopbackServer(reply) as server:
        card = card_at(server.url, tokens_per_minute=91)
        async with line_to(card, clock=wound.clock) as line:
            # "Hello?" is estimated as less than two tokens; its answer makes 90 of it.
            assert waits_in(await asked(line), "pace") == []
            assert [wait.seconds for wait in waits_in(await asked(line), "pace")] == [60.0]


async def test_a_paced_question_that_is_stopped_was_never_asked() -> None:
    stopped = Stopped()
    async with LoopbackServer(saying("Hi")) as server:
        card = card_at(server.url, requests_per_minute=1)
        async with line_to(card, clock=stopped.clock) as line:
            await asked(line)
            for _ in range(3):
                # Had those who gave up been counted, each would have to wait longer.
                stream = line.stream(ASKING)
                assert await anext(stream) == Waiting("pace", 60.0)
                await stream.aclose()
            assert len(server.requests) == 1


def test_a_question_larger_than_the_limit_goes_when_nothing_else_does() -> None:
    pace = Pace()
    assert pace.step(None, 100, 500, 0).start == 0
    assert pace.step(None, 100, 10, 1).start == 60
    assert pace.step(None, 100, 500, 2).start == 120


@given(
    st.lists(st.tuples(st.floats(0, 90), st.floats(0, 200), st.booleans()), min_size=1, max_size=40),
    st.integers(1, 5),
    st.integers(50, 300),
)
def test_no_minute_holds_more_than_was_set(
    asked_for: list[tuple[float, float, bool]], requests: int, tokens: int
) -> None:
    pace = Pace()
    now = 0.0
    starts: list[tuple[float, float]] = []
    for later, size, given_up in asked_for:
        now += later
        step = pace.step(requests, tokens, size, now)
        assert step.start >= now
        if given_up:
            pace.forget(step)
        else:
            starts.append((step.start, size))
    assert starts == sorted(starts, key=lambda each: each[0])
    for start, _ in starts:
        # The minute that ends with this start; one that is exactly a minute old is out of it.
        window = [size for other, size in starts if start - 60 + 1e-6 < other <= start]
        assert len(window) <= requests
        assert sum(window) <= tokens + 1e-6 or len(window) == 1
