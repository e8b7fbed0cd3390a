"""The sheet while it has the keys: one message is the current one, and letters go from one to the next."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message as Posted

from llmtui.tui.conversation.sheet import Sheet
from llmtui.tui.drawing.anchors import HEAD, TITLE, Anchor
from llmtui.tui.keys_told import KeysTold, Told, keys_told

# What the bottom line tells of.
_TOLD: Told = (
    ("back", ("leave",)),
    ("message", ("next", "previous")),
    ("find", ("find",)),
    ("copy", ("copy",)),
    ("select", ("select",)),
    ("unread", ("unread",)),
    ("as written", ("raw",)),
    ("fold", ("fold",)),
    ("sideways", ("left", "right")),
    ("save", ("save",)),
    ("wrap", ("wrap",)),
)
# A place that is gone to has some of what stands above and below it in sight, and a third of it above where
# the view has to move.
_AROUND, _ABOVE = 2, 3


class Reading(Sheet):
    """Has a current message as long as it has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,alt+down", "message(1)", "the next message", id="reading.next", show=False),
        Binding("k,alt+up", "message(-1)", "the message before", id="reading.previous", show=False),
        Binding("g,home", "scroll_home", "the beginning", id="reading.home", show=False),
        Binding("G,end", "scroll_end", "the end", id="reading.end", show=False),
        Binding("space,pagedown", "page_down", "a page down", id="reading.page_down", show=False),
        Binding("pageup", "page_up", "a page up", id="reading.page_up", show=False),
        Binding("u", "unread", "the first unread line", id="reading.unread", show=False),
        Binding("escape,i,enter", "leave", "back to typing", id="reading.leave", show=False),
    ]

    class Left(Posted, namespace="transcript"):
        """The keys are to go back to where somebody types."""

    def step(self, direction: int) -> bool:
        """Go to the message below (1) or above (-1); False if there is none at all."""
        column = self._column
        if column.page is None or not column.views:
            return False
        if self.current is None:
            place = self._in_sight()
            # From nowhere, up is the head of what is being read.
            wanted = place if direction < 0 or self.following else place + 1
        elif direction < 0 and column.top(self.current) < self.scroll_offset.y:
            wanted = self.current
        else:
            wanted = self.current + direction
        self.current = max(0, min(wanted, len(column.views) - 1))
        if wanted == self.current or not self.following:
            self.bring(column.lay_at((self.current, HEAD, 0), self.size.height), follow=True)
        self.refresh()
        return True

    def jump(self, message_id: str, part: int | None = None, at: int | None = None) -> bool:
        """Show a message, or a place in the text of one of its parts, opening what hides it; following ends.

        False if the message is not here.
        """
        place = self._column.place_of(message_id)
        if place is None:
            return False
        if self._column.page is None:
            self.call_after_refresh(self.jump, message_id, part, at)
            return True
        self._point_at(place)
        self.stay()
        if part is None:
            self.bring(self._column.lay_at((place, HEAD, 0), self.size.height))
        else:
            self._show(place, part, at or 0)
        self.refresh()
        return True

    def _show(self, place: int, part: int, at: int) -> None:
        """Bring a place of a text into sight, if it is not; -1 is what stands above the text."""
        column, height = self._column, self.size.height
        row = None if at < 0 else column.row_showing(place, part, at)
        if row is None and at >= 0:
            view = column.views[place]
            for panel in view.panels():
                if panel.place == part:
                    panel.reveal(at)
            view.stir()
            row = column.row_showing(place, part, at)
        if row is None:
            row = column.row_of((place, Anchor(part, TITLE, 0), 0))
        self._extend()
        top, around = self.scroll_offset.y, min(_AROUND, height // 6)
        above, below = around if top else 0, around if top < self.max_scroll_y else 0
        # The mark lies over the last row.
        if not top + above <= row < top + height - 1 - below:
            self.bring(row, above=height // _ABOVE)
        else:
            self._lay_near()

    def action_message(self, direction: int) -> None:
        self.step(direction)

    def action_unread(self) -> None:
        row = self._reader.first_unread
        if row is None:
            self.app.bell()
            return
        self._point_at(self._column.at(row)[0])
        self.bring(row, follow=True)

    def action_leave(self) -> None:
        self.post_message(self.Left())

    def on_focus(self) -> None:
        if self.current is None and self._column.views and self._column.page is not None:
            self.current = self._in_sight()
        self.refresh()
        self.tell_keys()

    def on_blur(self) -> None:
        if self.lent:
            return
        self.current = None
        self.refresh()
        self.post_message(KeysTold(self))

    def scrolled(self) -> None:
        """The current message is one that is in sight."""
        if self.current is not None and not self._is_in_sight(self.current):
            self.current = self._in_sight()
            self.refresh()

    def _point_at(self, place: int) -> None:
        if self.has_focus:
            self.current = place

    def _is_in_sight(self, place: int) -> bool:
        if place >= len(self._column.views):
            return False
        top = self._column.top(place) - self.scroll_offset.y
        return top < self.size.height and top + self._column.views[place].height > 0

    def _in_sight(self) -> int:
        """The message being read: the last one at the end, else the first whose head is in sight, or the one
        that fills the viewport."""
        column, top = self._column, self.scroll_offset.y
        last = len(column.views) - 1
        if self.following:
            return last
        place, inside = column.at(top)
        below = min(place + 1, last)
        return below if inside and column.top(below) < top + self.size.height else place

    def tell_keys(self) -> None:
        """Say what the keys are for, as they are set now."""
        self.post_message(keys_told(self, self.keys_told(), "reading."))

    def keys_told(self) -> Told:
        """What there is to tell of, the most needed first."""
        return _TOLD
