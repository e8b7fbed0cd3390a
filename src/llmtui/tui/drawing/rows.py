"""A table of markdown read row by row, while it is written."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.style import Style

from llmtui.chat.block import Block
from llmtui.chat.markdown import words
from llmtui.chat.nesting import entered
from llmtui.tui.drawing.containers import cells, margin
from llmtui.tui.drawing.inline import Words
from llmtui.tui.drawing.kept import Kept
from llmtui.tui.drawing.lines import Line, Run
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.table import Align, Row, Table
from llmtui.tui.drawing.written import runs as as_runs

if TYPE_CHECKING:
    from markdown_it.token import Token

_ALIGNS: Mapping[str, Align] = {"text-align:right": "right", "text-align:center": "center"}
_EDGE = re.compile(r"(?<!\\)\|")
# Where none of these is, words are only words.
_MARKS = re.compile(r"[\\`*_~!\[\]<>&$^:\t\r]")

Written = tuple[str, int]


class GrowingTable:
    """The lines of one table; those of finished rows are kept."""

    def __init__(self, block: Block, page: Page, references: Mapping[str, Any], kept: Kept) -> None:
        self.start = block.start
        self._outlives = kept
        self._page = page
        self._references = dict(references)
        self._levels = block.levels
        self._before, self._style = margin(block.levels, page.palette)
        self._read = 0
        self._head: Written | None = None
        self._columns = 0
        self._table: Table | None = None

    @property
    def lines(self) -> list[Line]:
        """The lines that there are now."""
        return self._table.lines if self._table else []

    def grow(self, block: Block) -> int:
        """The block has more; the number of the first line that changed."""
        *whole, partial = block.source[self._read :].split("\n")
        rows: list[Row] = []
        for line in whole:
            written = self._inner(line, self.start + self._read)
            self._read += len(line) + 1
            if not written[0].strip():
                continue
            if self._table is not None:
                rows.append(self._row(written))
            elif self._head is None:
                self._head = written
            else:
                self._table = self._begin(self._head, written)
        assert self._table is not None
        last = self._inner(partial, self.start + self._read)
        unfinished = self._row(last) if last[0].strip() else None
        return self._table.add(rows, unfinished)

    @property
    def settled(self) -> bool:
        """Whether rows that come below do not change how those that are there look."""
        return self._table is not None and self._table.settled

    def below(self, above: str, source: str, start: int) -> list[Line]:
        """The lines of rows of a table that is settled, which are written from `start` on; the last row of
        `above` is the one above them."""
        assert self._table is not None
        last = next(line for line in reversed(above.split("\n")) if self._inner(line, 0)[0].strip())
        return self._table.below(self._row(self._inner(last, 0)), self._rows(source, start))

    def _rows(self, source: str, start: int) -> list[Row]:
        rows: list[Row] = []
        for line in source.split("\n"):
            written = self._inner(line, start)
            if written[0].strip():
                rows.append(self._row(written))
            start += len(line) + 1
        return rows

    def _begin(self, head: Written, second: Written) -> Table:
        page = self._page
        aligns = [_aligned(text.strip()) for text, _ in split(*second)]
        self._columns = len(aligns)
        width = page.width - cells(self._before)
        wide = self._outlives.sideways(self.start, width)
        return Table(aligns, self._row(head), second[1], width, page.palette, wide, self._before)

    def _row(self, written: Written) -> Row:
        row = Row(written[1])
        for place, (text, at) in enumerate(split(*written)):
            if place < self._columns:
                row.cells.append(self._cell(text, at, written))
            elif text.strip():
                # There is no column for it.
                runs = self._cell(text, at, written)
                row.cells[-1] = [*row.cells[-1], Run(" | ", self._style), *runs]
        return row

    def _cell(self, text: str, at: int, written: Written) -> list[Run]:
        content = text.strip(" \t")
        at += text.find(content)
        if not content:
            return []
        if not _MARKS.search(content):
            return list(as_runs(content, at, self._style))
        found = words(content.replace("\\|", "|"), self._references)
        if not found:
            return list(as_runs(content, at, self._style))
        reading = Words(*written, self._page.palette)
        reading.cursor = at - written[1]
        return cell(reading, found[0], self._style)

    def _inner(self, line: str, start: int) -> Written:
        """A line without the marks of its levels, and where in the text it begins."""
        text = line.rstrip("\r")
        at = entered(text, self._levels)[1]
        return text[at:], start + at


def split(text: str, start: int) -> list[Written]:
    """What is between the bars of a row, and where each piece begins."""
    found, at = [], 0
    for edge in _EDGE.finditer(text):
        found.append((text[at : edge.start()], start + at))
        at = edge.end()
    found.append((text[at:], start + at))
    if not found[0][0].strip():
        del found[0]
    if found and not found[-1][0].strip():
        del found[-1]
    return found


def alignment(token: "Token") -> Align:
    """How a column of this head is aligned."""
    return _ALIGNS.get(str(token.attrs.get("style")), "left")


def cell(reading: Words, token: "Token", style: Style) -> list[Run]:
    """What is in a cell."""
    return [run for part in reading.read(token, style, in_cell=True) for run in part]


def excess(text: str, start: int, empty: int, style: Style) -> Iterator[Run]:
    """What a row has more than the head has columns, as it was written: `text` is what follows the last cell
    that is not empty, and so many are before it."""
    at = 0
    for count, edge in enumerate(_EDGE.finditer(text)):
        piece = text[at : edge.start()]
        if count > empty and piece.strip():
            yield Run(" | ", style)
            yield from as_runs(piece.strip(), start + at + len(piece) - len(piece.lstrip()), style)
        at = edge.end()
    if at and (last := text[at:].strip()):
        yield Run(" | ", style)
        yield from as_runs(last, start + text.find(last, at), style)


def _aligned(text: str) -> Align:
    if text.endswith(":"):
        return "center" if text.startswith(":") else "right"
    return "left"
