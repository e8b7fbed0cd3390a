"""Patience: any byte re-arms one timer, only what says something the other."""

import asyncio
import socket
import time

import pytest

from llmtui.wire.timeouts import Patience, Timeouts


async def test_comments_keep_the_bytes_timer_alive_and_not_the_other() -> None:
    now = asyncio.get_running_loop().time()
    patience = Patience(Timeouts(first_byte=100, idle=50))
    assert 99 < patience.deadline - now < 101
    patience.byte()
    assert 49 < patience.deadline - now < 51
    patience.payload()
    said = patience.deadline
    await asyncio.sleep(0)
    patience.byte()
    assert patience.deadline == said
    assert patience.words == "nothing more came for 50 s"


async def test_before_the_first_word_it_says_so() -> None:
    assert Patience(Timeouts(first_byte=100)).words == "nothing came for 100 s"


async def test_a_total_comes_before_the_other_two() -> None:
    now = asyncio.get_running_loop().time()
    patience = Patience(Timeouts(first_byte=100, idle=50, total=30), until=now + 30)
    patience.payload()
    assert patience.deadline == now + 30
    assert patience.words == "the answer took longer than 30 s"


def test_an_answer_in_one_piece_may_take_five_times_as_long_to_begin() -> None:
    assert Timeouts(first_byte=120, idle=90).for_whole == Timeouts(first_byte=600, idle=90)


async def test_a_process_that_slept_hears_what_came_meanwhile_before_it_loses_patience() -> None:
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours)

    def sleep() -> None:
        # As it is while somebody has stopped the process: the world goes on, and the clock.
        theirs.sendall(b"said meanwhile")
        time.sleep(0.7)

    asyncio.get_running_loop().call_soon(sleep)
    patience = Patience(Timeouts(first_byte=0.01))
    with patience:
        assert await reader.read(100) == b"said meanwhile"
    patience.end()
    writer.close()
    theirs.close()


async def test_a_process_that_slept_loses_patience_where_nothing_came() -> None:
    asyncio.get_running_loop().call_soon(time.sleep, 0.7)
    patience = Patience(Timeouts(first_byte=0.01))
    with pytest.raises(TimeoutError), patience:
        await asyncio.Event().wait()
