"""Lines as strips for the screen: in their margins, lit in places, or telling the mouse where it is."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.page import Page

MARGIN = 1

# From one character of a line to another, and the style to lay over its own.
Span = tuple[int, int, Style]


def drawn(line: Line, page: Page, width: int, marked: bool = False) -> Strip:
    """A line in its margins, `width` cells of it, made once; `marked` lines have a bar in the margin."""
    wanted = (width, marked, line.wide.moved if line.wide else 0)
    if line.strip is None or line.made_for != wanted:
        segments = [Segment(text, style) for text, style, _ in line.painted() if text]
        line.strip, line.made_for = _in_margins(segments, line, page, width, marked), wanted
    return line.strip


def overlaid(line: Line, page: Page, width: int, spans: Sequence[Span], marked: bool = False) -> Strip:
    """The line with stretches of its characters in other styles, a later one over an earlier one."""
    segments: list[Segment] = []
    edges = sorted({edge for start, end, _ in spans for edge in (start, end) if end > start})
    at = 0
    for text, own, _ in line.painted():
        cuts = [0, *(edge - at for edge in edges if 0 < edge - at < len(text)), len(text)]
        for low, high in pairwise(cuts):
            style = next((over for start, end, over in reversed(spans) if start <= at + low < end), None)
            segments.append(Segment(text[low:high], own + style if style else own))
        at += len(text)
    if not line.text and (empty := next((style for start, _, style in spans if start == 0), None)):
        segments.append(Segment(" ", line.fill + empty))
    return _in_margins([segment for segment in segments if segment.text], line, page, width, marked)


def located(line: Line | None, page: Page, width: int, key: int) -> Strip:
    """The line with every character telling which it is, for the mouse; blank below the last line."""
    segments = list(_located(line, page, key))
    used = sum(segment.cell_length for segment in segments)
    index = len(line.text) if line is not None else 0
    if used < width:
        segments.append(Segment(" " * (width - used), _offset(index, key)))
    return Strip(segments).crop(0, width)


def centred(segments: Sequence[Segment], width: int, style: Style) -> Strip:
    """Our own words in the middle of a line."""
    words = Strip(segments).crop(0, width)
    before = Strip.blank((width - words.cell_length) // 2, style)
    return Strip.join([before, words]).adjust_cell_length(width, style)


def _located(line: Line | None, page: Page, key: int) -> Iterator[Segment]:
    yield Segment(" " * MARGIN, _offset(0, key))
    at = 0
    for text, style, _ in line.painted() if line is not None else ():
        yield Segment(text, style + _offset(at, key))
        at += len(text)


def _offset(index: int, key: int) -> Style:
    return Style(meta={"offset": (index, key)})


def _in_margins(segments: list[Segment], line: Line, page: Page, width: int, marked: bool) -> Strip:
    base = page.palette.text
    body = Strip(segments).adjust_cell_length(page.width, line.fill)
    margin = Segment("▌", page.palette.current) if marked else Segment(" " * MARGIN, base)
    return Strip([margin, *body]).adjust_cell_length(width, base)
