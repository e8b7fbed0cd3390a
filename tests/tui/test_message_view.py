"""One message as it is drawn: who, what, how much and how it ended, in words."""

from dataclasses import replace

import pytest

from llmtui.chat.detour import Detour
from llmtui.chat.events import (
    Detoured,
    Done,
    Failed,
    ReasoningDelta,
    Stopped,
    TextDelta,
    Usage,
    UsageReported,
    Waiting,
)
from llmtui.chat.failure import Failure
from llmtui.chat.message import Answer, Message, Timing, after
from llmtui.chat.parts import File, Image, Part, Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.chat.tokens import Tally, estimate
from llmtui.chat.way import another_answered
from llmtui.tui.drawing.message_view import MessageView
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.telling import Telling, seconds
from llmtui.tui.drawing.thought import PEEK

PAGE = Page(60, Palette.plain())
TELLING = Telling(clock=lambda: 110.0)


LIMITED = Failure("rate_limit", "too many requests", "api.groq.com", status=429)
ONE = Detoured(Detour("fallback", "groq/deepseek-r1", LIMITED, "xai/grok"))


def answer(**said: object) -> Answer:
    return replace(Answer("groq/deepseek-r1", "groq"), **said)  # type: ignore[arg-type]  # any field


def assistant(*parts: Part, **said: object) -> Message:
    return Message("a", "assistant", parts, created=100.0, answer=answer(**said))


def drawn(message: Message, view: MessageView | None = None, page: Page = PAGE) -> list[str]:
    view = view or MessageView(message)
    view.update(message)
    view.lay(page, TELLING)
    return [view.line(row).text.rstrip().replace("\N{NO-BREAK SPACE}", " ") for row in range(view.height)]


def test_a_person_s_words_are_shown_as_they_were_typed() -> None:
    message = Message("u", "user", (Text("# not a *heading*\n  indented"),), created=0.0)
    assert drawn(message) == ["You", "# not a *heading*", "  indented", ""]


def test_a_person_s_message_says_when_at_the_right() -> None:
    (head, *_) = drawn(Message("u", "user", (Text("hi"),), created=1.7e9))
    assert head.startswith("You ")
    assert len(head) == PAGE.width
    assert head[-3] == ":"


def test_an_answer_names_its_model_and_provider() -> None:
    assert drawn(assistant(Text("Hi"), outcome="complete"))[0] == "deepseek-r1 · groq"


@pytest.mark.parametrize(
    ("asked", "told", "other"),
    [
        ("openai/gpt-4o", "gpt-4o-2024-08-06", False),
        ("openrouter/anthropic/claude-sonnet-4.5", "claude-sonnet-4-5-20250929", False),
        ("openrouter/deepseek/deepseek-r1:free", "deepseek/deepseek-r1", False),
        ("ollama/llama3.2", "llama3.2:latest", False),
        ("mistral/mistral-large-latest", "mistral-large-2411", False),
        ("groq/llama-3", "", False),
        ("openrouter/auto", "mistralai/mixtral-8x7b", True),
        ("openai/gpt-4o", "claude-3-haiku", True),
    ],
)
def test_only_a_clearly_different_model_is_told_of(asked: str, told: str, other: bool) -> None:
    assert another_answered(Answer(asked, model=told)) is other


def test_another_model_that_answered_is_told_at_the_right_once_it_has() -> None:
    live = assistant(Text("Hi"), model="mixtral-8x7b")
    assert "answered by" not in drawn(live)[0]
    assert drawn(after(live, Done("stop"), 1.0))[0].endswith("answered by mixtral-8x7b")


def test_branches_are_told_at_the_right() -> None:
    view = MessageView(Message("u", "user", (Text("hi"),)), branch=(2, 3))
    assert drawn(view.message, view)[0].endswith("‹ 2/3 ›")


def test_a_streaming_answer_shows_its_figures_and_how_to_stop_it() -> None:
    message = assistant(
        Text("one two three four five " * 20), timing=Timing(first_token=0.4), usage=Usage(24)
    )
    assert drawn(message)[-2] == "■ stop · ↑24 ↓≈100 · 10 tok/s · first token 0.4 s"


def test_an_answer_that_has_not_begun_says_what_it_waits_for() -> None:
    assert drawn(assistant()) == ["deepseek-r1 · groq", "■ stop · waiting for the first token", ""]


def test_a_complete_answer_shows_what_was_reported() -> None:
    usage, timing = Usage(24, 1124, 412, cost=0.0012), Timing(0.4, 12.0)
    message = assistant(Text("Hi"), outcome="complete", usage=usage, timing=timing)
    assert (
        drawn(message, page=Page(80, PAGE.palette))[-2]
        == "↑24 ↓1,124 · 97 tok/s · 0.4 s to first token · 12 s · $0.0012"
    )


def test_live_counts_never_go_backwards_and_the_report_replaces_them() -> None:
    message = assistant(timing=Timing(first_token=0.1))
    view = MessageView(message)
    counts = []
    for text in ("a b c d", " e", ",", " ffffffffff"):
        message = after(message, TextDelta(text), 0.2)
        drawn(message, view)
        counts.append(view.tokens)
    message = after(message, UsageReported(Usage(output=3)), 0.3)
    drawn(message, view)
    counts.append(view.tokens)
    assert counts == sorted(counts)
    drawn(after(message, Done("stop"), 1.0), view)
    assert view.tokens == 3


def test_a_tally_counts_a_growing_text_like_the_whole() -> None:
    tally, text = Tally(), ""
    for place in range(400):
        text += ["word ", "x", "  ", "longerword", "12", "\n", "你好 ", "()"][place % 8]
        assert tally.of(text) == pytest.approx(estimate(text), rel=0.02, abs=2)


ENDINGS = [
    (after(assistant(Text("Hi")), Stopped(), 1.0), "■ stopped by you  F6 continue  F5 retry  keep"),
    (
        after(assistant(Text("Hi")), Failed(Failure("cut", "the stream was cut", "a.example")), 1.0),
        "✂ a.example: the stream was cut.  F6 continue  F5 retry  keep",
    ),
    (after(assistant(Reasoning("hm")), Stopped(), 1.0), "■ stopped by you  F5 retry  keep"),
    (assistant(Text("Hi"), outcome="stopped", accepted=True), "■ stopped by you"),
    (
        assistant(Text("Hi"), outcome="interrupted"),
        "⚡ interrupted: llmtui ended while this was arriving  F6 continue  F5 retry  keep",
    ),
    (
        after(assistant(), Failed(Failure("auth", "the key was refused", "a.example", status=401)), 1.0),
        "✗ 401 from a.example: the key was refused.  F5 retry",
    ),
    (
        after(assistant(Text("Hi")), Done("max_tokens"), 1.0),
        "… ended at its token limit  F6 continue  F5 retry  keep",
    ),
    (
        after(assistant(), Done("length"), 1.0),
        "… ended at its token limit before the first word: raise max_tokens, or ask for less thinking",
    ),
    (
        after(assistant(Text("Hi")), Done("content_filter"), 1.0),
        "… ended by the provider's filter (content_filter)",
    ),
    (
        after(assistant(), Failed(Failure("context", "it is too long", "a.example")), 1.0),
        "✗ a.example: it is too long.  trim and retry  Ctrl+O another model  F5 retry",
    ),
    (assistant(Text("Hi"), outcome="complete", unread=2), "⚠ 2 pieces of the answer could not be read"),
    (assistant(Refusal("I will not."), outcome="complete"), "The model declined:"),
    (
        after(after(assistant(), ONE, 1.0), Failed(Failure("server", "it is down")), 1.0),
        "✗ groq/deepseek-r1 was rate-limited (429)",
    ),
]


@pytest.mark.parametrize(("message", "words"), ENDINGS)
def test_each_way_to_end_is_said_in_words(message: Message, words: str) -> None:
    assert words in drawn(message, page=Page(100, Palette.plain()))


def test_what_can_be_done_is_offered_for_the_newest_only() -> None:
    view = MessageView(assistant(Text("Hi"), outcome="stopped"))
    assert "■ stopped by you  F6 continue  F5 retry  keep" in drawn(view.message, view)
    view.newest = False
    assert "■ stopped by you" in drawn(view.message, view)


def test_the_turns_that_an_answer_took_stand_beside_its_name_or_below_it() -> None:
    live = after(assistant(), ONE, 1.0)
    words = "xai/grok: groq/deepseek-r1 was rate-limited (429)"
    wide, narrow = Page(100, Palette.plain()), Page(40, Palette.plain())
    assert drawn(live, page=wide)[0].endswith(f" asking {words}")
    said = after(live, TextDelta("Hi"), 2.0)
    assert drawn(said, page=wide)[0].startswith("deepseek-r1 · groq ")
    assert drawn(said, page=wide)[0].endswith(f" answered by {words}")
    assert " ".join(drawn(said, page=narrow)[:3]) == f"deepseek-r1 · groq answered by {words}"


def test_a_head_that_grows_by_a_line_is_laid_again() -> None:
    page = Page(40, Palette.plain())
    view = MessageView(assistant(Text("Hi")))
    drawn(view.message, view, page)
    said = after(after(view.message, ONE, 1.0), TextDelta(" there"), 2.0)
    assert drawn(said, view, page) == drawn(said, page=page)


def test_waiting_is_counted_down_in_the_message() -> None:
    waited = replace(Waiting("retry", 20.0, LIMITED, 1, 2), since=0.0)
    view = MessageView(assistant(waiting=waited))
    assert drawn(view.message, view)[1] == "■ stop · retrying in 10 s (rate-limited, 429) · 1 of 2"
    later = Telling(clock=lambda: 115.0)
    view.lay(PAGE, later)
    assert "10 s" in view.line(1).text
    view.stir()
    view.lay(PAGE, later)
    assert "retrying in 5 s" in view.line(1).text


def test_an_answer_of_another_window_offers_no_stop() -> None:
    view = MessageView(assistant(Text("Hi")))
    view.lay(PAGE, TELLING._replace(elsewhere=lambda _message: True))
    told = [view.line(row).text for row in range(view.height)]
    assert any(line.startswith("◐ in another window · ") for line in told)
    assert not any("stop" in line for line in told)


def test_a_lasting_name_is_no_other_model() -> None:
    told = Answer("openrouter/quick", model="acme/slow-1-20250101", outcome="complete")
    assert another_answered(told)
    assert not another_answered(told, {"openrouter/quick": "acme/slow-1"}.__getitem__)


def test_an_answer_that_goes_on_counts_its_own_tokens_alone() -> None:
    begun = assistant(Text("one two three"), continued=len("one two three"))
    view = MessageView(begun)
    drawn(begun, view)
    assert view.tokens == 0
    drawn(after(begun, TextDelta(" four"), 1.0), view)
    assert view.tokens == 1


def test_where_the_beginning_is_not_sent_a_line_says_so() -> None:
    view = MessageView(Message("q", "user", (Text("Hi"),)))
    view.first_sent = True
    assert "no longer sent" in drawn(view.message, view)[0]


def test_a_complete_answer_says_nothing_of_its_ending() -> None:
    assert drawn(after(assistant(Text("Hi")), Done("stop"), 1.0))[:2] == ["deepseek-r1 · groq", "Hi"]


def spots(message: Message) -> list[object]:
    view = MessageView(message, branch=(1, 2))
    view.lay(PAGE, TELLING)
    runs = [run for row in range(view.height) for run in view.line(row).runs]
    return [run.style.meta["spot"] for run in runs if run.style.meta and "spot" in run.style.meta]


def test_what_can_be_clicked_says_what_it_does() -> None:
    live = assistant(Reasoning("hm", 0, 1), Text("[a](http://a.example)"))
    assert spots(live) == [
        ("branch", -1),
        ("branch", 1),
        ("fold", 0),
        ("link", "http://a.example"),
        ("stop",),
    ]
    assert ("retry",) in spots(assistant(outcome="failed"))


def thinking(lines: int) -> Message:
    message = assistant()
    for place in range(lines):
        message = after(message, ReasoningDelta(f"thought {place}\n"), 1.0 + place)
    return message


def test_reasoning_shows_its_last_lines_while_it_is_thought_and_folds_when_the_answer_begins() -> None:
    message = thinking(20)
    found = drawn(message)
    assert found[1] == "▾ Thinking… 19 s · ≈60 tokens"
    assert found[2 : 2 + PEEK] == [f"│ thought {place}" for place in range(20 - PEEK, 20)]
    message = after(message, TextDelta("Hi"), 30.0)
    assert drawn(message)[1:3] == ["▸ Thought for 19 s · ≈60 tokens", "Hi"]


def test_reasoning_can_be_always_open_or_always_closed() -> None:
    view = MessageView(thinking(20))
    view.fold("open")
    found = [row for row in drawn(view.message, view) if row.startswith("│")]
    assert found == ["│ ↑ 5 lines", *(f"│ thought {place}" for place in range(5, 20))]
    view.fold("closed")
    assert [row for row in drawn(view.message, view) if row.startswith("│")] == []
    assert drawn(view.message, view)[1] == "▸ Thinking… 19 s · ≈60 tokens"


def test_reasoning_that_is_open_while_it_grows_is_drawn_as_if_it_came_at_once() -> None:
    message = assistant()
    view = MessageView(message)
    view.fold("open")
    text = "one two three\n\n\nfour five six seven eight nine ten eleven twelve thirteen\nend"
    for character in text:
        message = after(message, ReasoningDelta(character), 1.0)
        grown = drawn(message, view)
    whole = MessageView(message)
    whole.fold("open")
    assert grown == drawn(message, whole)


def test_a_toggle_counts_for_this_message_and_outlives_what_the_setting_says() -> None:
    message = assistant(Reasoning("deep", 0, 2), Text("Hi"), outcome="complete")
    view = MessageView(message)
    assert view.toggle()
    assert "│ deep" in drawn(message, view)
    view.fold("closed")
    assert "│ deep" in drawn(message, view)
    assert view.toggle()
    assert "│ deep" not in drawn(message, view)
    assert MessageView(assistant(Text("Hi"))).toggle() is None


def test_reported_reasoning_tokens_are_shown_exactly() -> None:
    message = assistant(Reasoning("hm", 0, 12), Text("Hi"), outcome="complete", usage=Usage(1, 500, 412))
    assert drawn(message)[1] == "▸ Thought for 12 s · 412 tokens"


def test_tools_images_and_files_are_one_line_each() -> None:
    message = assistant(
        ToolCall("1", "read", '{"path": "a"}'),
        ToolResult("1", "first\nsecond"),
        ToolResult("1", "no such file", is_error=True),
        Image("image/png", b"x" * 12_000, "cat.png"),
        File("a.pdf", "application/pdf", b"x" * 2_500_000),
        outcome="complete",
    )
    assert drawn(message)[1:-1] == [
        '▸ ⚙ read({"path": "a"})',
        "▸ ↳ first second",
        "▸ ✗ no such file",
        "🖼 cat.png · image/png · 12 kB",
        "📎 a.pdf · application/pdf · 2.5 MB",
    ]


def test_an_answer_that_grows_is_drawn_as_if_it_came_at_once_and_keeps_its_finished_lines() -> None:
    message = assistant(timing=Timing(first_token=0.1))
    view = MessageView(message)
    kept = None
    for place in range(30):
        message = after(message, TextDelta(f"Paragraph {place}\n\n"), 0.2)
        drawn(message, view)
        kept = kept or view.line(1)
    assert view.line(1) is kept
    assert drawn(message, view) == drawn(message)


def test_only_what_changed_is_said_to_have_changed() -> None:
    message = assistant(Text("one\n\ntwo\n\nthree"), timing=Timing(first_token=0.1))
    view = MessageView(message)
    view.lay(PAGE, TELLING)
    message = after(message, TextDelta(" more"), 0.2)
    view.update(message)
    assert view.lay(PAGE, TELLING) == 5
    assert view.line(5).text == "three more"
    assert view.lay(PAGE, TELLING) == view.height


def test_a_text_that_does_not_go_on_with_the_older_one_is_laid_again() -> None:
    view = MessageView(assistant(Text("one")))
    drawn(view.message, view)
    assert drawn(assistant(Text("other")), view)[1] == "other"
    assert drawn(assistant(Reasoning("hm"), Text("third")), view)[2:4] == [
        "third",
        "■ stop · waiting for the first token",
    ]


def test_a_place_in_the_text_is_found_again_at_another_width() -> None:
    text = "\n\n".join(f"Paragraph {place} " + "word " * 30 for place in range(20))
    view = MessageView(assistant(Text(text), outcome="complete"))
    view.lay(PAGE, TELLING)
    row = next(row for row in range(view.height) if view.line(row).text.startswith("Paragraph 12"))
    anchor = view.anchor(row)
    view.lay(Page(30, PAGE.palette), TELLING)
    assert view.line(view.row_of(anchor)).text.startswith("Paragraph 12")


def copied(view: MessageView, first: str, last: str) -> str:
    """What a selection copies from the beginning of one piece of text to the end of another."""
    rows = [view.line(row).text for row in range(view.height)]
    start = next(row for row, text in enumerate(rows) if first in text)
    end = max(row for row, text in enumerate(rows) if last in text)
    return view.copy((start, rows[start].index(first)), (end, rows[end].index(last) + len(last)))


ANSWER = """# Title

Some **bold words** and a [link](https://a.example) that go on for more than one line of the page, surely.

1. one
2. two

```python
def f():
    return "a string that is much longer than a line of this page can be"
```

| a | b |
|---|---|
| 1 | 2 |
"""


def test_whole_lines_are_copied_as_they_were_written() -> None:
    view = MessageView(assistant(Text(ANSWER), outcome="complete"))
    view.lay(PAGE, TELLING)
    assert copied(view, "Title", "2") == ANSWER.strip("\n")
    assert copied(view, "Some", "surely.") == ANSWER.split("\n")[2]
    assert copied(view, "  1. one", "two") == "1. one\n2. two"


def test_code_is_copied_without_its_fence_and_as_one_line_where_it_was_one() -> None:
    view = MessageView(assistant(Text(ANSWER), outcome="complete"))
    view.lay(PAGE, TELLING)
    code = ANSWER.split("```")[1].removeprefix("python\n").rstrip("\n")
    assert copied(view, "def f", 'can be"') == code


def test_a_few_words_are_copied_without_the_marks_around_them() -> None:
    view = MessageView(assistant(Text(ANSWER), outcome="complete"))
    view.lay(PAGE, TELLING)
    assert copied(view, "old wor", "old wor") == "old wor"
    assert copied(view, "words", "and a") == "words and a"


def test_our_own_words_are_copied_as_they_are_seen_where_nothing_else_is_selected() -> None:
    view = MessageView(assistant(Text("Hi"), outcome="complete"))
    view.lay(PAGE, TELLING)
    assert view.copy((0, 0), (0, 11)) == "deepseek-r1"
    assert view.copy((0, 0), None) == "Hi"


@pytest.mark.parametrize(
    ("amount", "words"), [(0.42, "0.4 s"), (9.97, "10 s"), (12.4, "12 s"), (65, "1 min 5 s")]
)
def test_durations_are_for_people(amount: float, words: str) -> None:
    assert seconds(amount) == words


def test_what_stood_below_is_told_to_be_another_row_when_a_part_comes() -> None:
    message = assistant(Text("one"), outcome="streaming")
    view = MessageView(message)
    before = drawn(message, view)
    view.update(replace(message, parts=(Text("one"), ToolCall("i", "look", "{}"))))
    changed = view.lay(PAGE, TELLING)
    now = [view.line(row).text for row in range(view.height)]
    assert changed == 2
    assert before[:changed] == [row.rstrip() for row in now[:changed]]
    assert (before[changed].split(" ")[0], now[changed]) == ("■", "")
