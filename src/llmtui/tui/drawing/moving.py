"""Where a caret comes to in a column of messages, a sign, a word, a row or a page farther on."""

from typing import Literal

from llmtui.tui.drawing.column import Column
from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.signs import measure
from llmtui.tui.drawing.spots import Spot, cell_of, sign_in_cell
from llmtui.tui.drawing.words import starts

Direction = Literal[-1, 1]


def line_at(column: Column, spot: Spot) -> Line:
    """The line that a caret is on."""
    column.lay(spot.place)
    return column.views[spot.place].line(spot.row)


def by_sign(column: Column, spot: Spot, step: Direction) -> Spot:
    """One sign on, over the ends of lines."""
    edges = _signs(line_at(column, spot))
    known = [edge for edge in edges if (edge - spot.at) * step > 0]
    if known:
        return spot._replace(at=min(known) if step > 0 else max(known))
    other = by_rows(column, spot, step)
    if (other.place, other.row) == (spot.place, spot.row):
        return spot
    return to_start(column, other) if step > 0 else to_end(column, other)


def by_word(column: Column, spot: Spot, step: Direction) -> Spot:
    """To the beginning of the next word, or of this one or the one before it."""
    while True:
        known = [at for at in starts(line_at(column, spot).text) if (at - spot.at) * step > 0]
        if known:
            return spot._replace(at=min(known) if step > 0 else max(known))
        other = by_rows(column, spot, step)
        if (other.place, other.row) == (spot.place, spot.row):
            return to_end(column, spot) if step > 0 else to_start(column, spot)
        # Before all the words of a line, or after them.
        spot = other._replace(at=-1 if step > 0 else len(line_at(column, other).text) + 1)


def by_rows(column: Column, spot: Spot, rows: int, cell: int | None = None) -> Spot:
    """So many rows down, up for less than 0, in the same cell or the one that is wanted."""
    cell = cell_of(line_at(column, spot).text, spot.at) if cell is None else cell
    place, row = spot.place, spot.row + rows
    while row < 0 and place > 0:
        place -= 1
        column.lay(place)
        row += column.views[place].height
    while row >= column.views[place].height and place < len(column.views) - 1:
        row -= column.views[place].height
        place += 1
        column.lay(place)
    there = Spot(place, max(0, min(row, column.views[place].height - 1)), 0)
    edges = _signs(line_at(column, there))
    return there._replace(at=min(sign_in_cell(line_at(column, there).text, cell), edges[-1]))


def to_start(column: Column, spot: Spot) -> Spot:
    """To the beginning of the row."""
    return spot._replace(at=0)


def to_end(column: Column, spot: Spot) -> Spot:
    """To the last sign of the row."""
    return spot._replace(at=_signs(line_at(column, spot))[-1])


def top(column: Column) -> Spot:
    """The first row of all."""
    column.lay(0)
    return Spot(0, 0, 0)


def bottom(column: Column) -> Spot:
    """The last row with words of a message, its last sign."""
    place = len(column.views) - 1
    column.lay(place)
    return to_end(column, Spot(place, max(0, column.views[place].told - 1), 0))


def _signs(line: Line) -> list[int]:
    """Where the signs of a line begin; an empty one has a place for a caret all the same."""
    text = line.text
    return list(range(len(text))) or [0] if text.isascii() else list(measure([text]).edges[:-1])
