"""A conversation becomes a request in Anthropic's words, and the decoder's finer points."""

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
    RefusalDelta,
    TextDelta,
    ToolCallDelta,
    Unread,
    Usage,
    UsageReported,
)
from llmtui.chat.message import Answer, Message
from llmtui.chat.models import ModelName
from llmtui.chat.parts import File, Image, Part, Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.chat.request import Request
from llmtui.chat.tool import Tool
from llmtui.providers.anthropic import DIALECT
from llmtui.providers.card import Card
from llmtui.providers.cards import read_cards
from llmtui.providers.claude_models import Claude, claude_named
from llmtui.providers.dialect import Frame
from tests.providers.replay import folded

CARD = Card(
    "anthropic", "Anthropic", "anthropic", "https://api.a.example/v1", "x-api-key", inline_thinking=False
)
HELLO = Message("1", "user", (Text("Hello"),))
SONNET = "claude-sonnet-4-6"


def body_for(*messages: Message, card: Card = CARD, model: str = SONNET, **more: Any) -> dict[str, Any]:
    request = Request(ModelName("anthropic", model), messages, **more)
    body: dict[str, Any] = json.loads(DIALECT.call(card, request).body)
    return body


def turns(*messages: Message, **more: Any) -> list[tuple[str, list[dict[str, Any]]]]:
    return [(said["role"], said["content"]) for said in body_for(*messages, **more)["messages"]]


def answered(*parts: Part, provider: str = "anthropic", model: str = SONNET) -> Message:
    return Message("2", "assistant", parts, answer=Answer(f"{provider}/{model}", provider))


def result(*parts: Part) -> Message:
    return Message("3", "tool", parts)


def text(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


def test_a_question_is_asked() -> None:
    request = Request(ModelName("anthropic", SONNET), (HELLO,), system="Be brief")
    call = DIALECT.call(CARD, request)
    assert (call.path, call.framing, call.headers) == ("messages", "sse", {"anthropic-version": "2023-06-01"})
    assert json.loads(call.body) == {
        "model": SONNET,
        "max_tokens": 32_000,
        "messages": [{"role": "user", "content": [text("Hello")]}],
        "stream": True,
        "system": "Be brief",
    }


def test_the_card_knows_how_the_key_is_shown_and_which_version_is_spoken() -> None:
    card = read_cards()["anthropic"]
    call = DIALECT.call(card, Request(ModelName("anthropic", card.suggested), (HELLO,)))
    assert (card.dialect, card.auth, card.prefill) == ("anthropic", "x-api-key", "none")
    assert call.headers == {"anthropic-version": "2023-06-01"}
    later = replace(CARD, headers={"Anthropic-Version": "2030-01-01"})
    assert DIALECT.call(later, Request(ModelName("x", "m"), (HELLO,))).headers == later.headers


def test_pictures_papers_and_texts_travel_as_what_they_are() -> None:
    parts = (
        Text("Look"),
        Image("image/png", b"\x89PNG"),
        File("a.pdf", "application/pdf", b"%PDF"),
        File("b.py", "text/x-python", "# é".encode()),
        File("c.zip", "application/zip", b"PK\0"),
    )
    ((_, (said, picture, paper, code, unknown)),) = turns(Message("1", "user", parts))
    assert said == text("Look")
    assert picture == {"type": "image", "source": in_base64("image/png", b"\x89PNG")}
    pdf = in_base64("application/pdf", b"%PDF")
    assert paper == {"type": "document", "source": pdf, "title": "a.pdf"}
    plain = {"type": "text", "media_type": "text/plain", "data": "# é"}
    assert code == {"type": "document", "source": plain, "title": "b.py"}
    # Anthropic refuses it in its own words, which is better than a question without its file.
    assert unknown["source"] == in_base64("application/zip", b"PK\0")


def in_base64(media_type: str, data: bytes) -> dict[str, str]:
    return {"type": "base64", "media_type": media_type, "data": b64encode(data).decode()}


def test_tools_are_offered_with_what_they_take() -> None:
    described = Tool("now", "Tells the time", {"properties": {"zone": {"type": "string"}}})
    assert body_for(HELLO, tools=(described, Tool("bare", "", {"type": "object"})))["tools"] == [
        {
            "name": "now",
            "description": "Tells the time",
            "input_schema": {"type": "object", "properties": {"zone": {"type": "string"}}},
        },
        {"name": "bare", "input_schema": {"type": "object"}},
    ]


def test_results_come_first_in_one_turn_right_after_their_calls() -> None:
    calling = answered(Text("Wait."), ToolCall("c1", "now", ""), ToolCall("c2", "get", '{"a": [1]}'))
    late = Message("4", "user", (Text("Also this"), ToolResult("c2", "no", is_error=True)))
    (_, (_, asked), (role, given)) = turns(HELLO, calling, result(ToolResult("c1", "noon")), late)
    assert asked == [
        text("Wait."),
        {"type": "tool_use", "id": "c1", "name": "now", "input": {}},
        {"type": "tool_use", "id": "c2", "name": "get", "input": {"a": [1]}},
    ]
    assert (role, given) == (
        "user",
        [
            {"type": "tool_result", "tool_use_id": "c1", "content": "noon"},
            {"type": "tool_result", "tool_use_id": "c2", "content": "no", "is_error": True},
            text("Also this"),
        ],
    )


def test_a_call_that_nobody_answered_is_answered_so_that_the_talk_can_go_on() -> None:
    calling = answered(ToolCall("c1", "now", "{}"))
    missing = {
        "type": "tool_result",
        "tool_use_id": "c1",
        "content": "This tool was not called.",
        "is_error": True,
    }
    assert turns(HELLO, calling, HELLO)[-1] == ("user", [missing, text("Hello")])
    assert turns(HELLO, calling)[-1] == ("user", [missing])


def test_a_result_without_its_call_is_told_in_words() -> None:
    assert turns(Message("1", "user", (Text("So?"), ToolResult("gone", "noon")))) == [
        ("user", [text("noon"), text("So?")])
    ]


def test_calls_named_by_other_providers_get_names_that_anthropic_takes() -> None:
    calling = answered(ToolCall("functions.get:0", "get", "{}"), ToolCall("", "a", ""), ToolCall("", "b", ""))
    given = result(ToolResult("", "A"), ToolResult("", "B"), ToolResult("functions.get:0", ""))
    (_, (_, asked), (_, results)) = turns(HELLO, calling, given)
    assert [block["id"] for block in asked] == ["functions_get_0", "call_1", "call_2"]
    assert [(block["tool_use_id"], block.get("content")) for block in results] == [
        ("functions_get_0", None),
        ("call_1", "A"),
        ("call_2", "B"),
    ]


@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        ("", {}),
        ("null", {}),
        ('{"a": 1}', {"a": 1}),
        ('{"a": 1', {"INVALID_JSON": '{"a": 1'}),
        ("[1]", {"INVALID_JSON": "[1]"}),
    ],
)
def test_arguments_are_sent_as_an_object_whatever_was_written(arguments: str, sent: object) -> None:
    (_, (_, (asked,)), _) = turns(HELLO, answered(ToolCall("c", "f", arguments)))
    assert asked["input"] == sent


def test_neighbours_become_one_turn_and_nothing_empty_is_sent() -> None:
    empty = answered(Text(" \n"), Reasoning("unsigned"))
    assert turns(HELLO, empty, Message("3", "user", (Text(""), Text("Anyone?")))) == [
        ("user", [text("Hello"), text("Anyone?")])
    ]


def test_what_the_system_says_in_between_joins_the_system_prompt() -> None:
    interjected = Message("2", "system", (Text("Be kind"),))
    body = body_for(HELLO, interjected, system="Be brief")
    assert (body["system"], len(body["messages"])) == ("Be brief\n\nBe kind", 1)


def test_a_refusal_is_handed_back_as_what_was_said() -> None:
    assert turns(HELLO, answered(Refusal("I won't.")), HELLO)[1] == ("assistant", [text("I won't.")])


def test_thoughts_go_back_signed_and_in_their_order() -> None:
    decoded = folded(
        stream(
            begin(0, type="thinking", thinking="", signature=""),
            piece(0, type="thinking_delta", thinking="Hm"),
            piece(0, type="signature_delta", signature="c2"),
            piece(0, type="signature_delta", signature="ln"),
            stop(0),
            begin(1, type="redacted_thinking", data="EmwK"),
            stop(1),
            begin(2, type="thinking", thinking="", signature=""),
            piece(2, type="signature_delta", signature="b21pdA=="),
            stop(2),
            begin(3, type="tool_use", id="c", name="f", input={}),
            stop(3),
            ending("tool_use"),
        )
    )
    message = replace(decoded, answer=Answer("anthropic/" + SONNET, "anthropic"))
    wanted = [
        {"type": "thinking", "thinking": "Hm", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "EmwK"},
        {"type": "thinking", "thinking": "", "signature": "b21pdA=="},
        {"type": "tool_use", "id": "c", "name": "f", "input": {}},
    ]
    assert turns(HELLO, message, result(ToolResult("c", "1")))[1] == ("assistant", wanted)


def test_thoughts_of_others_and_thoughts_without_proof_stay_here() -> None:
    signed = Reasoning("Hm", signature="c2ln")
    assert turns(HELLO, answered(signed, Text("Hi"), provider="openai"), HELLO)[1][1] == [text("Hi")]
    assert turns(HELLO, answered(Reasoning("Hm"), Text("Hi")), HELLO)[1][1] == [text("Hi")]
    # An answer must not end with a thought.
    assert turns(HELLO, answered(Text("Hi"), signed), HELLO)[1][1] == [text("Hi")]


def test_the_newest_models_get_back_only_the_thoughts_since_the_last_question() -> None:
    def thoughts(*messages: Message) -> list[bool]:
        said = turns(*messages, model="claude-opus-5-5")
        return [content[0]["type"] == "thinking" for role, content in said if role == "assistant"]

    parts = (Reasoning("Hm", signature="c2ln"), ToolCall("c", "f", "{}"))
    own, given = answered(*parts, model="claude-opus-5-5"), result(ToolResult("c", "1"))
    assert thoughts(HELLO, own, given) == [True]
    assert thoughts(HELLO, own, given, own, given) == [True, True]
    assert thoughts(HELLO, own, given, answered(Text("So.")), HELLO) == [False, False]
    assert thoughts(HELLO, answered(*parts), given) == [False]


def test_an_answer_is_gone_on_with_where_the_card_allows_it() -> None:
    begun = answered(Text("So far, \n"))
    card = replace(CARD, prefill="plain")
    wish = Sampling(effort="high", temperature=0.5)
    body = body_for(HELLO, begun, card=card, model="claude-haiku-4-5", continuing=True, sampling=wish)
    assert body["messages"][-1] == {"role": "assistant", "content": [text("So far,")]}
    assert ("thinking" in body, body["temperature"]) == (False, 0.5)
    assert turns(HELLO, begun, continuing=True)[-1] == ("user", [text("Go on where you stopped.")])


def test_sampling_is_said_in_anthropics_own_words() -> None:
    chosen = Sampling(temperature=0.0, max_tokens=9, top_p=0.5, top_k=3, seed=7, stop=("END",))
    body = body_for(HELLO, sampling=chosen, stream=False)
    assert (body["temperature"], body["top_p"], body["top_k"]) == (0.0, 0.5, 3)
    assert (body["max_tokens"], body["stop_sequences"], body["stream"]) == (9, ["END"], False)
    assert "seed" not in body


@pytest.mark.parametrize("model", ["claude-opus-4-7", "claude-sonnet-5", "claude-opus-5-5"])
def test_the_newest_models_are_not_given_the_temperature_that_they_refuse(model: str) -> None:
    body = body_for(HELLO, model=model, sampling=Sampling(temperature=0.0, top_p=0.5, top_k=3))
    assert not {"temperature", "top_p", "top_k"} & body.keys()


ADAPTIVE = {"type": "adaptive", "display": "summarized"}


@pytest.mark.parametrize(
    ("model", "effort", "thinking", "said"),
    [
        (SONNET, "high", ADAPTIVE, "high"),
        (SONNET, "minimal", ADAPTIVE, "low"),
        (SONNET, "none", {"type": "disabled"}, None),
        ("claude-opus-4-7", "xhigh", ADAPTIVE, "xhigh"),
        ("anthropic/claude-opus-4.7", "max", ADAPTIVE, "max"),
        ("claude-haiku-4-5-20251001", "high", {"type": "enabled", "budget_tokens": 16_384}, None),
        ("claude-opus-4-20250514", "max", {"type": "enabled", "budget_tokens": 23_808}, None),
        ("claude-3-5-haiku-20241022", "none", None, None),
        ("claude-sonnet-5", None, ADAPTIVE, None),
        ("claude-sonnet-5", "none", {"type": "disabled"}, None),
        ("claude-sonnet-5-5", "none", {"type": "between_tools"}, None),
        ("claude-opus-5-5", "none", ADAPTIVE, "low"),
        ("claude-mythos-preview", "none", ADAPTIVE, "low"),
        ("MiniMax-M2", "low", {"type": "enabled", "budget_tokens": 2048}, None),
        ("MiniMax-M2", "none", {"type": "disabled"}, None),
        (SONNET, None, None, None),
    ],
)
def test_effort_is_said_as_each_model_takes_it(
    model: str, effort: Effort | None, thinking: object, said: str | None
) -> None:
    body = body_for(HELLO, model=model, sampling=Sampling(effort=effort, temperature=0.3))
    assert body.get("thinking") == thinking
    assert body.get("output_config") == ({"effort": said} if said else None)
    if body.get("thinking", {}).get("type") in ("enabled", "adaptive"):
        assert "temperature" not in body


@pytest.mark.parametrize(
    ("model", "tokens", "limit", "thinking", "max_tokens"),
    [
        (SONNET, 2000, None, {"type": "enabled", "budget_tokens": 2000}, 32_000),
        (SONNET, 1, None, {"type": "enabled", "budget_tokens": 1024}, 32_000),
        (SONNET, 40_000, None, {"type": "enabled", "budget_tokens": 40_000}, 48_192),
        (SONNET, 2000, 3000, {"type": "enabled", "budget_tokens": 2000}, 3000),
        (SONNET, 2000, 500, {"type": "enabled", "budget_tokens": 2000}, 2500),
        (SONNET, 0, 500, {"type": "disabled"}, 500),
        ("claude-opus-4-7", 2000, 500, ADAPTIVE, 500),
    ],
)
def test_a_budget_for_thinking_leaves_room_for_words(
    model: str, tokens: int, limit: int | None, thinking: object, max_tokens: int
) -> None:
    body = body_for(HELLO, model=model, sampling=Sampling(thinking_tokens=tokens, max_tokens=limit))
    assert (body["thinking"], body["max_tokens"]) == (thinking, max_tokens)


def test_where_no_budget_can_be_set_the_nearest_effort_is() -> None:
    def effort(tokens: int) -> object:
        wish = Sampling(thinking_tokens=tokens)
        return body_for(HELLO, model="claude-opus-4-7", sampling=wish)["output_config"]["effort"]

    assert [effort(tokens) for tokens in (1000, 2048, 9000, 99_999)] == ["low", "low", "high", "max"]


@pytest.mark.parametrize(
    ("name", "claude"),
    [
        ("claude-opus-4-1-20250805", Claude("opus", (4, 1))),
        ("claude-opus-4-20250514", Claude("opus", (4, 0))),
        ("claude-4-opus-20250514", Claude("opus", (4, 0))),
        ("claude-3-7-sonnet-latest", Claude("sonnet", (3, 7))),
        ("anthropic/claude-haiku-4.5", Claude("haiku", (4, 5))),
        ("anthropic/claude-4.5-haiku-20251001", Claude("haiku", (4, 5))),
        ("us.anthropic.claude-opus-4-1-20250805-v1:0", Claude("opus", (4, 1))),
        ("claude-3-7-sonnet@20250219", Claude("sonnet", (3, 7))),
        ("claude-2.1", Claude("", (2, 1))),
        ("Claude-Fable-5-1", Claude("fable", (5, 1))),
        ("claude-mythos-preview", Claude("mythos", (99, 0))),
        ("kimi-k2", None),
    ],
)
def test_a_models_name_tells_its_family_and_version(name: str, claude: Claude | None) -> None:
    assert claude_named(name) == claude


@pytest.mark.parametrize(
    ("model", "limit"),
    [("claude-3-haiku-20240307", 4096), ("claude-3-5-sonnet-latest", 8192), (SONNET, 32_000), ("gguf", 8192)],
)
def test_a_limit_is_always_sent_and_one_that_the_model_accepts(model: str, limit: int) -> None:
    assert body_for(HELLO, model=model)["max_tokens"] == limit


def stream(*payloads: object, card: Card = CARD, stopped: bool = True) -> list[Event]:
    decoder = DIALECT.decoder(card)
    frames = [*payloads, {"type": "message_stop"}] if stopped else payloads
    found = [event for frame in frames for event in decoder.feed(Frame(json.dumps(frame)))]
    return [*found, *decoder.end()]


def begin(index: object, **block: object) -> dict[str, object]:
    return {"type": "content_block_start", "index": index, "content_block": block}


def piece(index: object, **delta: object) -> dict[str, object]:
    return {"type": "content_block_delta", "index": index, "delta": delta}


def stop(index: object) -> dict[str, object]:
    return {"type": "content_block_stop", "index": index}


def said(words: str) -> dict[str, object]:
    return piece(0, type="text_delta", text=words)


def ending(reason: str, **more: object) -> dict[str, object]:
    return {"type": "message_delta", "delta": {"stop_reason": reason, **more}}


def test_only_the_end_mark_makes_an_answer_complete() -> None:
    (*_, cut) = stream(said("a"), ending("end_turn"), stopped=False)
    assert isinstance(cut, Failed)
    assert (cut.failure.kind, cut.finish_reason) == ("cut", "end_turn")
    assert stream(said("a"), ending("end_turn"))[-1] == Done("end_turn")


def test_a_gateways_own_end_mark_counts_once_a_reason_is_given() -> None:
    decoder = DIALECT.decoder(CARD)
    done = Frame("[DONE]", "data")
    list(decoder.feed(Frame(json.dumps(said("a")))))
    assert list(decoder.feed(done)) == []
    list(decoder.feed(Frame(json.dumps(ending("end_turn")))))
    assert list(decoder.feed(done)) == [Done("end_turn")]


def test_counts_are_taken_as_told_last_and_kept_where_untold() -> None:
    begun = {"usage": {"input_tokens": 3, "cache_read_input_tokens": 5, "output_tokens": 1}, "model": "m"}
    found = stream(
        {"type": "message_start", "message": begun},
        said("a"),
        ending("end_turn") | {"usage": {"input_tokens": None, "output_tokens": 8}},
        ending("end_turn") | {"usage": {"output_tokens": 8}},
    )
    assert found[0] == ModelReported("m")
    assert [event.usage for event in found if isinstance(event, UsageReported)] == [
        Usage(3, 1, cached=5, cached_apart=True),
        Usage(3, 8, cached=5, cached_apart=True),
    ]


def test_a_refusal_is_told_in_the_providers_words() -> None:
    found = stream(ending("refusal", stop_details={"type": "refusal", "explanation": "Policy."}))
    assert found == [RefusalDelta("Policy."), Done("refusal")]
    assert stream(ending("refusal", stop_details={"type": "refusal", "category": "bio"}))[0] == RefusalDelta(
        "bio"
    )


def test_a_refusal_without_words_is_a_failure_that_says_so() -> None:
    (failed,) = stream(ending("refusal"))
    assert isinstance(failed, Failed)
    assert (failed.failure.kind, failed.finish_reason) == ("refused", "refusal")


def test_a_limit_that_left_nothing_says_so() -> None:
    (failed,) = stream(ending("max_tokens"))
    assert isinstance(failed, Failed)
    assert "max_tokens" in failed.failure.hint


def test_arguments_that_come_whole_are_told_when_the_call_is_closed() -> None:
    call = begin(0, type="tool_use", id="c", name="f", input={"who": "Zoë"})
    assert stream(call, stop(0), ending("tool_use")) == [
        ToolCallDelta(0, "c", "f"),
        ToolCallDelta(0, arguments='{"who": "Zoë"}'),
        Done("tool_use"),
    ]
    pieces = piece(0, type="input_json_delta", partial_json="{}")
    assert ToolCallDelta(0, arguments="{}") in stream(call, pieces, stop(0), ending("tool_use"))


def test_a_call_that_was_never_closed_has_its_arguments_all_the_same() -> None:
    call = begin(0, type="tool_use", id="c", name="f", input={})
    assert stream(call, ending("tool_use"))[1] == ToolCallDelta(0, arguments="{}")


def test_tools_that_run_at_the_provider_are_not_ours_to_call() -> None:
    searching = begin(0, type="server_tool_use", id="s", name="web_search", input={})
    asked = piece(0, type="input_json_delta", partial_json='{"query":"x"}')
    assert stream(searching, asked, stop(0), ending("pause_turn")) == [Done("pause_turn")]


@pytest.mark.parametrize(
    ("payload", "what"),
    [
        (piece(0, type="text_delta", text=7), "text is a number"),
        (piece(0, type="thinking_delta", thinking=["?"]), "thinking is a list"),
        (piece(0, type="text_delta"), "text is missing"),
        (piece(0, type="words_delta", text="x"), "content_block_delta.delta.type is a text"),
        (piece(9, type="input_json_delta", partial_json="{"), "partial_json is for no block that has begun"),
        ({"index": 0, "delta": {"type": "text_delta", "text": "x"}}, "an event with delta has no type"),
        ({"type": "content_block_delta", "delta": "x"}, "content_block_delta.delta is a text"),
        ({"type": "content_block_start", "index": 1, "content_block": []}, "content_block is a list"),
        (ending("refusal", stop_details={"explanation": 1}), "stop_details.explanation is a number"),
    ],
)
def test_what_cannot_be_read_is_flagged(payload: object, what: str) -> None:
    assert Unread(what) in stream(said("a"), payload, ending("end_turn"))


def test_the_name_of_an_event_helps_where_the_json_has_no_type() -> None:
    decoder = DIALECT.decoder(CARD)
    piece_without_type = Frame(
        '{"index": 0, "delta": {"type": "text_delta", "text": "x"}}', "content_block_delta"
    )
    assert list(decoder.feed(piece_without_type)) == [TextDelta("x")]


@pytest.mark.parametrize(
    ("payload", "event", "kind"),
    [
        (
            {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
            "error",
            "server",
        ),
        ({"type": "error", "error": {"type": "rate_limit_error", "message": "Slow"}}, "", "rate_limit"),
        ({"error": "upstream went away"}, "", "provider"),
        (said("lost") | {"error": {"message": "went away"}}, "content_block_delta", "provider"),
        ("no", "error", "provider"),
    ],
)
def test_an_error_in_any_place_ends_the_answer_and_keeps_what_was_said(
    payload: object, event: str, kind: str
) -> None:
    decoder = DIALECT.decoder(CARD)
    list(decoder.feed(Frame(json.dumps(said("a")))))
    (failed,) = decoder.feed(Frame(json.dumps(payload), event))
    assert isinstance(failed, Failed)
    assert failed.failure.kind == kind
    assert list(decoder.end()) == []


def test_a_proxys_broken_error_is_still_its_message() -> None:
    (failed,) = DIALECT.decoder(CARD).feed(Frame('{"error": "said "no" to you"}'))
    assert isinstance(failed, Failed)
    assert 'said "no" to you' in failed.failure.what


def test_thinking_written_into_the_text_is_split_off_where_the_card_says_so() -> None:
    pieces = [begin(0, type="text", text=""), said("<thi"), said("nk>Hm</think>"), said("Yes"), stop(0)]
    inline = replace(CARD, inline_thinking=True)
    thought, *rest = stream(*pieces, ending("end_turn"), card=inline)
    assert (thought, rest) == (ReasoningDelta("Hm"), [TextDelta("Yes"), Done("end_turn")])
    assert stream(*pieces, ending("end_turn"))[0] == TextDelta("<thi")


WHOLE = {
    "type": "message",
    "model": "m",
    "content": [
        {"type": "thinking", "thinking": "Hm", "signature": "c2ln"},
        {"type": "text", "text": "Look"},
        {"type": "tool_use", "id": "c", "name": "f", "input": {"a": 1}},
    ],
    "stop_reason": "tool_use",
    "usage": {"input_tokens": 1, "output_tokens": 2},
}
WHOLE_EVENTS = [
    ModelReported("m"),
    UsageReported(Usage(1, 2, cached_apart=True)),
    ReasoningDelta("Hm"),
    ReasoningDelta("", "c2ln"),
    TextDelta("Look"),
    ToolCallDelta(0, "c", "f"),
    ToolCallDelta(0, arguments='{"a": 1}'),
    Done("tool_use"),
]


def test_an_answer_in_one_piece_says_the_same() -> None:
    assert list(DIALECT.whole(CARD, json.dumps(WHOLE).encode())) == WHOLE_EVENTS
    # Some servers send it where a stream was asked for.
    assert stream(WHOLE) == WHOLE_EVENTS


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}', "server"),
        (b'{"type":"message","content":[{"type":"text","text":""}],"stop_reason":"end_turn"}', "empty"),
        (b'{"type":"message","content":[{"ty', "cut"),
        (b'{"content":"?"}', "provider"),
        (b"[]", "provider"),
        (b"upstream timeout", "provider"),
        (b"", "provider"),
    ],
)
def test_a_body_without_an_answer_is_a_failure(body: bytes, kind: str) -> None:
    (failed,) = DIALECT.whole(CARD, body)
    assert isinstance(failed, Failed)
    assert failed.failure.kind == kind
