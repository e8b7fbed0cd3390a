"""The proxy's toxics do what they are called, and no mixture of them breaks a promise.

`LLMTUI_FAULTS=2000 make test ARGS=tests/faults/test_toxics.py` tries more mixtures than the gate does.
"""

import asyncio
import os
import random
import time
from collections.abc import Callable, Sequence

import pytest

from llmtui.wire.timeouts import Timeouts
from tests.faults.asking import Heard, ask, line_to, nothing_left_over
from tests.faults.faults import Ends
from tests.faults.speech import Speech
from tests.faults.speeches import SPEECHES
from tests.faults.toxics import (
    Bandwidth,
    Latency,
    LimitData,
    ResetPeer,
    Slicer,
    SlowClose,
    TcpProxy,
    Timeout,
    Toxic,
)
from tests.wire.server import LoopbackServer, Reply

MIXTURES = int(os.environ.get("LLMTUI_FAULTS", "60"))
SHORT = Timeouts(connect=0.3, first_byte=0.2, idle=0.2)
CHAT = SPEECHES["openai-chat"]
STREAM = CHAT.stream


async def fetched(
    down: Sequence[Toxic] = (), up: Sequence[Toxic] = (), seed: int = 0
) -> tuple[list[bytes], float]:
    """What a client gets, piece by piece, of a server that writes once and closes; and how long it took."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.read(100) + STREAM)
        await writer.drain()
        writer.close()

    async with (
        await asyncio.start_server(serve, "127.0.0.1", 0) as server,
        TcpProxy(server.sockets[0].getsockname()[1], up, down, seed) as proxy,
    ):
        began = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"hello")
        pieces = []
        try:
            while piece := await asyncio.wait_for(reader.read(1 << 16), 1):
                pieces.append(piece)
        finally:
            writer.close()
        return pieces, time.monotonic() - began


async def test_without_toxics_everything_gets_through() -> None:
    pieces, _ = await fetched()
    assert b"".join(pieces) == b"hello" + STREAM


async def test_latency_makes_it_late_and_changes_nothing() -> None:
    pieces, seconds = await fetched([Latency(0.1, jitter=0.02)])
    assert b"".join(pieces) == b"hello" + STREAM
    assert seconds >= 0.08


async def test_bandwidth_takes_its_time_for_each_byte() -> None:
    _, seconds = await fetched([Bandwidth(10 * len(STREAM))])
    assert seconds >= 0.1


async def test_a_slow_close_ends_late() -> None:
    pieces, seconds = await fetched([SlowClose(0.1)])
    assert b"".join(pieces) == b"hello" + STREAM
    assert seconds >= 0.1


async def test_after_a_timeout_it_ends_and_nothing_got_through() -> None:
    assert (await fetched([Timeout(0.05)]))[0] == []


async def test_a_timeout_without_end_never_ends() -> None:
    with pytest.raises(TimeoutError):
        await fetched([Timeout()])


async def test_a_reset_is_a_reset() -> None:
    with pytest.raises(ConnectionResetError):
        await fetched([ResetPeer(0.01)])


async def test_a_slicer_slices_and_loses_nothing() -> None:
    pieces, _ = await fetched([Slicer(100, 50, pause=0.001)])
    assert b"".join(pieces) == b"hello" + STREAM
    assert len(pieces) > 5


async def test_limited_data_end_at_the_limit() -> None:
    assert (await fetched([LimitData(7)]))[0] == [b"hello" + STREAM[:2]]


async def test_toxics_follow_each_other_and_work_on_the_way_up_too() -> None:
    pieces, _ = await fetched([Slicer(10), LimitData(15)], [LimitData(2)])
    assert b"".join(pieces) in (b"", b"he", b"he" + STREAM[:13])


# Mixtures

ENDS: Sequence[Ends] = ("chunked", "length", "close")

DOWN: Sequence[Callable[[random.Random], Toxic]] = (
    lambda dice: Latency(dice.uniform(0, 0.02), dice.uniform(0, 0.02)),
    lambda dice: Bandwidth(dice.uniform(20_000, 500_000)),
    lambda dice: SlowClose(dice.uniform(0, 0.05)),
    lambda dice: Slicer(dice.randint(1, 200), dice.randint(0, 30)),
    lambda dice: LimitData(dice.randint(0, 3000)),
    lambda dice: ResetPeer(dice.uniform(0, 0.05)),
    lambda dice: Timeout(dice.uniform(0, 0.05)),
)


@pytest.mark.parametrize("seed", range(MIXTURES))
async def test_no_mixture_of_toxics_breaks_a_promise(seed: int) -> None:
    dice = random.Random(seed)
    speech = dice.choice([*SPEECHES.values()])
    down, up = _mixture(dice, 3), _mixture(dice, 1) if dice.random() < 0.3 else []
    reply = Reply(200, speech.headers, [*speech.frames], dice.choice(ENDS))
    async with (
        nothing_left_over(),
        LoopbackServer(reply) as server,
        TcpProxy(server.port, up, down, seed) as proxy,
        line_to(proxy.url, speech.dialect, SHORT) as line,
    ):
        heard = await ask(line)
        assert problem_of(heard, speech) == "", f"{speech.dialect}, down {down}, up {up}"
        assert proxy.connections <= 3


def _mixture(dice: random.Random, most: int) -> list[Toxic]:
    return [make(dice) for make in dice.sample(DOWN, dice.randint(1, most))]


def problem_of(heard: Heard, speech: Speech) -> str:
    """What is wrong with an answer that came by such ways; empty if nothing is."""
    said, thought = heard.message.text, heard.message.reasoning
    if thought + said not in speech.reasoning + speech.text:
        return f"it kept {thought!r} and {said!r}"
    if heard.answer.outcome == "complete":
        return "" if (said, thought) == (speech.text, speech.reasoning) else "it says that it is complete"
    if heard.failure.kind not in ("cut", "connection", "timeout", "empty"):
        return f"it failed so: {heard.failure}"
    return "" if heard.failure.where in heard.failure.message else "it does not say where"
