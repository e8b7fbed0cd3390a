"""A text as it was written, wrapped into lines: what is finished is laid once, however long it grows."""

import re
from collections.abc import Iterator

from rich.style import Style

from llmtui.terminal import safe_pieces
from llmtui.tui.drawing.lines import Line, Recast, Run, wrap

# A line of the source that is longer than this is wrapped in pieces, so that a megabyte without a line break
# is not wrapped anew for every word that comes.
_PIECE = 4000
_TAB = 4
_PIECES = re.compile(r"\t|[^\t]+")


class Written:
    """The lines of a text that may grow, each behind a mark in its margin."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.changed = 0
        """The first line that is another one than before the last time they were laid."""
        self._text = ""
        self._made_for: tuple[int, Style, Run | None] | None = None
        self._settled = 0
        self._kept = 0

    def lay(self, text: str, width: int, style: Style, mark: Run | None = None) -> list[Line]:
        """The lines; those that were finished the last time are the same objects."""
        made_for = (width, style, mark)
        text = text.rstrip()
        if made_for != self._made_for or not text.startswith(self._text):
            self.lines, self._settled, self._kept = [], 0, 0
        elif len(text) == len(self._text):
            self.changed = len(self.lines)
            return self.lines
        self._made_for, self._text = made_for, text
        if not self._settled:
            self._settled = len(text) - len(text.lstrip("\n"))
        del self.lines[self._kept :]
        self.changed = self._kept
        while self._settled < len(text):
            end, following = _piece(text, self._settled)
            self.lines.extend(written(text[self._settled : end], self._settled, *made_for))
            if following is None:
                break
            self._settled, self._kept = following, len(self.lines)
        return self.lines


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
    if piece.isprintable():
        yield Run(piece, style, start)
        return
    column = 0
    for match in _PIECES.finditer(piece):
        part, at = match.group(), start + match.start()
        if part == "\t":
            shown = " " * (_TAB - column % _TAB)
            column += len(shown)
            yield Recast(shown, style, at, 1)
            continue
        for place, shown, named in safe_pieces(part):
            column += len(shown)
            words = shown.replace("\n", " ")
            yield Recast(words, style, at + place, 1) if named else Run(words, style, at + place)
