"""A code fence that grows line by line: what is finished is laid once."""

from llmtui.chat.block import Block
from llmtui.chat.fence import dedented, read_mark
from llmtui.chat.markdown import closes
from llmtui.chat.nesting import entered
from llmtui.tui.drawing.containers import beside, cells, margin
from llmtui.tui.drawing.kept import Kept
from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.paint import LONGEST_ROW, FenceLabel, code_lines


class GrowingFence:
    """The lines of one fence; those of finished lines of code are kept."""

    def __init__(self, block: Block, page: Page, kept: Kept) -> None:
        self.start = block.start
        self._outlives = kept
        self._page = page
        self._levels = block.levels
        self._before, _ = margin(block.levels, page.palette)
        self._width = page.width - cells(self._before)
        self._begin()

    def _begin(self) -> None:
        self.lines: list[Line] = []
        self._code = self._outlives.code(self.start, "", self._width)
        self._in_sight = ""
        self._at: list[int] = []
        self._mark, self._indent = "", 0
        self._done = False
        # How much of the source was read, how many lines of code are whole, and what is laid for good.
        self._read = self._whole = self._laid = self._kept = 0

    @property
    def count(self) -> int:
        """The lines of code."""
        return len(self._code.lines)

    def at(self, place: int) -> int:
        """Where in the text a line of code begins."""
        return self._at[place]

    def guess(self, first: int, last: int) -> int:
        """About how many rows these lines of code are."""
        code = self._code
        room = max(1, self._width - 2) if code.wide is None else LONGEST_ROW
        return sum(1 + len(line) // room for line in code.lines[first:last])

    def below(self, first: int, last: int) -> list[Line]:
        """These lines of code as drawn, those that were not laid."""
        return [line for place in range(first, min(last, self.count)) for line in self._drawn(place)]

    def grow(self, block: Block, most: int | None = None) -> int:
        """The block has more; the number of the first line that changed. No more than `most` lines of code
        are laid."""
        if self._code.closed and not self._done:
            # What looked like its last line may have become a line of code.
            self._begin()
        changed = self._kept
        del self.lines[changed:], self._code.lines[self._whole :], self._at[self._whole :]
        *whole, partial = block.source[self._read :].split("\n")
        for line in whole:
            self._take(line)
            self._read += len(line) + 1
        text, at = self._inner(partial)
        if not self._mark:
            self.lines.extend(self._label(text, at))
            return changed
        closed = self._done or closes(text, self._mark)
        if partial and not closed:
            self._append(text, at)
        self._lay(closed, most)
        self._code.closed = self._code.closed or closed
        # The label says how much of wide code is in sight.
        before, self._in_sight = self._in_sight, self._told()
        return changed if before == self._in_sight else 0

    def _told(self) -> str:
        label = next((line for line in self.lines if isinstance(line, FenceLabel)), None)
        return label.in_sight if label else ""

    def _take(self, line: str) -> None:
        """A whole line."""
        text, at = self._inner(line)
        if not self._mark:
            self._mark, _, self._indent = read_mark(text)
            self.lines.extend(self._label(text, at) if self._mark else ())
            self._kept = len(self.lines)
        elif not self._done:
            self._done = self._mark in text and closes(text, self._mark)
            if not self._done:
                self._append(text, at)
                self._whole += 1

    def _append(self, text: str, at: int) -> None:
        code = dedented(text, self._indent) if self._indent else text
        self._code.lines.append(code)
        self._at.append(at + len(text) - len(code))

    def _label(self, text: str, at: int) -> list[Line]:
        if not text.strip():
            return []
        info = read_mark(text)[1].split()
        self._code.language = info[0] if info else ""
        self._outlives.remember(self.start, self._code)
        start = at + len(text) - len(text.lstrip(" \t"))
        label = FenceLabel(self._code, start, self._page.palette, self._outlives.room)
        return beside([label], self._before)

    def _lay(self, closed: bool, most: int | None) -> None:
        count = self.count if most is None else min(most, self.count)
        for place in range(self._laid, count):
            if place == self.count - 1 and not closed:
                break
            self.lines.extend(self._drawn(place))
            self._laid, self._kept = place + 1, len(self.lines)
        if self._laid < count:
            self.lines.extend(self._drawn(self._laid))

    def _drawn(self, place: int) -> list[Line]:
        lines = code_lines(self._code, place, self._at[place], self._width, self._page.palette)
        return beside(lines, self._before)

    def _inner(self, line: str) -> tuple[str, int]:
        """A line without the marks of its levels, and where in the text it begins."""
        text = line.rstrip("\r")
        at = entered(text, self._levels)[1] if self._levels else 0
        return text[at:], self.start + self._read + at
