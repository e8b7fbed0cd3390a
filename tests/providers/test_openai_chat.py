"""A conversation becomes a request in OpenAI's words, and the decoder's finer points."""

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from llmtui.chat.conversation import Sampling
from llmtui.chat.events import (
    Done,
    Event,
    Failed,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
    Unread,
    Usage,
    UsageReported,
)
from llmtui.chat.message import Message
from llmtui.chat.models import ModelName
from llmtui.chat.parts import File, Image, Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.chat.request import Request
from llmtui.providers.card import Card
from llmtui.providers.dialect import Frame
from llmtui.providers.openai_chat import DIALECT
from llmtui.providers.openai_usage import usage_from
from tests.providers.asking import HELLO, NOW, answered
from tests.providers.asking import body_for as body_of
from tests.providers.replay import folded

CARD = Card("x", "X", "openai-chat", "https://api.x.example/v1", headers={"X-Team": "blue"})
PNG = b64encode(b"\x89PNG").decode()


def body_for(*messages: Message, card: Card = CARD, **more: Any) -> dict[str, Any]:
    return body_of(DIALECT, card, *messages, **more)


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


def test_all_that_was_set_of_sampling_is_said() -> None:
    sampling = Sampling(0.5, 9, top_p=0.1, top_k=4, seed=7, stop=("END", "\n\n"))
    body = body_for(HELLO, sampling=sampling)
    wanted = {
        "temperature": 0.5,
        "max_tokens": 9,
        "top_p": 0.1,
        "top_k": 4,
        "seed": 7,
        "stop": ["END", "\n\n"],
    }
    assert {field: body[field] for field in wanted} == wanted


def test_tools_are_offered() -> None:
    assert body_for(HELLO, tools=(NOW,))["tools"] == [
        {
            "type": "function",
            "function": {
                "name": "now",
                "description": "The time of day",
                "parameters": {"type": "object", "properties": {"zone": {"type": "string"}}},
            },
        }
    ]


@pytest.mark.parametrize(
    ("field", "sampling", "said"),
    [
        ("reasoning_effort", Sampling(effort="high"), {"reasoning_effort": "high"}),
        ("reasoning_effort", Sampling(thinking_tokens=0), {"reasoning_effort": "none"}),
        ("reasoning_effort", Sampling(thinking_tokens=2000), {}),
        ("reasoning", Sampling(effort="low"), {"reasoning": {"effort": "low"}}),
        ("reasoning", Sampling(thinking_tokens=2000), {"reasoning": {"max_tokens": 2000}}),
        ("reasoning", Sampling(thinking_tokens=0), {"reasoning": {"effort": "none"}}),
        ("reasoning", Sampling(effort="low", thinking_tokens=2000), {"reasoning": {"effort": "low"}}),
        ("thinking", Sampling(effort="max"), {"thinking": {"type": "enabled"}, "reasoning_effort": "max"}),
        ("thinking", Sampling(effort="none"), {"thinking": {"type": "disabled"}}),
        ("thinking", Sampling(thinking_tokens=0), {"thinking": {"type": "disabled"}}),
        ("thinking", Sampling(thinking_tokens=2000), {"thinking": {"type": "enabled"}}),
        ("none", Sampling(effort="high"), {}),
        ("reasoning_effort", Sampling(), {}),
        ("thinking", Sampling(), {}),
    ],
)
def test_effort_is_asked_for_where_the_provider_reads_it(
    field: Any, sampling: Sampling, said: dict[str, object]
) -> None:
    body = body_for(HELLO, card=replace(CARD, effort_field=field), sampling=sampling)
    assert {key: body[key] for key in ("reasoning_effort", "reasoning", "thinking") if key in body} == said


LOOP = (
    HELLO,
    answered(Reasoning("Hm"), ToolCall("c1", "now", "{}"), identity="2"),
    Message("3", "tool", (ToolResult("c1", "noon"),)),
    answered(Reasoning("So"), Text("Noon."), identity="4"),
    Message("5", "user", (Text("Thanks"),)),
    answered(Reasoning("Nice"), Text("Welcome."), identity="6"),
)


def test_thoughts_of_a_turn_with_tools_go_back_where_they_are_demanded() -> None:
    said = body_for(*LOOP, card=replace(CARD, replay="reasoning_content"))["messages"]
    thoughts = [each.get("reasoning_content") for each in said if each["role"] == "assistant"]
    assert thoughts == ["Hm", "So", None]


def test_a_call_that_was_not_thought_over_says_so_where_thoughts_are_demanded() -> None:
    elsewhere = answered(Reasoning("Hm"), ToolCall("c1", "now", "{}"), provider="y", by="y/m")
    (_, said) = body_for(HELLO, elsewhere, card=replace(CARD, replay="reasoning"))["messages"]
    assert said["reasoning"] == ""


def test_thoughts_stay_here_where_nobody_wants_them() -> None:
    assert "Hm" not in json.dumps(body_for(*LOOP))


DETAILS: list[dict[str, object]] = [
    {"type": "reasoning.text", "text": "Let me ", "format": "anthropic-claude-v1", "index": 0},
    {"type": "reasoning.text", "text": "see", "format": "anthropic-claude-v1", "index": 0},
    {"type": "reasoning.text", "signature": "sig", "format": "anthropic-claude-v1", "index": 0},
    {"type": "reasoning.encrypted", "data": "abc", "id": "c1", "index": 1},
    {"type": "reasoning.encrypted", "data": "def", "id": "c2", "index": 1},
]
ROUTER = replace(CARD, replay="reasoning_details")


def test_reasoning_details_come_back_as_a_whole_answer_would_have_held_them() -> None:
    chunks = [delta(reasoning=detail.get("text", ""), reasoning_details=[detail]) for detail in DETAILS]
    found = decoded(*chunks, delta("stop", content="Done."), card=ROUTER)
    message = folded(found)
    assert (message.reasoning, message.text) == ("Let me see", "Done.")
    message = replace(message, answer=answered().answer)
    (_, said) = body_for(HELLO, message, card=ROUTER)["messages"]
    assert said["reasoning_details"] == [
        {
            "type": "reasoning.text",
            "text": "Let me see",
            "signature": "sig",
            "format": "anthropic-claude-v1",
            "index": 0,
        },
        {"type": "reasoning.encrypted", "data": "abc", "id": "c1", "index": 1},
        {"type": "reasoning.encrypted", "data": "def", "id": "c2", "index": 1},
    ]


def test_a_sealed_thought_alone_is_no_answer() -> None:
    (failed,) = decoded(delta("stop", reasoning_details=DETAILS[3:]), card=ROUTER)
    assert isinstance(failed, Failed)
    assert failed.failure.kind == "empty"


@pytest.mark.parametrize(
    "answer",
    [
        answered(Reasoning("Hm", signature='[{"type":"reasoning.text"}]'), Text("a"), by="x/other"),
        answered(Reasoning("Hm", signature='[{"type":"reasoning.text"}]'), Text("a"), provider="y"),
        answered(Reasoning("Hm", signature="EqQB"), Text("a")),
    ],
)
def test_reasoning_details_of_another_model_are_left_out(answer: Message) -> None:
    (_, said) = body_for(HELLO, answer, card=ROUTER)["messages"]
    assert "reasoning_details" not in said


@pytest.mark.parametrize(("told", "kept"), [("", True), ("org/m-1-2025-08-07", True), ("org/other", False)])
def test_a_thought_of_a_model_that_a_router_fell_back_on_is_left_out(told: str, kept: bool) -> None:
    message = answered(Reasoning("Hm", signature='[{"type":"reasoning.text"}]'), Text("a"))
    assert message.answer is not None
    message = replace(message, answer=replace(message.answer, model=told))
    (_, said) = body_for(HELLO, message, card=replace(ROUTER, routes=True))["messages"]
    assert ("reasoning_details" in said) is kept


def test_a_signed_call_is_handed_back_with_its_signature() -> None:
    google = {"extra_content": {"google": {"thought_signature": "sig"}}}
    piece = {"id": "c1", "function": {"name": "now", "arguments": "{}"}} | google
    message = folded(decoded(delta("stop", tool_calls=[piece])))
    assert message.parts == (ToolCall("c1", "now", "{}", "sig"),)
    message = replace(message, answer=answered().answer)
    (_, said) = body_for(HELLO, message)["messages"]
    assert said["tool_calls"][0]["extra_content"] == google["extra_content"]
    assert message.answer is not None
    elsewhere = replace(message, answer=replace(message.answer, provider="y"))
    (_, said) = body_for(HELLO, elsewhere)["messages"]
    assert "extra_content" not in said["tool_calls"][0]


@pytest.mark.parametrize(
    ("prefill", "last", "more"),
    [
        ("none", {"role": "user", "content": "Go on where you stopped."}, {}),
        ("plain", {"role": "assistant", "content": "Once"}, {}),
        ("prefix", {"role": "assistant", "content": "Once", "prefix": True}, {}),
        (
            "final_message",
            {"role": "assistant", "content": "Once"},
            {"continue_final_message": True, "add_generation_prompt": False},
        ),
    ],
)
def test_an_answer_is_gone_on_with_as_the_card_says(
    prefill: Any, last: dict[str, object], more: dict[str, object]
) -> None:
    body = body_for(HELLO, answered(Text("Once")), card=replace(CARD, prefill=prefill), continuing=True)
    assert body["messages"][-1] == last
    assert {key: body[key] for key in body if key.startswith(("continue", "add"))} == more


def test_a_router_is_told_what_to_fall_back_on() -> None:
    assert body_for(HELLO, card=replace(CARD, routes=True), fallbacks=("b/2", "c/3"))["models"] == [
        "b/2",
        "c/3",
    ]
    assert "models" not in body_for(HELLO, fallbacks=("b/2",))


def test_words_of_a_refusal_go_back_as_words() -> None:
    (said,) = body_for(answered(Refusal("I won't")))["messages"]
    assert said == {"role": "assistant", "content": "I won't"}


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


def decoded(*chunks: object, card: Card = CARD) -> list[Event]:
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


@pytest.mark.parametrize(
    "fields",
    [
        {"content": 7},
        {"content": False},
        {"content": {"?": 1}},
        {"content": [7]},
        {"content": [{"type": "text", "text": 7}]},
        {"content": [{"type": "thinking", "thinking": 7}]},
        {"reasoning_content": 0},
        {"reasoning": True},
        {"reasoning_details": 7},
        {"reasoning_details": [{"text": 7}]},
        {"refusal": 7},
        {"tool_calls": 7},
        {"tool_calls": [7]},
        {"tool_calls": [{"index": 0, "function": 7}]},
        {"tool_calls": [{"index": 0, "function": {"name": 7}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": 7}}]},
    ],
)
def test_what_should_be_words_and_is_not_is_flagged(fields: Any) -> None:
    found = decoded(delta(content="a"), delta(**fields), delta("stop"))
    assert any(isinstance(event, Unread) for event in found)
    assert found[-1] == Done("stop")


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_nothing_is_not_flagged(empty: Any) -> None:
    fields: Any = dict.fromkeys(
        ("content", "reasoning_content", "reasoning", "reasoning_details", "refusal"), empty
    )
    found = decoded(delta(content="a"), delta(tool_calls=empty, **fields), delta("stop"))
    assert found == [TextDelta("a"), Done("stop")]


@pytest.mark.parametrize(
    ("index", "said"), [(0, True), ("0", True), (None, True), (-1, True), (1, False), (2, False)]
)
def test_only_the_first_answer_counts_and_a_strange_number_is_the_first(index: object, said: bool) -> None:
    other = {"choices": [{"index": index, "delta": {"content": "b"}}]}
    assert (TextDelta("b") in decoded(delta(content="a"), other, delta("stop"))) is said


def test_a_message_beside_the_deltas_is_not_said_again() -> None:
    whole = {"choices": [{"index": 0, "message": {"content": "ab"}, "delta": None, "finish_reason": "stop"}]}
    assert decoded(delta(content="a"), delta(content="b"), whole) == [
        TextDelta("a"),
        TextDelta("b"),
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


def test_a_limit_that_was_used_up_on_thoughts_nobody_sees_is_a_reason_and_no_failure() -> None:
    usage = {"prompt_tokens": 9, "completion_tokens": 64}
    *_, ending = decoded(delta("length") | {"usage": usage})
    assert ending == Done("length")


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
