"""Letters on the code blocks in sight, so that a key can say which one is meant."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.segment import Segment
from textual.strip import Strip

from llmtui.tui.drawing.code_blocks import line_start
from llmtui.tui.drawing.column import Column
from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.page import Page, Stack
from llmtui.tui.drawing.paint import Code, CodeLine, FenceLabel
from llmtui.tui.drawing.strips import MARGIN

MESSAGE, REASONING = "m", "r"
# No letter that means something else, and none of two letters begins like one of one.
_ONE = "abcdefghijklnopqsuvw"
_FIRST_OF_TWO = "xyz"
_NAMES = (*_ONE, *(first + second for first in _FIRST_OF_TWO for second in _ONE + _FIRST_OF_TWO))


@dataclass(frozen=True, slots=True)
class Block:
    """A code block that is seen: where it is, and its code as it is drawn."""

    message_id: str
    part: int
    start: int
    code: Code

    @property
    def where(self) -> tuple[str, int, int]:
        return self.message_id, self.part, self.start


class Hints:
    """A letter for each block that was seen. A block keeps its letter while they are shown, wherever it
    moves, so that a key means what was read.

    `begun` is the first of two letters, once it was pressed.
    """

    def __init__(self, grew: Callable[[], object]) -> None:
        """`grew` is called when there is another letter."""
        self.begun = ""
        self._grew = grew
        self._names: dict[tuple[str, int, int], str] = {}
        self._blocks: dict[str, Block] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The letters that were given, in the order in which they were."""
        return tuple(self._blocks)

    def name(self, block: Block) -> str:
        """The block's letters; empty if there are none left."""
        name = self._names.get(block.where)
        if name is None:
            if len(self._names) == len(_NAMES):
                return ""
            name = self._names[block.where] = _NAMES[len(self._names)]
            self._grew()
        self._blocks[name] = block
        return name

    def chosen(self, name: str) -> Block | None:
        """The block with these letters."""
        return self._blocks.get(name)

    def begins(self, letter: str) -> bool:
        """Whether letters begin with this one and go on."""
        return any(name != letter and name.startswith(letter) for name in self._blocks)

    def mark(self, strip: Strip, page: Page, column: Column, row: int, top: int) -> Strip:
        """A line that was drawn, with the letters of its block at its right end if they belong there."""
        seen = block_at(column, row, top)
        name = self.name(seen) if seen else ""
        if not name:
            return strip
        label = Segment(f" {name} ", page.palette.hint)
        end = min(MARGIN + page.width, strip.cell_length)
        start = max(0, end - len(label.text))
        return Strip.join([strip.crop(0, start), Strip([label]), strip.crop(end)])


def block_at(column: Column, row: int, top: int) -> Block | None:
    """The block whose letters belong on this row: on the line that names its language, or on the first of its
    lines in a viewport that begins at `top`."""
    found = column.found(row)
    if found is None or not isinstance(line := found[2], FenceLabel | CodeLine):
        return None
    place, stack, _ = found
    head: Line | None = line if isinstance(line, FenceLabel) else None
    if isinstance(line, CodeLine) and line.first:
        above = column.found(row - 1) if row else None
        head = above[2] if above and isinstance(above[2], FenceLabel) else line
    elif isinstance(line, CodeLine) and row == top:
        head = _head(stack, line)
    if head is None or (head is not line and row != top):
        return None
    start = line_start(stack.source or "", head.start)
    return Block(column.views[place].message.id, stack.part, start, line.code)


def _head(stack: Stack, line: CodeLine) -> Line:
    """The line that a block begins with: the one that names its language, where there is one."""
    lines = stack.lines
    at = next(at for at, other in enumerate(lines) if isinstance(other, CodeLine) and other.code is line.code)
    return lines[at - 1] if at and isinstance(lines[at - 1], FenceLabel) else lines[at]


def blocks_in_sight(column: Column, top: int, height: int) -> Iterator[Block]:
    """Every block of which something is seen, from the top."""
    for row in range(top, min(top + height, column.rows)):
        if block := block_at(column, row, top):
            yield block


def named(names: tuple[str, ...]) -> str:
    """Which letters there are, in few: a–d."""
    return f"{names[0]}–{names[-1]}" if len(names) > 1 else "".join(names)
