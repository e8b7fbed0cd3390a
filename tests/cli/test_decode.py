"""`llmtui decode` reads a recorded body as if it came now, and touches nothing."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.events import (
    Done,
    Event,
    Failed,
    ModelReported,
    ReasoningDelta,
    RefusalDelta,
    Stopped,
    TextDelta,
    ToolCallDelta,
    Unread,
    Usage,
    UsageReported,
)
from llmtui.chat.failure import Failure
from llmtui.chat.folding import folded
from llmtui.chat.message import Answer, Message, after
from llmtui.cli.arguments import DIALECTS
from llmtui.cli.decode import ALIASES, decoded
from llmtui.providers.dialects import MODULES
from tests.cli.long_bodies import KINDS, long_body
from tests.cli.running import Person
from tests.wire.server import chunk, events

GOOD = events(
    chunk("Hel"), chunk("lo"), chunk(finish="stop", usage={"prompt_tokens": 3, "completion_tokens": 2})
)
CUT = events(chunk("Hel"), chunk("lo"), done=False)


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(tmp_path)


async def test_the_answer_goes_to_stdout_and_all_else_to_stderr(person: Person) -> None:
    (person.folder / "answer.sse").write_bytes(GOOD)
    ended = await person.run("decode", "--dialect", "openai-chat", "--usage", "answer.sse")
    assert (ended.status, ended.out) == (0, "Hello\n")
    assert "Model: loop" in ended.narration
    assert "Prompt tokens: 3" in ended.narration


async def test_the_object_is_that_of_ask_with_null_for_what_nobody_asked(person: Person) -> None:
    ended = await person.run("decode", "--dialect", "openai-chat", "--json", "-", stdin=GOOD.decode())
    assert ended.status == 0
    assert json.loads(ended.out) == {
        "conversation_id": None,
        "model": "loop",
        "requested_model": None,
        "provider": None,
        "text": "Hello",
        "reasoning": "",
        "tool_calls": [],
        "finish_reason": "stop",
        "outcome": "complete",
        "error": None,
        "usage": {
            "input": 3,
            "output": 2,
            "reasoning": None,
            "cached": None,
            "total": None,
            "estimated": False,
        },
        "timing": None,
    }


async def test_a_cut_answer_is_printed_and_said_to_be_cut(person: Person) -> None:
    ended = await person.run("decode", "--dialect", "openai-chat", "-", stdin=CUT.decode())
    assert (ended.status, ended.out) == (1, "Hello\n")
    assert "cut off" in ended.narration


async def test_nothing_is_kept_and_no_settings_are_needed(person: Person) -> None:
    person.configure("this is no [ settings file")
    ended = await person.run("decode", "--dialect", "openai-chat", "-", stdin=GOOD.decode())
    assert (ended.status, ended.out) == (0, "Hello\n")
    assert not (person.folder / "data").exists()
    assert not (person.folder / "state").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--dialect", "openai-chat", "nowhere.sse"), "nowhere.sse cannot be read: no such file"),
        (("--dialect", "openai-chat", "."), ". cannot be read: is a directory"),
        (("--dialect", "openai-chat", "-"), "standard input is empty"),
        (("--dialect", "klingon", "-"), "invalid choice: 'klingon'"),
        (("-",), "--dialect"),
    ],
)
async def test_what_cannot_be_read_is_wrong_usage(
    person: Person, arguments: tuple[str, ...], said: str
) -> None:
    ended = await person.run("decode", *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.narration


async def test_another_dialect_is_named_if_the_body_reads_well_in_it(person: Person) -> None:
    line = {"model": "m", "message": {"content": "Hi"}, "done": True, "done_reason": "stop"}
    ended = await person.run("decode", "--dialect", "anthropic", "-", stdin=json.dumps(line) + "\n")
    assert ended.status == 1
    assert "this reads as ollama: try --dialect ollama" in ended.narration


def test_the_command_line_knows_the_dialects() -> None:
    assert set(DIALECTS) == {*MODULES, *ALIASES}
    assert set(ALIASES.values()) < set(MODULES)


@pytest.mark.parametrize("kind", KINDS)
def test_ten_million_bytes_are_read_to_their_end(kind: str) -> None:
    # How long that takes is held in benchmarks/measure_decode.py.
    answer = decoded(*long_body(kind)).answer
    assert answer is not None
    assert answer.outcome == "complete"


async def test_what_does_not_begin_as_a_response_is_asked_about(person: Person) -> None:
    ended = await person.run("decode", "--dialect", "openai-chat", "-", stdin="hello")
    assert ended.status == 1
    assert "is this the recorded body of a response?" in ended.narration


DELTAS: st.SearchStrategy[Event] = st.one_of(
    st.builds(TextDelta, st.sampled_from("ab")),
    st.builds(RefusalDelta, st.sampled_from("ab")),
    st.builds(ReasoningDelta, st.sampled_from(["", "a"]), st.sampled_from([None, "s"])),
    st.builds(
        ToolCallDelta,
        st.integers(0, 3),
        *(st.sampled_from(["", "x", "y"]) for _ in range(3)),
        st.sampled_from([None, "s"]),
    ),
    st.builds(ModelReported, st.sampled_from("mn")),
    st.builds(UsageReported, st.builds(Usage, st.integers(0, 3))),
    st.just(Unread("x")),
)
ENDINGS: st.SearchStrategy[Event] = st.sampled_from(
    [Done("stop"), Failed(Failure("cut", "x"), "y"), Stopped()]
)


@given(st.lists(DELTAS, max_size=20), st.lists(ENDINGS, max_size=2))
def test_folding_at_once_is_folding_one_by_one(said: list[Event], ended: list[Event]) -> None:
    begun = Message("m", "assistant", answer=Answer("a/b"))
    one_by_one = begun
    for event in [*said, *ended]:
        one_by_one = after(one_by_one, event)
    assert folded(begun, [*said, *ended]) == one_by_one


async def test_a_call_without_an_id_has_null_for_one(person: Person) -> None:
    parts = [{"functionCall": {"name": "now", "args": {}}}]
    line = {"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}]}
    ended = await person.run(
        "decode", "--dialect", "gemini", "--json", "-", stdin=f"data: {json.dumps(line)}\n\n"
    )
    assert json.loads(ended.out)["tool_calls"] == [{"id": None, "name": "now", "arguments": "{}"}]
