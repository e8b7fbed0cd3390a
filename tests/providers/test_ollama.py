"""What Ollama is asked in its own dialect, and what of its answers the recordings do not show."""

import json
from typing import Any

import pytest

from llmtui.chat.conversation import Sampling
from llmtui.chat.events import Done, Failed, ModelReported, TextDelta, UsageReported
from llmtui.chat.message import Message
from llmtui.chat.parts import File, Image, Reasoning, Text, ToolCall, ToolResult
from llmtui.providers.card import Card
from llmtui.providers.cards import card_from_table, read_cards
from llmtui.providers.dialect import Frame
from llmtui.providers.ollama import DIALECT
from llmtui.providers.ollama_generate import DIALECT as GENERATE
from tests.providers.asking import HELLO, NOW, answered, asked, body_for

CARD = Card("x", "Ollama", "ollama", "http://localhost:11434", "none", prefill="plain")


def body(*messages: Message, **more: Any) -> dict[str, Any]:
    return body_for(DIALECT, CARD, *messages, **more)


def test_a_question_goes_to_chat_and_nothing_of_it_may_be_dropped_unseen() -> None:
    call = DIALECT.call(CARD, asked(HELLO, system="Be brief."))
    assert (call.path, call.framing) == ("api/chat", "ndjson")
    assert json.loads(call.body) == {
        "model": "org/m-1",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hello"},
        ],
        "stream": True,
        "truncate": False,
        "shift": False,
    }


def test_what_was_set_is_among_the_options_and_nothing_else_is() -> None:
    sampling = Sampling(temperature=0.5, max_tokens=9, top_p=0.9, top_k=40, seed=7, stop=("END",))
    assert body(HELLO, sampling=sampling)["options"] == {
        "temperature": 0.5,
        "num_predict": 9,
        "top_p": 0.9,
        "top_k": 40,
        "seed": 7,
        "stop": ["END"],
    }
    assert "options" not in body(HELLO)
    assert body(HELLO, stream=False)["stream"] is False


@pytest.mark.parametrize(
    ("sampling", "think"),
    [
        (Sampling(), None),
        (Sampling(effort="none"), False),
        (Sampling(effort="minimal"), "low"),
        (Sampling(effort="medium"), "medium"),
        (Sampling(effort="xhigh"), "high"),
        (Sampling(effort="max"), "max"),
        (Sampling(thinking_tokens=0), False),
        (Sampling(thinking_tokens=2000), True),
        (Sampling(effort="low", thinking_tokens=0), "low"),
    ],
)
def test_how_hard_to_think_is_said_where_somebody_chose(sampling: Sampling, think: object) -> None:
    assert body(HELLO, sampling=sampling).get("think") == think


def test_pictures_go_along_in_base64_and_files_as_words() -> None:
    looking = Message(
        "1",
        "user",
        (
            Text("What is this?"),
            Image("image/png", b"\x89PNG"),
            File("notes.txt", "text/plain", "größer".encode()),
            File("scan.pdf", "application/pdf", b"%PDF\xff"),
        ),
    )
    [said] = body(looking)["messages"]
    assert said["images"] == ["iVBORw=="]
    assert said["content"] == (
        "What is this?\n\nnotes.txt:\n\ngrößer\n\n"
        "[scan.pdf: a file of type application/pdf, which could not be sent along]"
    )


def test_tools_their_calls_and_their_results_are_told_by_name() -> None:
    calls = answered(
        Reasoning("I need the time."),
        ToolCall("call_1", "now", '{"zone": "UTC"}'),
        ToolCall("", "now", "not json"),
    )
    results = Message("3", "tool", (ToolResult("call_1", "12:00"),))
    sent = body(HELLO, calls, results, tools=(NOW,))
    assert sent["tools"][0]["function"]["name"] == "now"
    assert sent["messages"][1:] == [
        {
            "role": "assistant",
            "content": "",
            "thinking": "I need the time.",
            "tool_calls": [
                {"id": "call_1", "function": {"name": "now", "arguments": {"zone": "UTC"}}},
                {"function": {"name": "now", "arguments": {"arguments": "not json"}}},
            ],
        },
        {"role": "tool", "content": "12:00", "tool_name": "now", "tool_call_id": "call_1"},
    ]


def test_thoughts_about_earlier_questions_and_of_other_providers_are_let_go() -> None:
    other = answered(Reasoning("Hm"), ToolCall("c", "now", "{}"), provider="y")
    assert "thinking" not in body(HELLO, other)["messages"][1]
    older = answered(Reasoning("Hm"), Text("Hi"))
    assert body(HELLO, older, Message("3", "user", (Text("And?"),)))["messages"][1] == {
        "role": "assistant",
        "content": "Hi",
    }


def test_an_answer_is_gone_on_with() -> None:
    cut = answered(Text("The answ"))
    assert body(HELLO, cut, continuing=True)["messages"][-1]["role"] == "assistant"


def test_generate_sends_one_prompt() -> None:
    call = GENERATE.call(CARD, asked(HELLO, system="Be brief."))
    assert (call.path, call.framing) == ("api/generate", "ndjson")
    sent = json.loads(call.body)
    assert sent["prompt"] == "Be brief.\n\nHello"
    assert sent["truncate"] is False


def test_the_card_speaks_it_and_a_table_may_choose_generate_or_the_compatible_endpoint() -> None:
    card = read_cards()["ollama"]
    assert (card.dialect, card.base_url, card.models_path) == (
        "ollama",
        "http://localhost:11434",
        "api/tags",
    )
    for dialect in ("ollama-generate", "openai-chat"):
        changed = card_from_table("ollama", {"dialect": dialect}, card)
        assert isinstance(changed, Card)
        assert changed.dialect == dialect


def test_a_whole_answer_is_read_as_a_stream_is() -> None:
    line = {"model": "m", "message": {"content": "Hi"}, "done": True, "done_reason": "stop", "eval_count": 2}
    events = DIALECT.whole(CARD, json.dumps(line).encode())
    assert [type(event) for event in events] == [ModelReported, TextDelta, UsageReported, Done]


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ('{"error":"model \\"x\\" not found, try pulling it first"}', "not_found", "not found"),
        ('{"error":"unauthorized"}', "provider", "unauthorized"),
        (
            '{"error":"{\\"error\\":{\\"code\\":400,\\"message\\":\\"request (351 tokens) exceeds the'
            ' available context size (256 tokens)\\",\\"type\\":\\"exceed_context_size_error\\"}}"}',
            "context",
            "request (351 tokens) exceeds the available context size (256 tokens)",
        ),
        ('{"message":', "cut", "cut off"),
        ("{}", "provider", ""),
    ],
)
def test_what_is_no_answer_is_a_failure_in_its_own_words(body: str, kind: str, words: str) -> None:
    [ending] = DIALECT.whole(CARD, body.encode())
    assert isinstance(ending, Failed)
    assert ending.failure.kind == kind
    assert words in ending.failure.what


def test_lines_that_are_no_json_are_said_so() -> None:
    [ending] = DIALECT.decoder(CARD).feed(Frame("pong"))
    assert isinstance(ending, Failed)
    assert ending.failure.kind == "protocol"
    [broken] = DIALECT.decoder(CARD).feed(Frame('{"error": "he said "no""}'))
    assert isinstance(broken, Failed)
    assert broken.failure.kind == "provider"
    assert not list(DIALECT.decoder(CARD).feed(Frame("[DONE]")))
