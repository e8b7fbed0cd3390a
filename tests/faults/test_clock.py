"""A clock that is set while an answer arrives changes nothing: only the steady one is waited by."""

from itertools import count

import pytest

from llmtui.wire.clock import Clock
from tests.faults.asking import NOW, QUICK, ask, line_to, nothing_left_over
from tests.faults.faults import status
from tests.faults.speech import Speech
from tests.faults.speeches import SPEECHES
from tests.wire.server import LoopbackServer, Reply, Sleep

_YEAR = 365 * 86_400.0
IN_EVERY_DIALECT = pytest.mark.parametrize("speech", SPEECHES.values(), ids=lambda speech: speech.dialect)


@IN_EVERY_DIALECT
@pytest.mark.parametrize("step", [_YEAR, -_YEAR], ids=["ahead", "back"])
async def test_a_clock_that_jumps_ends_no_answer_and_lengthens_no_wait(speech: Speech, step: float) -> None:
    looks = count()
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    # Each time that somebody looks, another year is on it.
    jumping = Clock(wall=lambda: NOW + step * next(looks), sleep=sleep, chance=lambda: 0.0)
    refused = status(429, retry_after="2")(speech)
    assert isinstance(refused, Reply)
    slowly = Reply(200, speech.headers, [speech.begun, Sleep(0.05), speech.stream[len(speech.begun) :]])
    async with nothing_left_over(), LoopbackServer(refused, slowly) as server:
        async with line_to(server.url, speech.dialect, clock=jumping) as line:
            heard = await ask(line)
        assert len(server.requests) == 2
    assert heard.answer.outcome == "complete"
    assert heard.message.text == speech.text
    assert slept == [2.0]
    assert next(looks) > 0


@IN_EVERY_DIALECT
async def test_a_clock_that_jumps_does_not_hold_a_silent_server_any_longer(speech: Speech) -> None:
    looks = count()
    back = Clock(wall=lambda: NOW - _YEAR * next(looks), chance=lambda: 0.0)
    silent = Reply(200, speech.headers, [speech.begun, Sleep(60)])
    async with (
        nothing_left_over(),
        LoopbackServer(silent) as server,
        line_to(server.url, speech.dialect, QUICK, clock=back) as line,
    ):
        heard = await ask(line)
    assert heard.failure.kind == "timeout"
