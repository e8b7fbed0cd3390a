"""The same question put otherwise: in one piece, or without a field that the server does not know."""

import json
from contextlib import aclosing
from dataclasses import replace

import pytest

from llmtui.chat.detour import Detour
from llmtui.chat.events import Detoured, Done, ModelReported, TextDelta
from llmtui.chat.models import ModelName
from tests.wire.lines import ASKING, asked, card_at, failure_in, line_to
from tests.wire.server import LoopbackServer, Reply, saying

JSON = {"content-type": "application/json"}
MODEL = str(ASKING.model)
_ANSWER = {"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}
WHOLE = Reply(200, JSON, [json.dumps({"model": "loop", "choices": [_ANSWER]}).encode()], "length")
SAID = [ModelReported("loop"), TextDelta("Hello"), Done("stop")]


def refusing(message: str, status: int = 400, **more: object) -> Reply:
    body = json.dumps({"error": {"message": message, **more}})
    return Reply(status, JSON, [body.encode()], "length")


def detour_in(found: list[object]) -> Detour:
    (detour,) = [event.detour for event in found if isinstance(event, Detoured)]
    return detour


@pytest.mark.parametrize(
    "refusal",
    [
        refusing("Streaming is not supported for this model"),
        refusing("stream is not supported", 422),
        refusing("This model does not support streaming.", 400),
        refusing("Model x doesn't support streaming responses", 404),
        refusing("Unsupported value: 'stream' does not support true with this model.", param="stream"),
        refusing("Your organization must be verified to stream this model.", param="stream"),
        refusing("not allowed", param="stream", code="unsupported_value"),
        refusing("streaming not implemented", 501),
        refusing("stream must be set to false for batch models"),
        Reply(422, JSON, [b'{"detail":[{"loc":["body","stream"],"msg":"Input should be false"}]}'], "length"),
    ],
)
async def test_what_does_not_stream_is_asked_for_its_answer_in_one_piece(refusal: Reply) -> None:
    async with LoopbackServer(refusal, WHOLE) as server, line_to(card_at(server.url)) as line:
        found = await asked(line)
        first, second = (received.json for received in server.requests)
    detour = detour_in(list(found))
    assert (detour.kind, detour.model, detour.failure.status) == ("whole", MODEL, refusal.status)
    assert found[1:] == SAID
    assert (first["stream"], second["stream"]) == (True, False)
    assert "stream_options" not in second


@pytest.mark.parametrize(
    "refusal",
    [
        refusing("Unrecognized request argument supplied: stream_options", 400),
        refusing("stream_options: Extra inputs are not permitted", 422),
        refusing("unknown field `include_usage`", 400),
        Reply(422, JSON, [b'{"detail":[{"loc":["body","stream_options"],"msg":"Extra inputs"}]}'], "length"),
    ],
)
async def test_a_refused_option_is_left_out(refusal: Reply) -> None:
    async with LoopbackServer(refusal, saying("Hello")) as server, line_to(card_at(server.url)) as line:
        found = await asked(line)
        first, second = (received.json for received in server.requests)
    detour = detour_in(list(found))
    assert (detour.kind, detour.what) == ("without", "stream_options")
    assert found[1:] == SAID
    assert first["stream_options"]
    assert "stream_options" not in second
    assert second["stream"] is True


async def test_a_limit_under_another_name_keeps_its_value() -> None:
    refusal = refusing(
        "Unsupported parameter: 'max_tokens' is not supported with this model. "
        "Use 'max_completion_tokens' instead.",
        param="max_tokens",
    )
    asking = replace(ASKING, sampling=replace(ASKING.sampling, max_tokens=7))
    async with LoopbackServer(refusal, saying("Hello")) as server, line_to(card_at(server.url)) as line:
        found = await asked(line, asking)
        assert server.requests[1].json["max_completion_tokens"] == 7
        assert "max_tokens" not in server.requests[1].json
    assert detour_in(list(found)).what == "max_tokens"


async def test_an_organisation_that_is_refused_summaries_does_without() -> None:
    words = "Your organization must be verified to generate reasoning summaries."
    refusal = refusing(words, param="reasoning.summary", code="unsupported_value")
    item = {"type": "message", "content": [{"type": "output_text", "text": "Hello"}]}
    response = {"object": "response", "status": "completed", "model": "loop", "output": [item]}
    whole = Reply(200, JSON, [json.dumps(response).encode()], "length")
    sampling = replace(ASKING.sampling, effort="high")
    asking = replace(ASKING, model=ModelName("loop", "gpt-5.4"), sampling=sampling, stream=False)
    async with LoopbackServer(refusal, whole) as server:
        async with line_to(card_at(server.url, dialect="openai-responses")) as line:
            found = await asked(line, asking)
        first, second = (received.json["reasoning"] for received in server.requests)
    assert detour_in(list(found)).what == "summary"
    assert (first, second) == ({"effort": "high", "summary": "auto"}, {"effort": "high"})
    assert found[1:] == [ModelReported("loop"), TextDelta("Hello"), Done("completed")]


async def test_several_refusals_are_met_one_by_one_and_each_only_once() -> None:
    replies = (refusing("unknown field stream_options"), refusing("streaming is not supported"), WHOLE)
    async with LoopbackServer(*replies) as server, line_to(card_at(server.url)) as line:
        found = await asked(line)
        assert [type(event) for event in found[:2]] == [Detoured, Detoured]
        assert found[2:] == SAID
        server.will(refusing("streaming is not supported, and neither is stream_options"))
        before = len(server.requests)
        assert failure_in(await asked(line)).kind == "bad_request"
        assert len(server.requests) == before + 1


async def test_what_was_learned_is_not_asked_again_and_still_said() -> None:
    replies = (refusing("streaming is not supported"), WHOLE)
    async with LoopbackServer(*replies) as server, line_to(card_at(server.url)) as line:
        first = await asked(line)
        second = await asked(line)
        assert second == first
        assert [received.json["stream"] for received in server.requests] == [True, False, False]


async def test_who_leaves_at_the_ending_has_learned_it_too() -> None:
    replies = (refusing("streaming is not supported"), WHOLE)
    async with LoopbackServer(*replies) as server, line_to(card_at(server.url)) as line:
        for _ in range(2):
            async with aclosing(line.stream(ASKING)) as found:
                async for event in found:
                    if isinstance(event, Done):
                        break
        assert [received.json["stream"] for received in server.requests] == [True, False, False]


async def test_what_led_nowhere_is_not_learned() -> None:
    replies = (refusing("streaming is not supported"), refusing("no", 401), saying("Hello"))
    async with LoopbackServer(*replies) as server, line_to(card_at(server.url)) as line:
        assert failure_in(await asked(line)).kind == "auth"
        assert await asked(line) == SAID


async def test_a_card_that_says_so_is_never_asked_to_stream() -> None:
    async with LoopbackServer(WHOLE) as server, line_to(card_at(server.url, streams=False)) as line:
        found = await asked(line)
        assert [received.json["stream"] for received in server.requests] == [False]
    assert detour_in(list(found)).kind == "whole"
    assert found[1:] == SAID


async def test_a_model_that_is_known_not_to_stream_is_not_asked_to() -> None:
    async with (
        LoopbackServer(WHOLE) as server,
        line_to(card_at(server.url), is_whole=lambda name: name == ASKING.model) as line,
    ):
        found = await asked(line)
        assert [received.json["stream"] for received in server.requests] == [False]
    assert detour_in(list(found)).kind == "whole"


async def test_the_config_has_the_last_word_on_whether_a_model_streams() -> None:
    for streams in (False, True):
        card = {"facts": {ASKING.model.model: {"streaming": streams}}}
        async with (
            LoopbackServer(saying("Hello") if streams else WHOLE) as server,
            line_to(card_at(server.url, **card), is_whole=lambda _, listed=streams: listed) as line,
        ):
            await asked(line)
            assert server.requests[0].json["stream"] is streams


async def test_a_request_that_never_wished_to_stream_takes_no_detour() -> None:
    card = {"streams": False}
    async with LoopbackServer(WHOLE) as server, line_to(card_at(server.url, **card)) as line:
        assert await asked(line, replace(ASKING, stream=False)) == SAID
        server.will(refusing("streaming is not supported"))
        assert failure_in(await asked(line, replace(ASKING, stream=False))).kind == "bad_request"


@pytest.mark.parametrize(
    "refusal",
    [
        refusing("max_tokens is too large: 7. This model supports at most 4", param="max_tokens"),
        refusing("temperature is not supported", param="temperature"),
        refusing("The stream of thoughts in your question is too deep"),
        refusing("Streaming is not supported without a key", 401),
        Reply(422, JSON, [b'{"detail":[{"loc":["body","x"],"input":{"stream_options":{}}}]}'], "length"),
    ],
)
async def test_other_refusals_are_told_as_they_are(refusal: Reply) -> None:
    asking = replace(ASKING, sampling=replace(ASKING.sampling, max_tokens=7))
    async with LoopbackServer(refusal) as server, line_to(card_at(server.url)) as line:
        found = await asked(line, asking)
        assert (len(found), len(server.requests)) == (1, 1)
