"""A part of a message as it was written: every character of it, and nothing else than a name above it."""

from collections.abc import Sequence

from llmtui.chat.parts import File, Image, Part, Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.tui.drawing.lines import Line, Run, wrap
from llmtui.tui.drawing.page import Page, Sight, Stack
from llmtui.tui.drawing.sections import chip_words, same
from llmtui.tui.drawing.tool import label
from llmtui.tui.drawing.written import Written


class Raw:
    """One part; it may grow."""

    growing = False

    def __init__(self, part: Part) -> None:
        self.part = part
        self._written = Written()
        self._page: Page | None = None
        self._label: Sequence[Line] = ()
        self._source = ""

    def use(self, part: Part) -> bool:
        """A newer state of it; False if it is something else."""
        if type(part) is not type(self.part):
            return False
        self.part = part
        return True

    @property
    def unfinished(self) -> bool:
        return self._written.unfinished

    def lay(self, page: Page, live: bool, sight: Sight | None = None) -> int:
        name, source = _name(self.part), _source(self.part)
        rows = wrap([Run(name, page.palette.muted)], page.width) if name else []
        above = [Line(row, 0, page.palette.text) for row in rows]
        steady = page == self._page and same(self._label, above)
        if steady and source == self._source and not self.unfinished:
            return len(above) + len(self._written.lines)
        self._page, self._source, self._label = page, source, above
        self._written.lay(source, page.width, page.palette.text, sight=sight)
        return len(above) + self._written.changed if steady else 0

    @property
    def stacks(self) -> Sequence[Stack]:
        return (Stack(self._label), Stack(self._written.lines, self._source))


def _source(part: Part) -> str:
    match part:
        case ToolCall():
            return part.arguments
        case Text() | Refusal() | Reasoning() | ToolResult():
            return part.text
        case Image() | File():
            return ""


def _name(part: Part) -> str:
    match part:
        case Text():
            return ""
        case Refusal():
            return "refusal"
        case Reasoning():
            if part.text or not part.signature:
                return "reasoning"
            return f"reasoning · {len(part.signature):,} characters that only the provider can read"
        case ToolCall() | ToolResult():
            return label(part)
        case Image() | File():
            return chip_words(part)
