"""A text as it was written, wrapped into lines: what is finished is laid once, however long it grows."""

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.style import Style

from llmtui.terminal import safe_pieces, unsafe
from llmtui.tui.drawing.estimating import Extent
from llmtui.tui.drawing.lines import Line, Recast, Run, wrap
from llmtui.tui.drawing.page import Sight
from llmtui.tui.drawing.pile import Pile, undrawn
from llmtui.tui.terminal import collecting

# A line of the source that is longer than this is wrapped in pieces, so that a megabyte without a line break
# is not wrapped anew for every word that comes.
_PIECE = 4000
# What is no longer than this is laid at once: 2 to 5 ms.
_MOST_AT_ONCE = 16_000
TAB = 4
# To measure wide letters takes as long as to wrap them.
_SAMPLE = 200
_PIECES = re.compile(r"\t|[^\t]+")


class Written:
    """The lines of a text that may grow, each behind a mark in its margin."""

    def __init__(self) -> None:
        self.changed = 0
        """The first line that is another one than before the last time they were laid."""
        self._text = ""
        self._made_for: tuple[int, Style, Run | None] | None = None
        self._settled = 0
        self._begin()

    def _begin(self) -> None:
        # Below the pieces of the pile is what may still change.
        self._pile = Pile()
        self._ends: list[tuple[int, int]] = []
        self._settled = 0

    @property
    def lines(self) -> list[Line]:
        """The lines, those that are not drawn yet among them."""
        return self._pile.lines

    @property
    def unfinished(self) -> bool:
        """Whether something that is not in sight is still to be drawn."""
        return self._pile.unfinished

    def lay(
        self, text: str, width: int, style: Style, mark: Run | None = None, sight: Sight | None = None
    ) -> list[Line]:
        """The lines, at least those in sight; those that were finished the last time are the same objects."""
        made_for = (width, style, mark)
        text = text.rstrip()
        if made_for != self._made_for or not text.startswith(self._text):
            self._begin()
            self._text = ""
        pile = self._pile
        pile.settle()
        self._made_for = made_for
        changed = len(pile.lines)
        if len(text) != len(self._text):
            changed = pile.height
            self._grow(text, sight)
        pile.draw(sight, self._draw_late)
        self.changed = min(changed, pile.changed)
        return pile.lines

    def _grow(self, text: str, sight: Sight | None) -> None:
        pile = self._pile
        self._text = text
        if not self._settled:
            self._settled = len(text) - len(text.lstrip("\n"))
        del pile.lines[pile.height :]
        if sight is not None and len(text) - self._settled > _MOST_AT_ONCE:
            # A hundred thousand lines at once: to collect garbage among them doubles the time.
            with collecting.opening():
                self._put_off()
        lines: list[Line] = []
        start = self._settled
        while self._settled < len(text):
            end, following = _piece(text, self._settled)
            if following is None:
                self._take(start, self._settled, lines)
                pile.lines.extend(self._wrapped(self._settled, end))
                return
            lines.extend(self._wrapped(self._settled, end))
            self._settled = following
        self._take(start, self._settled, lines)

    def _take(self, start: int, end: int, lines: list[Line]) -> None:
        if end > start:
            self._ends.append((start, end))
            self._pile.add(start, lines)

    def _put_off(self) -> None:
        """All but the last bit is laid when somebody looks at it or there is time."""
        assert self._made_for is not None
        width, style, mark = self._made_for
        room = max(1, width - len(mark.text) if mark else width)
        text, pile = self._text, self._pile
        while len(text) - self._settled > _PIECE:
            start = self._settled
            newline = text.rfind("\n", start, start + _PIECE)
            following = newline + 1 if newline >= 0 else _piece(text, start)[1]
            if following is None:
                return
            rows = _guessed(text[start:following], room)
            self._ends.append((start, following))
            pile.put_off(start, undrawn(start, following, rows, style))
            self._settled = following

    def _draw_late(self, place: int) -> list[Line]:
        at, last = self._ends[place]
        lines: list[Line] = []
        while at < last:
            end, following = _piece(self._text, at)
            lines.extend(self._wrapped(at, end))
            at = last if following is None else following
        return lines

    def _wrapped(self, start: int, end: int) -> Iterator[Line]:
        assert self._made_for is not None
        return written(self._text[start:end], start, *self._made_for)


def _guessed(piece: str, room: int) -> int:
    """About how many rows that makes."""
    if piece.isascii():
        return Extent.of(piece).rows(room)
    sample = piece[:_SAMPLE]
    return piece.count("\n") + 1 + cell_len(sample) * len(piece) // (len(sample) * room)


def written(piece: str, start: int, width: int, style: Style, mark: Run | None = None) -> Iterator[Line]:
    """One line of a source that `start` is the place of, wrapped."""
    room = width - len(mark.text) if mark else width
    at = start
    for row in wrap(list(runs(piece.rstrip("\r"), start, style)), room):
        at = row[0].at if row else at
        yield Line([mark, *row] if mark else row, at, style)


def _piece(text: str, start: int) -> tuple[int, int | None]:
    """Where the piece that begins here ends, and where the next one begins if it is known that one does."""
    newline = text.find("\n", start, start + _PIECE + 1)
    if newline >= 0:
        return newline, newline + 1
    if len(text) - start <= _PIECE:
        return len(text), None
    space = text.rfind(" ", start + _PIECE // 2, start + _PIECE)
    cut = space + 1 if space >= 0 else _between_letters(text, start + _PIECE)
    return cut, cut


def _between_letters(text: str, cut: int) -> int:
    """Not between a letter and what is drawn over it."""
    return next((at for at in range(cut, cut - _PIECE // 2, -1) if text[at].isalnum()), cut)


def runs(piece: str, start: int, style: Style) -> Iterator[Run]:
    """The piece as it may be shown, every run knowing where it is written."""
    if piece.isprintable() and (piece.isascii() or not unsafe().search(piece)):
        yield Run(piece, style, start)
        return
    column = 0
    for match in _PIECES.finditer(piece):
        part, at = match.group(), start + match.start()
        if part == "\t":
            shown = " " * (TAB - column % TAB)
            column += len(shown)
            yield Recast(shown, style, at, 1)
            continue
        for place, shown, named in safe_pieces(part):
            column += len(shown)
            words = shown.replace("\n", " ")
            yield Recast(words, style, at + place, 1) if named else Run(words, style, at + place)
