"""The hits that a line shows, as stretches of its characters."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from llmtui.tui.drawing.lines import NOWHERE, Line
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.strips import Span
from llmtui.tui.find.search import Hit
from llmtui.tui.find.wanted import Wanted


def lit(line: Line, part: int, hits: Sequence[Hit], here: Hit | None, palette: Palette) -> list[Span]:
    """The stretches of a line that hits of a part are in, the one that the reader is at in another style."""
    return [
        (start, end, palette.hit_here if hit == here else palette.hit)
        for start, end, hit in stretches(line, part, hits)
    ]


def lit_title(
    line: Line, part: int, hits: Sequence[Hit], here: Hit | None, wanted: Wanted, palette: Palette
) -> list[Span]:
    """The same for a line of our own words that stands for a part: what of it is in sight is searched."""
    of_part = [hit for hit in hits if hit.part == part]
    if not of_part:
        return []
    style = palette.hit_here if here in of_part else palette.hit
    return [(*span, style) for span in wanted.spans(line.text)]


def stretches(line: Line, part: int, hits: Sequence[Hit]) -> Iterator[tuple[int, int, Hit]]:
    """From one character of a line to another, and the hit that it belongs to."""
    column = 0
    runs = line.runs
    for place, (text, _, at) in enumerate(runs):
        if at != NOWHERE and text:
            written = len(text)
            following = runs[place + 1].at if place + 1 < len(runs) else NOWHERE
            if at < following < at + written:
                # Signs that stand for one character, as for a tab: all of them or none.
                written = following - at
            for hit in _overlapping(hits, part, at, at + written):
                if written < len(text):
                    yield column, column + len(text), hit
                else:
                    yield column + max(0, hit.start - at), column + min(written, hit.end - at), hit
        column += len(text)


def _overlapping(hits: Sequence[Hit], part: int, start: int, end: int) -> Iterator[Hit]:
    # Hits of a part do not overlap each other: only the last of those that begin before may reach in.
    first = max(0, bisect_left(hits, (part, start)) - 1)
    for hit in hits[first : first + end - start + 1]:
        if (hit.part, hit.start) >= (part, end):
            return
        if hit.part == part and hit.start >= 0 and hit.end > start:
            yield hit
