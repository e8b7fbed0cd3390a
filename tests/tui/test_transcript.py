"""The transcript on a screen: it follows, it stays, it selects, it costs nothing when nothing happens."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import Input

from llmtui.chat.events import Done, ReasoningDelta, TextDelta
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.parts import Reasoning, Text
from llmtui.tui.conversation.transcript import Transcript

WORDS = "the model streams tokens into a terminal while the user keeps typing and nothing flickers "


def question(place: int) -> Message:
    return Message(f"q{place}", "user", (Text(f"Question {place}"),))


def reply(place: int, text: str = "", outcome: Any = "complete") -> Message:
    parts = (Text(text),) if text else ()
    return Message(f"a{place}", "assistant", parts, answer=Answer("groq/r1", "groq", outcome=outcome))


def conversation(count: int) -> list[Message]:
    found = []
    for place in range(count):
        found += [
            question(place),
            reply(place, f"Reply {place}\n\n" + WORDS * (place % 7 + 1) + "\n\n- a\n- b\n"),
        ]
    return found


class Talk(App[None]):
    """A transcript and an input, and the messages that the transcript posted."""

    CSS = "Transcript { height: 1fr; }"

    def __init__(self, messages: Sequence[Message] = (), **options: Any) -> None:
        super().__init__(**options)
        self.messages = messages
        self.posted: list[tuple[str, object]] = []

    def compose(self) -> ComposeResult:
        yield Transcript(welcome="Ask anything")
        yield Input()

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        if self.messages:
            self.transcript.show(self.messages, branches={"q0": (2, 3)})

    @property
    def transcript(self) -> Transcript:
        return self.query_one(Transcript)

    def on_transcript_asked(self, event: Transcript.Asked) -> None:
        self.posted.append((event.offer[0], (event.message_id, *event.offer[1:])))

    def on_transcript_links_asked(self, event: Transcript.LinksAsked) -> None:
        self.posted.append(("link", event.links[0]))

    def on_transcript_reasoning_toggled(self, event: Transcript.ReasoningToggled) -> None:
        self.posted.append(("reasoning", (event.message_id, event.unfolded)))


def screen(transcript: Transcript) -> list[str]:
    lines = transcript.render_lines(transcript.size.region)
    texts = ("".join(segment.text for segment in line).rstrip() for line in lines)
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts]


async def settled(pilot: Pilot[None], transcript: Transcript) -> None:
    """Until what was said has been drawn."""
    await pilot.pause()
    while transcript.waiting:
        drawn = asyncio.Event()
        transcript.set_timer(0.01, drawn.set)
        await drawn.wait()
    await pilot.pause()


async def click(pilot: Pilot[None], words: str, times: int = 1) -> None:
    """Click in the middle of these words."""
    transcript = pilot.app.query_one(Transcript)
    row, line = next((row, line) for row, line in enumerate(screen(transcript)) if words in line)
    await pilot.click(Transcript, offset=(line.index(words) + len(words) // 2, row), times=times)
    await pilot.pause()


async def test_an_empty_conversation_shows_its_welcome_in_the_middle() -> None:
    app = Talk()
    async with app.run_test(size=(60, 23)):
        (row,) = [row for row, line in enumerate(screen(app.transcript)) if line]
        assert screen(app.transcript)[row].strip() == "Ask anything"
        assert row == (app.transcript.size.height - 1) // 2
        app.transcript.welcome = Content.from_markup("[b]Two[/b]\nlines")
        assert [line.strip() for line in screen(app.transcript) if line] == ["Two", "lines"]


async def test_a_conversation_opens_at_its_end_and_only_what_is_near_is_laid() -> None:
    app = Talk(conversation(200))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        assert "  • b" in screen(app.transcript)[-3]
        assert app.transcript.following
        laid = [view.message.id for view in app.transcript.views if view.stacks]
        assert laid[-1] == "a199"
        assert len(laid) < 20


async def test_an_answer_is_followed_as_it_grows_and_its_first_token_is_drawn_at_once() -> None:
    app = Talk(conversation(3))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        message = after(reply(9, outcome="streaming"), TextDelta("First"), 0.1)
        app.transcript.say(message)
        assert not app.transcript.waiting
        assert " First" in screen(app.transcript)
        for place in range(60):
            message = after(message, TextDelta(f"\n\nLine {place}"), 0.2)
            app.transcript.say(message)
        assert app.transcript.waiting
        await settled(pilot, app.transcript)
        assert " Line 59" in screen(app.transcript)
        app.transcript.say(after(message, Done("stop"), 1.0))
        await settled(pilot, app.transcript)
        assert " Line 59" in screen(app.transcript)
        assert not any("stop" in line for line in screen(app.transcript))


async def test_who_has_scrolled_up_is_never_moved_and_is_told_of_new_text() -> None:
    app = Talk(conversation(20))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        app.transcript.focus()
        await pilot.press("pageup")
        await pilot.pause()
        assert not app.transcript.following
        seen = screen(app.transcript)
        message = reply(99, outcome="streaming")
        for place in range(40):
            message = after(message, TextDelta(f"Line {place}\n\n"), 0.2)
            app.transcript.say(message)
        await settled(pilot, app.transcript)
        assert screen(app.transcript)[:-1] == seen[:-1]
        assert "new lines" in screen(app.transcript)[-1]
        assert app.transcript.unread
        await click(pilot, "new lines")
        assert app.transcript.following
        assert not app.transcript.unread
        assert " Line 39" in screen(app.transcript)


async def test_scrolling_back_to_the_end_follows_again() -> None:
    app = Talk(conversation(20))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        app.transcript.focus()
        await pilot.press("pageup", "up")
        assert not app.transcript.following
        await pilot.press("pagedown", "pagedown")
        assert app.transcript.following
        await pilot.press("home")
        assert screen(app.transcript)[0].startswith("▌You")
        assert "▌Question 0" in screen(app.transcript)
        await pilot.press("end")
        assert app.transcript.following


async def test_pages_up_and_down_show_every_line_once_though_heights_were_guessed() -> None:
    messages = conversation(40)
    app = Talk(messages)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        height = transcript.size.height
        going_up: list[str] = []
        while True:
            going_up[:0] = screen(transcript)
            before = transcript.scroll_offset.y
            transcript.scroll_page_up()
            if transcript.scroll_offset.y == 0:
                going_up[:0] = screen(transcript)[: max(0, before)] if before < height else screen(transcript)
                break
        replies = [line for line in going_up if line.startswith(" Reply")]
        assert replies == [f" Reply {place}" for place in range(40)]


async def test_a_new_width_keeps_what_was_being_read() -> None:
    app = Talk(conversation(60))
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        for _ in range(4):
            transcript.scroll_page_up()
        while not screen(transcript)[0].startswith(" Reply"):
            transcript.scroll_up()
        reading = screen(transcript)[0]
        for width in (40, 120, 61):
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            assert screen(transcript)[0] == reading
            assert all(len(line) <= width for line in screen(transcript))


async def test_a_new_theme_dresses_the_lines_again_and_keeps_the_place() -> None:
    app = Talk(conversation(20))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        transcript.scroll_page_up()
        words, row = screen(transcript), Region(0, 1, 60, 1)
        before = [segment.style for segment in transcript.render_lines(row)[0]]
        app.theme = "textual-light"
        await pilot.pause()
        await pilot.pause()
        assert [segment.style for segment in transcript.render_lines(row)[0]] != before
        assert screen(transcript) == words


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light", "gruvbox", "solarized-light"])
async def test_it_can_be_drawn_in_any_theme(theme: str) -> None:
    app = Talk(conversation(2))
    async with app.run_test(size=(60, 24)) as pilot:
        app.theme = theme
        await pilot.pause()
        assert " Reply 1" in screen(app.transcript)


async def test_forty_columns_are_enough() -> None:
    app = Talk(
        [
            question(0),
            reply(0, "| a | b |\n|---|---|\n| " + WORDS + "| 2 |\n\n```py\nx = '" + "y" * 60 + "'\n```"),
        ]
    )
    async with app.run_test(size=(40, 40)) as pilot:
        await pilot.pause()
        assert all(len(line) <= 40 for line in screen(app.transcript))
        assert any("2/3" in line for line in screen(app.transcript))


async def test_queued_messages_are_seen_below_the_last_one() -> None:
    app = Talk([question(0)])
    async with app.run_test(size=(60, 24)) as pilot:
        app.transcript.queued(["and then?", "one\n" * 9])
        await pilot.pause()
        found = [line.strip() for line in screen(app.transcript) if line]
        assert found[2:] == ["You · queued", "and then?", "You · queued", "one", "one", "one", "…"]
        app.transcript.queued([])
        await pilot.pause()
        assert [line.strip() for line in screen(app.transcript) if line][2:] == []


async def test_clicks_say_what_they_are_for() -> None:
    failed = reply(1, outcome="failed")
    live = after(
        after(reply(2, outcome="streaming"), ReasoningDelta("hm"), 0.1),
        TextDelta("[site](https://a.example)"),
        1.0,
    )
    app = Talk([question(0), failed])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for words in ("›", "F5 retry"):
            await click(pilot, words)
        app.transcript.say(live)
        await settled(pilot, app.transcript)
        assert not any("F5 retry" in line for line in screen(app.transcript))
        for words in ("Thought", "site", "■ stop"):
            await click(pilot, words)
        assert app.posted == [
            ("branch", ("q0", 1)),
            ("retry", ("a1",)),
            ("reasoning", ("a2", True)),
            ("link", "https://a.example"),
            ("stop", ("a2",)),
        ]
        assert any("│ hm" in line for line in screen(app.transcript))
        assert isinstance(app.focused, Input)


async def test_reasoning_is_toggled_for_the_newest_or_for_all() -> None:
    thoughtful = [
        Message(
            f"m{place}",
            "assistant",
            (Reasoning(f"deep {place}", 0, 1), Text("Hi")),
            answer=Answer("a/b", outcome="complete"),
        )
        for place in range(2)
    ]
    app = Talk(thoughtful)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()

        def open_ones() -> list[str]:
            return [line.strip() for line in screen(app.transcript) if "deep" in line]

        app.transcript.toggle_newest_reasoning()
        assert open_ones() == ["│ deep 1"]
        app.transcript.toggle_all_reasoning()
        assert open_ones() == ["│ deep 0", "│ deep 1"]
        app.transcript.toggle_all_reasoning()
        assert open_ones() == []


async def test_code_is_given_as_it_was_written() -> None:
    code = "def f():\n\treturn 1"
    app = Talk([reply(0, f"```python\n{code}\n```\n\n- item\n\n  ~~~\n  x\n  ~~~\n"), reply(1, "no code")])
    async with app.run_test(size=(60, 24)):
        assert [(block.language, block.code, block.message_id) for block in app.transcript.code_blocks()] == [
            ("python", code, "a0"),
            ("", "x", "a0"),
        ]


async def test_nothing_is_drawn_and_no_timer_runs_while_nothing_happens() -> None:
    app = Talk(conversation(3))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        transcript = app.transcript
        transcript.say(after(reply(9, outcome="streaming"), TextDelta("Hi"), 0.1))
        assert transcript.ticking
        rested = asyncio.Event()
        transcript.set_timer(0.3, rested.set)
        await rested.wait()
        assert not transcript.ticking


async def test_ten_thousand_messages_open_and_grow_without_being_read() -> None:
    app = Talk()
    async with app.run_test(size=(80, 24)) as pilot:
        transcript = app.transcript
        transcript.show(conversation(5_000))
        await pilot.pause()
        assert sum(1 for view in transcript.views if view.stacks) < 20
        message = reply(99_999, outcome="streaming")
        for place in range(20):
            message = after(message, TextDelta(f"Line {place}\n\n"), 0.1)
            transcript.say(message)
        await settled(pilot, transcript)
        assert " Line 19" in screen(transcript)
        transcript.scroll_home()
        await pilot.pause()
        assert " Question 0" in screen(transcript)
        assert sum(1 for view in transcript.views if view.stacks) < 60
