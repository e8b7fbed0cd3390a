"""Patience: any byte re-arms one timer, only what says something the other."""

import asyncio

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
