"""The real app before a server that misbehaves: keys echo, Esc ends at once, and what came is shown."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from llmtui.tui.app import LlmtuiApp
from llmtui.tui.composing.composer import Composer
from llmtui.tui.needs import Opening
from llmtui.wire.clock import USUAL_CLOCK, Clock
from llmtui.wire.timeouts import Timeouts
from tests.engine.scripted import RememberingKeeper
from tests.faults.asking import HASTY, PATIENT, QUICK, line_to
from tests.faults.speech import Speech
from tests.faults.speeches import SPEECHES
from tests.tui.stage import app, say, screen_text, shown
from tests.wire.server import Close, LoopbackServer, Piece, Reply, Sleep

AT_ONCE = 0.2
ECHO = 0.1
# The matrix tries all six; above the wire none differs from another, but their framing does.
SOME_DIALECTS = ("openai-chat", "ollama")
IN_SOME_DIALECTS = pytest.mark.parametrize(
    "speech", [SPEECHES[dialect] for dialect in SOME_DIALECTS], ids=SOME_DIALECTS
)
SIZE = (100, 30)


@asynccontextmanager
async def asked(
    folder: Path,
    speech: Speech,
    *pieces: Piece,
    timeouts: Timeouts = PATIENT,
    clock: Clock = HASTY,
    **reply: Any,
) -> AsyncIterator[tuple[LlmtuiApp, Pilot[None], LoopbackServer, RememberingKeeper]]:
    """The app, once a question is on its way to a server that answers so."""
    given = Reply(**{"headers": speech.headers, "pieces": pieces, **reply})
    keeper = RememberingKeeper()
    async with (
        LoopbackServer(given) as server,
        line_to(server.url, speech.dialect, timeouts, clock=clock) as line,
    ):
        the_app = app(folder, cast(Any, line), keeper, Opening(model="loop/the-model"))
        async with the_app.run_test(size=SIZE) as pilot:
            await say(pilot, "Why is the sky blue?")
            await asyncio.wait_for(server.request(), 5)
            yield the_app, pilot, server, keeper


async def ended(the_app: LlmtuiApp) -> None:
    for session in the_app.sessions.streaming:
        await asyncio.wait_for(session.idle(), 5)


def kept(keeper: RememberingKeeper) -> tuple[str, str]:
    """The outcome and the text of the one answer in the history."""
    (conversation,) = keeper.conversations.values()
    message = conversation.path[-1]
    assert message.answer is not None
    return message.answer.outcome, message.text


@IN_SOME_DIALECTS
async def test_keys_echo_while_an_answer_stalls_and_esc_ends_it_at_once(
    speech: Speech, tmp_path: Path
) -> None:
    async with asked(tmp_path, speech, speech.begun, Sleep(60)) as (the_app, pilot, server, keeper):
        await shown(the_app, speech.spoken[0])
        await echoes(the_app)
        pressed = time.monotonic()
        await pilot.press("escape")
        await asyncio.wait_for(server.requests[0].gone.wait(), AT_ONCE)
        await ended(the_app)
        assert time.monotonic() - pressed < AT_ONCE
        await shown(the_app, "stopped")
        assert speech.spoken[0] in screen_text(the_app)
        assert kept(keeper) == ("stopped", speech.spoken[0])


@IN_SOME_DIALECTS
async def test_keys_echo_while_an_answer_floods_in(speech: Speech, tmp_path: Path) -> None:
    flood: list[Piece] = [speech.words[-1] * 50, Sleep(0.005)] * 100
    async with asked(tmp_path, speech, speech.begun, *flood, Sleep(60)) as (the_app, pilot, _, keeper):
        await shown(the_app, speech.spoken[-1] * 2)
        await echoes(the_app)
        await pilot.press("escape")
        await ended(the_app)
        assert kept(keeper)[0] == "stopped"


@IN_SOME_DIALECTS
async def test_a_broken_answer_is_shown_as_far_as_it_came_and_why(speech: Speech, tmp_path: Path) -> None:
    async with asked(tmp_path, speech, speech.begun, Close()) as (the_app, _, server, keeper):
        await shown(the_app, "the connection broke")
        await ended(the_app)
        assert speech.spoken[0] in screen_text(the_app)
        assert f"127.0.0.1:{server.port}" in screen_text(the_app)
        assert kept(keeper) == ("truncated", speech.spoken[0])
        assert len(server.requests) == 1


@IN_SOME_DIALECTS
async def test_a_server_that_says_nothing_is_given_up_on_the_screen(speech: Speech, tmp_path: Path) -> None:
    async with asked(tmp_path, speech, Sleep(60), timeouts=QUICK) as (the_app, _, _, keeper):
        await shown(the_app, f"nothing came for {QUICK.first_byte:g} s")
        await ended(the_app)
        assert kept(keeper)[0] == "failed"


@IN_SOME_DIALECTS
async def test_waiting_for_a_retry_can_be_stopped_at_once(speech: Speech, tmp_path: Path) -> None:
    busy: dict[str, Any] = {"status": 503, "headers": {"retry-after": "30"}, "ends": "length"}
    async with asked(tmp_path, speech, speech.refusing("Busy"), clock=USUAL_CLOCK, **busy) as stage:
        the_app, pilot, server, keeper = stage
        await shown(the_app, "retrying")
        await echoes(the_app)
        pressed = time.monotonic()
        await pilot.press("escape")
        await ended(the_app)
        assert time.monotonic() - pressed < AT_ONCE
        assert kept(keeper)[0] == "stopped"
        assert len(server.requests) == 1


@IN_SOME_DIALECTS
async def test_a_redirect_is_shown_and_takes_nothing_along(speech: Speech, tmp_path: Path) -> None:
    async with LoopbackServer() as other:
        away: dict[str, Any] = {"status": 307, "headers": {"location": f"{other.url}/x"}, "ends": "length"}
        async with asked(tmp_path, speech, **away) as (the_app, _, _, keeper):
            await shown(the_app, f"127.0.0.1:{other.port}")
            await ended(the_app)
            assert kept(keeper)[0] == "failed"
        assert not other.connections


async def echoes(the_app: LlmtuiApp) -> None:
    """What is typed is on the screen within a tenth of a second, unless other programs are in the way."""
    took = []
    for number in range(1, 6):
        pressed = time.monotonic()
        the_app.simulate_key("x")
        await shown(the_app, "x" * number)
        took.append(time.monotonic() - pressed)
    assert min(took) < ECHO
    the_app.query_one(Composer).put("")
