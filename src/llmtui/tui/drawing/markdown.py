"""Markdown drawn: the tokens of a block become styled lines that know where in the source they come from.

Everything that was written is shown, as text: nothing is fetched, nothing is run, and only what
`terminal.safe_link` allows becomes a link.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.style import Style

from llmtui.chat.block import Block
from llmtui.chat.nesting import Level
from llmtui.tui.drawing.containers import BAR, INDENT, beside
from llmtui.tui.drawing.inline import Words, hanging, wrapped
from llmtui.tui.drawing.kept import Kept
from llmtui.tui.drawing.lines import NOWHERE, Line, Recast, Run, wrap
from llmtui.tui.drawing.maths import formula_alone
from llmtui.tui.drawing.paint import FenceLabel, code_lines
from llmtui.tui.drawing.palette import BOLD, Palette
from llmtui.tui.drawing.rows import alignment, cell, excess
from llmtui.tui.drawing.table import Align, Row, Table
from llmtui.tui.drawing.written import runs as as_runs

if TYPE_CHECKING:
    from markdown_it.token import Token

BULLETS = "•◦▪"
_TASK = re.compile(r"\[([ xX])\] ")


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
        for row in wrap(list(as_runs(piece.rstrip("\r"), start, style)), width):
            lines.append(Line(row, row[0].at if row else start, style))
        start += len(piece) + 1
    return lines


class Drawing:
    """One block being drawn: `source` is what is read, `base` where in the text that begins.

    Where the block goes on in containers, what opens them above it is shown as what they go on with.
    """

    def __init__(self, block: Block, source: str, base: int, palette: Palette, kept: Kept) -> None:
        self.words = Words(source, base, palette)
        self.source = self.words.source
        self.base = base
        self.first = block.start
        self.number = block.number
        self.levels = list(block.levels)
        self.palette = palette
        self.kept = kept
        self.starts = [0, *(match.end() for match in re.finditer(r"\r\n?|\n", source))]

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
                return self.written(found[place + 1], width, heading)
            case "paragraph_open":
                return self.written(found[place + 1], width, style)
            case "bullet_list_open" | "ordered_list_open":
                return self._list(found, place, closing, width, style, depth)
            case "blockquote_open":
                self._next_level()
                inner = self.blocks(found, place + 1, closing, width - 2, self.palette.quote, depth + 1)
                return beside(inner, [Run(BAR, self.palette.bar)])
            case "fence" | "code_block":
                return self._code(token, width)
            case "table_open":
                return self._table(found, place, closing, width, style)
            case "maths_block":
                return self._maths(token, width, style)
            case "html_block":
                texts = self._written_lines(token.content.rstrip("\n").split("\n"), self._row(token))
                return [line for text, at in texts for line in as_written(text, at, width, style)]
            case "hr":
                return [Line([Run("─" * width, self.palette.faint)], self._line_start(token), style)]
            case _:
                return plain(token.content, self._line_start(token), width, style)

    def _list(
        self, found: "Sequence[Token]", place: int, closing: int, width: int, style: Style, depth: int
    ) -> list[Line]:
        level = self._next_level()
        ordered = found[place].type == "ordered_list_open"
        number = int(found[place].attrs.get("start", 1)) if ordered else 0
        if ordered and level is None and self.number is not None:
            number, self.number = self.number, None
        items = [at for at in range(place + 1, closing) if found[at].level == found[place].level + 1]
        opens = [at for at in items if found[at].type == "list_item_open"]
        indent = "" if depth else INDENT
        lines: list[Line] = []
        for count, at in enumerate(opens):
            self._skip_marker(found[at])
            goes_on = level is not None and not count
            sign = f"{number + count}{found[place].markup}" if ordered else BULLETS[min(depth, 5) // 2 % 3]
            if level is not None and not count:
                sign = " " * level.sign
            inner_width = width - len(indent) - len(sign) - 1
            inner = self.blocks(found, at + 1, _closing(found, at), inner_width, style, depth + 2)
            if not goes_on:
                sign = _task(inner, sign, ordered)
            first = Run(f"{indent}{sign} ", self.palette.bullet)
            rest = Run(" " * len(first.text), style)
            if not inner and not goes_on:
                inner = [Line([], self._line_start(found[at]), style)]
            if lines and self._spaced(found[at], depth + 1):
                lines.append(Line([], self._line_start(found[at]) - 1, style))
            lines.extend(beside(inner, [rest]) if goes_on else marked(inner, first, rest))
        return lines

    def _next_level(self) -> Level | None:
        """The level that this container is, if it is one that the block goes on in."""
        return self.levels.pop(0) if self.levels else None

    def _code(self, token: "Token", width: int) -> list[Line]:
        top = self._line_start(token)
        code = self.kept.code(top, token.info.split()[0] if token.info.split() else "", width)
        code.lines = token.content.removesuffix("\n").split("\n") if token.content else []
        code.closed = True
        lines: list[Line] = []
        row = token.map[0] if token.map else 0
        if token.type == "fence":
            lines.append(FenceLabel(code, top, self.palette, self.kept.room))
            row += 1
        for place, (_, start) in enumerate(self._written_lines(code.lines, row)):
            lines.extend(code_lines(code, place, start, width, self.palette))
        return lines

    def _written_lines(self, texts: Sequence[str], row: int) -> Iterator[tuple[str, int]]:
        """Lines as they were read, from this row of the source on, and where in the text each is."""
        for place, text in enumerate(texts):
            start = self.starts[min(row + place, len(self.starts) - 1)]
            # Inside a list or a quote the line is indented, or has a mark before it.
            written = self.source.find(text, start) if text else start
            yield text, max(self.first, self.base + (start if written < 0 else written))

    def _table(
        self, found: "Sequence[Token]", place: int, closing: int, width: int, style: Style
    ) -> list[Line]:
        rows: list[Row] = []
        aligns: list[Align] = []
        for token in found[place:closing]:
            match token.type:
                case "tr_open":
                    rows.append(Row(self._line_start(token)))
                case "th_open":
                    aligns.append(alignment(token))
                case "inline":
                    rows[-1].cells.append(cell(self.words, token, style))
                case "tr_close" if len(rows) > 1:
                    line = self.source[self.words.cursor :].split("\n", 1)[0]
                    row_cells = rows[-1].cells
                    empty = next(
                        (count for count, one in enumerate(reversed(row_cells)) if one), len(row_cells)
                    )
                    row_cells[-1] = [
                        *row_cells[-1],
                        *excess(line, self.base + self.words.cursor, empty, style),
                    ]
                case _:
                    pass
        second = self._row(found[place]) + 1
        wide = self.kept.sideways(rows[0].start, width)
        table = Table(aligns, rows[0], self.base + self.starts[second], width, self.palette, wide)
        table.add(rows[1:])
        return table.lines

    def written(self, token: "Token", width: int, style: Style) -> list[Line]:
        """The text of a paragraph or a heading, its line breaks kept."""
        lines: list[Line] = []
        start = self.base + self.words.cursor
        inset = 0
        for runs in self.words.read(token, style):
            known = next((run.at for run in runs if run.at != NOWHERE), start)
            start = self.base + self.starts[bisect_right(self.starts, known - self.base) - 1]
            inset = hanging(runs) or inset
            for place, row in enumerate(wrapped(runs, width, inset)):
                if place:
                    start = next((run.at for run in row if run.at != NOWHERE), start)
                lines.append(Line(row, start, style))
        return lines

    def _maths(self, token: "Token", width: int, style: Style) -> list[Line]:
        """A formula that stands alone, as it was written while its end has not come or cannot be read."""
        above, below = token.map or (0, 1)
        start = self.source.find(token.markup, max(self.words.cursor, self.starts[above]))
        inside = max(start + len(token.markup), self.starts[min(below, len(self.starts)) - 1])
        end = self.source.find(token.info, inside) if token.info else -1
        at = self.base + max(start, 0)
        if end >= 0:
            self.words.cursor = end + len(token.info)
            length = self.words.cursor - start
            lines = formula_alone(token, at, length, width, style, self.palette)
            if lines is not None:
                return lines
        texts = self._written_lines(token.content.rstrip("\n").split("\n"), above)
        style = self.palette.code if token.info else style
        return [line for text, at in texts for line in as_written(text, at, width, style)]

    def _skip_marker(self, token: "Token") -> None:
        start = max(self.words.cursor, self.starts[self._row(token)])
        marker = re.compile(r"[ \t>]*(?:[-+*]|\d+[.)])[ \t]*").match(self.source, start)
        self.words.cursor = marker.end() if marker else start

    def _row(self, token: "Token") -> int:
        return token.map[0] if token.map else 0

    def _line_start(self, token: "Token") -> int:
        start = self.starts[self._row(token)] if token.map else self.words.cursor
        return max(self.first, self.base + start)


def _task(inner: Sequence[Line], sign: str, ordered: bool) -> str:
    """A task's box in place of its mark: of a bullet, or behind a number."""
    if not inner or not inner[0].runs or not (task := _TASK.match(inner[0].runs[0].text)):
        return sign
    first, *rest = inner[0].runs
    box = "☐" if task[1] == " " else "☑"
    words = first.part(task.end(), len(first.text))
    if ordered and first.at != NOWHERE:
        inner[0].runs = [Recast(f"{box} ", first.style, first.at, task.end()), words, *rest]
        return sign
    inner[0].runs = [words, *rest]
    return box


def marked(lines: list[Line], first: Run, rest: Run) -> list[Line]:
    """The lines of an item: the first with its sign, the others as far to the right."""
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
