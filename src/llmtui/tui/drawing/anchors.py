"""Where in a message a row is, in words that hold at any width and however much comes above or below it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from llmtui.tui.drawing.lines import NOWHERE, Line
from llmtui.tui.drawing.page import Stack

TITLE, TEXT, BELOW = 0, 1, 2
_START = attrgetter("start")


class Anchor(NamedTuple):
    """A row of a message: of which part (-1 is above the first), whether it is our own words above its text,
    the text, or our own words below; where in the text it begins, or which of our own rows it is; and which
    of the rows that begin there."""

    part: int
    side: int
    at: int
    nth: int = 0


HEAD = Anchor(-1, TITLE, 0)


class _Lines:
    """The lines of one text, or of our own words between texts; what is closed of a text and what is open
    are two stacks and one text."""

    def __init__(self, stack: Stack) -> None:
        self.source, self.part = stack.source, stack.part
        self._closed: Sequence[Line] = ()
        self._open = stack.lines

    @property
    def end(self) -> int:
        """How far the text goes."""
        return len(self.source or "")

    def goes_on(self, stack: Stack) -> bool:
        """Whether this stack is the same text."""
        return stack.source is not None and stack.source is self.source and stack.part == self.part

    def add(self, stack: Stack) -> None:
        """The text goes on with this."""
        self._closed = [*self._closed, *self._open] if self._closed else self._open
        self._open = stack.lines

    def __len__(self) -> int:
        return len(self._closed) + len(self._open)

    def __getitem__(self, row: int) -> Line:
        closed = len(self._closed)
        return self._closed[row] if row < closed else self._open[row - closed]


def anchor(stacks: Sequence[Stack], row: int) -> Anchor:
    """What is at this row."""
    last = HEAD
    for top, part, side, own, lines in _sides(stacks):
        inside = min(row - top, len(lines) - 1)
        if side == TEXT:
            start = lines[inside].start
            last = Anchor(part, side, start, inside - bisect_left(lines, start, key=_START))
        else:
            last = Anchor(part, side, own + inside)
        if row < top + len(lines):
            break
    return last


def row_of(stacks: Sequence[Stack], anchor: Anchor) -> int:
    """The row where this is now, or what is left of it."""
    best = 0
    for top, part, side, own, lines in _sides(stacks):
        first = (part, side, lines[0].start if side == TEXT else own)
        if first > anchor[:3]:
            continue
        if (part, side) != anchor[:2]:
            best = top + len(lines) - 1
        elif side == TEXT:
            best = top + _row_in(lines, anchor)
        else:
            best = top + min(anchor.at - own, len(lines) - 1)
    return best


def row_showing(stacks: Sequence[Stack], part: int, at: int) -> int | None:
    """The row on which this character of a part's text is seen, None where it is folded away."""
    found = None
    for top, shown, side, _, lines in _sides(stacks):
        if (shown, side) != (part, TEXT) or at < lines[0].start:
            continue
        last = bisect_right(lines, at, key=_START) - 1
        first = bisect_left(lines, lines[last].start, key=_START)
        if last == len(lines) - 1 and at >= lines.end:
            # A panel that shows a part of its text hands over the text only as far as that goes.
            continue
        # Rows of a table begin at the same place: what they show tells them apart.
        seen = (row for row in range(first, last + 1) if _shows(lines[row], at))
        found = top + next(seen, last)
    return found


def _row_in(lines: _Lines, anchor: Anchor) -> int:
    last = bisect_right(lines, anchor.at, key=_START) - 1
    if lines[last].start != anchor.at:
        return last
    return min(last, bisect_left(lines, anchor.at, key=_START) + anchor.nth)


def _shows(line: Line, at: int) -> bool:
    return any(run.at != NOWHERE and run.at <= at < run.at + max(1, len(run.text)) for run in line.runs)


def _texts(stacks: Sequence[Stack]) -> Iterator[_Lines]:
    """The stacks that have any lines, those of one text as one."""
    found: _Lines | None = None
    for stack in stacks:
        if not stack.lines:
            continue
        if found is not None and found.goes_on(stack):
            found.add(stack)
            continue
        if found is not None:
            yield found
        found = _Lines(stack)
    if found is not None:
        yield found


def _sides(stacks: Sequence[Stack]) -> Iterator[tuple[int, int, int, int, _Lines]]:
    """(its first row, part, side, our own rows before it, lines) of each text, and of our own words."""
    top, part, side, own = 0, -1, TITLE, 0
    for lines in _texts(stacks):
        if lines.part > part:
            part, side, own = lines.part, TITLE, 0
        if lines.source is not None:
            side = TEXT
        elif side == TEXT:
            side, own = BELOW, 0
        yield top, part, side, own, lines
        top += len(lines)
        if lines.source is None:
            own += len(lines)
