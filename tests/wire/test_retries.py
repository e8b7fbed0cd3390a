"""What is sent again, what is not, after which wait, and how many requests the server saw."""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any

import pytest

from llmtui.chat.events import Done, Event, ModelReported, TextDelta, Waiting
from llmtui.wire.timeouts import Timeouts
from tests.wire.lines import ASKING, Stopped, Wound, asked, card_at, failure_in, line_to, waits_in
from tests.wire.server import Close, LoopbackServer, Pause, Piece, Reply, Reset, chunk, events, saying

JSON = {"content-type": "application/json"}
HELLO = saying("Hello")


def refusing(status: int, body: object = None, **headers: str) -> Reply:
    """An error with these headers; their names are written with `_`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, {**JSON, **named}, [json.dumps(body or {}).encode()], "length")


def breaking(end: Piece) -> Reply:
    """No answer: the question is taken, and the connection breaks."""
    return Reply(status=0, pieces=[end])


def error(message: str, **more: object) -> dict[str, object]:
    return {"error": {"message": message, **more}}


async def heard(*replies: Reply, **more: Any) -> tuple[list[Event], int]:
    """The events of an answer of a server that replies so, and the requests that it saw."""
    async with LoopbackServer(*replies) as server, line_to(card_at(server.url), **more) as line:
        return await asked(line), len(server.requests)


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 524, 529])
async def test_a_passing_trouble_is_tried_again(status: int) -> None:
    wound = Wound()
    found, requests = await heard(refusing(status), HELLO, clock=wound.clock)
    assert requests == 2
    (wait,) = waits_in(found)
    assert (wait.seconds, wait.attempt, wait.attempts) == (0.5, 1, 2)
    assert wait.failure is not None
    assert wait.failure.status == status
    assert wound.slept == [0.5]
    # The request is on its way: the wait is over before the first word is.
    assert found[1] == Waiting("answer", 120.0)
    assert found[2:] == [ModelReported("loop"), TextDelta("Hello"), Done("stop")]


async def test_a_trouble_that_stays_is_told_after_two_more_tries() -> None:
    wound = Wound()
    found, requests = await heard(refusing(503, error("busy")), clock=wound.clock)
    assert requests == 3
    assert [wait.attempt for wait in waits_in(found)] == [1, 2]
    assert wound.slept == [0.5, 1.0]
    assert failure_in(found).status == 503


async def test_how_often_can_be_chosen() -> None:
    for retries in (0, 1, 5):
        found, requests = await heard(refusing(503), retries=retries)
        assert requests == 1 + retries
        assert len(waits_in(found)) == retries


async def test_the_wait_doubles_to_a_limit_and_has_some_chance_in_it() -> None:
    wound = Wound(chance=1.0)
    await heard(refusing(503), retries=7, clock=wound.clock)
    assert wound.slept == [0.375, 0.75, 1.5, 3.0, 6.0, 6.0, 6.0]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, error("Invalid API Key")),
        (403, error("Forbidden")),
        (402, error("Insufficient credits")),
        (429, error("You exceeded your current quota", code="insufficient_quota")),
        (404, error("model not found")),
        (400, error("maximum context length is 8 tokens")),
        (500, error("the request exceeds the available context size")),
        (307, {}),
    ],
)
@pytest.mark.parametrize("should", ["", "true"])
async def test_a_trouble_that_lasts_is_told_at_once_whatever_the_server_wishes(
    status: int, body: object, should: str
) -> None:
    found, requests = await heard(refusing(status, body, x_should_retry=should), HELLO)
    assert (requests, waits_in(found)) == (1, [])
    assert failure_in(found).status == status


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, error("no")),
        (413, error("too large")),
        (422, {"detail": "no"}),
        (500, error("x is not supported")),
    ],
)
async def test_a_request_that_is_wrong_is_not_sent_again(status: int, body: object) -> None:
    found, requests = await heard(refusing(status, body), HELLO)
    assert (requests, failure_in(found).kind) == (1, "bad_request")


async def test_a_server_may_ask_for_another_try_or_against_it() -> None:
    found, requests = await heard(refusing(400, error("try later"), x_should_retry="true"), HELLO)
    assert (requests, found[-1]) == (2, Done("stop"))
    found, requests = await heard(refusing(503, error("no"), x_should_retry="false"), HELLO)
    assert (requests, failure_in(found).status) == (1, 503)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "1.5"}, 1.5),
        ({"retry_after": "60"}, 60.0),
        ({"retry_after_ms": "250", "retry_after": "9"}, 0.25),
        ({"retry_after": "Wed, 21 Oct 2026 07:28:30 GMT"}, 30.0),
        # None of these says anything: our own wait.
        ({"retry_after": "Wed, 21 Oct 2020 07:28:30 GMT"}, 0.5),
        ({"retry_after": "0"}, 0.5),
        ({"retry_after": "-5"}, 0.5),
        ({"retry_after": "nan"}, 0.5),
        ({"retry_after": "inf"}, 0.5),
        ({"retry_after": "soon"}, 0.5),
        ({"retry_after_ms": "x"}, 0.5),
    ],
)
async def test_the_wait_that_is_asked_for_is_kept(headers: Mapping[str, str], seconds: float) -> None:
    wound = Wound()
    found, requests = await heard(refusing(429, **headers), HELLO, clock=wound.clock)
    assert (requests, wound.slept) == (2, [seconds])
    assert waits_in(found)[0].seconds == seconds


@pytest.mark.parametrize(
    ("asked_for", "seconds", "words"),
    [
        ("61", 61.0, "61 s"),
        ("7200", 7200.0, "2 h"),
        ("1e9", 1e9, "more than a month"),
        ("Wed, 21 Oct 2026 09:28:00 GMT", 7200.0, "2 h"),
    ],
)
async def test_a_wait_longer_than_a_minute_is_told_and_not_waited_for(
    asked_for: str, seconds: float, words: str
) -> None:
    wound = Wound()
    found, requests = await heard(refusing(429, retry_after=asked_for), HELLO, clock=wound.clock)
    assert (requests, wound.slept) == (1, [])
    failure = failure_in(found)
    assert failure.retry_after == seconds
    assert f"wait {words}" in failure.hint


async def test_a_wait_asked_for_in_words_is_kept_too() -> None:
    wound = Wound()
    await heard(refusing(429, error("Rate limit. Please try again in 1.2s.")), HELLO, clock=wound.clock)
    assert wound.slept == [1.2]


async def test_a_good_answers_retry_after_means_nothing() -> None:
    reply = Reply(headers={"content-type": "text/event-stream", "retry-after": "9"}, pieces=HELLO.pieces)
    found, requests = await heard(reply)
    assert (requests, waits_in(found), found[-1]) == (1, [], Done("stop"))


@pytest.mark.parametrize(
    ("trouble", "again"),
    [
        ({"error": {"type": "overloaded_error", "message": "Overloaded"}}, True),
        ({"error": {"code": 429, "message": "Rate limit exceeded"}}, True),
        ({"error": {"code": 502, "message": "oh"}}, True),
        ({"error": {"code": 401, "message": "User not found."}}, False),
        ({"error": {"code": "x", "message": "what"}}, False),
    ],
)
async def test_an_error_in_the_stream_before_the_first_word_is_like_a_status(
    trouble: object, again: bool
) -> None:
    found, requests = await heard(Reply(pieces=[events(chunk(), trouble)]), HELLO)
    assert requests == 1 + again
    assert (found[-1] == Done("stop")) == again


@pytest.mark.parametrize(
    "delta",
    [
        {"content": "Hel"},
        {"reasoning_content": "Hm"},
        {"refusal": "No"},
        {"tool_calls": [{"index": 0, "id": "c", "function": {"name": "f", "arguments": ""}}]},
    ],
)
async def test_nothing_is_sent_again_once_something_was_said(delta: object) -> None:
    said = {**chunk(), "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    ends: list[list[Piece]] = [[events({"error": {"code": 529, "message": "overloaded"}})], [Close()]]
    for end in ends:
        found, requests = await heard(Reply(pieces=[events(said, done=False), *end]), HELLO)
        assert (requests, waits_in(found)) == (1, [])
        assert failure_in(found).kind in ("server", "cut")


@pytest.mark.parametrize("end", [Close(), Reset()])
async def test_a_connection_lost_after_the_question_is_tried_once_more_and_no_more(end: Piece) -> None:
    wound = Wound()
    found, requests = await heard(breaking(end), breaking(end), HELLO, clock=wound.clock)
    assert requests == 2
    (wait,) = waits_in(found)
    assert (wait.attempt, wait.attempts) == (1, 1)
    assert wait.failure is not None
    assert "after the request was sent" in wait.failure.what
    failure = failure_in(found)
    assert failure.kind == "cut"
    assert "counted" in failure.hint


@pytest.mark.parametrize("end", [Close(), Reset(), b""])
async def test_an_answer_lost_before_its_first_word_is_tried_once_more(end: Piece) -> None:
    begun = Reply(pieces=[events(chunk(), done=False), end])
    found, requests = await heard(begun, HELLO)
    assert (requests, found[-1]) == (2, Done("stop"))
    found, requests = await heard(begun, begun, HELLO)
    assert (requests, failure_in(found).kind) == (2, "cut")


async def test_an_empty_or_foreign_answer_is_not_asked_for_again() -> None:
    for reply in (Reply(), Reply(pieces=[b"<html><title>Log in</title>"]), Reply(pieces=[events()])):
        _, requests = await heard(reply, HELLO)
        assert requests == 1


async def test_nobody_at_home_is_told_at_once_and_nobody_elsewhere_after_some_tries() -> None:
    async with LoopbackServer() as server:
        url = server.url
    wound = Wound()
    async with line_to(card_at(url), clock=wound.clock) as line:
        found = await asked(line)
    assert (failure_in(found).what, wound.slept) == ("nobody answers there", [])


async def test_a_name_nobody_knows_is_not_looked_up_again() -> None:
    wound = Wound()
    async with line_to(card_at("https://llmtui-no-such-host.invalid/v1"), clock=wound.clock) as line:
        found = await asked(line)
    # A machine without any network says that it may know later.
    assert wound.slept == [] or "temporary" in failure_in(found).detail.lower()


async def test_a_model_reported_twice_is_reported_as_it_came() -> None:
    begun = Reply(pieces=[events(chunk(), {"error": {"code": 503, "message": "x"}})])
    found, _ = await heard(begun, HELLO)
    assert [event for event in found if isinstance(event, ModelReported)] == [ModelReported("loop")] * 2


async def test_a_total_timeout_counts_the_tries_and_leaves_no_time_for_a_wait() -> None:
    wound = Wound()
    found, requests = await heard(refusing(503), clock=wound.clock, timeouts=Timeouts(total=0.3))
    assert (requests, wound.slept) == (1, [])
    assert failure_in(found).status == 503


async def test_a_total_timeout_ends_an_answer_that_keeps_coming() -> None:
    never = asyncio.Event()
    reply = Reply(pieces=[events(chunk("Hel"), done=False), Pause(never)])
    found, _ = await heard(reply, timeouts=Timeouts(total=0.1))
    assert TextDelta("Hel") in found
    assert failure_in(found).what == "the answer took longer than 0.1 s"


async def test_a_wait_is_told_before_it_begins_and_ends_at_once_when_stopped() -> None:
    stopped = Stopped()
    async with (
        LoopbackServer(refusing(503)) as server,
        line_to(card_at(server.url), clock=stopped.clock) as line,
    ):
        before = asyncio.all_tasks()
        seen: list[Event] = []

        async def listen() -> None:
            async for event in line.stream(ASKING):
                seen.append(event)

        task = asyncio.create_task(listen())
        await asyncio.wait_for(stopped.asleep.wait(), 2)
        assert [type(event) for event in seen] == [Waiting]
        began = time.monotonic()
        task.cancel()
        await asyncio.wait({task})
        assert time.monotonic() - began < 0.2
        assert task.cancelled()
        assert {
            other for other in asyncio.all_tasks() - before if "LoopbackServer" not in repr(other)
        } == set()
        assert len(server.requests) == 1
