"""Lines as strips for the screen: in their margins, lit in places, or telling the mouse where it is."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from llmtui.tui.drawing.lines import Line, Run, Sideways
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.signs import Measured, measure

MARGIN = 1
LEFT, RIGHT = "‹", "›"

# From one character of a line to another, and the style to lay over its own.
Span = tuple[int, int, Style]


class Piece(NamedTuple):
    """A stretch of a line that is in sight; `at` is the place of its first character in the line."""

    at: int
    text: str
    style: Style


def drawn(line: Line, page: Page, width: int, marked: bool = False) -> Strip:
    """A line in its margins, `width` cells of it, made once; `marked` lines have a bar in the margin."""
    wanted = (width, marked, line.look)
    if line.strip is None or line.made_for != wanted:
        if line.wide is None:
            segments = [Segment(text, style) for text, style, _ in line.painted() if text]
        else:
            segments = [Segment(text, style) for _, text, style in _seen(line, line.painted(), page)]
        line.strip, line.made_for = _in_margins(segments, line, page, width, marked), wanted
    return line.strip


def overlaid(line: Line, page: Page, width: int, spans: Sequence[Span], marked: bool = False) -> Strip:
    """The line with stretches of its characters in other styles, a later one over an earlier one."""
    segments: list[Segment] = []
    edges = sorted({edge for start, end, _ in spans for edge in (start, end) if end > start})
    for at, text, own in _seen(line, line.painted(), page):
        cuts = [0, *(edge - at for edge in edges if 0 < edge - at < len(text)), len(text)]
        for low, high in pairwise(cuts):
            style = next((over for start, end, over in reversed(spans) if start <= at + low < end), None)
            segments.append(Segment(text[low:high], own + style if style else own))
    if not line.text and (empty := next((style for start, _, style in reversed(spans) if start == 0), None)):
        segments.append(Segment(" ", line.fill + empty))
    return _in_margins(segments, line, page, width, marked)


def located(line: Line | None, page: Page, width: int, key: int) -> Strip:
    """The line with every character telling which it is, for the mouse; blank below the last line."""
    segments = [Segment(" " * MARGIN, _offset(0, key))]
    used, index = MARGIN, 0
    if line is not None:
        # Colours tell the mouse nothing.
        for at, text, style in _seen(line, line.runs, page):
            segments.append(Segment(text, style + _offset(at, key)))
            used += segments[-1].cell_length
        index = len(line.text)
    if used < width:
        segments.append(Segment(" " * (width - used), _offset(index, key)))
    return Strip(segments).crop(0, width)


def centred(segments: Sequence[Segment], width: int, style: Style) -> Strip:
    """Our own words in the middle of a line."""
    words = Strip(segments).crop(0, width)
    before = Strip.blank((width - words.cell_length) // 2, style)
    return Strip.join([before, words]).adjust_cell_length(width, style)


def _seen(line: Line, runs: Sequence[Run], page: Page) -> Iterator[Piece]:
    """What is in sight of a line's runs, which are its own or those painted."""
    wide = line.wide
    if wide is not None and (wide.moved or sum(_cells(run.text) for run in runs) > page.width):
        yield from _window(runs, wide, page.width, _sign_style(line, page))
        return
    at = 0
    for text, style, _ in runs:
        if text:
            yield Piece(at, text, style)
        at += len(text)


def _window(runs: Sequence[Run], wide: Sideways, room: int, sign: Style) -> Iterator[Piece]:
    """What is in sight of a line wider than the page, with a sign at an edge behind which there is more."""
    hidden = wide.hidden(room)
    low, high = wide.head + hidden + (hidden > 0), room + hidden
    inside: list[tuple[int, int, Run]] = []
    left = right = False
    at = cell = 0
    for run in runs:
        if cell < wide.head:
            yield Piece(at, run.text, run.style)
        else:
            inside.append((at, cell, run))
            left = left or bool(run.text[: _first(run.text, low - cell)[0]].strip())
            right = right or bool(run.text[_last(run.text, high - cell) :].strip())
        at, cell = at + len(run.text), cell + _cells(run.text)
    pieces: list[Piece] = []
    for at, cell, (text, style, _) in inside:
        (first, cells), last = _first(text, low - cell), _last(text, high - right - cell)
        if first < last:
            gap = 0 if pieces else cell + cells - low
            if gap > 0:
                # Half a glyph is not seen.
                pieces.append(Piece(at + first, " " * gap, style))
            pieces.append(Piece(at + first, text[first:last], style))
    if hidden:
        yield Piece(pieces[0].at if pieces else at, LEFT if left else " ", sign)
    yield from pieces
    if right:
        used = sum(_cells(piece.text) for piece in pieces)
        yield Piece(
            pieces[-1].at + len(pieces[-1].text) if pieces else at,
            " " * (high - 1 - low - used) + RIGHT,
            sign,
        )


def _first(text: str, cells: int) -> tuple[int, int]:
    """The first character that begins at this cell or after it, and the cell that it begins at."""
    if cells <= 0 or text.isascii():
        place = min(max(0, cells), len(text))
        return place, place
    edges, widths = _measured(text)
    sign = min(bisect_left(widths, cells), len(edges) - 1)
    return edges[sign], widths[sign]


def _last(text: str, cells: int) -> int:
    """How many characters end at this cell or before it."""
    if cells <= 0 or text.isascii():
        return min(max(0, cells), len(text))
    edges, widths = _measured(text)
    return edges[bisect_right(widths, cells) - 1]


def _cells(text: str) -> int:
    return len(text) if text.isascii() else _measured(text).cells[-1]


@lru_cache(maxsize=128)
def _measured(text: str) -> Measured:
    return measure([text])


def _sign_style(line: Line, page: Page) -> Style:
    return Style(color=page.palette.spot.color, bgcolor=line.fill.bgcolor)


def _offset(index: int, key: int) -> Style:
    return Style(meta={"offset": (index, key)})


def _in_margins(segments: list[Segment], line: Line, page: Page, width: int, marked: bool) -> Strip:
    base = page.palette.text
    body = Strip(segments).adjust_cell_length(page.width, line.fill)
    margin = Segment("▌", page.palette.current) if marked else Segment(" " * MARGIN, base)
    return Strip([margin, *body]).adjust_cell_length(width, base)
