"""A conversation becomes a request in OpenAI's words, and the decoder's finer points."""

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from llmtui.chat.conversation import Sampling
from llmtui.chat.events import Done, Failed, ReasoningDelta, RefusalDelta, TextDelta, Usage, UsageReported
from llmtui.chat.message import Message
from llmtui.chat.models import ModelName
from llmtui.chat.parts import File, Image, Reasoning, Text, ToolCall, ToolResult
from llmtui.chat.request import Request
from llmtui.providers.card import Card
from llmtui.providers.dialect import Frame
from llmtui.providers.openai_chat import DIALECT
from llmtui.providers.openai_usage import usage_from

CARD = Card("x", "X", "openai-chat", "https://api.x.example/v1", headers={"X-Team": "blue"})
HELLO = Message("1", "user", (Text("Hello"),))


PNG = b64encode(b"\x89PNG").decode()


def body_for(*messages: Message, card: Card = CARD, **more: Any) -> dict[str, Any]:
    request = Request(ModelName("x", "org/m-1"), messages, **more)
    body: dict[str, Any] = json.loads(DIALECT.call(card, request).body)
    return body


def test_a_question_is_asked() -> None:
    call = DIALECT.call(CARD, Request(ModelName("x", "org/m-1"), (HELLO,), system="Be brief"))
    assert (call.path, call.framing, call.headers) == ("chat/completions", "sse", {"X-Team": "blue"})
    assert json.loads(call.body) == {
        "model": "org/m-1",
        "messages": [{"role": "system", "content": "Be brief"}, {"role": "user", "content": "Hello"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_sampling_is_said_in_the_providers_own_words() -> None:
    card = replace(CARD, limit_field="max_completion_tokens", usage_option=False)
    body = body_for(HELLO, card=card, sampling=Sampling(temperature=0.0, max_tokens=9), stream=False)
    assert (body["temperature"], body["max_completion_tokens"], body["stream"]) == (0.0, 9, False)
    assert "max_tokens" not in body
    assert "stream_options" not in body


def test_pictures_and_files_travel_as_data_urls() -> None:
    parts = (Text("Look"), Image("image/png", b"\x89PNG"), File("a.pdf", "application/pdf", b"%PDF"))
    (said,) = body_for(Message("1", "user", parts))["messages"]
    assert said["content"] == [
        {"type": "text", "text": "Look"},
        {
            "type": "image_url",
            "image_url": {"url": f"data:image/png;base64,{PNG}"},
        },
        {
            "type": "file",
            "file": {
                "filename": "a.pdf",
                "file_data": f"data:application/pdf;base64,{b64encode(b'%PDF').decode()}",
            },
        },
    ]


def test_tool_calls_and_their_results_keep_together() -> None:
    calling = Message("1", "assistant", (Reasoning("Hm"), Text("Wait."), ToolCall("c1", "now", "")))
    result = Message("2", "tool", (ToolResult("c1", "noon"), ToolResult("c2", "no", is_error=True)))
    function = {"name": "now", "arguments": "{}"}
    assert body_for(calling, result)["messages"] == [
        {
            "role": "assistant",
            "content": "Wait.",
            "tool_calls": [{"id": "c1", "type": "function", "function": function}],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "noon"},
        {"role": "tool", "tool_call_id": "c2", "content": "no"},
    ]


def test_an_answer_that_only_thought_is_not_sent_back() -> None:
    thought = Message("1", "assistant", (Reasoning("Hm"),))
    assert [said["role"] for said in body_for(HELLO, thought, HELLO)["messages"]] == ["user", "user"]


def test_a_lone_surrogate_does_not_poison_the_conversation() -> None:
    assert body_for(Message("1", "user", (Text("a\ud83db"),)))["messages"][0]["content"] == "a?b"


@pytest.mark.parametrize(
    ("report", "usage"),
    [
        ({"prompt_tokens": 3, "completion_tokens": 2}, Usage(3, 2)),
        ({"prompt_tokens": 3.0, "completion_tokens": 2, "total_tokens": 5}, Usage(3, 2, total=5)),
        (
            {
                "prompt_tokens": 3,
                "completion_tokens": 2,
                "total_tokens": 12,
                "completion_tokens_details": {"reasoning_tokens": 7},
            },
            Usage(3, 2, 7, total=12, reasoning_apart=True),
        ),
        ({"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 9}, Usage(3, 2, total=9)),
        (
            {"prompt_tokens": 9, "completion_tokens": 2, "prompt_cache_hit_tokens": 4, "cost": "0.25"},
            Usage(9, 2, cached=4, cost=0.25),
        ),
        ({"prompt_tokens": -1, "completion_tokens": True, "total_tokens": "9"}, None),
        ("much", None),
    ],
)
def test_usage_is_kept_as_reported_and_says_what_is_apart(report: object, usage: Usage | None) -> None:
    assert usage_from(report) == usage


def decoded(*chunks: object, card: Card = CARD) -> list[object]:
    decoder = DIALECT.decoder(card)
    found = [event for chunk in chunks for event in decoder.feed(Frame(json.dumps(chunk)))]
    return [*found, *decoder.end()]


def delta(finish: str | None = None, **fields: object) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


def test_the_same_usage_is_reported_once() -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 1}
    found = decoded({**delta(content="a"), "usage": usage}, {**delta("stop"), "usage": usage})
    assert found.count(UsageReported(Usage(1, 1))) == 1


def test_a_refusal_is_kept_apart_from_the_answer() -> None:
    assert decoded(delta(content="", refusal="I "), delta("stop", content=None, refusal="won't")) == [
        RefusalDelta("I "),
        RefusalDelta("won't"),
        Done("stop"),
    ]


def test_a_filter_that_left_nothing_is_a_failure_that_keeps_its_reason() -> None:
    (failed,) = decoded(delta("content_filter"))
    assert isinstance(failed, Failed)
    assert (failed.failure.kind, failed.finish_reason) == ("refused", "content_filter")


def test_a_limit_that_left_nothing_says_so() -> None:
    (failed,) = decoded(delta("length"))
    assert isinstance(failed, Failed)
    assert "max_tokens" in failed.failure.hint


def test_an_error_as_the_reason_for_ending_is_a_failure() -> None:
    found = decoded(delta(content="a"), delta("error"))
    assert isinstance(found[-1], Failed)


def test_a_proxys_broken_error_is_still_its_message() -> None:
    decoder = DIALECT.decoder(CARD)
    (failed,) = decoder.feed(Frame('{"error": "said "no" to you"}'))
    assert isinstance(failed, Failed)
    assert 'said "no" to you' in failed.failure.what


def test_a_signature_that_nobody_wants_back_is_not_kept() -> None:
    details = [{"type": "reasoning.text", "text": "Hm", "signature": "sig"}]
    found = decoded(delta(reasoning="Hm", reasoning_details=details), delta("stop"))
    assert found[0] == ReasoningDelta("Hm")


def test_a_provider_that_never_thinks_inline_keeps_its_tags() -> None:
    card = replace(CARD, inline_thinking=False)
    assert decoded(delta("stop", content="<think>a</think>b"), card=card)[0] == TextDelta("<think>a</think>b")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"error":{"message":"no"}}', "provider"),
        (b'{"choices":[{"message":{"content":""},"finish_reason":"stop"}]}', "empty"),
        (b'{"choices":[{"mess', "cut"),
        (b"[]", "provider"),
        (b"upstream timeout", "provider"),
        (b"", "provider"),
    ],
)
def test_a_body_without_an_answer_is_a_failure(body: bytes, kind: str) -> None:
    (failed,) = DIALECT.whole(CARD, body)
    assert isinstance(failed, Failed)
    assert failed.failure.kind == kind
