"""Where in a message a row is, in words that hold at any width and however much comes above or below it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from llmtui.tui.drawing.lines import NOWHERE, Line
from llmtui.tui.drawing.page import Stack

TITLE, _TEXT, _BELOW = 0, 1, 2
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


def anchor(stacks: Sequence[Stack], row: int) -> Anchor:
    """What is at this row."""
    last = HEAD
    for top, part, side, own, lines in _sides(stacks):
        inside = min(row - top, len(lines) - 1)
        if side == _TEXT:
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
        first = (part, side, lines[0].start if side == _TEXT else own)
        if first > anchor[:3]:
            continue
        if (part, side) != anchor[:2]:
            best = top + len(lines) - 1
        elif side == _TEXT:
            best = top + _row_in(lines, anchor)
        else:
            best = top + min(anchor.at - own, len(lines) - 1)
    return best


def row_showing(stacks: Sequence[Stack], part: int, at: int) -> int | None:
    """The row on which this character of a part's text is seen, None where it is folded away."""
    found = None
    ends = {id(lines): len(source) for lines, source, _ in stacks if source is not None}
    for top, shown, side, _, lines in _sides(stacks):
        if (shown, side) != (part, _TEXT) or at < lines[0].start:
            continue
        last = bisect_right(lines, at, key=_START) - 1
        first = bisect_left(lines, lines[last].start, key=_START)
        if last == len(lines) - 1 and at >= ends.get(id(lines), at + 1):
            # A panel that shows a part of its text hands over the text only as far as that goes.
            continue
        # Rows of a table begin at the same place: what they show tells them apart.
        seen = (row for row in range(first, last + 1) if _shows(lines[row], at))
        found = top + next(seen, last)
    return found


def _row_in(lines: Sequence[Line], anchor: Anchor) -> int:
    last = bisect_right(lines, anchor.at, key=_START) - 1
    if lines[last].start != anchor.at:
        return last
    return min(last, bisect_left(lines, anchor.at, key=_START) + anchor.nth)


def _shows(line: Line, at: int) -> bool:
    return any(run.at != NOWHERE and run.at <= at < run.at + max(1, len(run.text)) for run in line.runs)


def _sides(stacks: Sequence[Stack]) -> Iterator[tuple[int, int, int, int, Sequence[Line]]]:
    """(its first row, part, side, our own rows before it, lines) of each stack that has any."""
    top, part, side, own = 0, -1, TITLE, 0
    for lines, source, of_part in stacks:
        if not lines:
            continue
        if of_part > part:
            part, side, own = of_part, TITLE, 0
        if source is not None:
            side = _TEXT
        elif side == _TEXT:
            side, own = _BELOW, 0
        yield top, part, side, own, lines
        top += len(lines)
        if source is None:
            own += len(lines)
