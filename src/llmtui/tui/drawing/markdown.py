"""Markdown drawn: the tokens of a block become styled lines that know where in the source they come from.

Everything that was written is shown, as text: nothing is fetched, nothing is run, and only what
`terminal.safe_link` allows becomes a link.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rich.style import Style

from llmtui.chat.blocks import Block
from llmtui.chat.markdown import tokens
from llmtui.terminal import safe_text
from llmtui.tui.drawing.inline import Words
from llmtui.tui.drawing.lines import NOWHERE, Line, Run, wrap
from llmtui.tui.drawing.paint import Code, FenceLabel, code_lines
from llmtui.tui.drawing.palette import BOLD, Palette
from llmtui.tui.drawing.table import Align, Row, Table

if TYPE_CHECKING:
    from markdown_it.token import Token

_BULLETS = "•◦▪"
_TASK = re.compile(r"\[([ xX])\] ")
_ALIGNS: Mapping[str, Align] = {"text-align:right": "right", "text-align:center": "center"}


def draw(block: Block, width: int, palette: Palette, references: Mapping[str, Any]) -> list[Line]:
    """The lines of a block at most `width` cells wide; `start` of each counts from the text's beginning."""
    found = None if block.kind == "plain" else tokens(block.source, dict(references))
    if found is None:
        return plain(block.source, block.start, width, palette.text)
    drawing = _Drawing(block, palette)
    lines = drawing.blocks(found, 0, len(found), width, palette.text, 0)
    for above, below in pairwise(lines):
        below.start = max(above.start, below.start)
    return lines


def plain(text: str, start: int, width: int, style: Style) -> list[Line]:
    """Text as it was written, wrapped; blank lines at its ends are left out."""
    lines = as_written(text, start, width, style)
    while lines and not lines[-1].text.strip():
        lines.pop()
    first = next((place for place, line in enumerate(lines) if line.text.strip()), 0)
    return lines[first:]


def as_written(text: str, start: int, width: int, style: Style) -> list[Line]:
    """Text as it was written, wrapped, with all its blank lines; `start` is where it is in the source."""
    lines: list[Line] = []
    for piece in text.split("\n"):
        runs = [Run(safe_text(piece.rstrip("\r")).replace("\n", " ").expandtabs(4), style, start)]
        for row in wrap(runs, width):
            lines.append(Line(row, row[0].at if row else start, style))
        start += len(piece) + 1
    return lines


class _Drawing:
    """One block being drawn."""

    def __init__(self, block: Block, palette: Palette) -> None:
        self.source = block.source
        self.base = block.start
        self.number = block.number
        self.palette = palette
        self.words = Words(block.source, block.start, palette)
        self.starts = [0, *(match.end() for match in re.finditer(r"\r\n?|\n", block.source))]

    def blocks(
        self, found: "Sequence[Token]", place: int, end: int, width: int, style: Style, depth: int
    ) -> list[Line]:
        """The blocks between two tokens, one below the other."""
        lines: list[Line] = []
        while place < end:
            token = found[place]
            closing = _closing(found, place)
            if lines and self._spaced(token, depth):
                lines.append(Line([], self._line_start(token) - 1, style))
            lines.extend(self._block(found, place, closing, width, style, depth))
            place = closing + 1
        return lines

    def _spaced(self, token: "Token", depth: int) -> bool:
        """At the top blocks stand apart; inside a list or a quote as they were written."""
        if not depth or token.map is None:
            return True
        above = token.map[0] - 1
        return above < 0 or not self.source[self.starts[above] : self.starts[above + 1]].strip(" \t\r\n>")

    def _block(
        self, found: "Sequence[Token]", place: int, closing: int, width: int, style: Style, depth: int
    ) -> list[Line]:
        token = found[place]
        self.words.cursor = max(self.words.cursor, self._line_start(token) - self.base)
        match token.type:
            case "heading_open":
                heading = self.palette.heading if token.tag in ("h1", "h2") else style + BOLD
                if token.tag == "h1":
                    heading += Style(underline=True)
                return self._written(found[place + 1], width, heading)
            case "paragraph_open":
                return self._written(found[place + 1], width, style)
            case "bullet_list_open" | "ordered_list_open":
                return self._list(found, place, closing, width, style, depth)
            case "blockquote_open":
                inner = self.blocks(found, place + 1, closing, width - 2, self.palette.quote, depth + 1)
                bar = Run("▎ ", self.palette.bar)
                return _prefixed(inner, bar, bar)
            case "fence" | "code_block":
                return self._code(token, width)
            case "table_open":
                return self._table(found, place, closing).lines(width, self.palette)
            case "hr":
                return [Line([Run("─" * width, self.palette.faint)], self._line_start(token), style)]
            case _:
                return plain(token.content, self._line_start(token), width, style)

    def _list(
        self, found: "Sequence[Token]", place: int, closing: int, width: int, style: Style, depth: int
    ) -> list[Line]:
        ordered = found[place].type == "ordered_list_open"
        number = int(found[place].attrs.get("start", 1)) if ordered else 0
        if ordered and place == 0 and self.number is not None:
            number = self.number
        items = [at for at in range(place + 1, closing) if found[at].level == found[place].level + 1]
        opens = [at for at in items if found[at].type == "list_item_open"]
        indent = "  " if depth == 0 else ""
        digits = len(str(number + len(opens) - 1)) if ordered else 1
        lines: list[Line] = []
        for count, at in enumerate(opens):
            self._skip_marker(found[at])
            sign = f"{number + count}.".rjust(digits + 1) if ordered else _BULLETS[min(depth, 5) // 2 % 3]
            inner_width = width - len(indent) - len(sign) - 1
            inner = self.blocks(found, at + 1, _closing(found, at), inner_width, style, depth + 2)
            sign = _task(inner, sign)
            first = Run(f"{indent}{sign} ", self.palette.bullet)
            rest = Run(" " * len(first.text), style)
            if not inner:
                inner = [Line([], self._line_start(found[at]), style)]
            if lines and self._spaced(found[at], depth + 1):
                lines.append(Line([], self._line_start(found[at]) - 1, style))
            lines.extend(_prefixed(inner, first, rest))
        return lines

    def _code(self, token: "Token", width: int) -> list[Line]:
        code = Code(token.info.split()[0] if token.info.split() else "")
        code.lines = token.content.removesuffix("\n").split("\n")
        code.closed = True
        top = self._line_start(token)
        lines: list[Line] = []
        row = token.map[0] if token.map else 0
        if token.type == "fence":
            lines.append(FenceLabel(code, top, self.palette))
            row += 1
        for place, text in enumerate(code.lines):
            start = self.starts[min(row + place, len(self.starts) - 1)]
            # Inside a list or a quote the line is indented, or has a mark before it.
            written = self.source.find(text, start) if text else start
            start = self.base + (start if written < 0 else written)
            lines.extend(code_lines(code, place, start, width, self.palette))
        return lines

    def _table(self, found: "Sequence[Token]", place: int, closing: int) -> Table:
        table = Table(second=self.base + self.starts[min(self._row(found[place]) + 1, len(self.starts) - 1)])
        row = table.head
        for at in range(place, closing):
            token = found[at]
            match token.type:
                case "tr_open":
                    start = self.base + self.starts[self._row(token)] if token.map else row.start
                    row = table.head if not table.head.cells else Row(start)
                    row.start = start
                    if row is not table.head:
                        table.rows.append(row)
                case "th_open":
                    table.aligns.append(_ALIGNS.get(str(token.attrs.get("style")), "left"))
                case "inline":
                    cell = self.words.read(token, self.palette.text)
                    row.cells.append([run for part in cell for run in part])
                case _:
                    pass
        return table

    def _written(self, token: "Token", width: int, style: Style) -> list[Line]:
        """The text of a paragraph or a heading, its line breaks kept."""
        lines: list[Line] = []
        start = self.base + self.words.cursor
        for runs in self.words.read(token, style):
            known = next((run.at for run in runs if run.at != NOWHERE), start)
            start = self.base + self.starts[bisect_right(self.starts, known - self.base) - 1]
            for place, row in enumerate(wrap(runs, width)):
                if place:
                    start = next((run.at for run in row if run.at != NOWHERE), start)
                lines.append(Line(row, start, style))
        return lines

    def _skip_marker(self, token: "Token") -> None:
        start = max(self.words.cursor, self.starts[self._row(token)])
        marker = re.compile(r"[ \t>]*(?:[-+*]|\d+[.)])").match(self.source, start)
        self.words.cursor = marker.end() if marker else start

    def _row(self, token: "Token") -> int:
        return token.map[0] if token.map else 0

    def _line_start(self, token: "Token") -> int:
        return self.base + self.starts[self._row(token)] if token.map else self.base + self.words.cursor


def _task(inner: Sequence[Line], sign: str) -> str:
    """A task's box in place of the item's sign, taken off its text."""
    if not inner or not inner[0].runs or not (task := _TASK.match(inner[0].runs[0].text)):
        return sign
    first, *rest = inner[0].runs
    at = first.at if first.at == NOWHERE else first.at + task.end()
    inner[0].runs = [Run(first.text[task.end() :], first.style, at), *rest]
    return "☐" if task[1] == " " else "☑"


def _prefixed(lines: list[Line], first: Run, rest: Run) -> list[Line]:
    for row, line in enumerate(lines):
        line.runs = [rest if row else first, *line.runs]
    return lines


def _closing(found: "Sequence[Token]", place: int) -> int:
    """The token that closes the one at this place, or the place itself."""
    if found[place].nesting != 1:
        return place
    level = found[place].level
    return next(
        at for at in range(place + 1, len(found)) if found[at].level == level and found[at].nesting == -1
    )
