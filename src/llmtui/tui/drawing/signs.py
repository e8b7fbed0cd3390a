"""Where a text may be cut at all: not inside what is seen as one sign, and how many cells that is wide.

Widths are those that rich and with it Textual count with: the screen is laid out by them.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from rich.cells import cell_len, get_character_cell_size

_JOINER = "\u200d"
_EMOJI_STYLE = "\ufe0f"
_VIRAMAS = frozenset("\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d")
_INDIC = range(0x900, 0xD80)
_FLAG_LETTERS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
# Vowels that have a cell of their own and still belong to the letter before them.
_VOWELS = frozenset("\u0e33\u0eb3")
_JOINING = _FLAG_LETTERS | _VOWELS
_WIDEST = 2


class Measured(NamedTuple):
    """Where a text may be cut: `edges` are characters, `cells` how many cells are before each."""

    edges: Sequence[int]
    cells: Sequence[int]


def narrow(text: str) -> bool:
    """Whether every character is a sign of its own and one cell wide."""
    return text.isascii() or (
        not _JOINING & (signs := set(text)) and all(get_character_cell_size(sign) == 1 for sign in signs)
    )


def measure(texts: Iterable[str]) -> Measured:
    """Where the texts, one after the other, may be cut; styles begin and end between them."""
    edges, cells = [0], [0]
    base = 0
    for text in texts:
        sizes = {sign: get_character_cell_size(sign) for sign in set(text)}
        widths = [sizes[sign] for sign in text]
        if 0 not in sizes.values() and not _JOINING & sizes.keys():
            edges.extend(range(base + 1, base + len(text) + 1))
            cells.extend(list(accumulate(widths, initial=cells[-1]))[1:])
        else:
            for start, end in _signs(text, widths):
                edges.append(base + end)
                cells.append(cells[-1] + (widths[start] if end - start == 1 else cell_len(text[start:end])))
        base += len(text)
    return Measured(edges, cells)


def _signs(text: str, widths: Sequence[int]) -> Iterator[tuple[int, int]]:
    at, length = 0, len(text)
    while at < length:
        end, cells = at + 1, widths[at]
        if _flag_at(text, at):
            end, cells = at + 2, _WIDEST
        while end < length:
            sign = text[end]
            if sign == _JOINER:
                end = min(end + (1 if text[end + 1 : end + 2] == " " else 2), length)
            elif not widths[end]:
                cells = _WIDEST if sign == _EMOJI_STYLE else cells
                end += 1
            elif cells < _WIDEST and (sign in _VOWELS or _joined_below(text, end)):
                cells += widths[end]
                end += 1
            else:
                break
        yield at, end
        at = end


def _flag_at(text: str, at: int) -> bool:
    return text[at] in _FLAG_LETTERS and text[at + 1 : at + 2] in _FLAG_LETTERS


def _joined_below(text: str, at: int) -> bool:
    """Whether this letter is written together with the one before it."""
    return text[at - 1] in _VIRAMAS and ord(text[at]) in _INDIC
