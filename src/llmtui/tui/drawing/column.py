"""Messages one below the other: which are laid, where each row is, what a selection covers.

Only those near the viewport are laid; the height of the others is an estimate until they are. Nothing
here knows a widget.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from llmtui.chat.message import Message
from llmtui.tui.drawing.heights import Heights
from llmtui.tui.drawing.lines import Line, Run
from llmtui.tui.drawing.page import Page, Stack
from llmtui.tui.drawing.telling import Telling

if TYPE_CHECKING:
    from llmtui.tui.drawing.message_view import MessageView
    from llmtui.tui.drawing.thought import Folding

# Textual's selections are made of rows; these stay true when lines above them come or go.
_ROWS_PER_MESSAGE = 1 << 24
_MOST_QUEUED_LINES = 4

Branches = Mapping[str, tuple[int, int]]


class Column:
    """The messages of a conversation and the ones still queued, as rows on a page."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.views: list[MessageView] = []
        self.page: Page | None = None
        self.folding: Folding = "auto"
        self._places: dict[str, int] = {}
        self._heights = Heights()
        self._texts: Sequence[str] = ()
        self._queued: list[Line] = []

    def show(self, messages: Sequence[Message], branches: Branches, sent_from: str = "") -> None:
        """These messages instead of those before; `sent_from` is the first that is sent, if not the first."""
        self.views = [_view(message, branches.get(message.id)) for message in messages]
        self._places = {message.id: place for place, message in enumerate(messages)}
        for view in self.views:
            view.folding = self.folding
            view.newest = False
            view.first_sent = view.message.id == sent_from and view is not self.views[0]
        if self.views:
            self.views[-1].newest = True
        self._estimate()

    def say(self, message: Message) -> tuple[int, ...]:
        """A new message, or a newer state of one; the places that are to be laid again."""
        place = self._places.get(message.id)
        if place is None:
            if self.views:
                self.views[-1].newest = False
            place = self._places[message.id] = len(self.views)
            view = _view(message)
            view.folding = self.folding
            self.views.append(view)
            self._heights.append(view.estimate(self.page.width) if self.page else 1)
            return (place - 1, place) if place else (place,)
        self.views[place].update(message)
        return (place,)

    def stir(self, message_id: str) -> int | None:
        """Time has passed for a message: its place, where it is to be laid again; None if it is not here."""
        place = self._places.get(message_id)
        if place is not None:
            self.views[place].stir()
        return place

    def begins(self, message: Message) -> bool:
        """Whether this state of a message that is here is the first with anything in it."""
        place = self._places.get(message.id)
        return place is not None and bool(message.parts) and not self.views[place].message.parts

    def queue(self, texts: Sequence[str]) -> None:
        """What is queued, below the last message."""
        self._texts = texts
        self._queued = []
        if self.page is None or not texts:
            return
        from llmtui.tui.drawing.markdown import plain

        palette = self.page.palette
        for text in texts:
            lines = plain(text.strip("\n"), 0, self.page.width, palette.faint)
            if len(lines) > _MOST_QUEUED_LINES:
                lines[_MOST_QUEUED_LINES - 1 :] = [Line([Run("…", palette.faint)], 0, palette.text)]
            head = Line([Run("You", palette.faint), Run(" · queued", palette.faint)], 0, palette.text)
            self._queued += [head, *lines, Line([], 0, palette.text)]

    def fold(self, folding: "Folding", everywhere: bool = False) -> None:
        """How reasoning is shown where nobody chose otherwise, or everywhere."""
        self.folding = folding
        for view in self.views:
            view.fold(folding, everywhere)

    def fit(self, page: Page) -> None:
        """Another width or other styles: everything is to be laid again."""
        self.page = page
        self._estimate()
        self.queue(self._texts)

    def _estimate(self) -> None:
        width = self.page.width if self.page else 1
        self._heights = Heights([view.estimate(width) for view in self.views])

    @property
    def rows(self) -> int:
        """All the rows there are, by estimate where nobody has looked yet."""
        return self._heights.total + len(self._queued)

    def top(self, place: int) -> int:
        """The first row of a message."""
        return self._heights.above(place)

    def lay(self, place: int) -> int:
        """Lay one message; the first of its rows that changed."""
        assert self.page is not None
        view = self.views[place]
        changed = view.lay(self.page, self.telling)
        self._heights.set(place, view.height)
        return changed

    def lay_around(self, row: int, height: int) -> int:
        """Lay what a viewport at this row shows, and as much above and below it; where that row is now."""
        if not self.views:
            return row
        place, inside = self._heights.at(row)
        self.lay(place)
        inside = min(inside, self._heights[place] - 1) if place < len(self.views) - 1 else inside
        self._lay_up(place - 1, height - inside)
        below = inside + 2 * height
        at = place
        while at < len(self.views) and below > 0:
            self.lay(at)
            below -= self._heights[at]
            at += 1
        return self._heights.above(place) + inside

    def lay_end(self, height: int) -> None:
        """Lay the last messages, two viewports of them."""
        self._lay_up(len(self.views) - 1, 2 * height)

    def _lay_up(self, place: int, rows: int) -> None:
        while place >= 0 and rows > 0:
            self.lay(place)
            rows -= self._heights[place]
            place -= 1

    def at(self, row: int) -> tuple[int, int]:
        """Which message a row is in, and which of its rows it is."""
        return self._heights.at(row)

    def line(self, row: int) -> Line | None:
        """The line at a row, None where there is none or nobody has laid it."""
        total = self._heights.total
        if row >= total:
            below = row - total
            return self._queued[below] if below < len(self._queued) else None
        place, inside = self._heights.at(row)
        view = self.views[place]
        return view.line(inside) if view.stacks and inside < view.height else None

    def found(self, row: int) -> tuple[int, Stack, Line] | None:
        """The message, the stack and the line at a row, None where there is none or nobody has laid it."""
        if row >= self._heights.total:
            return None
        place, inside = self._heights.at(row)
        view = self.views[place]
        return (place, *view.found(inside)) if view.stacks and inside < view.height else None

    def key(self, row: int) -> int:
        """A number for a row that stays true when the rows above it change."""
        if not self.views:
            return row
        place, inside = self._heights.at(row)
        return place * _ROWS_PER_MESSAGE + inside

    def anchor(self, row: int) -> tuple[int, tuple[int, int]] | None:
        """What is at a row, in words that hold at any width."""
        if not self.views:
            return None
        place, inside = self._heights.at(row)
        view = self.views[place]
        return place, view.anchor(min(inside, view.height - 1)) if view.stacks else (0, 0)

    def row_of(self, anchor: tuple[int, tuple[int, int]]) -> int:
        """The row where this is now."""
        place, inside = anchor
        if place >= len(self.views):
            return self.rows
        self.lay(place)
        return self._heights.above(place) + self.views[place].row_of(inside)

    def copy(self, start: tuple[int, int] | None, end: tuple[int, int] | None) -> str:
        """The text from one (key, character) to another, as it was written."""
        assert self.page is not None
        first, low = divmod(start[0], _ROWS_PER_MESSAGE) if start else (0, 0)
        last, high = divmod(end[0], _ROWS_PER_MESSAGE) if end else (len(self.views) - 1, 0)
        found = []
        for place in range(first, min(last, len(self.views) - 1) + 1):
            self.lay(place)
            begin = (low, start[1] if start else 0) if place == first else (0, 0)
            finish = (high, end[1]) if end and place == last else None
            found.append(self.views[place].copy(begin, finish))
        return "\n\n".join(text for text in found if text)


def _view(message: Message, branch: tuple[int, int] | None = None) -> "MessageView":
    # Drawing words takes many modules: an empty conversation is painted without them.
    from llmtui.tui.drawing.message_view import MessageView

    return MessageView(message, branch)
