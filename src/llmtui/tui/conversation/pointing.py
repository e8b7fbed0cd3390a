"""The sheet in which the mouse selects: characters, words and blocks, over as many messages as wanted.

Textual's own selecting knows no words, takes the right half of a wide letter for the next one, and selects to
the end of the conversation where the pointer leaves the widget. What is selected is still told to the screen,
so that everything that copies a selection copies this one.
"""

from textual import events
from textual.content import Content
from textual.selection import Selection
from textual.timer import Timer

from llmtui.tui.conversation.selected import Selected, Unit
from llmtui.tui.conversation.sheet import Sheet
from llmtui.tui.drawing.spots import BEFORE, Spot, sign_at, sign_in_cell
from llmtui.tui.drawing.strips import located
from llmtui.tui.drawing.telling import Telling

_UNITS: tuple[Unit, ...] = ("sign", "word", "block")
# A drag near the edge scrolls so many rows each time: more the farther out the pointer is, and at most these.
_SCROLL_SECONDS = 0.05
_EDGE = 2
_FASTEST = 12


class Pointing(Sheet):
    """Selects what the mouse is dragged over."""

    # Textual is not to select here; see above.
    ALLOW_SELECT = False

    def __init__(self, id: str | None, welcome: Content | str, telling: Telling) -> None:  # noqa: A002 - Textual's
        super().__init__(id, welcome, telling)
        self.selected = Selected(self._column)
        self._pressed = False
        self.dragged = False
        """Whether the mouse was moved since it was pressed: what ends there is no click."""
        self._presses = 0
        self._pressed_at: tuple[float, int, int] = (0.0, -1, -1)
        self._pointer = (0, 0)
        self._edge_timer: Timer | None = None
        self._hold_timer: Timer | None = None
        self._held: int | None = None
        self._scrolled_by_drag = False
        self._began_y = -1

    # What is selected

    @property
    def text_selection(self) -> Selection | None:
        """What is selected, None for nothing."""
        return self.selected.selection()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text as it was written."""
        self.finish()
        chosen = self.text_selection
        if chosen is None or chosen.start is None or chosen.end is None:
            return None
        begins = BEFORE if self.selected.of_blocks else chosen.start.x
        return self._column.copy((chosen.start.y, begins), (chosen.end.y, chosen.end.x)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        if self.selected.lit and not self._pressed and self not in self.screen.selections:
            self.selected.clear()
        self.refresh()

    def tell_selection(self) -> None:
        """Tell the screen what is selected."""
        selection = self.text_selection
        if selection is not None:
            self.screen.selections = {self: selection}
        elif self in self.screen.selections:
            self.screen.clear_selection()

    def _draw(self) -> None:
        super()._draw()
        self._settle()

    def _lay_near(self, resized: bool = False) -> None:
        super()._lay_near(resized)
        self._settle()

    def _settle(self) -> None:
        if self.selected.begun and self._column.page is not None:
            self.selected.settle()
            if self.screen.selections.get(self) != self.text_selection:
                self.tell_selection()

    # The mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self.dragged = False
        spot = self.spot_at(event.x, event.y) if event.button == 1 else None
        if spot is None:
            return
        self._presses = self._counted(event)
        self._pressed, self._pointer, self._began_y = True, (event.x, event.y), event.y
        self.capture_mouse()
        # What is there to be clicked does something by itself; words may be clicked once more.
        words = event.style.meta.get("spot", ("link",))[0] == "link"
        if words:
            self._hold()
        if (event.shift or event.meta) and self.selected.begun:
            self.dragged = True
            self.selected.extend(spot)
        else:
            unit = _UNITS[min(self._presses, len(_UNITS)) - 1] if words else "sign"
            self.selected.begin(spot, unit, lit=unit != "sign")
        self.tell_selection()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._pressed and (event.x, event.y) != self._pointer:
            self._pointer, self.dragged = (event.x, event.y), True
            self._hold()
            if event.y != self._began_y:
                self._began_y = -1
            self._extend_to_pointer()
            self._watch_edge()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if not self._pressed:
            return
        self._pressed = False
        self.release_mouse()
        self._stop_scrolling()
        # The screen takes a press and a release in one place for a click that clears.
        self.tell_selection()
        if self._hold_timer is not None:
            self._hold_timer.stop()
        self._hold_timer = self.set_timer(self.app.CLICK_CHAIN_TIME_THRESHOLD, self._let_go)

    def select_by_click(self, event: events.Click) -> None:
        """A click that came without a press here, or was counted otherwise."""
        spot = self.spot_at(event.x, event.y)
        if spot is not None and event.chain > self._presses and not self.dragged:
            self.selected.begin(spot, _UNITS[min(event.chain, len(_UNITS)) - 1])
            self.tell_selection()

    def spot_at(self, x: int, y: int) -> Spot | None:
        """The character drawn at a cell of the viewport, or the nearest; None if there is none at all."""
        column, height = self._column, self.size.height
        if column.page is None or not column.views:
            return None
        self.finish()
        row = self.scroll_offset.y + max(0, min(y, height - 1))
        found = column.found(row)
        if found is None:
            place = len(column.views) - 1
            column.lay(place)
            inside = column.views[place].height - 1
            return Spot(place, inside, len(column.views[place].line(inside).text))
        place, inside = column.at(row)
        line, cell = found[2], 0
        for segment in located(line, column.page, self.size.width, 0):
            meta = segment.style.meta if segment.style else {}
            if x < cell + segment.cell_length and "offset" in meta:
                at = meta["offset"][0] + sign_in_cell(segment.text, x - cell)
                return Spot(place, inside, sign_at(line.text, at)[0])
            cell += segment.cell_length
        return Spot(place, inside, len(line.text))

    def _counted(self, event: events.MouseDown) -> int:
        """The how many press in the same place this is."""
        before, self._pressed_at = self._pressed_at, (event.time, event.screen_x, event.screen_y)
        soon = event.time - before[0] <= self.app.CLICK_CHAIN_TIME_THRESHOLD
        return self._presses + 1 if soon and before[1:] == self._pressed_at[1:] else 1

    def _extend_to_pointer(self) -> None:
        spot = self.spot_at(*self._pointer)
        if spot is not None and self.selected.begun:
            self.selected.extend(spot)
            self.tell_selection()

    # Scrolling while dragging

    def _watch_edge(self) -> None:
        """Begin or end to scroll, as the pointer is near the edge or not."""
        if self._step() and self._edge_timer is None:
            self._edge_timer = self.set_interval(_SCROLL_SECONDS, self._scroll_on)
        elif not self._step():
            self._stop_scrolling()

    def _step(self) -> int:
        """The rows to scroll by each time, up for less than 0. The pointer cannot leave a terminal: the last
        rows before its edge count already."""
        height, y = self.size.height, self._pointer[1]
        edge = min(_EDGE, height // 3)
        if y == self._began_y:
            return 0
        if y < edge:
            return -min(_FASTEST, (edge - y) ** 2)
        return min(_FASTEST, (y - height + 1 + edge) ** 2) if y >= height - edge else 0

    def _scroll_on(self) -> None:
        before = self.scroll_offset.y
        self.scroll_to(y=before + self._step())
        if self.scroll_offset.y != before:
            self._scrolled_by_drag = True
            # At the end nothing is to follow what comes as long as the pointer is down.
            self.stay()
            self._extend_to_pointer()

    def _stop_scrolling(self) -> None:
        if self._edge_timer is not None:
            self._edge_timer.stop()
            self._edge_timer = None

    # Nothing moves away under the pointer

    def _hold(self) -> None:
        if self._hold_timer is not None:
            self._hold_timer.stop()
            self._hold_timer = None
        if self.following:
            self._held = self._column.key(self.scroll_offset.y)
            self.stay()

    def _let_go(self) -> None:
        """Some time after the last click, for another one may follow: go on following, if that was so and
        nobody has scrolled since, or if a drag has scrolled to the end."""
        self._hold_timer = None
        top, held = self.scroll_offset.y, self._held
        by_drag, self._scrolled_by_drag, self._held = self._scrolled_by_drag, False, None
        to_the_end = by_drag and top >= self.max_scroll_y
        if to_the_end or (held is not None and held == self._column.key(top)):
            self.follow()
