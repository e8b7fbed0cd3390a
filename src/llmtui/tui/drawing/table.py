"""Tables fitted to a width: cells wrap, and a table that would be too narrow for its words is wider than the
page and can be moved sideways.

The head and the first rows decide how wide the columns are: then no row changes those above it, and a draw
costs the new rows only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from llmtui.tui.drawing.containers import beside, cells
from llmtui.tui.drawing.lines import Line, Run, Sideways, wrap
from llmtui.tui.drawing.palette import BOLD, Palette

# After so many rows the widths of the columns stay as they are, with some room for what is wider (numbers
# that are counted up) where there is any.
SETTLED = 50
_SLACK = 4
# Where the columns cannot all be so wide, or are so many, the table is wider than the page.
_NARROWEST = 8
_MOST_SQUEEZED = 20
_COMFORTABLE = 28
_BETWEEN = " │ "

Cell = Sequence[Run]
Align = Literal["left", "right", "center"]


@dataclass(slots=True)
class Row:
    """One row and where its line in the source begins."""

    start: int
    cells: list[Cell] = field(default_factory=list)


class Table:
    """A table as laid: rows can be added; the lines of those that are finished are kept."""

    def __init__(
        self,
        aligns: Sequence[Align],
        head: Row,
        second: int,
        width: int,
        palette: Palette,
        wide: Sideways | None = None,
        before: Sequence[Run] = (),
    ) -> None:
        self.lines: list[Line] = []
        self._aligns = aligns
        self._head = head
        self._second = second
        self._width = width
        self._palette = palette
        self._before = before
        self._wide = wide or Sideways(cells(before))
        self._natural = [max(1, cells(cell)) for cell in head.cells]
        self._widths: list[int] = []
        self._first: list[Row] = []
        self._kept = 0
        self._wrapped: bool | None = None

    def add(self, rows: Sequence[Row], unfinished: Row | None = None) -> int:
        """Add rows, and show the last one that may still change; the first line that changed."""
        older = self.lines
        early = rows[: SETTLED - len(self._first)]
        self._natural = self._wider(early)
        self._first.extend(early)
        settled = self.settled
        natural = self._natural if settled or unfinished is None else self._wider([unfinished])
        widths, changed = self._fit(natural, _SLACK if settled else 0), self._kept
        if widths != self._widths:
            self._widths, changed = widths, 0
            self._wide.widest = sum(widths) + len(_BETWEEN) * (len(widths) - 1) + self._wide.head
            self._wrapped = None
            self.lines = self._top()
            rows = [*self._first, *rows[len(early) :]]
        else:
            self.lines = older[: self._kept]
        for row in rows:
            self.lines.extend(self._row(row))
        self._kept, wrapped = len(self.lines), self._wrapped
        if unfinished is not None:
            self.lines.extend(self._row(unfinished))
            self._wrapped = wrapped
        self._finished(self.lines[changed:])
        return changed

    @property
    def settled(self) -> bool:
        """Whether the columns stay as wide as they are."""
        return len(self._first) >= SETTLED

    def below(self, above: Row, rows: Sequence[Row]) -> list[Line]:
        """The lines of rows that stand below this one, of a table that is settled; they are not added."""
        wrapped, self._wrapped = self._wrapped, len(self._cells(above)) > 1
        lines = self._finished([line for row in rows for line in self._row(row)])
        self._wrapped = wrapped
        return lines

    def _finished(self, lines: list[Line]) -> list[Line]:
        """The lines behind what is before them, moved sideways together."""
        fresh = beside(lines, self._before)
        wide = self._wide if self._wide.widest > self._width + self._wide.head else None
        for line in fresh:
            line.wide = wide
        return fresh

    def _wider(self, rows: Sequence[Row]) -> list[int]:
        """The widths that columns would have if there were room, with these rows too."""
        natural = list(self._natural)
        for row in rows:
            for place, cell in enumerate(row.cells[: len(natural)]):
                natural[place] = max(natural[place], cells(cell))
        return natural

    def _fit(self, natural: Sequence[int], slack: int) -> list[int]:
        room = self._width - len(_BETWEEN) * (len(natural) - 1)
        most = max(_NARROWEST, min(_COMFORTABLE, self._width))
        slack = max(0, min(slack, (room - sum(natural)) // max(1, len(natural))))
        wanted = [cells + slack for cells in natural]
        return fit(wanted, room) or [min(cells, most) for cells in wanted]

    def _top(self) -> list[Line]:
        lines = self._cells(self._head, bold=True)
        rule = "─┼─".join("─" * width for width in self._widths)
        return [*lines, Line([Run(rule, self._palette.faint)], self._second, self._palette.text)]

    def _row(self, row: Row) -> list[Line]:
        lines = self._cells(row)
        # Rows of several lines are hard to tell apart without some air.
        if self._wrapped or (len(lines) > 1 and self._wrapped is not None):
            empty = _BETWEEN.join(" " * width for width in self._widths)
            lines.insert(0, Line([Run(empty, self._palette.faint)], row.start, self._palette.text))
            self._wrapped = len(lines) > 2
        else:
            self._wrapped = len(lines) > 1
        return lines

    def _cells(self, row: Row, bold: bool = False) -> list[Line]:
        palette, widths = self._palette, self._widths
        columns = [
            wrap([run.over(BOLD) for run in cell] if bold else cell, room) if cell else []
            for cell, room in zip([*row.cells, *[()] * len(widths)], widths, strict=False)
        ]
        lines: list[Line] = []
        for place in range(max(1, *map(len, columns))):
            runs: list[Run] = []
            for column, (pieces, room) in enumerate(zip(columns, widths, strict=True)):
                if column:
                    runs.append(Run(_BETWEEN, palette.faint))
                piece = pieces[place] if place < len(pieces) else []
                runs.extend(_aligned(piece, room, self._aligns[column], palette))
            lines.append(Line(runs, row.start, palette.text))
        return lines


def fit(natural: Sequence[int], room: int) -> list[int] | None:
    """The widths of columns that together fill no more than the room, None if they would be too narrow.

    Columns that are narrower than their share keep their width; the others share what is left.
    """
    if sum(natural) <= room:
        return list(natural)
    if len(natural) > _MOST_SQUEEZED or room < sum(min(wanted, _NARROWEST) for wanted in natural):
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


def _aligned(piece: Sequence[Run], width: int, align: Align, palette: Palette) -> list[Run]:
    room = width - cells(piece)
    before = 0 if align == "left" else room if align == "right" else room // 2
    pads = [Run(" " * count, palette.text) if count > 0 else None for count in (before, room - before)]
    return [run for run in (pads[0], *piece, pads[1]) if run is not None]
