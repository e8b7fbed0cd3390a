"""OpenAI's completions: a conversation as one text, and the words that go on with it."""

import json
from dataclasses import replace
from typing import Any

from llmtui.chat.conversation import Sampling
from llmtui.chat.events import Done, ModelReported, TextDelta, Unread, Usage, UsageReported
from llmtui.chat.message import Message
from llmtui.chat.parts import Text
from llmtui.providers.card import Card
from llmtui.providers.dialect import Frame
from llmtui.providers.openai_completions import DIALECT
from tests.providers.asking import HELLO, answered, asked
from tests.providers.asking import body_for as body_of

CARD = Card("x", "X", "openai-completions", "https://api.x.example/v1", limit_field="max_completion_tokens")


def body_for(*messages: Message, **more: Any) -> dict[str, Any]:
    return body_of(DIALECT, CARD, *messages, **more)


def test_a_single_question_is_the_prompt_word_for_word() -> None:
    call = DIALECT.call(CARD, asked(HELLO))
    assert (call.path, call.framing) == ("completions", "sse")
    assert json.loads(call.body) == {
        "model": "org/m-1",
        "prompt": "Hello",
        "max_tokens": 1024,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_a_system_prompt_comes_before_it() -> None:
    assert body_for(HELLO, system="Once")["prompt"] == "Once\n\nHello"


def test_a_conversation_is_a_transcript_whose_last_line_is_open() -> None:
    body = body_for(HELLO, answered(Text("Hi")), Message("3", "user", (Text("Go on"),)), system="Be brief")
    assert body["prompt"] == "Be brief\n\nUser: Hello\n\nAssistant: Hi\n\nUser: Go on\n\nAssistant:"
    assert body["stop"] == ["\n\nUser:"]


def test_an_answer_that_is_gone_on_with_is_the_open_end() -> None:
    assert body_for(HELLO, answered(Text("Once u")), continuing=True)["prompt"].endswith("Assistant: Once u")


def test_sampling_is_said_in_the_dialects_own_words() -> None:
    sampling = Sampling(0.5, 9, top_p=0.1, top_k=4, seed=7, stop=("END",))
    body = body_for(HELLO, HELLO, sampling=sampling, stream=False)
    wanted = {"temperature": 0.5, "max_tokens": 9, "top_p": 0.1, "top_k": 4, "seed": 7, "stop": ["END"]}
    assert {field: body[field] for field in wanted} == wanted
    assert body["stream"] is False


def test_words_that_are_none_are_flagged() -> None:
    decoder = DIALECT.decoder(replace(CARD, inline_thinking=False))
    chunks = [{"choices": [{"text": text, "finish_reason": None}]} for text in ("a", 0)]
    found = [event for chunk in chunks for event in decoder.feed(Frame(json.dumps(chunk)))]
    found += decoder.feed(Frame("[DONE]"))
    assert found == [TextDelta("a"), Unread("choices[].text is a number"), Done("")]


def test_a_completion_in_one_piece_says_the_same() -> None:
    body = {
        "model": "m-1",
        "choices": [
            {"text": " there", "index": 0, "logprobs": {"tokens": [" there"]}, "finish_reason": "stop"}
        ],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
    assert DIALECT.whole(CARD, json.dumps(body).encode()) == (
        ModelReported("m-1"),
        TextDelta(" there"),
        UsageReported(Usage(1, 1, total=2)),
        Done("stop"),
    )
