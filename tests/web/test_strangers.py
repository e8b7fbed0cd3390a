"""Connections that ask for nothing are closed, and those that were let in are not."""

import asyncio

from llmtui.web.strangers import MOST, Strangers


class Caller:
    def __init__(self) -> None:
        self.shown_out = False

    def force_close(self) -> None:
        self.shown_out = True


async def test_the_first_of_too_many_is_shown_out() -> None:
    strangers, callers = Strangers(), [Caller() for _ in range(MOST + 2)]
    for caller in callers:
        strangers.meet(caller)
    await asyncio.sleep(0)
    assert [caller.shown_out for caller in callers] == [True, True] + [False] * MOST


async def test_who_was_let_in_is_no_stranger_any_more() -> None:
    strangers, known = Strangers(), Caller()
    strangers.meet(known)
    strangers.let_in(known)
    strangers.let_in(known)
    for _ in range(2 * MOST):
        strangers.meet(Caller())
    await asyncio.sleep(0)
    assert not known.shown_out
