"""The sheet in which the keys select: a caret, and a line at the bottom that has them for a while."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.keys import format_key
from textual.widget import Widget

from llmtui.tui.drawing import moving
from llmtui.tui.drawing.column import Column
from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.page import Stack
from llmtui.tui.drawing.spots import Spot, cell_of, sign_at
from llmtui.tui.drawing.strips import Span
from llmtui.tui.offering import Offering
from llmtui.tui.pointing import Pointing
from llmtui.tui.selected import Selected

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
        column = self._column
        if self._bar is not None or column.page is None or not column.views:
            return
        self._followed = self.following
        self.stay()
        self._caret = Selected(column)
        self._caret.begin(self._first())
        self._bar = SelectBar(self, self._end_selecting)
        self.lend()
        self.screen.mount(self._bar)
        self._bar.focus()
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


class SelectBar(Widget, can_focus=True):
    """Has the keys while somebody selects with them, and says which."""

    DEFAULT_CSS = """
    SelectBar { height: 1; dock: bottom; background: $surface; color: $foreground; padding: 0 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys, action, words, id=f"selecting.{name}", show=False, priority=True)
        for keys, action, words, name in (
            ("v,space", "drop", "begin or put down", "begin"),
            ("y,enter,ctrl+c,super+c", "copy", "copy", "copy"),
            ("escape,q", "leave", "leave", "leave"),
            ("left,h", "sign(-1)", "a character back", "left"),
            ("right,l", "sign(1)", "a character on", "right"),
            ("up,k", "rows(-1)", "a line up", "up"),
            ("down,j", "rows(1)", "a line down", "down"),
            ("ctrl+left,alt+left,b", "word(-1)", "a word back", "word_left"),
            ("ctrl+right,alt+right,w", "word(1)", "a word on", "word_right"),
            ("home,0", "line(-1)", "the beginning of the line", "home"),
            ("end,dollar_sign", "line(1)", "the end of the line", "end"),
            ("pageup", "page(-1)", "a page up", "page_up"),
            ("pagedown", "page(1)", "a page down", "page_down"),
            ("g,ctrl+home", "ends(-1)", "the first line of all", "top"),
            ("G,ctrl+end", "ends(1)", "the last line of all", "bottom"),
            ("shift+left", "sign(-1, True)", "select a character back", "select_left"),
            ("shift+right", "sign(1, True)", "select a character on", "select_right"),
            ("shift+up", "rows(-1, True)", "select a line up", "select_up"),
            ("shift+down", "rows(1, True)", "select a line down", "select_down"),
            ("ctrl+shift+left", "word(-1, True)", "select a word back", "select_word_left"),
            ("ctrl+shift+right", "word(1, True)", "select a word on", "select_word_right"),
            ("shift+home", "line(-1, True)", "select to the beginning of the line", "select_home"),
            ("shift+end", "line(1, True)", "select to the end of the line", "select_end"),
            ("shift+pageup", "page(-1, True)", "select a page up", "select_page_up"),
            ("shift+pagedown", "page(1, True)", "select a page down", "select_page_down"),
        )
    ]

    def __init__(self, sheet: Careted, left: Callable[[], None]) -> None:
        super().__init__()
        self._sheet = sheet
        self._left = left
        self._over = False
        self._selecting = False
        self._cell: int | None = None

    def render(self) -> Content:
        keys = {
            (active.binding.id or "").removeprefix("selecting."): key
            for key, active in reversed(self.screen.active_bindings.items())
            if (active.binding.id or "").startswith("selecting.")
        }
        begun = self._selecting
        told = [
            ("copy", "copies") if begun else ("begin", "begins here"),
            ("begin", "puts it down") if begun else ("copy", "copies"),
            ("leave", "leaves"),
        ]
        words = [f"{_label(keys[name])} {what}" for name, what in told if name in keys]
        words.append("arrows, words, pages move" if not begun else "arrows, words, pages select")
        text = "Selecting" if begun else "Select"
        for word in words:
            if len(text) + len(word) + 3 > self.size.width:
                break
            text += f" · {word}"
        return Content(text)

    # Moving

    def action_sign(self, step: moving.Direction, select: bool = False) -> None:
        self._move(lambda spot: moving.by_sign(self._sheet.column, spot, step), select)

    def action_word(self, step: moving.Direction, select: bool = False) -> None:
        self._move(lambda spot: moving.by_word(self._sheet.column, spot, step), select)

    def action_line(self, step: moving.Direction, select: bool = False) -> None:
        move = moving.to_end if step > 0 else moving.to_start
        self._move(lambda spot: move(self._sheet.column, spot), select)

    def action_ends(self, step: moving.Direction, select: bool = False) -> None:
        move = moving.bottom if step > 0 else moving.top
        self._move(lambda _: move(self._sheet.column), select)

    def action_rows(self, rows: int, select: bool = False) -> None:
        spot = self._sheet.caret()
        if spot is not None:
            column = self._sheet.column
            if self._cell is None:
                self._cell = cell_of(moving.line_at(column, spot).text, spot.at)
            cell = self._cell
            self._move(lambda spot: moving.by_rows(column, spot, rows, cell), select)
            self._cell = cell

    def action_page(self, step: int, select: bool = False) -> None:
        self.action_rows(step * max(1, self._sheet.size.height - 2), select)

    def _move(self, move: Callable[[Spot], Spot], select: bool) -> None:
        spot = self._sheet.caret()
        if spot is None:
            return
        self._cell = None
        self._selecting = self._selecting or select
        self._sheet.move_caret(move(spot), self._selecting)
        self.refresh()

    # Beginning and ending

    def action_drop(self) -> None:
        spot = self._sheet.caret()
        if spot is None:
            return
        self._selecting = not self._selecting
        self._sheet.selected.clear()
        if self._selecting:
            self._sheet.selected.begin(spot)
        self._sheet.tell_selection()
        self.refresh()

    def action_copy(self) -> None:
        text = self.screen.get_selected_text()
        if not text:
            self.app.bell()
            return
        self.app.copy_to_clipboard(text)
        self.action_leave()

    def action_leave(self) -> None:
        self._sheet.selected.clear()
        self._sheet.tell_selection()
        self.leave()

    def leave(self) -> None:
        """Give the keys back."""
        if not self._over:
            self._over = True
            self._left()

    async def _on_key(self, event: events.Key) -> None:
        # A letter that means nothing here is not for anybody else.
        if event.is_printable:
            event.stop()
            event.prevent_default()

    def on_blur(self) -> None:
        # Another window of the desktop has the keys for a while: that is nobody's choice.
        if self.app.app_focus:
            self.leave()


def _label(key: str) -> str:
    shown = format_key(key)
    return shown if len(shown) == 1 else shown.capitalize()
