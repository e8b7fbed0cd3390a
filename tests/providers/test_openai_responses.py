"""OpenAI's responses: what is asked, and what of an answer is read where."""

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from llmtui.chat.conversation import Sampling
from llmtui.chat.detour import Detour
from llmtui.chat.events import (
    Done,
    Event,
    Failed,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
    Unread,
    Usage,
    UsageReported,
)
from llmtui.chat.failure import Failure
from llmtui.chat.message import Message
from llmtui.chat.models import ModelName
from llmtui.chat.parts import File, Image, Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.providers.card import Card
from llmtui.providers.dialect import Frame
from llmtui.providers.openai_responses import DIALECT
from tests.providers.asking import HELLO, NOW, answered, asked
from tests.providers.asking import body_for as body_of
from tests.providers.replay import folded, recordings, replayed

CARD = Card("x", "X", "openai-responses", "https://api.x.example/v1", headers={"X-Team": "blue"})
GPT = ModelName("x", "gpt-5.4")
SEALED: dict[str, object] = {"type": "reasoning", "id": "rs_1", "encrypted_content": "gAAA", "summary": []}


def body_for(*messages: Message, card: Card = CARD, **more: Any) -> dict[str, Any]:
    return body_of(DIALECT, card, *messages, **more)


def test_a_question_is_asked_and_nothing_is_left_with_the_provider() -> None:
    call = DIALECT.call(CARD, asked(HELLO, system="Be brief"))
    assert (call.path, call.framing, call.headers) == ("responses", "sse", {"X-Team": "blue"})
    assert json.loads(call.body) == {
        "model": "org/m-1",
        "instructions": "Be brief",
        "input": [
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]},
        ],
        "stream": True,
        "store": False,
    }


def test_sampling_is_said_in_the_dialects_own_words() -> None:
    body = body_for(HELLO, sampling=Sampling(temperature=0.0, max_tokens=9, top_p=0.5), stream=False)
    assert (body["temperature"], body["max_output_tokens"], body["top_p"]) == (0.0, 9, 0.5)
    assert body["stream"] is False


def test_pictures_and_files_travel_as_data_urls() -> None:
    parts = (Text("Look"), Image("image/png", b"\x89PNG"), File("a.pdf", "application/pdf", b"%PDF"))
    (said,) = body_for(Message("1", "user", parts))["input"]
    assert said["content"][1:] == [
        {
            "type": "input_image",
            "image_url": f"data:image/png;base64,{b64encode(b'%sPNG' % bytes([0x89])).decode()}",
            "detail": "auto",
        },
        {
            "type": "input_file",
            "filename": "a.pdf",
            "file_data": f"data:application/pdf;base64,{b64encode(b'%PDF').decode()}",
        },
    ]


def test_tools_are_flat_and_their_calls_and_results_are_items_of_their_own() -> None:
    result = Message("3", "tool", (ToolResult("c1", "noon"),))
    body = body_for(HELLO, answered(Text("Wait."), ToolCall("c1", "now", "")), result, tools=(NOW,))
    assert body["tools"] == [
        {
            "type": "function",
            "name": "now",
            "description": "The time of day",
            "parameters": {"type": "object", "properties": {"zone": {"type": "string"}}},
            "strict": False,
        }
    ]
    assert body["input"][1:] == [
        {
            "type": "message",
            "id": "msg_2_0",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": "Wait.", "annotations": []}],
        },
        {"type": "function_call", "call_id": "c1", "name": "now", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "noon"},
    ]


def test_a_refusal_is_handed_back_as_one() -> None:
    (said,) = body_for(answered(Refusal("I won't")))["input"]
    assert said["content"] == [{"type": "refusal", "refusal": "I won't"}]


@pytest.mark.parametrize(
    ("model", "sampling", "reasoning"),
    [
        ("gpt-5.4", Sampling(), {"summary": "auto"}),
        ("openai/o4-mini", Sampling(), {"summary": "auto"}),
        ("gpt-5.4", Sampling(effort="high"), {"effort": "high", "summary": "auto"}),
        ("gpt-5.4", Sampling(thinking_tokens=0), {"effort": "none"}),
        ("grok-4.3", Sampling(effort="low"), {"effort": "low", "summary": "auto"}),
        ("gpt-4o", Sampling(), None),
        ("gpt-5.3-chat-latest", Sampling(), None),
    ],
)
def test_a_model_that_thinks_is_asked_to_tell_of_it(
    model: str, sampling: Sampling, reasoning: dict[str, str] | None
) -> None:
    body = body_for(HELLO, model=ModelName("x", model), sampling=sampling)
    assert body.get("reasoning") == reasoning
    assert body.get("include") == (["reasoning.encrypted_content"] if reasoning else None)


def test_a_card_can_say_that_no_effort_is_to_be_asked_for() -> None:
    card = replace(CARD, effort_field="none")
    assert "reasoning" not in body_for(HELLO, card=card, model=GPT, sampling=Sampling(effort="high"))


def thought(signature: dict[str, object] | str, text: str = "") -> Reasoning:
    return Reasoning(text, signature=signature if isinstance(signature, str) else json.dumps(signature))


def kinds(items: list[dict[str, Any]]) -> list[str]:
    return [item.get("role", item["type"]) for item in items]


def test_a_sealed_thought_goes_back_before_what_followed_it() -> None:
    answer = answered(thought(SEALED, "Hm"), Text("Wait."), ToolCall("c1", "now", "{}"))
    items = body_for(HELLO, answer)["input"]
    assert items[1] == SEALED
    assert kinds(items) == ["user", "reasoning", "assistant", "function_call"]


def test_a_thought_that_ended_late_goes_back_before_what_had_begun() -> None:
    answer = answered(Reasoning("Hm"), Text("4"), thought(SEALED | {"late": True}))
    items = body_for(HELLO, answer)["input"]
    assert kinds(items) == ["user", "reasoning", "assistant"]
    assert items[1] == SEALED


@pytest.mark.parametrize(
    "answer",
    [
        answered(Text("Done."), thought(SEALED)),
        answered(thought(SEALED), Text("Done."), provider="y", by="y/org/m-1"),
        answered(thought(SEALED), Text("Done."), by="x/other"),
        answered(thought("Er4BCk"), Text("Done.")),
        answered(thought('["rs_1"]'), Text("Done.")),
        answered(thought({"type": "reasoning", "id": "rs_1"}), Text("Done.")),
        answered(Reasoning("Hm"), Text("Done.")),
    ],
    ids=[
        "nothing follows",
        "another provider",
        "another model",
        "no JSON",
        "a list",
        "not sealed",
        "not signed",
    ],
)
def test_a_thought_that_cannot_be_read_there_is_left_out(answer: Message) -> None:
    assert kinds(body_for(HELLO, answer)["input"]) == ["user", "assistant"]


def test_after_a_fallback_nobody_knows_who_sealed_a_thought() -> None:
    answer = answered(thought(SEALED), Text("Done."))
    assert answer.answer is not None
    detour = Detour("fallback", "x/org/m-1", Failure("server", "it broke"))
    answer = replace(answer, answer=replace(answer.answer, detours=(detour,)))
    assert kinds(body_for(HELLO, answer)["input"]) == ["user", "assistant"]


def test_an_open_thought_goes_back_with_its_call_where_the_card_says_so() -> None:
    card = replace(CARD, replay="reasoning_content")
    items = body_for(HELLO, answered(Reasoning("Hm"), ToolCall("c1", "now", "{}")), card=card)["input"]
    assert kinds(items) == ["user", "reasoning", "function_call"]
    assert items[1]["content"] == [{"type": "reasoning_text", "text": "Hm"}]


def test_going_on_is_asked_for_in_words() -> None:
    items = body_for(HELLO, answered(Text("Once")), continuing=True)["input"]
    assert kinds(items) == ["user", "assistant", "user"]


@pytest.mark.parametrize(
    "name", ["openai-summary-in-two-parts-and-sealed", "openrouter-no-names-thought-ends-late-and-done"]
)
def test_what_was_sealed_in_a_stream_can_be_handed_back(name: str) -> None:
    (body,) = [each.body for each in recordings() if each.name == name]
    answer = replace(folded(replayed("openai-responses", body)), answer=answered().answer)
    items = body_for(HELLO, answer, HELLO)["input"]
    assert kinds(items) == ["user", "reasoning", "assistant", "user"]
    assert items[1]["encrypted_content"]
    assert "late" not in items[1]


def decoded(*payloads: object, names: bool = False) -> list[Event]:
    decoder = DIALECT.decoder(CARD)
    found = [event for payload in payloads for event in decoder.feed(Frame(json.dumps(payload)))]
    return [*found, *decoder.end()]


def event(kind: str, **fields: object) -> dict[str, object]:
    return {"type": f"response.{kind}", "output_index": 0, "content_index": 0, **fields}


COMPLETED = {"type": "response.completed", "response": {"status": "completed", "output": []}}


def test_the_rest_of_a_text_is_taken_from_its_end() -> None:
    found = decoded(
        event("output_text.delta", delta="Hello, "), event("output_text.done", text="Hello, you"), COMPLETED
    )
    assert found == [TextDelta("Hello, "), TextDelta("you"), Done("completed")]


def test_the_rest_of_a_text_is_taken_from_the_whole_response() -> None:
    output = [{"type": "message", "content": [{"type": "output_text", "text": "Hello, you"}]}]
    end = {"type": "response.completed", "response": {"output": output}}
    found = decoded(event("output_text.delta", delta="Hello, "), end)
    assert found == [TextDelta("Hello, "), TextDelta("you"), Done("completed")]


def test_a_text_that_ends_otherwise_than_its_pieces_were_is_flagged_once_and_not_said_twice() -> None:
    item = {"type": "message", "content": [{"type": "output_text", "text": "Hello, you"}]}
    found = decoded(
        event("output_text.delta", delta="Help, "),
        event("output_text.done", text="Hello, you"),
        event("output_item.done", item=item),
        {"type": "response.completed", "response": {"output": [item]}},
    )
    assert [type(each) for each in found] == [TextDelta, Unread, Done]


def test_a_piece_under_a_wrong_number_is_said_once() -> None:
    found = decoded(
        event("output_text.delta", delta="Hello", output_index=7),
        event("output_text.done", text="Hello"),
        COMPLETED,
    )
    assert [type(each) for each in found] == [TextDelta, Unread, Done]


def test_a_call_whose_beginning_was_lost_gets_its_name_at_its_end() -> None:
    item = {"type": "function_call", "call_id": "c1", "name": "now", "arguments": '{"zone":"UTC"}'}
    found = decoded(
        event("function_call_arguments.delta", delta='{"zone":'),
        event("output_item.done", item=item),
        COMPLETED,
    )
    assert found == [
        ToolCallDelta(0, arguments='{"zone":'),
        ToolCallDelta(0, "c1", "now"),
        ToolCallDelta(0, arguments='"UTC"}'),
        Done("completed"),
    ]


def test_a_call_that_learns_its_id_late_is_one_call() -> None:
    item = {"type": "function_call", "id": "fc_1", "name": "now", "arguments": "{}"}
    found = decoded(
        event("output_item.added", item=item | {"arguments": ""}),
        event("output_item.done", item=item | {"call_id": "c1"}),
        {"type": "response.completed", "response": {"output": [item | {"call_id": "c1"}]}},
    )
    assert folded(found).parts == (ToolCall("c1", "now", "{}"),)


@pytest.mark.parametrize("left", [{}, {"id": "fc_9"}])
def test_a_call_whose_id_is_missing_at_the_very_end_is_one_call(left: dict[str, str]) -> None:
    item = {"type": "function_call", "name": "now", "arguments": "{}"}
    found = decoded(
        event("output_item.done", item=item | {"call_id": "c1"}),
        event("output_item.done", item=item | {"call_id": "c2"}, output_index=1),
        {"type": "response.completed", "response": {"output": [item | left, item | left]}},
    )
    assert folded(found).parts == (ToolCall("c1", "now", "{}"), ToolCall("c2", "now", "{}"))


@pytest.mark.parametrize(
    ("kind", "flags"), [("image_generation_call", 1), ("custom_tool_call", 1), ("web_search_call", 0)]
)
def test_an_answer_of_items_that_are_not_shown_is_not_empty(kind: str, flags: int) -> None:
    item = {"type": kind, "id": "x_1", "status": "completed"}
    end = {"type": "response.completed", "response": {"status": "completed", "output": [item]}}
    for found in (decoded(event("output_item.done", item=item), end), decoded(end)):
        assert [type(each) for each in found] == [Unread] * flags + [Done]


def test_an_event_without_a_type_is_what_its_name_says() -> None:
    decoder = DIALECT.decoder(CARD)
    said = Frame('{"output_index":0,"delta":"Hi"}', "response.output_text.delta")
    ended = Frame('{"response":{"status":"completed"}}', "response.completed")
    assert [*decoder.feed(said), *decoder.feed(ended)] == [TextDelta("Hi"), Done("completed")]


@pytest.mark.parametrize("wrong", [0, True, ["?"], {"?": 1}])
def test_a_delta_that_is_no_text_is_flagged(wrong: object) -> None:
    found = decoded(event("output_text.delta", delta="a"), event("output_text.delta", delta=wrong), COMPLETED)
    assert [type(each) for each in found] == [TextDelta, Unread, Done]


def test_a_cut_stream_keeps_what_was_said() -> None:
    found = decoded(event("output_text.delta", delta="a"))
    assert isinstance(found[-1], Failed)
    assert found[-1].failure.kind == "cut"


def test_a_complete_response_with_nothing_in_it_is_a_failure() -> None:
    (failed,) = decoded(COMPLETED)
    assert isinstance(failed, Failed)
    assert (failed.failure.kind, failed.finish_reason) == ("empty", "completed")


@pytest.mark.parametrize(
    ("reason", "kind"), [("content_filter", "refused"), ("max_output_tokens", "empty"), ("else", "empty")]
)
def test_an_incomplete_response_with_nothing_in_it_says_why(reason: str, kind: str) -> None:
    response = {"output": [], "incomplete_details": {"reason": reason}}
    (failed,) = decoded({"type": "response.incomplete", "response": response})
    assert isinstance(failed, Failed)
    assert (failed.failure.kind, failed.finish_reason) == (kind, f"incomplete:{reason}")


def test_a_proxys_error_without_a_type_ends_the_answer() -> None:
    found = decoded(event("output_text.delta", delta="a"), {"error": {"message": "no", "code": "500"}})
    assert isinstance(found[-1], Failed)
    assert "no" in found[-1].failure.what


def test_usage_counts_everything_in_and_is_kept_literally() -> None:
    usage = {
        "input_tokens": 9,
        "output_tokens": 5,
        "total_tokens": 14,
        "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 2},
        "output_tokens_details": {"reasoning_tokens": 3},
        "cost": 0.25,
    }
    found = decoded(
        event("output_text.delta", delta="a"),
        {"type": "response.completed", "response": {"output": [], "usage": usage}},
    )
    assert found[1] == UsageReported(Usage(9, 5, 3, 4, 14, cost=0.25, cache_written=2))


def test_a_response_in_one_piece_says_the_same() -> None:
    body = {
        "object": "response",
        "status": "completed",
        "model": "m-1",
        "output": [
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm"}]},
            {"type": "message", "content": [{"type": "output_text", "text": "Hello"}]},
            {"type": "function_call", "call_id": "c1", "name": "now", "arguments": "{}"},
        ],
    }
    message = folded(DIALECT.whole(CARD, json.dumps(body).encode()))
    assert message.parts == (Reasoning("Hm"), Text("Hello"), ToolCall("c1", "now", "{}"))
    assert message.answer is not None
    assert (message.answer.outcome, message.answer.finish_reason) == ("complete", "completed")


def test_one_piece_may_come_where_a_stream_was_asked_for() -> None:
    output = [{"type": "message", "content": [{"type": "output_text", "text": "Hello"}]}]
    found = decoded({"object": "response", "status": "completed", "output": output})
    assert found == [TextDelta("Hello"), Done("completed")]


def test_a_thought_of_the_item_is_told_once_though_it_stands_there_twice() -> None:
    item = {
        "type": "reasoning",
        "summary": [{"type": "summary_text", "text": "Hm"}],
        "content": [{"type": "reasoning_text", "text": "Hm"}],
    }
    found = decoded(event("output_item.done", item=item), COMPLETED)
    assert found == [ReasoningDelta("Hm"), Done("completed")]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"error":{"message":"no"}}', "provider"),
        (b'{"object":"response","status":"completed","output":[]}', "empty"),
        (b'{"object":"response","status":"in_progress","output":[]}', "cut"),
        (b'{"object":"response","status":"failed","output":[],"error":{"message":"no"}}', "provider"),
        (b'{"object":"response","outp', "cut"),
        (b"[]", "provider"),
    ],
)
def test_a_body_without_an_answer_is_a_failure(body: bytes, kind: str) -> None:
    (failed,) = DIALECT.whole(CARD, body)
    assert isinstance(failed, Failed)
    assert failed.failure.kind == kind
