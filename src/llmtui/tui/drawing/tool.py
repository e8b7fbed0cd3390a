"""A tool's call and its result, as drawn: folded to one line, open as they were sent."""

from llmtui.chat.parts import ToolCall, ToolResult
from llmtui.terminal import safe_line
from llmtui.tui.drawing.json_lines import json_lines
from llmtui.tui.drawing.lines import Line, Run, shortened
from llmtui.tui.drawing.page import Page, Sight
from llmtui.tui.drawing.panel import Panel, bar
from llmtui.tui.drawing.sections import size
from llmtui.tui.drawing.telling import spot

# As much of a text as a line can show is made safe for it, and not a megabyte.
_FIRST = 500


class Tool(Panel):
    """A tool's call or its result."""

    def __init__(self, part: ToolCall | ToolResult, place: int) -> None:
        super().__init__(place)
        self.part = part
        self._pretty: tuple[tuple[str, Page], list[Line] | None] | None = None

    @property
    def text(self) -> str:
        return self.part.arguments if isinstance(self.part, ToolCall) else self.part.text

    @property
    def unfolded(self) -> bool:
        return bool(self.chosen) and self._foldable

    @property
    def _foldable(self) -> bool:
        return self.text.strip() not in ("", "{}")

    @property
    def _failed(self) -> bool:
        return isinstance(self.part, ToolResult) and self.part.is_error

    def use(self, part: ToolCall | ToolResult, growing: bool) -> None:
        """A newer state of it."""
        if self.part is not part:
            self.part = part
            self._changed()
        self.growing = growing

    def title(self, page: Page) -> list[Run]:
        style = page.palette.error if self._failed else page.palette.muted
        if not self._foldable:
            return [Run(shortened(f"  {self._words()}", page.width), style)]
        mark = "▾" if self.unfolded else "▸"
        style = spot(style, "fold", self.place)
        return [Run(shortened(f"{mark} {self._words()}", page.width), style)]

    def _words(self) -> str:
        text = "" if self.unfolded else safe_line(self.text[:_FIRST])
        match self.part:
            case ToolCall(_, name, _):
                return f"⚙ {safe_line(name)}" + ("" if self.unfolded else f"({text})")
            case ToolResult(_, whole, is_error):
                sign = "✗" if is_error else "↳"
                return f"{sign} {_measure(whole)}" if self.unfolded else f"{sign} {text or '(nothing)'}"

    def lines(self, page: Page, sight: Sight | None) -> list[Line]:
        if isinstance(self.part, ToolCall) and not self.growing:
            wanted = (self.text, page)
            if self._pretty is None or self._pretty[0] != wanted:
                self._pretty = wanted, json_lines(self.text, page.width, page.palette.muted, bar(page))
            if self._pretty[1] is not None:
                return self._pretty[1]
        return super().lines(page, sight)


def label(part: ToolCall | ToolResult) -> str:
    """What it is, in a line that says all there is beside its text."""
    match part:
        case ToolCall(call_id, name, _):
            words = ("tool call", safe_line(name), safe_line(call_id))
        case ToolResult(call_id, _, is_error):
            words = ("tool error" if is_error else "tool result", "", safe_line(call_id))
    return " · ".join(word for word in words if word)


def _measure(text: str) -> str:
    count = text.rstrip().count("\n") + 1
    return f"{count:,} line{'s' if count > 1 else ''} · {size(len(text.encode('utf-8', 'replace')))}"
