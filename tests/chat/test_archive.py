"""Conversations written to a file and read back."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmtui.chat.archive import Unreadable, from_json, to_json, to_markdown
from llmtui.chat.conversation import Conversation, Sampling
from llmtui.chat.detour import Detour
from llmtui.chat.events import Usage
from llmtui.chat.failure import Failure
from llmtui.chat.message import Answer, Message, Outcome, Role, Timing
from llmtui.chat.parts import File, Image, Part, Reasoning, Text, ToolCall, ToolResult

words = st.text(max_size=20)
names = st.text(min_size=1, max_size=8)
seconds = st.floats(min_value=0, max_value=4e9)
counts = st.none() | st.integers(min_value=0, max_value=2**62)
maybe_seconds = st.none() | seconds

parts: st.SearchStrategy[Part] = st.one_of(
    st.builds(Text, words),
    st.builds(Reasoning, words, seconds, seconds, st.none() | words),
    st.builds(ToolCall, words, words, words),
    st.builds(ToolResult, words, words, st.booleans()),
    st.builds(Image, words, st.binary(max_size=20), words),
    st.builds(File, words, words, st.binary(max_size=20)),
)
roles: st.SearchStrategy[Role] = st.sampled_from(["system", "user", "assistant", "tool"])
outcomes: st.SearchStrategy[Outcome] = st.sampled_from(
    ["streaming", "complete", "stopped", "truncated", "interrupted", "failed"]
)
answers = st.builds(
    Answer,
    requested=words,
    provider=words,
    model=words,
    by=words,
    usage=st.none() | st.builds(Usage, counts, counts, counts, counts, counts, st.booleans(), maybe_seconds),
    timing=st.builds(Timing, maybe_seconds, maybe_seconds),
    outcome=outcomes,
    finish_reason=words,
    error=st.none() | st.builds(Failure, st.just("server"), words, words, words, counts, words),
    detours=st.just(())
    | st.tuples(st.builds(Detour, model=words, failure=st.builds(Failure, st.just("empty"), words))),
    continued=st.integers(min_value=0, max_value=2**31),
    accepted=st.booleans(),
)


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    messages: list[Message] = []
    for name in draw(st.lists(names, unique=True, max_size=5)):
        parent = draw(st.none() | st.sampled_from([message.id for message in messages])) if messages else None
        role = draw(roles)
        said = tuple(draw(st.lists(parts, max_size=4)))
        answer = draw(answers) if role == "assistant" else None
        messages.append(Message(name, role, said, parent, draw(seconds), answer))
    head = draw(st.none() | st.sampled_from([message.id for message in messages])) if messages else None
    sampling = draw(st.builds(Sampling, maybe_seconds, counts))
    return Conversation(
        draw(names),
        draw(words),
        draw(seconds),
        draw(seconds),
        tuple(messages),
        head,
        draw(words),
        draw(words),
        sampling,
        draw(words),
    )


@given(st.lists(conversations(), max_size=3, unique_by=lambda one: one.id))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_what_is_written_is_read_back_the_same(kept: list[Conversation]) -> None:
    written = to_json(kept)
    assert from_json(written) == tuple(kept)
    assert from_json(written.encode()) == tuple(kept)


def test_the_file_has_the_promised_shape() -> None:
    conversation = Conversation("c1", "Bread", 12.5).adding(Message("m1", "user", (Text("Why?"),)))
    document = json.loads(to_json([conversation]))
    assert (document["format"], document["version"]) == ("llmtui", 1)
    (one,) = document["conversations"]
    assert (one["id"], one["title"], one["created"]) == ("c1", "Bread", 12.5)
    (message,) = one["messages"]
    assert (message["id"], message["parent"], message["role"]) == ("m1", None, "user")
    assert message["parts"] == [{"kind": "text", "text": "Why?"}]


def document(*messages: dict[str, Any], **conversation: Any) -> str:
    whole = {"messages": list(messages)} | conversation
    return json.dumps({"format": "llmtui", "version": 1, "conversations": [whole]})


def said(role: str = "user", parent: str | None = None, **more: Any) -> dict[str, Any]:
    return {"role": role, "parent": parent, "parts": [{"kind": "text", "text": "hi"}]} | more


def read(text: str | bytes) -> tuple[Conversation, ...]:
    found = from_json(text)
    assert not isinstance(found, Unreadable), found.what
    return found


def refusal(text: str | bytes) -> str:
    found = from_json(text)
    assert isinstance(found, Unreadable)
    return found.what


def test_parts_role_and_parent_are_enough() -> None:
    (found,) = read(document(said(), said("assistant")))
    assert [message.id for message in found.messages] == ["m1", "m2"]
    assert found.messages[1].answer == Answer("", outcome="complete")
    assert found.head == "m2"
    assert found.id


def test_ids_that_are_made_up_keep_clear_of_ids_that_are_given_and_are_the_same_next_time() -> None:
    text = document(said(), said(id="m1"), said(parent="m1"))
    (found,) = read(text)
    assert [message.id for message in found.messages] == ["m2", "m1", "m3"]
    assert read(text) == (found,)


def test_a_parent_may_come_after_its_children() -> None:
    (found,) = read(document(said(id="c", parent="b"), said(id="b", parent="a"), said(id="a"), said(id="d")))
    assert [message.id for message in found.messages] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "this is not JSON"),
        ("[" * 100_000, "this is not JSON"),
        (b"\xff\xfe", "this is not JSON"),
        ("[]", "the file: input should be an object"),
        ('{"format":"other","version":1,"conversations":[]}', "this is no llmtui file"),
        ('{"format":"llmtui","version":2,"conversations":[]}', "only version 1 of the format is known"),
        (document(said("robot")), "conversations[0].messages[0].role: input should be 'system', 'user'"),
        (
            document(said(parts=[{"kind": "smell"}])),
            "conversations[0].messages[0].parts[0]: input tag 'smell'",
        ),
        (
            document(said(parts=[{"kind": "text"}])),
            "conversations[0].messages[0].parts[0].text: field required",
        ),
        (document({"role": "user", "parts": []}), "conversations[0].messages[0].parent: field required"),
        (
            document(said(id="a", parent="b"), id="c"),
            "conversation “c”, message “a”: its parent “b” is not there",
        ),
        (
            document(said(id="a", parent="b"), said(id="b", parent="a")),
            "conversation number 1, message “a”: it is its own ancestor",
        ),
        (document(said(id="a", parent="a"), id="c"), "conversation “c”, message “a”: it is its own ancestor"),
        (document(said(id="a"), said(id="a"), id="c"), "conversation “c”: two messages have the id “a”"),
        (document(said(id="a"), head="z"), "its head “z” is none of its messages"),
        (
            '{"format":"llmtui","version":1,"conversations":[{"id":"a","messages":[]},{"id":"a","messages":[]}]}',
            "two conversations have the id “a”",
        ),
        (
            document(said(parts=[{"kind": "image", "media_type": "x", "data": "**"}])),
            "conversations[0].messages[0].parts[0].data: data should be valid base64",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_told_where(text: str | bytes, expected: str) -> None:
    assert expected in refusal(text)


def test_half_characters_of_other_programs_are_mended() -> None:
    (found,) = read(document(said(parts=[{"kind": "text", "text": "a\ud83d b \ud83d\ude00"}])))
    assert found.messages[0].text == "a\ufffd b 😀"


def test_half_characters_never_reach_the_file() -> None:
    conversation = Conversation("c", "t\ud83d").adding(Message("m", "user", (Text("a\udc00"),)))
    (found,) = read(to_json([conversation]).encode())
    assert (found.title, found.messages[0].text) == ("t\ufffd", "a\ufffd")


def test_a_number_that_is_none_is_written_as_unknown() -> None:
    answer = Answer("p/m", timing=Timing(float("inf"), float("nan")), outcome="complete")
    conversation = Conversation("c").adding(Message("m", "assistant", answer=answer))
    (found,) = read(to_json([conversation]))
    assert found.messages[0].answer == Answer("p/m", outcome="complete")


def test_a_byte_order_mark_and_unknown_fields_are_no_trouble() -> None:
    text = document(said(colour="blue"), weather="fine")
    assert read(b"\xef\xbb\xbf" + text.encode()) == read("\ufeff" + text) == read(text)


def test_markdown_leaves_code_as_it_was_and_folds_the_thinking() -> None:
    code = "```python\nif x:\n\tprint('```')\n```"
    thought = "First </details>\n\nthen"
    answer = Answer("groq/llama", "groq", "llama-3.3", outcome="stopped")
    conversation = (
        Conversation("c", "On\nbread")
        .adding(Message("q", "user", (Text("Show me"), File("a.txt", "text/plain", b"123"))))
        .adding(Message("a", "assistant", (Reasoning(thought, 0, 12), Text(code)), "q", answer=answer))
    )
    assert to_markdown(conversation) == (
        "# On bread\n\n## You\n\nShow me\n\n*(a file: a.txt, 3 bytes)*\n\n## llama-3.3\n\n"
        "<details>\n<summary>Thought for 12 s</summary>\n\n> First </details>\n>\n> then\n\n</details>\n\n"
        f"{code}\n\n*(stopped)*\n"
    )


def test_markdown_shows_tools_in_fences_that_hold() -> None:
    said = (ToolCall("1", "run", '{"a": "```"}'), ToolResult("1", "````", is_error=True))
    conversation = Conversation("c", "t").adding(Message("m", "tool", said))
    written = to_markdown(conversation)
    assert '````json\n{"a": "```"}\n````' in written
    assert "Failed with:\n\n`````\n````\n`````" in written


def test_markdown_tells_only_the_branch_being_looked_at() -> None:
    conversation = (
        Conversation("c", "t")
        .adding(Message("q", "user", (Text("asked"),)))
        .adding(Message("a", "assistant", (Text("first"),), "q", answer=Answer("p/one", outcome="complete")))
        .adding(Message("b", "assistant", (Text("second"),), "q", answer=Answer("p/two", outcome="complete")))
    )
    written = to_markdown(conversation)
    assert "second" in written
    assert "first" not in written


def test_what_is_told_of_a_failure_is_cleaned_and_what_was_said_is_not() -> None:
    failure = Failure("auth", "no sk-canary", detail="sk-canary too", hint="sk-canary")
    detour = Detour("fallback", "a/b", failure)
    answer = Answer("a/b", outcome="failed", error=failure, detours=(detour,))
    said = Message("1", "user", parts=(Text("my sk-canary"),))
    failed = Message("2", "assistant", parent="1", parts=(Text("your sk-canary"),), answer=answer)
    conversation = Conversation("c", messages=(said, failed), head="2")

    def cleaned(text: str) -> str:
        return text.replace("sk-canary", "…")

    for whole in (to_json((conversation,), cleaned), to_markdown(conversation, cleaned)):
        assert whole.count("sk-canary") == 2
        assert "my sk-canary" in whole
        assert "your sk-canary" in whole
