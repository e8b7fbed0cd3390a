"""Where words stand in a source that markdown-it read otherwise than they are written: a line break in code
became a space, and `\\|` in the cell of a table a bar."""

import re
from typing import NamedTuple

_BREAK = re.compile(r"(?:\r\n?|\n)[ \t>]*")
_OTHERWISE = re.compile(rf"{_BREAK.pattern}|\\\|")
_SPACE = re.compile(r"[ \t\n]+")
# So many letters of a cell tell where it is.
_ASKED_FOR = 80


class Piece(NamedTuple):
    """Some words, and the `length` characters of the source from `at` on that stand for them."""

    words: str
    at: int
    length: int
    verbatim: bool = True
    """Whether each character of the words stands for one of the source."""


def between_marks(content: str, source: str, at: int) -> list[Piece] | None:
    """Words whose mark ends here, None if they are others. A space, or a line break, on each side of code
    is not part of it."""
    if found := words_at(content, source, at):
        return found
    edge = _BREAK.match(source, at)
    return words_at(content, source, edge.end() if edge else at + 1)


def words_in_cell(content: str, source: str, cursor: int, reach: int) -> list[Piece] | None:
    """Words with bars among them, somewhere between the cursor and `reach`, None if not."""
    asked = re.compile(re.escape(content[:_ASKED_FOR]).replace(r"\|", r"\\\|"))
    found = asked.search(source, cursor, reach)
    return words_at(content, source, found.start()) if found else None


def words_at(content: str, source: str, at: int) -> list[Piece] | None:
    """Words that begin here, None if others do."""
    if source.startswith(content, at):
        return [Piece(content, at, len(content))]
    found: list[Piece] = []
    start, end = 0, len(content)
    while start < end:
        # No farther than the words may go: the source may be one line without an end.
        other = _OTHERWISE.search(source, at, at + end - start + 1)
        same = min(other.start() - at if other else end, end - start)
        if source[at : at + same] != content[start : start + same]:
            return None
        if same:
            _add(found, Piece(content[start : start + same], at, same))
        at, start = at + same, start + same
        if start < end:
            piece = _read_otherwise(content, source, at, start)
            if piece is None:
                return None
            _add(found, piece)
            at, start = at + piece.length, start + len(piece.words)
    return found


def _read_otherwise(content: str, source: str, at: int, start: int) -> Piece | None:
    match source[at], content[start]:
        case "\\", "|":
            return Piece("|", at, 2, verbatim=False)
        case "\\", "\\":
            # Outside of a table it is what it looks like.
            return Piece("\\", at, 1)
    whole, shown = _BREAK.match(source, at), _SPACE.match(content, start)
    if whole is None or shown is None:
        return None
    words, length = shown[0], len(whole[0])
    return Piece(words, at, length, verbatim=len(words) == length == 1)


def _add(found: list[Piece], piece: Piece) -> None:
    """What stands for itself is one piece with what stands so before it."""
    if found and found[-1].verbatim and piece.verbatim:
        before = found.pop()
        piece = Piece(before.words + piece.words, before.at, before.length + piece.length)
    found.append(piece)
