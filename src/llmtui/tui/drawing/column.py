"""Messages one below the other: which are laid, where each row is, what a selection covers.

Only those near the viewport are laid; the height of the others is an estimate until they are. Nothing
here knows a widget.
"""

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from llmtui.chat.message import Message
from llmtui.tui.drawing.anchors import HEAD, TEXT, Anchor, row_showing
from llmtui.tui.drawing.heights import Heights
from llmtui.tui.drawing.lines import Line, Run
from llmtui.tui.drawing.near import END, Near
from llmtui.tui.drawing.page import Page, Stack
from llmtui.tui.drawing.telling import Telling

if TYPE_CHECKING:
    from llmtui.tui.drawing.message_view import MessageView
    from llmtui.tui.drawing.thought import Folding

# Textual's selections are made of rows; these stay true when lines above them come or go.
_ROWS_PER_MESSAGE = 1 << 24
# So many lines of each are shown, and so many letters for each cell of the page's width are read for them.
_MOST_QUEUED_LINES, _MOST_QUEUED_LETTERS = 4, 40
# A line that was seen is ten kilobytes: those that are far away are made again.
_MOST_ROWS_KEPT = 400
# So many rows above and below a place say where it is.
_AROUND = 3

Branches = Mapping[str, tuple[int, int]]

# A row, in words that hold at any width: which message, what of it, and how many rows below that.
Where = tuple[int, Anchor, int]


class Column:
    """The messages of a conversation and the ones still queued, as rows on a page."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.views: list[MessageView] = []
        self.page: Page | None = None
        self.folding: Folding = "auto"
        self._places: dict[str, int] = {}
        self._heights = Heights()
        # Those that are laid, the one that was laid or looked at last at the end.
        self._laid: dict[MessageView, None] = {}
        # What the viewport began with the last time, how high it was, and the rows wanted above that.
        self._sight: tuple[int, Anchor] = (0, HEAD)
        self._height = self._above = 0
        self.held = False
        """Whether somebody holds places in lines, so that none may be forgotten."""
        self._texts: Sequence[str] = ()
        self._queued: list[Line] = []

    def show(self, messages: Sequence[Message], branches: Branches, sent_from: str = "") -> None:
        """These messages instead of those before; `sent_from` is the first that is sent, if not the first."""
        # What was folded, or is shown as it was written, stays so on another branch.
        known = {view.message.id: view for view in self.views}
        self.views = [_view(message, branches.get(message.id), known.get(message.id)) for message in messages]
        self._places = {message.id: place for place, message in enumerate(messages)}
        self._laid = {view: None for view in self._laid if view.message.id in self._places}
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

    def fork(self, message_id: str, branch: tuple[int, int]) -> None:
        """A message has branches beside it now: (which it is, of how many)."""
        place = self._places.get(message_id)
        if place is not None:
            self.views[place].branch = branch

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
            beginning = text.strip("\n")[: self.page.width * _MOST_QUEUED_LETTERS]
            lines = plain(beginning, 0, self.page.width, palette.faint)
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
        if not self.views:
            self._heights = Heights()
            return
        from llmtui.tui.drawing.estimating import estimates

        self._heights = Heights(estimates(self.views, self.page.width if self.page else 1))

    @property
    def rows(self) -> int:
        """All the rows there are, by estimate where nobody has looked yet."""
        return self._heights.total + len(self._queued)

    def top(self, place: int) -> int:
        """The first row of a message."""
        return self._heights.above(place)

    def lay(self, place: int, near: Near | None = None) -> int:
        """Lay one message, all of it or at least what is near; the first of its rows that changed."""
        assert self.page is not None
        view = self.views[place]
        changed = view.lay(self.page, self.telling, near)
        self._heights.set(place, view.height)
        self._laid.pop(view, None)
        self._laid[view] = None
        return changed

    def lay_about(self, place: int, part: int, at: int) -> None:
        """Lay one message, at least what is near this character of a part."""
        rows = max(_AROUND, self._height)
        self.lay(place, Near(Anchor(part, TEXT, at), rows, rows))

    def near(self, place: int) -> Near:
        """What of a message is near what was in sight the last time."""
        (seen, anchor), height = self._sight, self._height
        if place < seen:
            return Near(END, height, 0)
        return Near(anchor, self._above, height) if place == seen else Near(HEAD, 0, height)

    @property
    def unfinished(self) -> bool:
        """Whether something of the messages that are laid is still to be drawn."""
        return any(view.unfinished for view in self._laid)

    def lay_more(self, until: float | None) -> None:
        """Draw more of what is laid, the nearest to what is in sight first, until this time (by the clock of
        `perf_counter`), all of it for None."""
        places = [self._places.get(view.message.id, -1) for view in self._laid if view.unfinished]
        for place in sorted(places, key=lambda place: abs(place - self._sight[0])):
            if place >= 0:
                self.lay(place, None if until is None else self.near(place)._replace(until=until))
            if until is not None and perf_counter() >= until:
                break

    def let_go(self, row: int, height: int) -> None:
        """Forget the lines of what was laid longest ago, but not of what is near a viewport at this row."""
        kept = sum(view.height for view in self._laid)
        if self.held or kept <= _MOST_ROWS_KEPT:
            return
        first, last = self._heights.at(row - height)[0], self._heights.at(row + 2 * height)[0]
        for view in tuple(self._laid):
            if first <= self._places.get(view.message.id, -1) <= last or not view.let_go():
                continue
            del self._laid[view]
            kept -= view.height
            if kept <= _MOST_ROWS_KEPT:
                break

    def lay_around(self, row: int, height: int) -> int:
        """Lay what a viewport at this row shows, and as much above and below it; where that row is now."""
        if not self.views:
            return row
        return self.lay_at(self.known(*self._heights.at(row)), height)

    def lay_at(self, where: Where, height: int, above: int | None = None) -> int:
        """Lay what a viewport shows that begins with this, and as much above and below it; its row now.

        Of a long message no more than so many rows above it have to be drawn at once.
        """
        if not self.views:
            return 0
        place = min(where[0], len(self.views) - 1)
        self._sight, self._height = (place, where[1]), height
        self._above = height if above is None else max(above, _AROUND)
        self.lay(place, self.near(place))
        inside = self.views[place].row_of(where[1]) + where[2]
        self._lay_up(place - 1, height - inside)
        below = inside + 2 * height
        at = place
        while at < len(self.views) and below > 0:
            self.lay(at, self.near(at))
            below -= self._heights[at]
            at += 1
        return self._heights.above(place) + inside

    def known(self, place: int, inside: int, guessed: int | None = None) -> Where:
        """What is at this row of a message whose height was guessed to be as it is until now, or so much."""
        guessed = self._heights[place] if guessed is None else guessed
        view = self.views[place]
        if self.page is None or not view.stands(self.page):
            self.lay(place, Near(HEAD, 0, 0))
        if inside >= guessed:
            # Below the last message there are the queued ones.
            return place, view.anchor(view.height - 1), inside - guessed + 1
        return place, view.anchor(inside * view.height // guessed if view.height != guessed else inside), 0

    def lay_end(self, height: int) -> None:
        """Lay the last messages, two viewports of them."""
        self._sight, self._height, self._above = (len(self.views) - 1, END), height, height
        self._lay_up(len(self.views) - 1, 2 * height)

    def _lay_up(self, place: int, rows: int) -> None:
        while place >= 0 and rows > 0:
            self.lay(place, self.near(place))
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
        return self.key_of(*self._heights.at(row))

    def key_of(self, place: int, inside: int) -> int:
        """The number for this row of a message."""
        return place * _ROWS_PER_MESSAGE + inside

    def anchor(self, row: int) -> Where | None:
        """What is at a row, in words that hold at any width."""
        return self.known(*self._heights.at(row)) if self.views else None

    def row_of(self, where: Where) -> int:
        """The row where this is now."""
        if not self.views:
            return 0
        place, inside = self._find(where)
        return self._heights.above(place) + inside

    def row_showing(self, place: int, part: int, at: int) -> int | None:
        """The row on which this character of a part of a message is seen, None where it is folded away."""
        self.lay_about(place, part, at)
        inside = row_showing(self.views[place].stacks, part, at)
        return None if inside is None else self._heights.above(place) + inside

    def end(self) -> Where | None:
        """The last row with words of a message."""
        if not self.views:
            return None
        place = len(self.views) - 1
        self.lay(place, Near(END, _AROUND, 0))
        view = self.views[place]
        return place, view.anchor(max(0, view.told - 1)), 0

    def rows_after(self, where: Where) -> int:
        """How many rows of messages came below this one, the figures of the last not counted."""
        place, inside = self._find(where)
        for later in range(place + 1, len(self.views)):
            self.lay(later, Near(HEAD, 0, _AROUND) if later < len(self.views) - 1 else Near(END, _AROUND, 0))
        last = len(self.views) - 1
        return max(0, self.top(last) + self.views[last].told - self.top(place) - inside - 1)

    def place_of(self, message_id: str) -> int | None:
        """Which message this is, None if it is not here."""
        return self._places.get(message_id)

    def heights(self) -> Heights:
        """The heights as they are known now, to be kept."""
        return self._heights.copy()

    def _find(self, where: Where) -> tuple[int, int]:
        place, anchor, below = where
        place = min(place, len(self.views) - 1)
        self.lay(place, Near(anchor, _AROUND, _AROUND))
        return place, self.views[place].row_of(anchor) + below

    def copy(self, start: tuple[int, int] | None, end: tuple[int, int] | None) -> str:
        """The text from one (key, character) to another, as it was written; of several messages, with the
        names of who wrote them."""
        assert self.page is not None
        first, low = divmod(start[0], _ROWS_PER_MESSAGE) if start else (0, 0)
        last, high = divmod(end[0], _ROWS_PER_MESSAGE) if end else (len(self.views) - 1, 0)
        last = min(last, len(self.views) - 1)
        found: list[tuple[int, str]] = []
        for place in range(first, last + 1):
            view = self.views[place]
            if first < place < last and not view.laid(self.page):
                found.append((place, view.said))
                continue
            self.lay(place)
            begin = (low, start[1] if start else 0) if place == first else (0, 0)
            finish = (high, end[1]) if end and place == last else None
            found.append((place, view.copy(begin, finish, told=first == last)))
        found = [(place, text) for place, text in found if text]
        if len(found) < 2:
            return "".join(text for _, text in found)
        return "\n\n".join(f"**{self.views[place].name}**\n\n{text}" for place, text in found)


def _view(
    message: Message, branch: tuple[int, int] | None = None, known: "MessageView | None" = None
) -> "MessageView":
    if known is not None:
        known.update(message)
        known.branch = branch
        known.stir()
        return known
    # Drawing words takes many modules: an empty conversation is painted without them.
    from llmtui.tui.drawing.message_view import MessageView

    return MessageView(message, branch)
