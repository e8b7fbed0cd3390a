"""The whole matrix: each fault in each of the six dialects."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from llmtui.wire.line import Line
from tests.faults.asking import Heard, ask, line_to, nothing_left_over
from tests.faults.faults import FAULTS, Fault
from tests.faults.speech import Speech
from tests.faults.speeches import MADE, MODEL, READ, SPEECHES
from tests.faults.toxics import TcpProxy
from tests.wire.server import LoopbackServer, Received

MATRIX = [
    pytest.param(fault, speech, id=f"{fault.name} - {speech.dialect}")
    for fault in FAULTS
    for speech in SPEECHES.values()
    if speech.dialect not in fault.apart_from
]
AT_ONCE = 0.2
"""Seconds that ending an answer may take."""


@asynccontextmanager
async def faulty(fault: Fault, speech: Speech) -> AsyncIterator[tuple[LoopbackServer, Line, str]]:
    """A server with this fault, a line to it, and how it is called in messages."""
    async with (
        LoopbackServer(*fault.replies(speech)) as server,
        TcpProxy(server.port, down=fault.down) as proxy,
    ):
        url = proxy.url if fault.down else server.url
        async with line_to(url, speech.dialect, fault.timeouts, fault.caps) as line:
            yield server, line, url.removeprefix("http://").removesuffix("/v1")


@pytest.mark.parametrize(("fault", "speech"), MATRIX)
async def test_a_fault_is_told_and_what_came_is_kept(fault: Fault, speech: Speech) -> None:
    async with nothing_left_over(), faulty(fault, speech) as (server, line, host):
        heard = await ask(line)
        assert len(server.requests) == fault.asked
        assert fault.waits is None or heard.waits == pytest.approx(fault.waits)
        assert kept_of(heard, speech) == fault.kept or fault.kept == "any"
        if fault.kind == "":
            assert heard.answer.error is None
            assert heard.answer.outcome == "complete"
        else:
            assert heard.failure.kind == fault.kind
            assert heard.answer.outcome == ("truncated" if heard.message.parts else "failed")
            assert fault.says in heard.failure.message
            assert host in heard.failure.message
            assert heard.failure.hint.endswith(".")


@pytest.mark.parametrize(("fault", "speech"), MATRIX)
async def test_whatever_goes_wrong_it_can_be_stopped_at_once(fault: Fault, speech: Speech) -> None:
    # A shared machine may be late for reasons of its own, but hardly twice.
    if await _stopping(fault, speech) >= AT_ONCE:
        assert await _stopping(fault, speech) < AT_ONCE


async def _stopping(fault: Fault, speech: Speech) -> float:
    """Seconds from the wish to stop until everything has."""
    async with nothing_left_over(), faulty(fault, speech) as (server, line, _):
        asking = asyncio.create_task(ask(line))
        await asyncio.wait_for(server.request(), 10)
        # A little into the answer, wherever that is.
        await asyncio.wait([asking], timeout=0.01)
        stopped = time.monotonic()
        asking.cancel()
        await asyncio.wait([asking])
        if asking.cancelled() and fault.asked == 1:
            # Where it asks again, it may have been stopped between two requests.
            return await _gone(server.requests[-1], line) - stopped
        return time.monotonic() - stopped


async def _gone(request: Received, line: Line) -> float:
    """When the connection of a request was closed; one that is kept for the next question was so at once."""
    stopped = time.monotonic()
    try:
        await asyncio.wait_for(request.gone.wait(), 2)
        return time.monotonic()
    except TimeoutError:
        assert request.over.is_set(), "the answer is still being sent"
        await line.close()
        await asyncio.wait_for(request.gone.wait(), 2)
        return stopped


def kept_of(heard: Heard, speech: Speech) -> str:
    """How much of the answer is there."""
    said, thought = heard.message.text, heard.message.reasoning
    if not heard.message.parts:
        return "nothing"
    if (said, thought) == (speech.text, speech.reasoning) and heard.answer.outcome == "complete":
        assert heard.answer.model == MODEL
        assert heard.answer.usage is not None
        assert (heard.answer.usage.read, heard.answer.usage.made) == (READ, MADE)
        return "all"
    if said.startswith(speech.spoken[0]) and thought == speech.reasoning:
        return "some"
    return f"only {said!r} and the thought {thought!r}"
