"""The parts of a message as drawn: each knows its lines, and which of them changed."""

from collections.abc import Sequence
from typing import Protocol

from llmtui.chat.parts import File, Image, ToolCall, ToolResult
from llmtui.terminal import safe_line
from llmtui.tui.drawing.lines import Line, Run, shortened
from llmtui.tui.drawing.markdown import plain
from llmtui.tui.drawing.page import Page, Stack


class Section(Protocol):
    """A part of a message, drawn."""

    def lay(self, page: Page, live: bool) -> int:
        """Make the lines; the number of the first one that changed since the last time."""
        ...

    @property
    def stacks(self) -> Sequence[Stack]:
        """The lines, from the top."""
        ...


class Typed:
    """Text as a person wrote it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._page: Page | None = None
        self._lines: list[Line] = []

    def lay(self, page: Page, live: bool) -> int:
        if self._page == page:
            return len(self._lines)
        self._page = page
        self._lines = plain(self.text, 0, page.width, page.palette.text)
        return 0

    @property
    def stacks(self) -> Sequence[Stack]:
        return (Stack(self._lines, self.text),)


class Chip:
    """A tool call, a tool's result, an image or a file, on one line."""

    def __init__(self, part: ToolCall | ToolResult | Image | File) -> None:
        self.part = part
        self._page: Page | None = None
        self._lines: list[Line] = []

    def lay(self, page: Page, live: bool) -> int:
        if self._page == page:
            return len(self._lines)
        self._page = page
        style = page.palette.error if isinstance(self.part, ToolResult) and self.part.is_error else None
        words = shortened(safe_line(_chip_words(self.part)), page.width)
        self._lines = [Line([Run(words, style or page.palette.muted)], 0, page.palette.text)]
        return 0

    @property
    def stacks(self) -> Sequence[Stack]:
        return (Stack(self._lines),)


def _chip_words(part: ToolCall | ToolResult | Image | File) -> str:
    match part:
        case ToolCall(_, name, arguments):
            return f"⚙ {name}({arguments[:500]})"
        case ToolResult(_, text, is_error):
            return f"{'✗' if is_error else '↳'} {text[:500] or '(nothing)'}"
        case Image(media_type, data, name):
            return f"🖼 {name or 'image'} · {media_type} · {_size(len(data))}"
        case File(name, media_type, data):
            return f"📎 {name} · {media_type} · {_size(len(data))}"


def _size(count: int) -> str:
    return (
        f"{count} B"
        if count < 1000
        else f"{count / 1000:.0f} kB"
        if count < 1_000_000
        else f"{count / 1e6:.1f} MB"
    )
