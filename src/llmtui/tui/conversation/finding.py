"""The sheet in which words are found: lit, counted, and gone to one after the other.

The search is made in short slices between which keys are answered, the nearest messages first.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message as Posted
from textual.reactive import var
from textual.timer import Timer

from llmtui.chat.message import Message
from llmtui.chat.parts import Reasoning, Text
from llmtui.tui.conversation.reading import Reading
from llmtui.tui.drawing.anchors import TITLE
from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.page import Stack
from llmtui.tui.drawing.strips import Span
from llmtui.tui.keys_told import Told

if TYPE_CHECKING:
    from llmtui.tui.find.search import Hit, Search

# Seconds that a slice takes, that others have between two, and between looks at what streams in.
_SLICE, _PAUSE, _LOOKS = 0.006, 0.001, 0.25
# Where something is in the conversation: the message, its part, the character.
_Spot = tuple[int, int, float]


class Finding(Reading):
    """Looks for words as long as it is asked to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "app.command('find')", "find words", id="reading.find", show=False),
        Binding("n", "hit(1)", "the next hit", id="reading.next_hit", show=False),
        Binding("N", "hit(-1)", "the hit before", id="reading.previous_hit", show=False),
    ]

    class FindAsked(Posted, namespace="transcript"):
        """Words are to be asked for; these were the last ones."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    found: var[str | None] = var(None)
    """How many hits there are, and which of them is shown: `3 of 41`. None while nothing is looked for."""

    _search: "Search | None" = None
    _here: tuple[int, int] | None = None
    _words = ""
    _origin: tuple[_Spot, _Spot] = ((0, -1, 0), (0, -1, 0))
    _steps: Iterator[None] | None = None
    _slices: Timer | None = None
    _wrapped = ""
    _fresh: frozenset[int] = frozenset()

    @property
    def finding(self) -> bool:
        """Whether words are looked for."""
        return self.found is not None

    def find(self, words: str) -> None:
        """Light these words, and go to the nearest of them; nothing for no words."""
        from llmtui.tui.find.search import Search
        from llmtui.tui.find.wanted import Wanted

        wanted = Wanted(words)
        if self._search is None and self._column.page is not None:
            self._origin = self._in_sight_now()
        self._halt()
        self._search, self._here, self._wrapped, self._fresh = None, None, "", frozenset()
        if wanted and self._column.page is not None:
            self._words = wanted.words
            self._search = Search(wanted, self._message_at)
            self._steps = self._scan(self._search)
            self._go_on()
        self._tell()
        self.refresh()

    def find_no_more(self) -> None:
        """Light nothing any more; the view stays where it is."""
        self._halt()
        self._search, self._here = None, None
        self.found = None
        self.refresh()

    def find_again(self) -> None:
        """Other messages are shown: look for the same words in them."""
        if self._search is not None:
            words = self._search.wanted.words
            self._search = None
            self.find(words)

    def step_hit(self, direction: int) -> None:
        """Go to the next hit (1), or the one before (-1), from the other end where there is none."""
        search, count = self._search, len(self._column.views)
        if search is None or not count:
            return
        place, number = self._here or (self._origin[0][0], -1 if direction > 0 else 0)
        place, number, self._wrapped = min(place, count - 1), number + direction, ""
        for _ in range(count + 1):
            if 0 <= number < self._hits_in(search, place):
                self._go(search, place, number)
                break
            place += direction
            if not 0 <= place < count:
                place %= count
                self._wrapped = " · from the top" if direction > 0 else " · from the end"
            number = 0 if direction > 0 else self._hits_in(search, place) - 1
        self._tell()

    def action_leave(self) -> None:
        if self.finding:
            self.find_no_more()
        else:
            super().action_leave()

    def action_hit(self, direction: int) -> None:
        if self._search is not None:
            self.step_hit(direction)
        elif self._words:
            self.post_message(self.FindAsked(self._words))

    def say(self, message: Message) -> None:
        super().say(message)
        if self._search is not None and (place := self._column.place_of(message.id)) is not None:
            self._fresh |= {place}
            if self._slices is None:
                self._slices = self.set_timer(_LOOKS, self._go_on)

    def spans(self, row: int, place: int, stack: Stack, line: Line) -> Sequence[Span]:
        """What is laid over a line that is seen."""
        over = super().spans(row, place, stack, line)
        search, page = self._search, self._column.page
        if search is None or page is None or stack.part < 0 or not search.counts.get(place):
            return over
        from llmtui.tui.find.lit import lit, lit_title

        hits = search.hits(place)
        here = self._hit_here(search) if self._here and self._here[0] == place else None
        if stack.source is not None:
            return (*lit(line, stack.part, hits, here, page.palette), *over)
        if isinstance(self._message_at(place).parts[stack.part], Text | Reasoning):
            return over
        return (*lit_title(line, stack.part, hits, here, search.wanted, page.palette), *over)

    def watch_found(self, before: str | None, found: str | None) -> None:
        if self.has_focus and (before is None or found is None):
            self.tell_keys()

    def keys_told(self) -> Told:
        told = super().keys_told()
        if not self.finding:
            return told
        # Esc is for what is lit first.
        others = (one for one in told if one[1] != ("leave",))
        return (("hit", ("next_hit", "previous_hit")), ("end finding", ("leave",)), *others)

    # The search

    def _message_at(self, place: int) -> Message:
        return self._column.views[place].message

    def _go_on(self) -> None:
        """Search on for as long as nobody notices."""
        self._slices = None
        search, until = self._search, perf_counter() + _SLICE
        if search is None:
            return
        while self._steps is not None:
            if next(self._steps, search) is search:
                self._steps = None
            elif perf_counter() > until:
                self._slices = self.set_timer(_PAUSE, self._go_on)
                break
        else:
            for place in self._fresh:
                search.hits(place)
            self._fresh = frozenset()
            self.refresh()
        self._tell()

    def _halt(self) -> None:
        self._steps = None
        if self._slices is not None:
            self._slices.stop()
            self._slices = None

    def _scan(self, search: "Search") -> Iterator[None]:
        """What is in sight first, then upwards, then what is below."""
        (first, *_), (last, *_) = self._origin
        last = min(last, len(self._column.views) - 1)
        for place in range(first, last + 1):
            yield from search.count(place)
        self._begin_in_sight(search, first, last)
        for place in range(first - 1, -1, -1):
            yield from search.count(place)
            if self._here is None and search.counts[place]:
                self._go(search, place, search.counts[place] - 1)
            yield
        for place in range(last + 1, len(self._column.views)):
            yield from search.count(place)
            if self._here is None and search.counts[place]:
                self._go(search, place, 0)
            yield

    def _begin_in_sight(self, search: "Search", first: int, last: int) -> None:
        """Go to the first hit in sight, or to the nearest in the messages that are in sight."""
        top, bottom = self._origin
        above: tuple[int, int] | None = None
        for place in range(first, last + 1):
            if search.counts[place]:
                spots = _spots(search, place)
                number = bisect_left(spots, top)
                if number < len(spots):
                    seen = spots[number] < bottom
                    self._go(search, *((place, number) if seen or above is None else above))
                    return
                above = place, len(spots) - 1
        if above is not None:
            self._go(search, *above)

    def _hits_in(self, search: "Search", place: int) -> int:
        counted = search.counts.get(place)
        return len(search.hits(place)) if counted is None else counted

    def _go(self, search: "Search", place: int, number: int) -> None:
        """Show this hit."""
        hits = search.hits(place)
        if not hits:
            return
        number = min(number, len(hits) - 1)
        self._here = (place, number)
        hit = hits[number]
        self.stay()
        self._point_at(place)
        self._show(place, hit.part, hit.start)
        self._bring_sideways(place, hit)
        self.refresh()

    def _bring_sideways(self, place: int, hit: "Hit") -> None:
        """A line that is wider than the page is moved until the hit is in sight."""
        column = self._column
        row = column.row_showing(place, hit.part, hit.start) if hit.start >= 0 else None
        line = column.line(row) if row is not None else None
        if line is None or line.wide is None or column.page is None:
            return
        from llmtui.tui.find.lit import stretches

        for start, end, _ in stretches(line, hit.part, (hit,)):
            left, right = cell_len(line.text[:start]), cell_len(line.text[:end])
            line.wide.show(left, right, column.page.width)

    def _hit_here(self, search: "Search") -> "Hit | None":
        if self._here is None:
            return None
        hits = search.hits(self._here[0])
        return hits[self._here[1]] if self._here[1] < len(hits) else None

    def _in_sight_now(self) -> tuple[_Spot, _Spot]:
        top = self.scroll_offset.y
        return self._spot(top), self._spot(top + self.size.height)

    def _spot(self, row: int) -> _Spot:
        where = self._column.anchor(row)
        if where is None:
            return 0, -1, 0
        place, (part, side, at, _), below = where
        if below:
            return place + 1, -1, 0
        return place, part, at if side > TITLE and part >= 0 else -1

    def _tell(self) -> None:
        search = self._search
        if search is None:
            told = ""
        elif self._here is None:
            told = "nothing found" if self._steps is None and not search.total else f"{search.total:,}…"
        else:
            place, number = self._here
            above = search.before(place) + number + 1
            rest = "" if self._steps is None else "…"
            told = f"{above:,} of {search.total:,}{rest}{self._wrapped}"
        self.found = told


def _spots(search: "Search", place: int) -> list[_Spot]:
    return [(place, hit.part, hit.start) for hit in search.hits(place)]
