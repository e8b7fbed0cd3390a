"""A conversation becomes a request in Gemini's words, and the decoder's finer points."""

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from llmtui.chat.conversation import Effort, Sampling
from llmtui.chat.events import (
    Done,
    Event,
    Failed,
    ModelReported,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
    Unread,
    Usage,
    UsageReported,
)
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.models import ModelName
from llmtui.chat.parts import File, Image, Reasoning, Text, ToolCall, ToolResult
from llmtui.chat.request import Request
from llmtui.chat.tool import Tool
from llmtui.providers.card import Card
from llmtui.providers.cards import read_cards
from llmtui.providers.dialect import Frame
from llmtui.providers.gemini import DIALECT, usage_from
from llmtui.providers.gemini_thinking import thinking_config

CARD = Card("g", "G", "gemini", "https://g.example/v1beta", headers={"X-Team": "blue"}, prefill="plain")
HELLO = Message("1", "user", (Text("Hello"),))
PNG = b64encode(b"\x89PNG").decode()


def asking(*messages: Message, model: str = "gemini-2.0-flash", **more: Any) -> Request:
    return Request(ModelName("g", model), messages, **more)


def body_for(*messages: Message, card: Card = CARD, **more: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(DIALECT.call(card, asking(*messages, **more)).body)
    return body


def contents(*messages: Message, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = body_for(*messages, **more)["contents"]
    return found


def answered(*parts: Any, model: str = "gemini-2.0-flash", provider: str = "g") -> Message:
    return Message(
        "2", "assistant", parts, answer=Answer(f"{provider}/{model}", provider, outcome="complete")
    )


def test_a_question_is_asked() -> None:
    call = DIALECT.call(CARD, asking(HELLO, system="Be brief"))
    assert call.path == "models/gemini-2.0-flash:streamGenerateContent?alt=sse"
    assert (call.framing, call.headers) == ("sse", {"X-Team": "blue"})
    assert json.loads(call.body) == {
        "contents": [{"role": "user", "parts": [{"text": "Hello"}]}],
        "systemInstruction": {"parts": [{"text": "Be brief"}]},
    }


def test_without_streaming_another_method_is_called() -> None:
    call = DIALECT.call(CARD, asking(HELLO, stream=False))
    assert call.path == "models/gemini-2.0-flash:generateContent"


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("gemini-2.5-pro", "models/gemini-2.5-pro"),
        ("models/gemini-2.5-pro", "models/gemini-2.5-pro"),
        ("tunedModels/my-bot-x1", "tunedModels/my-bot-x1"),
        ("publishers/google/models/gemini-2.5-pro", "publishers/google/models/gemini-2.5-pro"),
        ("google/gemini-2.5-pro", "models/google/gemini-2.5-pro"),
        ("gemini?key=x#y", "models/gemini%3Fkey%3Dx%23y"),
        ("x:delete", "models/x%3Adelete"),
        ("../../files", "models/..%2F..%2Ffiles"),
        ("models/../files", "models/models%2F..%2Ffiles"),
        ("a b//é", "models/a%20b%2F%2F%C3%A9"),
    ],
)
def test_a_models_name_leads_nowhere_but_to_the_model(model: str, path: str) -> None:
    call = DIALECT.call(CARD, asking(HELLO, model=model, stream=False))
    assert call.path == f"{path}:generateContent"


def test_sampling_is_said_in_geminis_words() -> None:
    sampling = Sampling(0.0, max_tokens=9, top_p=0.5, top_k=3, seed=7, stop=("END",), effort="high")
    assert body_for(HELLO, sampling=sampling)["generationConfig"] == {
        "temperature": 0.0,
        "maxOutputTokens": 9,
        "topP": 0.5,
        "topK": 3,
        "seed": 7,
        "stopSequences": ["END"],
    }


@pytest.mark.parametrize(
    ("model", "effort", "tokens", "config"),
    [
        ("gemini-2.0-flash", "high", 512, {}),
        ("gemini-1.5-pro-latest", None, None, {}),
        ("gemini-2.5-flash", None, None, {"includeThoughts": True}),
        ("gemini-2.5-flash", None, 0, {"thinkingBudget": 0}),
        ("gemini-2.5-flash", None, -1, {"includeThoughts": True, "thinkingBudget": -1}),
        ("gemini-2.5-flash", "low", 99, {"includeThoughts": True, "thinkingBudget": 99}),
        ("gemini-2.5-flash", "none", None, {"thinkingBudget": 0}),
        ("gemini-2.5-pro", "none", None, {"includeThoughts": True, "thinkingBudget": 128}),
        ("gemini-2.5-pro", "max", None, {"includeThoughts": True, "thinkingBudget": 32768}),
        ("gemini-2.5-flash", "medium", None, {"includeThoughts": True, "thinkingBudget": 8192}),
        ("gemini-2.5-flash-lite", None, None, {}),
        ("gemini-2.5-flash-lite", None, 512, {"includeThoughts": True, "thinkingBudget": 512}),
        ("gemini-2.5-flash-image", "high", None, {}),
        ("gemini-2.5-pro-preview-tts", None, None, {}),
        ("gemini-3-flash-preview", None, None, {"includeThoughts": True}),
        ("gemini-3-flash-preview", "none", None, {"includeThoughts": True, "thinkingLevel": "minimal"}),
        ("gemini-3-pro-preview", "medium", None, {"includeThoughts": True, "thinkingLevel": "high"}),
        ("gemini-3.1-pro-preview", "medium", 99, {"includeThoughts": True, "thinkingLevel": "medium"}),
        ("gemini-3.1-pro-preview", "minimal", None, {"includeThoughts": True, "thinkingLevel": "low"}),
        ("models/gemini-3.8-flash", "xhigh", None, {"includeThoughts": True, "thinkingLevel": "high"}),
        ("gemini-3.8-flash", None, 99, {"includeThoughts": True, "thinkingBudget": 99}),
        ("gemini-4-argon", "low", None, {"includeThoughts": True, "thinkingLevel": "low"}),
        ("gemini-flash-latest", None, None, {"includeThoughts": True}),
        ("gemma-3-27b-it", None, None, {}),
        ("my-deployment", "low", None, {"includeThoughts": True, "thinkingLevel": "low"}),
    ],
)
def test_thinking_is_asked_for_as_the_model_understands_it(
    model: str, effort: Effort | None, tokens: int | None, config: dict[str, object]
) -> None:
    assert thinking_config(model, Sampling(effort=effort, thinking_tokens=tokens)) == config


def test_a_card_can_leave_thinking_out() -> None:
    body = body_for(HELLO, model="gemini-2.5-pro", card=replace(CARD, effort_field="none"))
    assert "generationConfig" not in body


def test_pictures_and_files_travel_inside_and_a_file_keeps_its_name() -> None:
    parts = (Image("image/png", b"\x89PNG"), File("a.rs", "text/x-rust", b"fn"), Text("Look"))
    (said,) = contents(Message("1", "user", parts))
    assert said["parts"] == [
        {"inlineData": {"mimeType": "image/png", "data": PNG}},
        {"text": "a.rs:"},
        {"inlineData": {"mimeType": "text/plain", "data": b64encode(b"fn").decode()}},
        {"text": "Look"},
    ]


def test_a_tools_schema_goes_as_it_is() -> None:
    schema = {
        "type": "object",
        "properties": {"n": {"type": ["integer", "null"]}},
        "additionalProperties": False,
    }
    body = body_for(HELLO, tools=(Tool("dice", "Throw dice", schema),))
    assert body["tools"] == [
        {
            "functionDeclarations": [
                {"name": "dice", "description": "Throw dice", "parametersJsonSchema": schema}
            ]
        }
    ]


def test_results_carry_the_name_of_their_call_and_its_id_if_it_had_one() -> None:
    calling = answered(Text("Wait."), ToolCall("c1", "now", '{"zone":"CET"}'), ToolCall("c2", "rain", ""))
    results = (
        Message("3", "tool", (ToolResult("c2", "no sky", is_error=True),)),
        Message("4", "tool", (ToolResult("c1", "noon"),)),
        Message("5", "user", (Text("And?"),)),
    )
    assert contents(HELLO, calling, *results)[1:] == [
        {
            "role": "model",
            "parts": [
                {"text": "Wait."},
                {"functionCall": {"name": "now", "args": {"zone": "CET"}, "id": "c1"}},
                {"functionCall": {"name": "rain", "args": {}, "id": "c2"}},
            ],
        },
        {
            "role": "user",
            "parts": [
                {"functionResponse": {"name": "rain", "response": {"error": "no sky"}, "id": "c2"}},
                {"functionResponse": {"name": "now", "response": {"output": "noon"}, "id": "c1"}},
                {"text": "And?"},
            ],
        },
    ]


def test_results_of_calls_without_ids_are_matched_in_order() -> None:
    calling = answered(ToolCall("", "now", "{}"), ToolCall("", "rain", "{}"))
    results = Message("3", "tool", (ToolResult("", "noon"), ToolResult("", "none")))
    assert contents(calling, results)[1]["parts"] == [
        {"functionResponse": {"name": "now", "response": {"output": "noon"}}},
        {"functionResponse": {"name": "rain", "response": {"output": "none"}}},
    ]


def test_a_result_whose_call_is_gone_is_still_told() -> None:
    assert contents(Message("3", "tool", (ToolResult("c9", "noon"),)))[0]["parts"] == [{"text": "noon"}]


@pytest.mark.parametrize(
    ("arguments", "args"),
    [
        ("", {}),
        ("null", {}),
        ('{"a":1}', {"a": 1}),
        ("[1]", {"arguments": [1]}),
        ('{"a', {"arguments": '{"a'}),
    ],
)
def test_arguments_are_always_an_object(arguments: str, args: dict[str, object]) -> None:
    (turn,) = contents(answered(ToolCall("", "f", arguments)))
    assert turn["parts"][0]["functionCall"]["args"] == args


def test_what_one_side_says_in_several_messages_is_one_turn() -> None:
    told = Message("2", "system", (Text("Be kind"),))
    body = body_for(HELLO, told, answered(Reasoning("Hm")), HELLO, answered(Text("Hi")), system="Be brief")
    assert body["contents"] == [
        {"role": "user", "parts": [{"text": "Hello"}, {"text": "Hello"}]},
        {"role": "model", "parts": [{"text": "Hi"}]},
    ]
    assert body["systemInstruction"]["parts"] == [{"text": "Be brief"}, {"text": "Be kind"}]


@pytest.mark.parametrize(
    ("model", "prefill", "turns"),
    [
        ("gemini-2.5-flash", "plain", ["user", "model"]),
        ("gemini-3.1-pro-preview", "plain", ["user", "model"]),
        ("gemini-3.6-flash", "plain", ["user", "model", "user"]),
        ("gemini-2.5-flash", "none", ["user", "model", "user"]),
    ],
)
def test_an_answer_is_gone_on_with_as_the_model_can(model: str, prefill: Any, turns: list[str]) -> None:
    asked = contents(
        HELLO, answered(Text("Once")), model=model, card=replace(CARD, prefill=prefill), continuing=True
    )
    assert [turn["role"] for turn in asked] == turns


def told(*events: object) -> list[Event]:
    decoder = DIALECT.decoder(CARD)
    found = [event for each in events for event in decoder.feed(Frame(json.dumps(each)))]
    return [*found, *decoder.end()]


def event(*parts: object, finish: object = None, **more: object) -> dict[str, object]:
    candidate = {"content": {"parts": list(parts), "role": "model"}, "index": 0, **more}
    return {"candidates": [candidate | ({"finishReason": finish} if finish else {})]}


def replies(
    *events: object, model: str = "gemini-3-pro-preview", provider: str = "g"
) -> list[dict[str, Any]]:
    """The parts that an answer of these events becomes when the conversation goes on."""
    message = Message("2", "assistant", answer=Answer(f"g/{model}", "g"))
    for each in told(*events):
        message = after(message, each)
    assert message.answer is not None
    message = replace(message, answer=replace(message.answer, provider=provider))
    parts: list[dict[str, Any]] = contents(HELLO, message, model="gemini-3-pro-preview")[1]["parts"]
    return parts


SIGNED: list[dict[str, object]] = [
    {"text": "Hm", "thought": True, "thoughtSignature": "s0="},
    {"text": "abc"},
    {"text": "de", "thoughtSignature": "s1="},
    {"functionCall": {"name": "f", "args": {"x": 1}}, "thoughtSignature": "s2="},
    {"functionCall": {"name": "g", "args": {}}},
    {"text": "", "thoughtSignature": "s3="},
]


def test_every_signature_goes_back_on_the_part_that_it_came_with() -> None:
    assert replies(*(event(part) for part in SIGNED), event(finish="STOP")) == SIGNED


def test_a_signature_after_an_unsigned_thought_is_not_the_thoughts() -> None:
    thought = {"text": "Hm", "thought": True}
    signed = {"text": "", "thoughtSignature": "s="}
    assert replies(event(thought), event(signed), event({"text": "Hi"}, finish="STOP")) == [
        signed,
        {"text": "Hi"},
    ]


@pytest.mark.parametrize("other", [{"provider": "vertex"}, {"model": "gemini-2.5-pro"}])
def test_signatures_of_another_model_are_left_out_and_its_first_call_says_so(other: dict[str, str]) -> None:
    assert replies(*(event(part) for part in SIGNED), event(finish="STOP"), **other) == [
        {"text": "abcde"},
        {
            "functionCall": {"name": "f", "args": {"x": 1}},
            "thoughtSignature": "skip_thought_signature_validator",
        },
        {"functionCall": {"name": "g", "args": {}}},
    ]


def test_older_models_get_calls_without_any_signature() -> None:
    (turn,) = contents(answered(ToolCall("", "f", "{}", "s=")), model="gemini-2.5-flash")
    assert turn["parts"] == [{"functionCall": {"name": "f", "args": {}}}]


def test_usage_is_kept_literally_and_thoughts_count_apart() -> None:
    report = {
        "promptTokenCount": 9,
        "candidatesTokenCount": 2,
        "thoughtsTokenCount": 5,
        "cachedContentTokenCount": 4,
        "totalTokenCount": 16,
    }
    usage = usage_from(report)
    assert usage == Usage(9, 2, 5, 4, 16, reasoning_apart=True)
    assert usage is not None
    assert usage.made == 7
    assert usage_from({"trafficType": "ON_DEMAND"}) is None
    assert usage_from({"promptTokenCount": -1, "totalTokenCount": "9"}) is None


def test_the_last_usage_counts_and_the_same_one_is_reported_once() -> None:
    first, last = {"promptTokenCount": 3}, {"promptTokenCount": 3, "candidatesTokenCount": 2}
    found = told(
        event({"text": "a"}) | {"usageMetadata": first},
        event({"text": "b"}) | {"usageMetadata": first},
        event(finish="STOP") | {"usageMetadata": last},
    )
    reports = [each.usage for each in found if isinstance(each, UsageReported)]
    assert reports == [Usage(3, reasoning_apart=True), Usage(3, 2, reasoning_apart=True)]


def test_arguments_are_json_in_the_providers_order() -> None:
    call = {"functionCall": {"id": "c1", "name": "f", "args": {"z": "é", "a": [1, 2.5, None]}}}
    assert told(event(call, finish="STOP")) == [
        ToolCallDelta(0, "c1", "f", '{"z": "é", "a": [1, 2.5, null]}'),
        Done("STOP"),
    ]


def piece(more: bool, *pieces: dict[str, object]) -> dict[str, object]:
    return event({"functionCall": {"partialArgs": list(pieces), "willContinue": more}})


OPENING = event({"functionCall": {"name": "f", "willContinue": True}})


def test_a_call_that_comes_in_pieces_is_given_whole_once_it_is() -> None:
    found = told(
        OPENING,
        piece(True, {"jsonPath": "$.a.b[0]", "stringValue": "x", "willContinue": True}),
        piece(True, {"jsonPath": "$.a.b[0]", "stringValue": "y"}, {"jsonPath": "$.a.b[1]", "numberValue": 2}),
        event({"functionCall": {}}, finish="STOP"),
    )
    assert found == [
        ToolCallDelta(0, name="f"),
        ToolCallDelta(0, arguments='{"a": {"b": ["xy", 2]}}'),
        Done("STOP"),
    ]


@pytest.mark.parametrize(
    ("pieces", "arguments"),
    [
        (({"jsonPath": "$.a", "stringValue": "x"},), '{"a": "x"'),
        ((), "{"),
    ],
)
def test_a_call_that_was_cut_off_is_not_taken_for_a_whole_one(
    pieces: tuple[dict[str, object], ...], arguments: str
) -> None:
    *_, call, failed = told(OPENING, piece(True, *pieces))
    assert call == ToolCallDelta(0, arguments=arguments)
    assert isinstance(failed, Failed)
    assert failed.failure.kind == "cut"
    *_, call, done = told(OPENING, piece(True, *pieces), event(finish="MAX_TOKENS"))
    assert (call, done) == (ToolCallDelta(0, arguments=arguments), Done("MAX_TOKENS"))


@pytest.mark.parametrize(
    "lost",
    [
        {"jsonPath": "$.a[7]", "stringValue": "x"},
        {"jsonPath": "$..a", "stringValue": "x"},
        {"jsonPath": "$", "stringValue": "x"},
        {"jsonPath": 7, "stringValue": "x"},
        {"jsonPath": "$.a", "stringValue": 7},
        {"jsonPath": "$.b.c", "boolValue": True},
        "x",
    ],
)
def test_a_piece_of_a_call_that_fits_nowhere_is_flagged(lost: Any) -> None:
    found = told(OPENING, piece(True, {"jsonPath": "$.b", "stringValue": "y"}, lost), event(finish="STOP"))
    assert any(isinstance(each, Unread) for each in found)


@pytest.mark.parametrize(
    "strange",
    [
        {"candidates": {"content": {}}},
        {"candidates": ["x"]},
        event(content="x"),
        event(content=None),
        {"candidates": [{"content": {"parts": {"text": "x"}}}]},
        event("x"),
        event({"text": 7}),
        event({}),
        event({"audioTranscription": {"text": "x"}}),
        event({"inlineData": {"mimeType": "image/png", "data": PNG}}),
        event({"functionCall": "f"}),
        event({"functionCall": {"args": {"a": 1}}}),
        event({"functionCall": {"name": "f", "args": "x"}}),
    ],
)
def test_what_cannot_be_read_or_shown_is_flagged(strange: object) -> None:
    found = told(event({"text": "a"}), strange, event({"text": "b"}, finish="STOP"))
    assert any(isinstance(each, Unread) for each in found)
    assert [each.text for each in found if isinstance(each, TextDelta)] == ["a", "b"]
    assert found[-1] == Done("STOP")


@pytest.mark.parametrize("silent", [{"toolCall": {"id": "a"}}, {"toolResponse": {"id": "a"}}])
def test_what_the_provider_searches_by_itself_is_its_own_business(silent: dict[str, object]) -> None:
    assert told(event(silent), event({"text": "a"}, finish="STOP")) == [TextDelta("a"), Done("STOP")]


def test_a_blocked_question_is_refused_in_the_providers_word() -> None:
    (failed,) = told({"promptFeedback": {"blockReason": "OTHER", "blockReasonMessage": "No\nway."}})
    assert isinstance(failed, Failed)
    assert (failed.failure.kind, failed.failure.what) == (
        "refused",
        "the provider's safety filter refused the question: OTHER (No way)",
    )


def test_a_good_word_about_the_question_is_no_failure() -> None:
    rated = event({"text": "a"}, finish="STOP") | {"promptFeedback": {"safetyRatings": []}}
    assert told(rated) == [TextDelta("a"), Done("STOP")]


@pytest.mark.parametrize(
    ("finish", "kind", "words"),
    [
        ("SAFETY", "refused", "safety filter ended it: SAFETY"),
        (3, "refused", "safety filter ended it: 3"),
        ("SPII", "refused", "SPII"),
        ("MAX_TOKENS", "empty", "limit on tokens"),
        (2, "empty", "limit on tokens"),
        ("STOP", "empty", "complete, and empty"),
        ("OTHER", "empty", "OTHER (so it is)"),
        ("MALFORMED_FUNCTION_CALL", "provider", "MALFORMED_FUNCTION_CALL: so it is"),
    ],
)
def test_an_answer_without_a_word_says_why(finish: object, kind: str, words: str) -> None:
    (failed,) = told(event(finish=finish, finishMessage="so it is"))
    assert isinstance(failed, Failed)
    assert (failed.failure.kind, failed.finish_reason) == (kind, str(finish))
    assert words in failed.failure.what


def test_a_limit_that_was_used_up_on_unseen_thoughts_is_a_reason_and_no_failure() -> None:
    counted = event(finish="MAX_TOKENS") | {
        "usageMetadata": {"promptTokenCount": 9, "thoughtsTokenCount": 64}
    }
    assert told(counted)[-1] == Done("MAX_TOKENS")


def test_a_filter_after_some_words_keeps_them_and_its_reason() -> None:
    assert told(event({"text": "Once"}), event(finish="SAFETY")) == [TextDelta("Once"), Done("SAFETY")]


def test_a_broken_call_is_a_failure_whatever_was_said_before() -> None:
    *said, failed = told(event({"text": "Let me see."}), event(finish="MALFORMED_FUNCTION_CALL"))
    assert said == [TextDelta("Let me see.")]
    assert isinstance(failed, Failed)


def test_an_answer_of_pictures_alone_says_so() -> None:
    picture = {"inlineData": {"mimeType": "image/png", "data": PNG}}
    *_, failed = told(event(picture, finish="STOP"))
    assert isinstance(failed, Failed)
    assert "inlineData (image/png)" in failed.failure.what


def test_a_sentinel_of_a_proxy_does_not_make_a_cut_answer_whole() -> None:
    decoder = DIALECT.decoder(CARD)
    found = [
        *decoder.feed(Frame(json.dumps(event({"text": "a"})))),
        *decoder.feed(Frame("[DONE]")),
        *decoder.end(),
    ]
    assert isinstance(found[-1], Failed)
    assert found[-1].failure.kind == "cut"


def test_an_error_event_without_an_error_object_is_an_error() -> None:
    (failed,) = DIALECT.decoder(CARD).feed(Frame('{"message": "no"}', "error"))
    assert isinstance(failed, Failed)


def test_a_proxys_broken_error_is_still_its_message() -> None:
    (failed,) = DIALECT.decoder(CARD).feed(Frame('{"error": "said "no" to you"}'))
    assert isinstance(failed, Failed)
    assert 'said "no" to you' in failed.failure.what


HALVES = [
    event({"text": "Hm", "thought": True}) | {"modelVersion": "m-1"},
    event({"text": "Hi"}, finish="STOP") | {"modelVersion": "m-1"},
]


def test_a_whole_array_says_what_its_elements_say() -> None:
    found = DIALECT.whole(CARD, json.dumps(HALVES).encode())
    assert found == (ModelReported("m-1"), ReasoningDelta("Hm"), TextDelta("Hi"), Done("STOP"))


def test_an_array_that_lacks_its_last_element_is_cut_off() -> None:
    *said, failed = DIALECT.whole(CARD, json.dumps(HALVES[:1]).encode())
    assert ReasoningDelta("Hm") in said
    assert isinstance(failed, Failed)
    assert failed.failure.kind == "cut"


def test_one_whole_response_is_read() -> None:
    assert DIALECT.whole(CARD, json.dumps(HALVES[1]).encode())[-1] == Done("STOP")
    assert DIALECT.whole(CARD, json.dumps(event({"text": "Hi"})).encode())[-1] == Done("")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}', "server"),
        (b'[{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}}]', "auth"),
        (b'{"candidates":[{"content":{"role":"model"},"finishReason":"STOP"}]}', "empty"),
        (b'{"candidates":[{"cont', "cut"),
        (b"[]", "provider"),
        (b"{}", "provider"),
        (b"upstream timeout", "provider"),
        (b"", "provider"),
    ],
)
def test_a_body_without_an_answer_is_a_failure(body: bytes, kind: str) -> None:
    (failed,) = DIALECT.whole(CARD, body)
    assert isinstance(failed, Failed)
    assert failed.failure.kind == kind


def test_the_card_shows_its_key_in_googles_own_header() -> None:
    card = read_cards()["gemini"]
    assert (card.dialect, card.auth, card.key_env) == ("gemini", "x-goog-api-key", "GEMINI_API_KEY")
    assert card.base_url.endswith("/v1beta")
