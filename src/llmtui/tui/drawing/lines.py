"""Lines of styled text that know where in the source they come from, and how text is wrapped into them."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from llmtui.tui.drawing.breaks import narrow_cuts, wide_cuts
from llmtui.tui.drawing.signs import measure, narrow

NOWHERE = -1

_DOT = " · "
_WITHIN = re.compile(r"(?<!·) (?!·)")

# The cells of the widest letter: in fewer, a line would never have room for the next one.
_WIDEST = 2


class Run(NamedTuple):
    """A stretch of text in one style; `at` is where its first character is in the source, or `NOWHERE`."""

    text: str
    style: Style
    at: int = NOWHERE

    def part(self, start: int, end: int) -> "Run":
        """The stretch from one of its characters to another."""
        return Run(self.text[start:end], self.style, self.at if self.at == NOWHERE else self.at + start)

    def over(self, style: Style) -> "Run":
        """The same with this laid over its style."""
        return Run(self.text, self.style + style, self.at)


class Recast(Run):
    """A stretch that says in other words what is in the source, `length` characters of it from `at` on.

    It is copied whole or not at all, and so is each part of it.
    """

    length: int

    def __new__(cls, text: str, style: Style, at: int, length: int) -> Self:
        run = super().__new__(cls, text, style, at)
        run.length = length
        return run

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recast) and self.length == other.length and tuple.__eq__(self, other)

    __hash__ = Run.__hash__

    def part(self, start: int, end: int) -> "Run":
        """The same in a piece of its words."""
        return Recast(self.text[start:end], self.style, self.at, self.length)

    def over(self, style: Style) -> "Run":
        return Recast(self.text, self.style + style, self.at, self.length)


class Sideways:
    """What lines that are wider than the page share, and are moved by together.

    `widest` are the cells of the widest of them, `head` those at the left that stay where they are (a quote's
    bar, a list's indent), and `moved` how many of the others are to be out of sight.
    """

    __slots__ = ("head", "moved", "widest")

    def __init__(self, head: int = 0) -> None:
        self.head = head
        self.widest = 0
        self.moved = 0

    def hidden(self, room: int) -> int:
        """How many cells are out of sight at the left where `room` are in sight. A page that has become wider
        shows more of them, and as many as before when it is narrow again."""
        return max(0, min(self.moved, self.widest - room))

    def move(self, cells: int, room: int) -> bool:
        """Move them to the left by so many cells (to the right for less than 0) where `room` are in sight;
        whether that changed anything."""
        before = self.hidden(room)
        self.moved = max(0, min(before + cells, self.widest - room))
        return self.moved != before

    def show(self, start: int, end: int, room: int) -> bool:
        """Bring these cells of the lines into sight where they are not; whether that moved anything."""
        hidden = self.hidden(room)
        low, high = self.head + hidden + (hidden > 0), room + hidden - (room + hidden < self.widest)
        return not (low <= start and end <= high) and self.move(start - room // 2 - hidden, room)


class Line:
    """One line as drawn; `start` is where in the source what it shows begins.

    The line after it begins where this one ends, so lines share the whole source out between them.
    `strip` is what was made of it for the screen as `made_for` says, `fill` the style of what is right of
    its text, and `wide` what it shares with the lines that are moved sideways together with it.
    """

    __slots__ = ("fill", "made_for", "runs", "start", "strip", "wide")

    def __init__(self, runs: Sequence[Run], start: int, fill: Style) -> None:
        self.runs = runs
        self.start = start
        self.fill = fill
        self.strip: Strip | None = None
        self.made_for: tuple[object, ...] = ()
        self.wide: Sideways | None = None

    @property
    def look(self) -> object:
        """What may change of it while it stays the same line; another look is drawn again."""
        return self.wide.moved if self.wide else 0

    def painted(self) -> Sequence[Run]:
        """The runs in their final styles."""
        return self.runs

    def same(self, other: "Line") -> bool:
        """Whether the other line looks the same and stands for the same."""
        return (
            type(self) is type(other)
            and self.start == other.start
            and self.runs == other.runs
            and self.fill == other.fill
            and self.wide is other.wide
        )

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def wrap(runs: Sequence[Run], width: int) -> list[list[Run]]:
    """The runs in lines of at most `width` cells (at least two), broken at spaces where there are any."""
    width = max(_WIDEST, width)
    text = "".join([run.text for run in runs])
    if narrow(text):
        if len(text) <= width:
            return [list(runs)]
        return cut(runs, narrow_cuts(text, width))
    measured = measure(run.text for run in runs)
    if measured.cells[-1] <= width:
        return [list(runs)]
    return cut(runs, wide_cuts(text, measured, width))


def wrap_whole(runs: Sequence[Run], width: int) -> list[list[Run]]:
    """The same for words between dots, as long as none of them is broken that has room in a line. The end of
    a line stands for the dot."""
    text = "".join([run.text for run in runs])
    if not narrow(text) or any(len(words) > width for words in text.split(_DOT)):
        return wrap(runs, width)
    return cut(runs, (_between_dots(text, *ends) for ends in narrow_cuts(_WITHIN.sub("_", text), width)))


def _between_dots(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    return start + 2 * words.startswith("· "), end - 2 * words.endswith(" ·")


def between(left: Sequence[Run], right: Sequence[Run], width: int, style: Style) -> list[Run]:
    """One line with something at each end; the right end goes where there is no room for both."""
    if not right or not fits(left, right, width):
        return list(left)
    return [*left, Run(" " * (width - _cells(left) - _cells(right)), style), *right]


def fits(left: Sequence[Run], right: Sequence[Run], width: int) -> bool:
    """Whether `between` has room for both ends."""
    return width - _cells(left) - _cells(right) >= 2


def shortened(text: str, width: int) -> str:
    """The text in at most `width` cells, with an ellipsis where it was cut."""
    if cell_len(text) <= width:
        return text
    edges, cells = measure([text])
    return text[: edges[bisect_right(cells, max(1, width - 1)) - 1]] + "…"


def _cells(runs: Iterable[Run]) -> int:
    return sum(cell_len(run.text) for run in runs)


def cut(runs: Sequence[Run], cuts: Iterable[tuple[int, int]]) -> list[list[Run]]:
    """The runs cut into stretches, each from one character to another."""
    lines: list[list[Run]] = []
    source = iter(runs)
    run = next(source)
    base = 0
    for start, end in cuts:
        line: list[Run] = []
        while True:
            text = run.text
            low, high = max(start - base, 0), end - base
            if low < len(text) and high > 0:
                line.append(run.part(low, high))
            if high <= len(text):
                break
            following = next(source, None)
            if following is None:
                break
            base += len(text)
            run = following
        lines.append(line)
    return lines
