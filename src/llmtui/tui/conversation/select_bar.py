"""The line at the bottom that has the keys while somebody selects with them."""

from collections.abc import Callable
from typing import ClassVar, Protocol

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from llmtui.tui.conversation.selected import Selected
from llmtui.tui.drawing import moving
from llmtui.tui.drawing.column import Column
from llmtui.tui.drawing.spots import Spot, cell_of
from llmtui.tui.keys_told import key_told


class HasCaret(Protocol):
    """What has a caret."""

    selected: Selected

    @property
    def size(self) -> Size: ...

    @property
    def column(self) -> Column: ...

    def caret(self) -> Spot | None: ...

    def move_caret(self, spot: Spot, selecting: bool) -> None: ...

    def tell_selection(self) -> None: ...


class SelectBar(Widget, can_focus=True):
    """Has the keys while somebody selects with them, and says which."""

    DEFAULT_CSS = """
    SelectBar { height: 1; dock: bottom; background: $surface; color: $foreground; padding: 0 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys, action, words, id=f"selecting.{name}", show=False)
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

    def __init__(self, sheet: HasCaret, left: Callable[[], None]) -> None:
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
        words = [f"{key_told(keys[name])} {what}" for name, what in told if name in keys]
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
        if event.is_printable and event.key not in self.screen.active_bindings:
            event.stop()
            event.prevent_default()

    def on_blur(self) -> None:
        # Another window of the desktop has the keys for a while: that is nobody's choice.
        if self.app.app_focus:
            self.leave()
