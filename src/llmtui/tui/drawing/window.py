"""The part of a long panel that is seen: so many rows of it, with a sign for what is above and below."""

from collections.abc import Sequence

from llmtui.tui.drawing.lines import Line, Run
from llmtui.tui.drawing.page import Page, Stack
from llmtui.tui.drawing.telling import spot

# Few steps, so that a composer that grows by a line does not move what is being read.
_ROOMS = ((30, 16), (16, 8), (0, 4))


def room(height: int) -> int:
    """The rows of a window in a viewport of so many: about half of it, sixteen at most."""
    return next(rows for least, rows in _ROOMS if height >= least)


class Window:
    """Which lines of a panel are seen; `top` is None for the last ones, whatever comes."""

    def __init__(self) -> None:
        self.whole = False
        self.top: int | None = 0
        self.most = 0
        """The last row that the window can begin at; 0 where all is seen."""

    def open(self, at_end: bool) -> None:
        """Look at the beginning, or at the end and what comes."""
        self.whole, self.top = False, None if at_end else 0

    def scroll(self, rows: int, growing: bool) -> bool:
        """Move so many rows, up for less than 0; whether there was anything to move to."""
        before = self.most if self.top is None else min(self.top, self.most)
        after = max(0, min(before + rows, self.most))
        if after == before:
            return False
        self.top = None if growing and after == self.most else after
        return True

    def show(self, row: int, page: Page) -> None:
        """Bring a line into sight, in the middle."""
        self.top = max(0, row - room(page.height) // 2)

    def stacks(
        self, lines: Sequence[Line], source: str, page: Page, place: int, growing: bool
    ) -> tuple[Stack, ...]:
        """What is seen of these lines."""
        rows = room(page.height)
        self.most = 0 if self.whole else max(0, len(lines) - rows)
        if not self.most:
            return (Stack(lines, source),)
        if self.top is None and not growing:
            # What was followed to its end stays in sight.
            self.top = self.most
        first = self.most if self.top is None else min(self.top, self.most)
        last = first + rows
        above, below = first, len(lines) - last
        low, high = first + bool(above), last - bool(below)
        # A copy ends with what is seen, so the source does too.
        seen = Stack(lines[low:high], source[: lines[high].start] if below else source)
        signs = [_sign("↑", above + 1, page, place)] if above else []
        rest = [_sign("↓", below + 1, page, place)] if below else []
        return (Stack(signs), seen, Stack(rest))


def _sign(arrow: str, count: int, page: Page, place: int) -> Line:
    style = spot(page.palette.faint, "whole", place)
    return Line([Run("│ ", page.palette.faint), Run(f"{arrow} {count:,} lines", style)], 0, page.palette.text)
