"""Lines of styled text that know where in the source they come from, and how text is wrapped into them."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from llmtui.tui.drawing.signs import Measured, measure, narrow

NOWHERE = -1

# The cells of the widest letter: in fewer, a line would never have room for the next one.
_WIDEST = 2

# Next to these no space is needed to break a line. What closes is not the first of a line, what opens not
# its last.
# They are ranges, for a pattern takes 3 ms to compile.
_WIDE = (
    ("\u2e80", "\u303e"),
    ("\u3041", "\ua4cf"),
    ("\uac00", "\ud7a3"),
    ("\uf900", "\ufaff"),
    ("\uff00", "\uff60"),
    ("\ufe30", "\ufe4f"),
    ("\u1100", "\u115f"),
    ("\U00020000", "\U0003fffd"),
)
_CLOSING = frozenset(
    "、。，．・！？：；）］｝」』】〉》〕〗〙〛…‥ー々ゝゞヽヾ゛゜〜”’"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.!?;:)]}%"
)
_OPENING = frozenset("（［｛「『【〈《〔〖〘〚“‘([{")


class Run(NamedTuple):
    """A stretch of text in one style; `at` is where its first character is in the source, or `NOWHERE`."""

    text: str
    style: Style
    at: int = NOWHERE

    def part(self, start: int, end: int) -> "Run":
        """The stretch from one of its characters to another."""
        return Run(self.text[start:end], self.style, self.at if self.at == NOWHERE else self.at + start)


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

    def word_at(self, index: int) -> tuple[int, int]:
        """The characters of the word that the one at this index belongs to."""
        text = self.text
        start = end = min(index, len(text))
        while start > 0 and not text[start - 1].isspace():
            start -= 1
        while end < len(text) and not text[end].isspace():
            end += 1
        return start, end

    def begins(self, index: int, after: int) -> int:
        """Where in the source a copy begins that begins at this character; `after` is where the next line is.

        At or before the first written character that is the line's beginning, its marks included.
        """
        written = False
        for text, _, at in self.runs:
            if at != NOWHERE:
                if index < len(text) or not text:
                    return min(at + max(0, index), after) if written or index > 0 else self.start
                written = True
            index -= len(text)
        return after if written else self.start

    def ends(self, index: int, after: int, source: str) -> int:
        """Where in the source a copy ends that ends before this character.

        After the last written character that is the end of the source's line, its marks included.
        """
        best = self.start
        whole = index >= len(self.text.rstrip())
        for text, _, at in self.runs:
            if index <= 0 and not whole:
                break
            if at != NOWHERE:
                best = at + (len(text) if whole else min(index, len(text)))
            index -= len(text)
        if not whole:
            return min(best, after)
        newline = source.find("\n", best, after)
        return after if newline < 0 else newline


def wrap(runs: Sequence[Run], width: int) -> list[list[Run]]:
    """The runs in lines of at most `width` cells (at least two), broken at spaces where there are any."""
    width = max(_WIDEST, width)
    text = "".join([run.text for run in runs])
    if narrow(text):
        if len(text) <= width:
            return [list(runs)]
        return _cut(runs, _narrow_cuts(text, width))
    measured = measure(run.text for run in runs)
    if measured.cells[-1] <= width:
        return [list(runs)]
    return _cut(runs, _wide_cuts(text, measured, width))


def fold(runs: Sequence[Run], width: int) -> list[list[Run]]:
    """The runs in lines of at most `width` cells (at least two), broken wherever one is full: for code."""
    width = max(_WIDEST, width)
    text = "".join([run.text for run in runs])
    if narrow(text):
        if len(text) <= width:
            return [list(runs)]
        return _cut(runs, [(at, at + width) for at in range(0, len(text), width)])
    edges, cells = measure(run.text for run in runs)
    cuts, first = [], 0
    while first < len(edges) - 1:
        last = max(first + 1, bisect_right(cells, cells[first] + width) - 1)
        cuts.append((edges[first], edges[last]))
        first = last
    return _cut(runs, cuts) if len(cuts) > 1 else [list(runs)]


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


def _narrow_cuts(text: str, width: int) -> list[tuple[int, int]]:
    cuts, start, length = [], 0, len(text)
    written = length - len(text.lstrip(" "))
    while length - start > width:
        space = text.rfind(" ", max(start, written), start + width + 1)
        if space <= start:
            cuts.append((start, start + width))
            start += width
            continue
        end = space
        while end > start and text[end - 1] == " ":
            end -= 1
        cuts.append((start, end))
        start = space + 1
        while start < length and text[start] == " ":
            start += 1
    if start < length:
        cuts.append((start, length))
    return cuts


def _wide_cuts(text: str, measured: Measured, width: int) -> list[tuple[int, int]]:
    edges, cells = measured
    cuts: list[tuple[int, int]] = []
    first, count = 0, len(edges) - 1
    written = len(text) - len(text.lstrip(" "))
    while first < count:
        last = max(first + 1, bisect_right(cells, cells[first] + width) - 1)
        if last < count:
            start = max(edges[first], written)
            # Without a place to break, the line is broken where it is full.
            last = next((at for at in range(last, first, -1) if _may_break(text, measured, start, at)), last)
        end, following = last, last
        while following < count and _blank(text, measured, following):
            following += 1
        while following < count and end > first and _blank(text, measured, end - 1):
            end -= 1
        if end > first:
            cuts.append((edges[first], edges[end]))
        first = following
    return cuts


def _may_break(text: str, measured: Measured, start: int, at: int) -> bool:
    """Whether a line that has words from `start` may be broken before this sign."""
    edges, cells = measured
    place = edges[at]
    if place <= start or cells[at + 1] == cells[at]:
        return False
    before, after = text[place - 1], text[place]
    if _blank(text, measured, at) or _blank(text, measured, at - 1) or before == "\u200b":
        return True
    if after in _CLOSING or before in _OPENING:
        return False
    return _wide(after) or _wide(text[edges[at - 1]])


def _wide(sign: str) -> bool:
    return sign >= "\u1100" and any(first <= sign <= last for first, last in _WIDE)


def _blank(text: str, measured: Measured, at: int) -> bool:
    """Whether this sign is a space, and not one with an accent on it."""
    return text[measured.edges[at] : measured.edges[at + 1]] == " "


def _cut(runs: Sequence[Run], cuts: Iterable[tuple[int, int]]) -> list[list[Run]]:
    """The runs cut into lines, each from one character to another."""
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
