"""A server that speaks quickly is listened to on a beat: slower while nobody looks, and nobody else waits."""

import asyncio
import ssl
from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.events import Done, Event, Failed, ReasoningDelta, RefusalDelta, TextDelta, UsageReported
from llmtui.chat.events import Usage as Used
from llmtui.chat.message import Answer, Message, after
from llmtui.wire.beat import Beat, listen
from llmtui.wire.fetching import fetched
from llmtui.wire.joining import joined
from llmtui.wire.timeouts import Patience, Timeouts
from tests.wire.lines import ASKING, Wound, card_at, line_to
from tests.wire.server import AUTHORITY, LoopbackServer, Piece, Reply, Sleep, chunk, events, saying, tls


def watching(watched: bool) -> asyncio.Event:
    event = asyncio.Event()
    if watched:
        event.set()
    return event


async def read(beat: Beat, time: Wound, waited: float = 0.0, size: int = 100) -> float:
    """How long it rests before a read that then takes so long."""
    before = time.now
    await beat.rest()
    rested = time.now - before
    time.now += waited
    beat.heard(size)
    return rested


async def begun(watched: asyncio.Event) -> tuple[Beat, Wound]:
    """A beat whose first words are over."""
    time = Wound(now=7.013)
    beat = Beat(watched, time.clock)
    await read(beat, time)
    time.now += 0.3
    await read(beat, time)
    return beat, time


async def test_the_first_words_are_heard_as_they_come() -> None:
    time = Wound(now=7.013)
    beat = Beat(watching(False), time.clock)
    assert [await read(beat, time, waited=0.01) for _ in range(20)] == [0.0] * 20


@pytest.mark.parametrize(("watched", "seconds"), [(True, 0.05), (False, 0.1)])
async def test_everybody_reads_at_the_same_times_and_what_nobody_sees_more_seldom(
    watched: bool, seconds: float
) -> None:
    beat, time = await begun(watching(watched))
    for _ in range(5):
        await read(beat, time, waited=0.002)
        assert time.now % seconds == pytest.approx(0.002)
    assert await read(beat, time) == pytest.approx(seconds - 0.002)


async def test_who_begins_to_look_is_told_more_often_from_the_next_beat_on() -> None:
    watched = watching(False)
    beat, time = await begun(watched)
    await read(beat, time, waited=0.001)
    watched.set()
    assert await read(beat, time, waited=0.001) == pytest.approx(0.049)
    assert await read(beat, time, waited=0.001) == pytest.approx(0.049)
    watched.clear()
    assert await read(beat, time, waited=0.001) == pytest.approx(0.099)


async def test_a_server_that_speaks_seldom_is_heard_at_once() -> None:
    beat, time = await begun(watching(False))
    await read(beat, time, waited=0.2)
    assert [await read(beat, time, waited=0.2) for _ in range(5)] == [0.0] * 5


async def test_a_server_that_says_much_at_a_time_is_not_kept_waiting() -> None:
    beat, time = await begun(watching(False))
    await read(beat, time, size=1 << 16)
    assert [await read(beat, time, size=1 << 16) for _ in range(5)] == [0.0] * 5


@pytest.mark.parametrize("secure", [False, True])
async def test_an_answer_that_nobody_sees_comes_whole_and_in_larger_pieces(secure: bool) -> None:
    words = [b"%d," % number for number in range(300)]
    slowly: list[Piece] = [piece for word in words for piece in (word, Sleep(0.004))]
    trusted = ssl.create_default_context(cafile=AUTHORITY)
    async with (
        LoopbackServer(Reply(pieces=slowly), secure=tls() if secure else None) as server,
        httpx.AsyncClient(timeout=None, verify=trusted, trust_env=False) as client,
    ):
        request = client.build_request("GET", server.url, extensions={"trace": listen})
        response = await client.send(request, stream=True)
        patience = Patience(Timeouts(first_byte=5, idle=5))
        async with asyncio.timeout(20):
            found = [piece async for piece in fetched(response, patience, watching(False))]
        patience.end()
    assert b"".join(found) == b"".join(words)
    # Its first words, for a quarter of a second, come as they come: at most half of all pieces.
    assert len(found) < len(words) / 2


async def test_a_connection_that_lay_ready_is_read_on_the_beat_too() -> None:
    slowly: list[Piece] = [
        piece for _ in range(300) for piece in (events(chunk("x"), done=False), Sleep(0.004))
    ]
    talking = Reply(pieces=[*slowly, events(chunk(finish="stop"))])
    async with LoopbackServer(saying("Hello"), talking) as server, line_to(card_at(server.url)) as line:
        async for _ in line.stream(ASKING):
            pass
        said = [event async for event in line.stream(ASKING, watching(False)) if isinstance(event, TextDelta)]
    assert server.connections == 1
    assert "".join(event.text for event in said) == "x" * 300
    assert len(said) < 150


async def test_what_breaks_while_nobody_looks_is_told_and_nothing_of_it_lost() -> None:
    server_says = Reply(pieces=[events(chunk("Half"), done=False)], ends="close")
    async with LoopbackServer(server_says) as server, line_to(card_at(server.url)) as line:
        *before, ending = [event async for event in line.stream(ASKING, watching(False))]
    assert TextDelta("Half") in before
    assert isinstance(ending, Failed)


words = st.text("ab", max_size=3)
said = st.lists(
    st.one_of(
        words.map(TextDelta),
        words.map(RefusalDelta),
        st.builds(ReasoningDelta, words, st.sampled_from([None, None, "signed"])),
        st.just(UsageReported(Used(1, 2))),
    )
)


@given(said)
def test_words_said_together_make_the_same_message(said: list[Event]) -> None:
    def message(events: list[Event]) -> Message:
        found = Message("m", "assistant", answer=Answer("p/m"))
        for event in [*events, Done("stop")]:
            found = after(found, event, 1.0)
        return found

    together = joined(said)
    assert message(together) == message(said)
    assert not any(isinstance(a, TextDelta) and isinstance(b, TextDelta) for a, b in pairwise(together))
