"""Tables fitted to a width: aligned columns, or a list of rows where columns would be too narrow."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from rich.cells import cell_len

from llmtui.tui.drawing.lines import Line, Run, wrap
from llmtui.tui.drawing.palette import BOLD, Palette

MOST_ROWS = 300
MOST_COLUMNS = 20
_NARROWEST = 6
_BETWEEN = " │ "

Cell = Sequence[Run]
Align = Literal["left", "right", "center"]


@dataclass(slots=True)
class Row:
    """One row and where its line in the source begins."""

    start: int
    cells: list[Cell] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """A table as read: how its columns align, its head and its rows."""

    aligns: list[Align] = field(default_factory=list)
    head: Row = field(default_factory=lambda: Row(0))
    rows: list[Row] = field(default_factory=list)
    second: int = 0

    def lines(self, width: int, palette: Palette) -> list[Line]:
        """The table as lines of at most `width` cells."""
        columns = len(self.head.cells)
        rows = self.rows[:MOST_ROWS]
        natural = [
            max(1, *(_width(row.cells[place]) for row in (self.head, *rows) if place < len(row.cells)))
            for place in range(columns)
        ]
        widths = fit(natural, width - len(_BETWEEN) * (columns - 1))
        found = self._listed(width, palette) if widths is None else self._boxed(widths, palette)
        if len(self.rows) > MOST_ROWS:
            more = f"… {len(self.rows) - MOST_ROWS:,} more rows"
            found.append(Line([Run(more, palette.muted)], self.rows[MOST_ROWS].start, palette.text))
        return found

    def _boxed(self, widths: Sequence[int], palette: Palette) -> list[Line]:
        found = self._row(self.head, widths, palette, bold=True)
        rule = "─┼─".join("─" * cells for cells in widths)
        found.append(Line([Run(rule, palette.faint)], self.second, palette.text))
        wrapped = False
        for row in self.rows[:MOST_ROWS]:
            lines = self._row(row, widths, palette)
            # Rows of several lines are hard to tell apart without some air.
            if wrapped or (len(lines) > 1 and row is not self.rows[0]):
                empty = _BETWEEN.join(" " * cells for cells in widths)
                found.append(Line([Run(empty, palette.faint)], row.start, palette.text))
            wrapped = len(lines) > 1
            found.extend(lines)
        return found

    def _row(self, row: Row, widths: Sequence[int], palette: Palette, bold: bool = False) -> list[Line]:
        columns = [
            wrap([Run(text, style + BOLD if bold else style, at) for text, style, at in cell], cells)
            if cell
            else []
            for cell, cells in zip([*row.cells, *[()] * len(widths)], widths, strict=False)
        ]
        lines: list[Line] = []
        for place in range(max(1, *map(len, columns))):
            runs: list[Run] = []
            for column, (pieces, cells) in enumerate(zip(columns, widths, strict=True)):
                if column:
                    runs.append(Run(_BETWEEN, palette.faint))
                piece = pieces[place] if place < len(pieces) else []
                runs.extend(_aligned(piece, cells, self.aligns[column], palette))
            lines.append(Line(runs, row.start, palette.text))
        return lines

    def _listed(self, width: int, palette: Palette) -> list[Line]:
        """Every row as a list of `head: cell`, for when there is no room for columns."""
        lines: list[Line] = []
        for row in self.rows[:MOST_ROWS] or [self.head]:
            if lines:
                lines.append(Line([], row.start, palette.text))
            for title, cell in zip(self.head.cells, row.cells, strict=False):
                label = [Run(text, style + BOLD) for text, style, _ in title]
                runs = [*label, Run(": ", palette.muted), *cell] if row is not self.head else list(title)
                lines.extend(Line(piece, row.start, palette.text) for piece in wrap(runs, width))
        return lines


def fit(natural: Sequence[int], room: int) -> list[int] | None:
    """The widths of columns that together fill no more than the room, None if they would be too narrow.

    Columns that are narrower than their share keep their width; the others share what is left.
    """
    if sum(natural) <= room:
        return list(natural)
    if len(natural) > MOST_COLUMNS or room < sum(min(cells, _NARROWEST) for cells in natural):
        return None
    widths = list(natural)
    wide = set(range(len(natural)))
    left = room
    while True:
        share = left // len(wide)
        small = {place for place in wide if natural[place] <= share}
        if not small:
            break
        left -= sum(natural[place] for place in small)
        wide -= small
    for extra, place in enumerate(sorted(wide)):
        widths[place] = left // len(wide) + (1 if extra < left % len(wide) else 0)
    return widths


def _aligned(piece: Sequence[Run], cells: int, align: Align, palette: Palette) -> list[Run]:
    room = cells - _width(piece)
    before = 0 if align == "left" else room if align == "right" else room // 2
    pads = [Run(" " * count, palette.text) if count > 0 else None for count in (before, room - before)]
    return [run for run in (pads[0], *piece, pads[1]) if run is not None]


def _width(cell: Cell) -> int:
    return sum(cell_len(run.text) for run in cell)
