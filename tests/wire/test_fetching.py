"""A body is fetched all that is here at a time, at once if it was long in coming, and without leftovers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import httpx
import pytest

from llmtui.wire.fetching import fetched
from llmtui.wire.timeouts import Patience, Timeouts
from tests.wire.server import LoopbackServer, Pause, Piece, Reply, Reset

SEEN = asyncio.Event()
SEEN.set()


@asynccontextmanager
async def answer(*pieces: Piece, idle: float = 5) -> AsyncIterator[tuple[httpx.Response, Patience]]:
    async with LoopbackServer(Reply(pieces=pieces)) as server, httpx.AsyncClient(timeout=None) as client:
        request = client.build_request("GET", server.url)
        response = await client.send(request, stream=True)
        patience = Patience(Timeouts(first_byte=idle, idle=idle))
        try:
            yield response, patience
        finally:
            patience.end()
            await response.aclose()


async def put_into(found: list[bytes], response: httpx.Response, patience: Patience) -> None:
    async for piece in fetched(response, patience, SEEN):
        found.append(piece)


def fetching() -> list[str]:
    return [task.get_name() for task in asyncio.all_tasks() if task.get_name() == "fetching an answer"]


async def test_the_whole_body_comes_in_order_and_in_few_pieces() -> None:
    pieces = [b"%d," % number for number in range(2000)]
    async with answer(*pieces) as (response, patience):
        found = [piece async for piece in fetched(response, patience, SEEN)]
    assert b"".join(found) == b"".join(pieces)
    assert len(found) < len(pieces) / 4
    assert not fetching()


async def test_what_is_here_is_given_while_the_server_goes_on() -> None:
    more = asyncio.Event()
    async with (
        answer(b"one", Pause(more), b"two") as (response, patience),
        aclosing(fetched(response, patience, SEEN)) as pieces,
    ):
        assert await asyncio.wait_for(anext(pieces), 5) == b"one"
        more.set()
        assert await asyncio.wait_for(anext(pieces), 5) == b"two"
        assert await anext(pieces, None) is None


async def test_a_connection_that_breaks_gives_first_what_came() -> None:
    async with answer(b"one", Reset()) as (response, patience):
        found: list[bytes] = []
        with pytest.raises(httpx.HTTPError):
            await put_into(found, response, patience)
    assert found == [b"one"]


async def test_a_server_that_falls_silent_is_not_waited_for() -> None:
    async with answer(b"one", Pause(asyncio.Event()), idle=0.05) as (response, patience):
        found: list[bytes] = []
        with pytest.raises(TimeoutError):
            await put_into(found, response, patience)
        assert found == [b"one"]
        assert not fetching()


async def test_leaving_early_leaves_nothing_running() -> None:
    async with answer(b"one", Pause(asyncio.Event())) as (response, patience):
        async with aclosing(fetched(response, patience, SEEN)) as pieces:
            assert await anext(pieces) == b"one"
            assert fetching()
        assert not fetching()


async def test_a_busy_reader_does_not_make_all_of_it_be_held() -> None:
    big = b"x" * (1 << 20)
    async with (
        answer(*[big] * 8) as (response, patience),
        aclosing(fetched(response, patience, SEEN)) as pieces,
    ):
        first = await anext(pieces)
        await asyncio.sleep(0.2)
        second = await anext(pieces)
        assert len(first) + len(second) < 4 << 20
        rest = [len(piece) async for piece in pieces]
    assert len(first) + len(second) + sum(rest) == 8 << 20
