"""`llmtui ask --events` is a streaming client: delta, done and error events, a line each, as they happen."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Person, ended
from tests.faults.speeches import SPEECHES
from tests.wire.server import Close, LoopbackServer, Pause, Reply, chunk, events, saying

MODEL = ("-m", "openai/loop")
CHAT = SPEECHES["openai-chat"]


def lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


async def test_deltas_come_first_and_done_comes_last(tmp_path: Path) -> None:
    async with LoopbackServer(Reply(pieces=[CHAT.stream])) as server:
        run = await Person(tmp_path, server).run("ask", *MODEL, "--events", "Why is the sky blue?")
    *before, done = lines(run.out)
    assert run.status == 0
    assert [line for line in before if line["event"] == "delta"] == [
        {"event": "delta", "reasoning": CHAT.reasoning},
        *({"event": "delta", "text": word} for word in CHAT.spoken),
    ]
    assert {"event": "model", "model": "the-model"} in before
    assert done["event"] == "done"
    assert (done["text"], done["reasoning"], done["outcome"]) == (CHAT.text, CHAT.reasoning, "complete")
    assert done["usage"]["total"] == 15
    assert done["finish_reason"] == "stop"


async def test_each_event_is_printed_as_it_happens(tmp_path: Path) -> None:
    more = asyncio.Event()
    reply = Reply(pieces=[events(chunk("one"), done=False), Pause(more), events(chunk("two", "stop"))])
    async with LoopbackServer(reply) as server:
        process = await Person(tmp_path, server).start("ask", *MODEL, "--events", "Hi")
        assert process.stdout is not None
        while json.loads(await asyncio.wait_for(process.stdout.readline(), 20)).get("text") != "one":
            pass
        more.set()
        run = await ended(process)
    assert lines(run.out)[-1]["text"] == "onetwo"


async def test_an_error_is_the_last_event_and_has_what_came(tmp_path: Path) -> None:
    async with LoopbackServer(Reply(pieces=[CHAT.begun, Close()])) as server:
        run = await Person(tmp_path, server).run("ask", *MODEL, "--events", "Hi")
        *_, error = lines(run.out)
        assert run.status == 1
        assert (error["event"], error["outcome"], error["text"]) == ("error", "truncated", CHAT.spoken[0])
        assert error["error"]["kind"] == "cut"
        assert f"127.0.0.1:{server.port}" in error["error"]["message"]
        assert f"127.0.0.1:{server.port}" in run.narration


async def test_waits_and_turns_are_events_too(tmp_path: Path) -> None:
    busy = Reply(503, {"retry-after-ms": "1"}, [b'{"error": {"message": "Busy"}}'], "length")
    async with LoopbackServer(busy, saying("well")) as server:
        run = await Person(tmp_path, server).run("ask", *MODEL, "--events", "Hi")
    first = lines(run.out)[0]
    assert (first["event"], first["why"], first["seconds"]) == ("waiting", "retry", 0.001)
    assert "Busy" in first["error"]
    assert lines(run.out)[-1]["event"] == "done"


async def test_a_tool_call_comes_in_pieces_and_whole(tmp_path: Path) -> None:
    def call(**function: str) -> dict[str, object]:
        delta = {"tool_calls": [{"index": 0, "id": "c1", "function": function}]}
        return {"choices": [{"index": 0, "delta": delta}], "model": "loop"}

    pieces = events(call(name="get_time", arguments=""), call(arguments='{"tz":"UTC"}'), chunk(finish="stop"))
    async with LoopbackServer(Reply(pieces=[pieces])) as server:
        run = await Person(tmp_path, server).run("ask", *MODEL, "--events", "Hi")
    calls = [line["tool_call"] for line in lines(run.out) if "tool_call" in line]
    assert "".join(piece["arguments"] for piece in calls) == '{"tz":"UTC"}'
    assert lines(run.out)[-1]["tool_calls"] == [{"id": "c1", "name": "get_time", "arguments": '{"tz":"UTC"}'}]


@pytest.mark.parametrize("words", [("--json", "--events"), ("--events", "--json")])
async def test_one_object_or_one_for_each_event_but_not_both(tmp_path: Path, words: tuple[str, str]) -> None:
    run = await Person(tmp_path).run("ask", *MODEL, *words, "Hi")
    assert run.status == 2
    assert "not allowed with" in run.narration
