"""Lines of the pieces of a text, one below the other: a piece that nobody looks at may be drawn later.

Until then empty lines stand where it is thought to be, which know about where in the source they are: so
every row has a place in the text, and every place a row.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from time import perf_counter

from rich.style import Style

from llmtui.tui.drawing.heights import Heights
from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.page import Sight

_NOTHING_CHANGED = 1 << 60

# Makes the lines of the piece at a place.
Draw = Callable[[int], Sequence[Line]]


class Undrawn(Line):
    """A line that is not drawn yet."""

    __slots__ = ()


class Pile:
    """The pieces, each known by its place.

    `changed` is the first row that is another one than when it was told to `settle` the last time. Who draws
    what was put off is told at every draw, and not kept: a text and its pile that hold each other would be
    garbage only when the collector looks, with all that was drawn (50 to 70 KB an answer).
    """

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.changed = 0
        self._starts: list[int] = []
        self._heights = Heights()
        self._put_off: list[int] = []

    @property
    def unfinished(self) -> bool:
        """Whether some pieces are not drawn yet."""
        return bool(self._put_off)

    @property
    def height(self) -> int:
        """The rows of all the pieces."""
        return self._heights.total

    def settle(self) -> None:
        """What changes from now on is what `changed` is to tell."""
        self.changed = _NOTHING_CHANGED

    def add(self, start: int, lines: Sequence[Line]) -> None:
        """One more piece, which begins with this character."""
        self._starts.append(start)
        self._heights.append(len(lines))
        self.lines.extend(lines)

    def put_off(self, start: int, lines: Sequence[Line]) -> None:
        """One more piece, with these lines until it is drawn."""
        self._put_off.append(len(self._starts))
        self.add(start, lines)

    def rows(self, place: int) -> Sequence[Line]:
        """The lines of a piece."""
        top = self._heights.above(place)
        return self.lines[top : top + self._heights[place]]

    def replace(self, place: int, lines: Sequence[Line]) -> None:
        """Other lines for a piece; those that are the same still are kept."""
        top, newer = self._heights.above(place), list(lines)
        older = self.lines[top : top + self._heights[place]]
        kept = keep_same(older, newer)
        if kept < max(len(older), len(newer)):
            self.lines[top : top + len(older)] = newer
            self._heights.set(place, len(newer))
            self.changed = min(self.changed, top + kept)

    def draw(self, sight: Sight | None, draw: Draw) -> None:
        """Draw what is in sight, and then the nearest to it as long as there is time; all of it for None."""
        if not self._put_off:
            return
        if sight is None:
            while self._put_off:
                self._draw_one(self._put_off[0], draw)
            return
        place = self._at(sight.at)
        if sight.above > 0 or sight.below > 0:
            self._draw_around(place, sight, draw)
        while self._put_off and perf_counter() < sight.until:
            following = bisect_left(self._put_off, place)
            near = self._put_off[max(0, following - 1) : following + 1]
            self._draw_one(min(near, key=lambda other: abs(other - place)), draw)

    def _draw_around(self, place: int, sight: Sight, draw: Draw) -> None:
        self._draw_one(place, draw)
        lines = self.rows(place)
        inside = max(0, bisect_right(lines, sight.at, key=lambda line: line.start) - 1)
        below, at = sight.below - len(lines) + inside, place + 1
        while below > 0 and at < len(self._starts):
            self._draw_one(at, draw)
            below -= self._heights[at]
            at += 1
        above, at = sight.above - inside, place - 1
        # The blank line on top is one below whatever has lines.
        while above >= 0 and at >= 0:
            self._draw_one(at, draw)
            above -= self._heights[at]
            at -= 1

    def _draw_one(self, place: int, draw: Draw) -> None:
        at = bisect_left(self._put_off, place)
        if at < len(self._put_off) and self._put_off[at] == place:
            del self._put_off[at]
            self.replace(place, draw(place))

    def _at(self, start: int) -> int:
        """The piece in which this character is."""
        return max(0, bisect_right(self._starts, start) - 1)


def undrawn(start: int, end: int, rows: int, style: Style) -> list[Line]:
    """So many lines for a stretch of the source."""
    return [Undrawn((), start + (end - start) * row // rows, style) for row in range(rows)]


def keep_same(older: Sequence[Line], newer: list[Line]) -> int:
    """How many lines are the same still, and keep those."""
    same = 0
    for old, new in zip(older, newer, strict=False):
        if not (new is old or old.same(new)):
            break
        newer[same] = old
        same += 1
    return same
