"""Characters of messages: where they are laid now, and in words that hold when they are laid otherwise."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from llmtui.tui.drawing.lines import NOWHERE, Line
from llmtui.tui.drawing.page import Stack
from llmtui.tui.drawing.signs import measure

# Left of the first character of a line: what is selected from there is selected with its sign.
BEFORE = -1


class Spot(NamedTuple):
    """A character: of which message, in which of its rows; at the length of its line it is the line's end."""

    place: int
    row: int
    at: int


# In a line: before all that was written, in it, after it, or at the line's very end.
Edge = Literal["before", "in", "after", "end"]


class Piece(NamedTuple):
    """Which text of a message: of which part, 0 for what was written, else which of our own words there."""

    part: int
    own: int


class Bookmark(NamedTuple):
    """A spot in words that hold at any width: where in the source it is, or which row of our own words."""

    place: int
    line: Line
    piece: Piece
    offset: int
    at: int
    edge: Edge


def sign_at(text: str, index: int) -> tuple[int, int]:
    """From where to where the sign of this character reaches; at the end of the text there is none."""
    if index >= len(text):
        return len(text), len(text)
    if text.isascii():
        return index, index + 1
    edges = measure([text]).edges
    after = bisect_right(edges, index)
    return edges[after - 1], edges[after]


def sign_in_cell(text: str, cell: int) -> int:
    """Which character is drawn in this cell, the length of the text for those after it."""
    if text.isascii():
        return min(max(0, cell), len(text))
    edges, cells = measure([text])
    return edges[max(0, bisect_right(cells, cell) - 1)]


def cell_of(text: str, index: int) -> int:
    """In which cell this character begins."""
    if text.isascii():
        return index
    edges, cells = measure([text])
    return cells[min(bisect_left(edges, index), len(cells) - 1)]


def bookmarked(stacks: Sequence[Stack], spot: Spot) -> Bookmark | None:
    """What is at this spot of a message, None if nothing is laid there."""
    for row, first, piece, line in _lines(stacks):
        if row == spot.row:
            offset, edge = _offset(line, spot.at) if not piece.own else (row - first, _edge(line, spot.at))
            return Bookmark(spot.place, line, piece, offset, spot.at, edge)
    return None


def resolved(stacks: Sequence[Stack], bookmark: Bookmark) -> Spot | None:
    """Where that is now, None if its text is not to be seen."""
    same = covering = nearest = None
    for row, first, piece, line in _lines(stacks):
        if piece != bookmark.piece:
            continue
        if piece.own:
            if row - first <= bookmark.offset:
                at = len(line.text) if bookmark.edge == "end" else min(bookmark.at, len(line.text))
                same = Spot(bookmark.place, row, at)
        elif line is bookmark.line:
            same = Spot(bookmark.place, row, bookmark.at)
        elif covering is None and _covers(line, bookmark):
            covering = Spot(bookmark.place, row, _character(line, bookmark))
        elif nearest is None or line.start <= bookmark.offset:
            nearest = Spot(bookmark.place, row, _character(line, bookmark))
    return same or covering or nearest


def _lines(stacks: Sequence[Stack]) -> Iterator[tuple[int, int, Piece, Line]]:
    """Every line with its row, the first row of its piece, and its piece."""
    row = first = own = 0
    piece = Piece(-1, 0)
    for stack in stacks:
        part = max(piece.part, stack.part)
        own = own if part == piece.part else 0
        if stack.source is None:
            own += 1
            piece, first = Piece(part, own), row
        elif piece != (part, 0):
            piece, first = Piece(part, 0), row
        for line in stack.lines:
            yield row, first, piece, line
            row += 1


def _edge(line: Line, at: int) -> Edge:
    return "end" if line.runs and at >= len(line.text) else "in"


def _offset(line: Line, at: int) -> tuple[int, Edge]:
    """Where in the source a character of a line is."""
    if not any(run.at != NOWHERE for run in line.runs):
        return line.start, _edge(line, at) if line.runs else "before"
    last, written, index = line.start, False, at
    for text, _, start in line.runs:
        if start != NOWHERE and text:
            if index < len(text):
                return (start + index, "in") if index >= 0 else (last, "after" if written else "before")
            last, written = start + len(text) - 1, True
        index -= len(text)
    return last, "end" if index >= 0 else "after"


def _covers(line: Line, bookmark: Bookmark) -> bool:
    written = [run for run in line.runs if run.at != NOWHERE and run.text]
    if not written or bookmark.edge == "before":
        return line.start == bookmark.offset
    return any(at <= bookmark.offset < at + len(text) for text, _, at in written)


def _character(line: Line, bookmark: Bookmark) -> int:
    """The character of a line that a bookmark means, or the nearest one."""
    if bookmark.edge == "before":
        return 0
    if bookmark.edge == "end":
        return len(line.text)
    base = nearest = 0
    for text, _, at in line.runs:
        if at != NOWHERE and at <= bookmark.offset and text:
            nearest = base + min(bookmark.offset - at, len(text) - 1)
        base += len(text)
    return nearest
