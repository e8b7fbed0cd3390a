"""Lines as strips for the screen: in their margins, selected, or telling the mouse where it is."""

from collections.abc import Iterator, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from llmtui.tui.lines import Line
from llmtui.tui.page import Page

MARGIN = 1


def drawn(line: Line, page: Page, width: int) -> Strip:
    """A line in its margins, `width` cells of it; made once."""
    if line.strip is None or line.strip.cell_length != width:
        segments = [Segment(text, style) for text, style, _ in line.painted() if text]
        line.strip = _in_margins(segments, line, page, width)
    return line.strip


def selected(line: Line, page: Page, width: int, span: tuple[int, int], style: Style) -> Strip:
    """The line with its characters from one to another (-1 for the last) in another style."""
    start, end = span
    if end < 0:
        end = max(start, len(line.text))
    segments: list[Segment] = []
    at = 0
    for text, own, _ in line.painted():
        low, high = (min(max(edge - at, 0), len(text)) for edge in (start, end))
        pieces = ((text[:low], own), (text[low:high], own + style), (text[high:], own))
        segments.extend(Segment(piece, look) for piece, look in pieces if piece)
        at += len(text)
    if not line.text and start == 0:
        segments.append(Segment(" ", line.fill + style))
    return _in_margins(segments, line, page, width)


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


def _in_margins(segments: list[Segment], line: Line, page: Page, width: int) -> Strip:
    base = page.palette.text
    body = Strip(segments).adjust_cell_length(page.width, line.fill)
    margin = Segment(" " * MARGIN, base)
    return Strip([margin, *body]).adjust_cell_length(width, base)
