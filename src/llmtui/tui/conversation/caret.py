"""The sheet in which the keys select: it has a caret for as long as a line at the bottom has the keys."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType

from llmtui.tui.conversation.offering import Offering
from llmtui.tui.conversation.pointing import Pointing
from llmtui.tui.conversation.selected import Selected
from llmtui.tui.drawing import moving
from llmtui.tui.drawing.column import Column
from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.page import Stack
from llmtui.tui.drawing.spots import Spot, cell_of, sign_at
from llmtui.tui.drawing.strips import Span

if TYPE_CHECKING:
    from llmtui.tui.conversation.select_bar import SelectBar

_CARET = Style(reverse=True)


class Careted(Pointing, Offering):
    """Has a caret while somebody selects with the keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "select", "select with the keys", id="reading.select", show=False)
    ]

    _caret: Selected | None = None
    _bar: "SelectBar | None" = None
    _followed = False

    def action_select(self) -> None:
        from llmtui.tui.conversation.select_bar import SelectBar

        column = self._column
        if self._bar is not None or column.page is None or not column.views:
            return
        self._followed = self.following
        self.stay()
        self.finish()
        self._caret = Selected(column)
        self._caret.begin(self._first())
        self._bar = SelectBar(self, self._end_selecting)
        self.lend()
        self.screen.mount(self._bar)
        # At once: the next key may have been pressed already.
        self.screen.set_focus(self._bar)
        self.refresh()

    @property
    def column(self) -> Column:
        """What the caret moves in."""
        return self._column

    def caret(self) -> Spot | None:
        """Where the caret is."""
        return self._caret.head if self._caret is not None and self._caret.begun else None

    def move_caret(self, spot: Spot, selecting: bool) -> None:
        """Set the caret here, and select to it from where it was begun."""
        before = self.caret()
        if self._caret is None or before is None:
            return
        if selecting and not self.selected.lit:
            self.selected.begin(before)
        self._caret.begin(spot)
        if selecting:
            self.selected.extend(spot)
            self.tell_selection()
        self._show_caret(spot)
        self.refresh()

    def spans(self, row: int, place: int, stack: Stack, line: Line) -> Sequence[Span]:
        """What is laid over a line that is seen: the caret over all else."""
        over, spot = super().spans(row, place, stack, line), self.caret()
        if spot is None or spot.place != place or self._column.top(place) + spot.row != row:
            return over
        return (*over, (spot.at, max(sign_at(line.text, spot.at)[1], spot.at + 1), _CARET))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if self._bar is not None:
            self._bar.leave()

    def _settle(self) -> None:
        super()._settle()
        gone = self._caret is not None and self._column.page is not None and not self._caret.settle()
        if gone and self._bar is not None:
            self._bar.leave()

    def _first(self) -> Spot:
        """The head of the current message, or the first row in sight."""
        top, bottom = self.scroll_offset.y, self.scroll_offset.y + self.size.height
        if self.current is not None and self.current < len(self._column.views):
            row = self._column.top(self.current)
            if top <= row < bottom:
                return Spot(self.current, 0, 0)
        place, row = self._column.at(top)
        return Spot(place, row, 0)

    def _show_caret(self, spot: Spot) -> None:
        """Bring the caret into sight."""
        line, height = moving.line_at(self._column, spot), self.size.height
        if line.wide is not None and self._column.page is not None:
            room, cell = self._column.page.width, cell_of(line.text, spot.at)
            first = line.wide.hidden(room) + line.wide.head
            last = line.wide.hidden(room) + room - 2
            line.wide.move(min(0, cell - first) + max(0, cell - last), room)
        for _ in range(2):
            # What becomes known above it may move it once more.
            row, top = self._column.top(spot.place) + spot.row, self.scroll_offset.y
            if top <= row < top + height - 1:
                return
            self.bring(row, above=0 if row < top else max(0, height - 2))

    def _end_selecting(self) -> None:
        bar, spot = self._bar, self.caret()
        self._bar = self._caret = None
        if spot is not None and self.lent:
            self.current = spot.place
        if bar is not None:
            if bar.has_focus or self.app.focused is None:
                self.focus()
            bar.remove()
        self.take_back()
        if self._followed and self.scroll_offset.y >= self.max_scroll_y:
            self.follow()
        self.refresh()
