"""A table or a code fence cut into pieces, so that what is not in sight of a long one can be drawn later."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from llmtui.chat.block import Block
from llmtui.tui.drawing.fence import GrowingFence
from llmtui.tui.drawing.kept import Kept
from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.rows import GrowingTable

# The first lines of a table say how wide its columns are.
_HEAD = 60
_ROWS, _CODE = 40, 100


class Piece(NamedTuple):
    """A piece of a block, about how many rows it has, and what draws it."""

    block: Block
    rows: int
    draw: Callable[[], list[Line]]


def cut(block: Block, page: Page, references: Mapping[str, Any], kept: Kept) -> list[Piece] | None:
    """The pieces, the first of which is drawn before the others; None for what is to be drawn as a whole."""
    match block.kind:
        case "table":
            return _table(block, page, references, kept)
        case "fence":
            return list(_fence(block, page, kept))
        case _:
            return None


def _table(block: Block, page: Page, references: Mapping[str, Any], kept: Kept) -> list[Piece] | None:
    lines = _lines(block)
    above = "".join(lines[:_HEAD])
    table = GrowingTable(block, page, references, kept)
    table.grow(replace(block, source=above))
    if not table.settled:
        return None
    pieces = [Piece(replace(block, source=above), len(table.lines), lambda: table.lines)]
    high, start = len(table.lines) // _HEAD + 1, block.start + len(above)
    for at in range(_HEAD, len(lines), _ROWS):
        rows = lines[at : at + _ROWS]
        piece = replace(block, source="".join(rows), start=start, joined=True)
        pieces.append(Piece(piece, high * len(rows), partial(table.below, above, piece.source, start)))
        above, start = piece.source, piece.end
    return pieces


def _fence(block: Block, page: Page, kept: Kept) -> Iterator[Piece]:
    fence = GrowingFence(block, page, kept)
    fence.grow(block, most=_CODE)
    source, start = block.source, block.start
    # What is above the first line of code, and what closes it, are no pieces of their own.
    firsts = range(_CODE, fence.count, _CODE)
    starts = [source.rfind("\n", 0, fence.at(first) - start) + 1 for first in firsts]
    ends = [*starts, len(source)]
    yield Piece(replace(block, source=source[: ends[0]]), len(fence.lines), lambda: fence.lines)
    for first, at, end in zip(firsts, starts, ends[1:], strict=True):
        piece = replace(block, source=source[at:end], start=start + at, joined=True)
        yield Piece(piece, fence.guess(first, first + _CODE), partial(fence.below, first, first + _CODE))


def _lines(block: Block) -> list[str]:
    lines = [f"{line}\n" for line in block.source.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines
