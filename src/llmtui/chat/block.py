"""A piece of markdown that means alone what it means in its place."""

import re
from dataclasses import dataclass

from llmtui.chat.chunk import BlockKind
from llmtui.chat.nesting import Levels, opened

_ENDS_BLANK = re.compile(r"\n[ \t\r>]*\n[ \t\r\n>]*$")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the source, blank lines included.

    `start` is where it begins in the text, in characters; `number` is how an ordered list counts this item,
    or the first of the piece. `levels` are the items and quotes that it goes on in. A `joined` block goes on
    with the one above it as if it had not been cut, `within` a line where that was cut. The last levels may
    be quotes that begin with it: so many `begins`.
    """

    source: str
    start: int
    kind: BlockKind = "markdown"
    number: int | None = None
    levels: Levels = ()
    joined: bool = False
    within: bool = False
    begins: int = 0

    @property
    def end(self) -> int:
        """Where the next block begins."""
        return self.start + len(self.source)

    @property
    def spaced(self) -> bool:
        """Whether a blank line follows its last written one."""
        return bool(_ENDS_BLANK.search(self.source))

    @property
    def outer(self) -> Levels:
        """The levels that it shares with the block above it."""
        return self.levels[: len(self.levels) - self.begins]

    @property
    def in_list(self) -> bool:
        """Whether it is an item of a list at the top level, or a piece of one."""
        return self.kind == "item" or (bool(self.outer) and self.outer[0].content > 0)

    @property
    def alone(self) -> tuple[str, int]:
        """Its source as it can be read by itself, and where in the text that begins."""
        text, moved = opened(self.source, self.levels)
        return text, self.start - moved
