"""The guide answers from the manual, says what it is, and cannot be thrown off."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.events import (
    Done,
    Event,
    ModelReported,
    ReasoningDelta,
    TextDelta,
    UsageReported,
)
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.models import ModelName
from llmtui.chat.parts import Image, Text
from llmtui.chat.request import Request
from llmtui.chat.tokens import estimate
from llmtui.providers.guide import Guide, read_manual

NAME = ModelName("builtin", "guide")
FOUND = "- `GROQ_API_KEY` is set: **groq** is ready.\n- No local server answered."
MANUAL = read_manual()
GUIDE = Guide(MANUAL, lambda: FOUND)


def asking(*said: str, system: str = "") -> Request:
    """A conversation in which the person and the guide took turns, and the person spoke last."""
    messages = []
    for place, text in enumerate(said):
        messages.append(Message(f"q{place}", "user", (Text(text),)))
        if place < len(said) - 1:
            messages.append(
                Message(f"a{place}", "assistant", (Text("An answer."),), answer=Answer(str(NAME)))
            )
    return Request(NAME, tuple(messages), system)


def answered(request: Request, guide: Guide = GUIDE) -> tuple[list[Event], str, str]:
    """The events, the reasoning and the text of an answer."""
    events = list(guide.answer(request))
    message = Message("m", "assistant", answer=Answer(str(NAME)))
    for event in events:
        message = after(message, event)
    return events, message.reasoning, message.text


def test_an_answer_is_the_model_then_reasoning_then_text_then_usage_then_the_end() -> None:
    events, reasoning, text = answered(asking("How do I stop an answer?"))
    kinds = list(dict.fromkeys(type(event) for event in events))
    assert kinds == [ModelReported, ReasoningDelta, TextDelta, UsageReported, Done]
    assert events[0] == ModelReported("guide")
    assert events[-1] == Done("stop")
    assert "Keys › Stop an answer" in reasoning
    assert text.startswith("The manual has this, in *Keys*:\n\n## Stop an answer\n\n**Esc**")
    assert "**See also:** " in text


def test_it_streams_in_many_small_pieces() -> None:
    events, _, _ = answered(asking("How do I add a provider?"))
    for kind, least in ((ReasoningDelta, 5), (TextDelta, 20)):
        pieces = [event.text for event in events if isinstance(event, kind)]
        assert len(pieces) >= least
        assert all(1 <= len(piece.split()) <= 6 for piece in pieces)


def test_the_section_is_shown_as_it_is_written() -> None:
    _, _, text = answered(asking("What do the exit codes of ask mean?"))
    page = MANUAL["pipe"]
    section = page.partition("did it fail -->\n\n")[2].partition("\n\n## ")[0]
    assert section in text


def test_a_paragraph_is_one_line_and_a_list_a_table_and_code_keep_theirs() -> None:
    page = """# P

## Tea

One paragraph that is
wrapped here.

- an item
  wrapped too
- another
  1. inner

| a | b |
|---|---|
| 1 | 2 |

```sh
first
second
```
After the
fence.
"""
    _, _, text = answered(asking("tea"), Guide({"p": page}))
    shown = text.partition("## Tea\n\n")[2].partition("\n\n*Looked up")[0]
    assert shown == (
        "One paragraph that is wrapped here.\n\n- an item wrapped too\n- another\n  1. inner\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n```sh\nfirst\nsecond\n```\nAfter the fence."
    )


def test_usage_is_estimated_and_labelled_so() -> None:
    request = asking("How do I stop an answer?", system="Be brief.")
    events, reasoning, text = answered(request)
    (usage,) = [event.usage for event in events if isinstance(event, UsageReported)]
    assert usage.estimated
    assert usage.input == round(estimate("How do I stop an answer?") + estimate("Be brief."))
    assert usage.reasoning == round(estimate(reasoning))
    assert usage.output == round(estimate(reasoning) + estimate(text))
    assert usage.total == usage.input + usage.output
    assert usage.cost is None


@pytest.mark.parametrize(
    "greeting",
    ["hi", "Hello!", "hey there", "", "   ", "What are you?", "who are you", "Are you an LLM?", "help", "??"],
)
def test_a_greeting_gets_an_introduction_and_what_was_found(greeting: str) -> None:
    _, _, text = answered(asking(greeting))
    assert "built-in guide**, not an LLM" in text
    assert FOUND in text
    assert "_API_KEY" in text
    assert "/model" in text


@pytest.mark.parametrize(
    "question", ["Which keys and servers did you find?", "what did you find", "which providers do I have"]
)
def test_it_says_which_keys_and_servers_were_found(question: str) -> None:
    _, _, text = answered(asking(question))
    assert FOUND in text


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How do I add a provider?", "Add a provider"),
        ("Which keyboard shortcuts are there?", "All keys (keyboard shortcuts)"),
        ("Where is my history kept?", "Where the history is kept"),
        ("which key variables are there", "Environment variables for API keys"),
    ],
)
def test_what_the_introduction_suggests_is_answered(question: str, title: str) -> None:
    introduction = answered(asking("hi"))[2]
    assert f"*{question}*" in introduction
    assert f"\n\n## {title}\n\n" in answered(asking(question))[2]


def test_without_anybody_to_tell_what_was_found_it_says_nothing_of_it() -> None:
    _, _, text = answered(asking("hello"), Guide(MANUAL))
    assert "not an LLM" in text
    assert "What I found" not in text


def test_what_was_found_is_asked_for_each_time() -> None:
    found = iter(["no server", "a server"])
    guide = Guide(MANUAL, lambda: next(found))
    assert "no server" in answered(asking("hi"), guide)[2]
    assert "a server" in answered(asking("hi"), guide)[2]


@pytest.mark.parametrize(
    "question", ["What is the capital of France?", "Write me a poem", "日本の首都はどこですか", "xyzzy plugh"]
)
def test_what_the_manual_does_not_answer_is_said_to_be_so(question: str) -> None:
    _, _, text = answered(asking(question))
    assert text.startswith("The manual does not answer that. I am llmtui's **built-in guide**, not an LLM")
    assert "To talk to a real model" in text
    assert FOUND in text


def test_a_question_that_is_only_near_the_manual_gets_the_nearest_sections() -> None:
    _, _, text = answered(asking("Write a sonnet in which a penguin sings of a themes festival"))
    assert "does not answer that" in text
    assert "Themes › " in text


@pytest.mark.parametrize(
    "question", ["hi", "How do I stop an answer?", "What is love?", "thanks", "which keys did you find?"]
)
def test_no_answer_pretends_to_be_an_llm(question: str) -> None:
    _, _, text = answered(asking(question))
    assert "not an LLM" in text or text.startswith("You are welcome")


def test_a_short_question_borrows_words_from_the_one_before() -> None:
    alone = answered(asking("And what about that?"))[2]
    after_a_question = answered(asking("How do I copy a code block?", "And what about that?"))[2]
    assert "does not answer that" in alone
    assert "`/code 2`" in after_a_question


def test_a_question_of_its_own_borrows_nothing() -> None:
    first = answered(asking("How do I stop an answer?"))[1:]
    assert answered(asking("What does 429 mean?", "How do I stop an answer?"))[1:] == first


def test_a_book_with_a_question_behind_it_is_not_read_to_find_the_answer() -> None:
    book = f"{'zebras graze ' * 1_000}quaggas {'zebras graze ' * 1_000}"
    _, thought, said = answered(asking(f"{book}\n\nHow do I change the theme?"))
    assert "theme" in thought
    assert "zebras" in thought
    assert "quaggas" not in thought
    assert said


def test_the_same_question_gets_the_same_events() -> None:
    request = asking("How do I change the theme?")
    first = list(GUIDE.answer(request))
    assert list(GUIDE.answer(request)) == first
    assert list(Guide(read_manual(), lambda: FOUND).answer(request)) == first


def test_a_picture_without_words_is_survived() -> None:
    request = Request(NAME, (Message("q", "user", (Image("image/png", b"\x89PNG"),)),))
    assert "not an LLM" in answered(request)[2]
    assert "not an LLM" in answered(Request(NAME, ()))[2]


def test_without_a_manual_it_is_still_honest() -> None:
    events, _, text = answered(asking("How do I stop an answer?"), Guide({}))
    assert "does not answer that" in text
    assert events[-1] == Done("stop")


@given(st.lists(st.text(), max_size=3), st.text(max_size=20))
def test_nothing_that_is_asked_can_break_it(said: list[str], system: str) -> None:
    events = list(GUIDE.answer(asking(*said, system=system)))
    assert events[-1] == Done("stop")
    assert [event for event in events if isinstance(event, Done)] == events[-1:]
    allowed = ModelReported | ReasoningDelta | TextDelta | UsageReported | Done
    assert all(isinstance(event, allowed) for event in events)


def test_a_book_pasted_as_a_question_is_read_quickly() -> None:
    _, _, text = answered(asking("How do I stop an answer? " + "Call me Ishmael. " * 20_000))
    assert text


def test_the_manual_is_found_in_a_checkout(tmp_path: Path) -> None:
    package = tmp_path / "src" / "llmtui"
    package.mkdir(parents=True)
    manual = tmp_path / "docs" / "manual"
    manual.mkdir(parents=True)
    (manual / "keys.md").write_text("# Keys\n\n## Stop\n\nEsc.\n", encoding="utf-8")
    assert read_manual(package) == {"keys": "# Keys\n\n## Stop\n\nEsc.\n"}


def test_the_manual_is_found_in_an_installed_package(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "llmtui"
    manual = package / "manual"
    manual.mkdir(parents=True)
    (manual / "themes.md").write_text("# Themes\n", encoding="utf-8")
    (manual / "keys.md").write_text("# Keys\n", encoding="utf-8")
    assert list(read_manual(package)) == ["keys", "themes"]


def test_a_package_without_a_manual_has_no_pages(tmp_path: Path) -> None:
    assert read_manual(tmp_path / "llmtui") == {}
