"""A message as it was written: every character of every part, while it streams too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.events import Done, TextDelta
from llmtui.chat.message import Answer, Message, Outcome, after
from llmtui.chat.parts import File, Image, Part, Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.tui.drawing.message_view import MessageView
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.telling import Telling
from tests.tui.test_transcript import Talk, question, reply, screen, settled

PAGE = Page(60, Palette.plain())
TELLING = Telling(clock=lambda: 110.0)
LONG = "\n".join(f"line {number}" for number in range(100))


def message(*parts: Part, outcome: Outcome = "complete") -> Message:
    return Message("a", "assistant", parts, answer=Answer("groq/r1", "groq", outcome=outcome))


def rows(view: MessageView) -> list[str]:
    view.lay(PAGE, TELLING)
    return [view.line(row).text.rstrip() for row in range(view.height)]


def raw(*parts: Part) -> MessageView:
    view = MessageView(message(*parts))
    view.raw = True
    return view


def test_a_raw_message_says_so_and_shows_its_marks() -> None:
    assert rows(raw(Text("# A *title*\n\n| a |\n|---|\n")))[:5] == [
        "r1 · groq · as written",
        "# A *title*",
        "",
        "| a |",
        "|---|",
    ]


def test_a_sign_that_python_prints_and_nobody_sees_is_named() -> None:
    assert rows(raw(Text("pay\u034fpal")))[1] == "pay<U+034F>pal"


def test_every_part_is_shown_whole_under_its_name() -> None:
    found = rows(
        raw(
            Reasoning(LONG),
            ToolCall("call_1", "read", '{"a":  1}'),
            ToolResult("call_1", LONG, is_error=True),
            Image("image/png", b"x" * 12_000, "a very long name " * 5 + ".png"),
            File("a.pdf", "application/pdf", b"x" * 2_500_000),
            Refusal("No."),
        )
    )
    assert found.count("line 50") == 2
    for line in (
        "reasoning",
        "tool call · read · call_1",
        '{"a":  1}',
        "tool error · call_1",
        "refusal",
        "No.",
    ):
        assert line in found
    assert "a very long name a very long name a very long name a very" in found
    assert "a.pdf · application/pdf · 2.5 MB" in found


def test_thoughts_that_only_the_provider_can_read_are_said_to_be_there() -> None:
    found = rows(raw(Reasoning("", signature="x" * 1200), Text("Hi")))
    assert "reasoning · 1,200 characters that only the provider can read" in found


def test_it_stays_raw_while_it_streams_and_only_the_new_lines_are_laid() -> None:
    streaming = message(Text("**a**\n" * 50), outcome="streaming")
    view = MessageView(streaming)
    view.raw = True
    rows(view)
    kept = view.line(10)
    streaming = after(streaming, TextDelta("more"), 1.0)
    view.update(streaming)
    assert view.lay(PAGE, TELLING) == 50
    assert view.line(10) is kept
    view.update(after(streaming, Done("stop"), 2.0))
    assert rows(view)[1:52] == ["**a**"] * 50 + ["more"]


def test_what_was_folded_is_as_it_was_when_the_message_is_rendered_again() -> None:
    view = MessageView(message(Reasoning("hm"), Text("*a*")))
    view.toggle()
    before = rows(view)
    view.raw = True
    assert rows(view) != before
    view.raw = False
    assert rows(view) == before


def test_what_is_copied_from_it_is_the_source() -> None:
    text = "Some **bold** words that go on for more than one line of the page, surely.\n\n- a"
    view = raw(Text(text))
    found = rows(view)
    end = found.index("- a")
    assert view.copy((1, 0), (end, 3)) == text


@given(st.text(max_size=300), st.sampled_from([Text, Refusal, Reasoning]))
def test_no_character_is_hidden(text: str, kind: type[Text | Refusal | Reasoning]) -> None:
    shown = {letter for row in rows(raw(kind(text))) for letter in row}
    assert {letter for letter in text if letter.isprintable() and not letter.isspace()} <= shown


@pytest.mark.parametrize("focused", [False, True])
async def test_a_key_shows_the_current_message_raw_and_the_command_the_newest(focused: bool) -> None:
    app = Talk([question(0), reply(0, "**bold**"), question(1), reply(1, "*other*")])
    async with app.run_test(size=(60, 20)) as pilot:
        transcript = app.transcript
        await settled(pilot, transcript)
        if focused:
            transcript.focus()
            await pilot.pause()
            transcript.current = 1
            await pilot.press("r")
        else:
            transcript.toggle_raw()
        await pilot.pause()
        found = screen(transcript)
        assert any("**bold**" in row for row in found) is focused
        assert any("*other*" in row for row in found) is not focused


async def test_what_was_raw_or_open_stays_so_when_another_branch_is_looked_at() -> None:
    first = [question(0), message(Reasoning("hm"), Text("*a*")), question(1)]
    app = Talk(first)
    async with app.run_test(size=(60, 20)) as pilot:
        await settled(pilot, app.transcript)
        app.transcript.toggle_newest_reasoning()
        app.transcript.current = 0
        app.transcript.toggle_raw()
        app.transcript.show([*first[:2], question(2)], branches={"q2": (2, 2)})
        await settled(pilot, app.transcript)
        found = [row.strip(" ▌") for row in screen(app.transcript)]
        assert {"You · as written", "│ hm", "Question 2"} <= set(found)
