"""Code as drawn: lines in their colours, wrapped or wider than the page."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from time import perf_counter

from rich.cells import cell_len

from llmtui.terminal import safe_line
from llmtui.tui.drawing.lexers import at_hand, find_lexer
from llmtui.tui.drawing.lexing import PLAIN, Reader, Span
from llmtui.tui.drawing.lines import NOWHERE, Line, Recast, Run, Sideways, shortened
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.signs import measure, narrow
from llmtui.tui.drawing.written import TAB
from llmtui.tui.drawing.written import runs as as_runs

# So long a draw may read a program; what is left is read while nobody waits, in slices as long.
_SLICE = 0.006
# What nobody would move to the end of is broken even where lines are left whole: a draw measures all of it.
LONGEST_ROW = 4_000
_LONGEST_LABEL = 40
_PAD = 1
# Before a row that goes on with the line above it, below where that one begins.
_GOES_ON = "↪"
# Code that begins further in than this share of the page goes on further out, and on a page of fewer cells
# at its edge.
_DEEPEST, _NARROW = 3, 16


class _Colours:
    """What was read of one program."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.spans: list[Sequence[Span]] = []
        self.reader: Reader | None = None


class Code:
    """The code of one fence: lines, and their colours once somebody looks at them.

    A line is coloured when it is finished, and then keeps its colours. `wide` is there where long lines are
    not wrapped.
    """

    def __init__(self, language: str, wide: Sideways | None = None) -> None:
        self.language = language
        self.lines: list[str] = []
        self.closed = False
        self.wide = wide
        self.behind = False
        """Whether more was asked for than a draw has time to read."""
        self._colours = _Colours()
        self._asked = 0

    def take_up(self, older: "Code") -> None:
        """Know what is known of the same code as it was laid before."""
        if older.language == self.language:
            self._colours = older._colours

    def coloured(self, place: int) -> bool:
        """Whether this line has its colours; it gets them now if that does not take long."""
        self._asked = max(self._asked, place + 1)
        if place < len(self._colours.lines) and self._colours.lines[place] != self.lines[place]:
            # It was read when it meant something else.
            self._colours = _Colours()
        if place >= len(self._colours.spans) and not self.behind:
            self.behind = not at_hand(self.language) or not self.catch_up()
        return place < len(self._colours.spans)

    def catch_up(self, seconds: float = _SLICE) -> bool:
        """Read on for so long; whether all is read that was asked for."""
        lexer, colours = find_lexer(self.language), self._colours
        if lexer is not None and colours.reader is None:
            colours.reader = Reader(lexer)
        finished = len(self.lines) if self.closed else len(self.lines) - 1
        wanted, until = min(self._asked, finished), perf_counter() + seconds
        while len(colours.spans) < wanted and perf_counter() < until:
            line = self.lines[len(colours.spans)]
            colours.lines.append(line)
            colours.spans.append(colours.reader.read(line) if colours.reader else (Span(line, PLAIN),))
        self.behind = len(colours.spans) < wanted
        return not self.behind

    def spans(self, place: int) -> Sequence[Span]:
        """The coloured stretches of this line, one without colour as long as they are not known."""
        return self._colours.spans[place] if self.coloured(place) else (Span(self.lines[place], PLAIN),)


class FenceLabel(Line):
    """The line above a fence's code: its language, and what is in sight of code wider than the page."""

    __slots__ = ("_palette", "_room", "code")

    def __init__(self, code: Code, start: int, palette: Palette, room: int = 0) -> None:
        """`room` are the cells of the page."""
        super().__init__(
            [Run(f" {shortened(safe_line(code.language), _LONGEST_LABEL)}", palette.fence_label)],
            start,
            palette.fence,
        )
        self.code = code
        self._palette = palette
        self._room = room

    @property
    def look(self) -> object:
        # The lexer is fetched as soon as the language is seen.
        if self.code.lines:
            self.code.coloured(0)
        return self.in_sight

    @property
    def in_sight(self) -> str:
        """What is in sight of code that is wider than the page."""
        wide, room = self.code.wide, self._room
        if wide is None or wide.widest <= room:
            return ""
        before, hidden = wide.head + _PAD, wide.hidden(room)
        left, right = hidden > 0, hidden + room < wide.widest
        first, last = hidden + 1, hidden + room - before - right
        return f"{'‹ ' if left else ''}{first:,}–{last:,} of {wide.widest - before:,}{' ›' if right else ''}"

    def painted(self) -> Sequence[Run]:
        if not (words := self.in_sight):
            return self.runs
        apart = " · " if self.code.language else ""
        return [*self.runs, Run(apart + words, self._palette.fence_label)]


class CodeLine(Line):
    """A line of code as drawn, or a row of it, coloured when it is seen."""

    __slots__ = ("_at", "_palette", "_place", "code", "first")

    def __init__(
        self, code: Code, place: int, low: int, runs: Sequence[Run], start: int, palette: Palette
    ) -> None:
        """From character `low` on of a line of the code; `start` is where that character is in the source."""
        super().__init__(runs, start, palette.fence)
        self.code = code
        self.first = place == low == 0
        self.wide = code.wide
        self._place = place
        self._at = start - low
        self._palette = palette

    @property
    def look(self) -> object:
        return self.code.coloured(self._place), self.wide.moved if self.wide else 0

    def painted(self) -> Sequence[Run]:
        """The runs with the code coloured; what is before it, a bar or an indent, stays as it is."""
        spans = self.code.spans(self._place)
        ends = list(accumulate(len(text) for text, _ in spans))
        found: list[Run] = []
        for run in self.runs:
            low, length = run.at - self._at, len(run.text)
            if run.at == NOWHERE or not length:
                found.append(run)
                continue
            count = min(bisect_right(ends, low), len(spans) - 1)
            if isinstance(run, Recast):
                # A tab or the name of an unsafe character stands for one character.
                found.append(run.over(getattr(self._palette, spans[count].style)))
                continue
            at = 0
            while at < length:
                end = length if count == len(spans) - 1 else min(length, ends[count] - low)
                if end > at:
                    style = getattr(self._palette, spans[count].style)
                    found.append(Run(run.text[at:end], style, run.at + at))
                    at = end
                count += 1
        return found


def code_lines(code: Code, place: int, start: int, width: int, palette: Palette) -> list[Line]:
    """One line of code as drawn; `start` is where it begins in the source."""
    text, wide = code.lines[place], code.wide
    width = LONGEST_ROW if wide is not None else width
    pad = Run(" " * _PAD, palette.fence)
    if not text:
        return [CodeLine(code, place, 0, (pad,), start, palette)]
    if len(text) < width and text.isascii() and text.isprintable():
        if wide is not None:
            wide.widest = max(wide.widest, wide.head + _PAD + len(text))
        runs = (pad, Run(text, palette.fence, start))
        return [CodeLine(code, place, 0, runs, start, palette)]
    lead = _lead(text, width, palette)
    before = sum(len(run.text) for run in lead)
    rows = _rows(list(as_runs(text, start, palette.fence)), width - _PAD, width - before)
    if wide is not None:
        cells = max(sum(cell_len(run.text) for run in row) for row in rows)
        wide.widest = max(wide.widest, wide.head + cells + (before if len(rows) > 1 else _PAD))
    return [
        CodeLine(code, place, row[0].at - start, (*(lead if count else (pad,)), *row), row[0].at, palette)
        for count, row in enumerate(rows)
    ]


def _lead(text: str, width: int, palette: Palette) -> Sequence[Run]:
    """What is before the rows that a line of code goes on with: they begin below it, if there is room."""
    if width < _NARROW:
        return (Run(_GOES_ON, palette.fence_label),)
    indent = min(_indent(text), width // _DEEPEST)
    return (Run(" " * (_PAD + indent), palette.fence), Run(f"{_GOES_ON} ", palette.fence_label))


def _indent(text: str) -> int:
    """The cells before the first letter of a line."""
    shown = text.expandtabs(TAB)
    return len(shown) - len(shown.lstrip(" "))


def _rows(runs: Sequence[Run], width: int, later: int) -> list[list[Run]]:
    """The runs of a line of code in rows that are full, `later` cells of them below the first; what stands
    for one character is not broken."""
    rows: list[list[Run]] = [[]]
    room = width
    for run in runs:
        shown, size = run.text, cell_len(run.text)
        if isinstance(run, Recast) or size <= room:
            if rows[-1] and size > room:
                rows.append([])
                room = later
            rows[-1].append(run)
            room -= size
            continue
        edges, cells = (range(size + 1),) * 2 if narrow(shown) else measure([shown])
        first = 0
        while first < len(edges) - 1:
            last = bisect_right(cells, cells[first] + room) - 1
            if last <= first and rows[-1]:
                rows.append([])
                room = later
                continue
            space = _after_space(shown, edges, first, last)
            last = space or max(last, first + 1)
            rows[-1].append(run.part(edges[first], edges[last]))
            room = 0 if space else room - cells[last] + cells[first]
            first = last
    return rows


def _after_space(text: str, edges: Sequence[int], first: int, last: int) -> int:
    """Where a row is better cut: after the last space of its second half; 0 if there is none or all fits."""
    if last >= len(edges) - 1:
        return 0
    space = text.rfind(" ", edges[(first + last) // 2], edges[last])
    return bisect_right(edges, space) if space > edges[first] else 0
