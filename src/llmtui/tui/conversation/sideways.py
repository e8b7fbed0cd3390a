"""The sheet whose wide blocks move: code that is not wrapped, and tables too wide for the page."""

from collections.abc import Iterator
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region

from llmtui.config import CodeLines
from llmtui.tui.conversation.sheet import Sheet
from llmtui.tui.drawing.lines import Line, Sideways

# As many cells as a key or a step of the wheel moves a block.
_STEP = 8
_ALL = 1 << 30


class MovingSideways(Sheet):
    """Moves what is wider than the page."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "sideways(-1)", "wide code or a wide table left", id="reading.left", show=False),
        Binding("right,l", "sideways(1)", "and right", id="reading.right", show=False),
        Binding("0", "sideways(0)", "to the beginning of its lines", id="reading.line_start", show=False),
        Binding(
            "w", "app.command('wrap')", "wrap long code, or leave it whole", id="reading.wrap", show=False
        ),
    ]

    @property
    def code(self) -> CodeLines:
        """What is done with lines of code that are longer than the page is wide."""
        return self._code

    @code.setter
    def code(self, code: CodeLines) -> None:
        if code != self._code:
            self._code = code
            self._fit()

    def move(self, wide: Sideways, steps: int) -> bool:
        """Move a block so many steps, to the beginning of its lines for 0; whether it moved."""
        page = self._column.page
        if page is None or not wide.move(steps * _STEP if steps else -_ALL, page.width):
            return False
        for y, line in self._in_view():
            if _wide(line) is wide:
                self.refresh(Region(0, y, self.size.width, 1))
        return True

    def action_sideways(self, steps: int) -> None:
        wide = self._nearest()
        if wide is None or not self.move(wide, steps):
            self.app.bell()

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        self._turned_wheel(event, -1)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        self._turned_wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        if event.shift or event.ctrl:
            self._turned_wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        if event.shift or event.ctrl:
            self._turned_wheel(event, 1)

    def _turned_wheel(self, event: events.MouseEvent, steps: int) -> None:
        """The wheel, turned sideways, moves the block under it and nothing else."""
        event.stop()
        event.prevent_default()
        line = self._column.line(round(event.y) + self.scroll_offset.y)
        wide = _wide(line) if line is not None else None
        if wide is not None:
            self.move(wide, steps)

    def _nearest(self) -> Sideways | None:
        """The block that a key means: in the current message or else in sight, nearest the middle."""
        page, middle = self._column.page, self.size.height / 2
        if page is None:
            return None
        found: list[tuple[bool, float, Sideways]] = []
        for y, line in self._in_view():
            wide = _wide(line)
            if wide is not None and wide.widest > page.width:
                place, _ = self._column.at(y + self.scroll_offset.y)
                found.append((place != self.current, abs(y - middle), wide))
        return min(found, key=lambda one: one[:2])[2] if found else None

    def _in_view(self) -> Iterator[tuple[int, Line]]:
        for y in range(self.size.height):
            found = self._column.found(y + self.scroll_offset.y)
            if found is not None:
                yield y, found[2]


def _wide(line: Line) -> Sideways | None:
    """What a line is moved by, or the lines that it is the label of."""
    from llmtui.tui.drawing.paint import FenceLabel

    return line.code.wide if isinstance(line, FenceLabel) else line.wide
