"""Nothing that any widget draws may command the terminal, whatever text it was given."""

import re
from collections.abc import Iterator

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.content import Content
from textual.drivers.headless_driver import HeadlessDriver
from textual.strip import Strip
from textual.widgets import DataTable, Input, Label, Log, Markdown, OptionList, Static, TextArea

from llmtui.chat.failure import Failure
from llmtui.chat.message import Answer, Message
from llmtui.chat.parts import File, Image, Reasoning, Text, ToolCall, ToolResult
from llmtui.tui.conversation.transcript import Transcript
from llmtui.tui.terminal import textual_fixes

MARK = "pwned"
PAYLOADS = (
    f"\x1b]52;c;{MARK}\x1b\\",
    f"\x1b]0;{MARK}\x07",
    f"\x1b]8;;http://{MARK}.example\x1b\\x\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[31m\x1b[6n\x1b[201~",
    f"\x1bP$q{MARK}\x1b\\",
    f"\x9d52;c;{MARK}\x9c\x9b31m\x85",
    "a\x00b\x01c\x07d\x08e\x0bf\x0cg\x0eh\x0fi\x1cj\x7fk",
    "\u202eevil\u2066x\u2069\U000e0041\ufeff",
)
EVIL = " ".join(PAYLOADS)
# What Textual itself writes: colours, places, modes, the questions it asks when it starts, its own links.
OURS = re.compile(
    r"\x1b\[[0-9;]*[mHJKABCD]|\x1b\[[?<>=][0-9;]*[a-zA-Z$]+[a-z]?|\x1b\[\?[0-9]+\$p|\x1b\[[0-9]* q"
    r"|\x1b\]8;id=[0-9]+-?[0-9]*;https?://[!-~]*\x1b\\|\x1b\]8;;\x1b\\|\x1b[78=>]|\x1b\]22;[a-z-]*\x07"
)
COMMANDS = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e01ef]"
)


class Recorder(HeadlessDriver):
    """A terminal that remembers every character it is sent."""

    written: list[str] = []

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.written.append(data)


@pytest.fixture
def written() -> Iterator[list[str]]:
    Recorder.written.clear()
    undo = textual_fixes.guard()
    yield Recorder.written
    undo()


def conversation() -> list[Message]:
    answer = Answer(
        EVIL + "/" + EVIL, EVIL, EVIL, EVIL, outcome="failed", error=Failure("server", EVIL, EVIL, EVIL)
    )
    parts = (
        Reasoning(EVIL, 0.0, 2.0),
        Text(f"{EVIL}\n\n# {EVIL}\n\n- {EVIL}\n\n> {EVIL}\n\n`{EVIL}`\n\n|{EVIL}|b|\n|-|-|\n|{EVIL}|c|\n\n"),
        Text(
            f"```{EVIL}\n{EVIL}\n```\n\n```python\n'{EVIL}'\n```\n\n[{EVIL}](http://a.example) ![{EVIL}](http://b)"
        ),
        ToolCall(EVIL, EVIL, EVIL),
        ToolResult(EVIL, EVIL, is_error=True),
        Image(EVIL, b"x", EVIL),
        File(EVIL, EVIL, b"x"),
    )
    return [Message("u", "user", (Text(EVIL),), created=1.0), Message("a", "assistant", parts, answer=answer)]


def unexpected(written: list[str]) -> list[str]:
    left = OURS.sub("", "".join(written).replace("\r\n", "\n"))
    return [left[max(0, found.start() - 20) : found.end() + 20] for found in COMMANDS.finditer(left)]


class Talk(App[None]):
    """A transcript in which everything that can be text is evil."""

    CSS = "Transcript { height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield Transcript(welcome=EVIL)

    def on_mount(self) -> None:
        transcript = self.query_one(Transcript)
        transcript.reasoning = "open"
        transcript.show(conversation(), branches={"u": (1, 2)})
        transcript.queued([EVIL])


class Everything(App[None]):
    """The stock widgets, each given the same text."""

    def compose(self) -> ComposeResult:
        yield Static(EVIL, markup=False)
        yield Static(Content(EVIL))
        yield Label(EVIL, markup=False)
        yield Input(EVIL, placeholder=EVIL)
        yield TextArea(EVIL)
        yield Markdown(f"{EVIL}\n\n```\n{EVIL}\n```\n\n`{EVIL}`")
        yield OptionList(Content(EVIL))
        yield Log()
        yield DataTable()

    def on_mount(self) -> None:
        self.title = EVIL
        self.query_one(Log).write(EVIL)
        table: DataTable[Content] = self.query_one(DataTable)
        table.add_column("name")
        table.add_row(Content(EVIL))
        self.notify(EVIL, title=EVIL, markup=False)


@pytest.mark.parametrize("app", [Talk, Everything])
async def test_no_command_reaches_the_terminal_from_any_text(
    app: type[App[None]], written: list[str]
) -> None:
    running = app(driver_class=Recorder)
    async with running.run_test(size=(100, 200), headless=False) as pilot:
        await pilot.pause()
    assert MARK in "".join(written)
    assert unexpected(written) == []


async def test_the_transcript_needs_no_guard(written: list[str]) -> None:
    textual_fixes.guard()()
    running = Talk(driver_class=Recorder)
    async with running.run_test(size=(100, 200), headless=False) as pilot:
        await pilot.pause()
    assert MARK in "".join(written)
    assert unexpected(written) == []


async def test_without_the_guard_stock_widgets_do_command_the_terminal(written: list[str]) -> None:
    textual_fixes.guard()()
    running = Everything(driver_class=Recorder)
    async with running.run_test(size=(100, 200), headless=False) as pilot:
        await pilot.pause()
    assert unexpected(written) != []


def rendered(style: Style, text: str) -> str:
    return Strip.render_style(style, text, None)  # type: ignore[arg-type]  # no colour, no system needed


@pytest.mark.parametrize(
    "link",
    ["file:///etc/passwd", "javascript:x", "http://a\x1b\\\x1b]52;c;x", "ssh://a", "https://exämple.de"],
)
def test_a_link_that_may_not_be_opened_is_not_offered(link: str, written: list[str]) -> None:
    assert rendered(Style(link=link), "words") == "words"


def test_a_web_link_is_offered(written: list[str]) -> None:
    assert "https://a.example" in rendered(Style(link="https://a.example"), "words")


def test_what_is_taken_out_leaves_the_room_that_it_had(written: list[str]) -> None:
    assert rendered(Style(), "a\u202eb\x1b[2J\u00ad\u115f|") == "ab[2J   |"


def test_text_without_any_style_is_guarded_too(written: list[str]) -> None:
    strip = Strip([Segment("a\x1b[2J"), Segment("\x9b", Style(bold=True))])
    assert strip.render(Console()) == "a[2J\x1b[1m\x1b[0m"


def test_the_guard_can_be_taken_away() -> None:
    undo = textual_fixes.guard()
    assert rendered(Style(), "a\x1bb") == "ab"
    undo()
    assert rendered(Style(), "a\x1bb") == "a\x1bb"
