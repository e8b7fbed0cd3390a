"""What lines are made for, and how they are handed over."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from llmtui.config import CodeLines
from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.palette import Palette


@dataclass(frozen=True, slots=True)
class Page:
    """What lines are made for: so many cells, in these styles.

    The height of the viewport is for panels with a scroll of their own; other lines are the same at any.
    `code` is what is done with its long lines.
    """

    width: int
    palette: Palette
    height: int = field(default=40, compare=False)
    code: CodeLines = "wrap"


class Sight(NamedTuple):
    """What of a text is to be drawn now: so many rows above this character and so many from it on; and until
    when (by the clock of `perf_counter`) what is farther away may be drawn too."""

    at: int
    above: int
    below: int
    until: float = 0.0


class Stack(NamedTuple):
    """Lines and the text that they show, None where they are our own words.

    `part` is which part of the message the text is, -1 for none.
    """

    lines: Sequence[Line]
    source: str | None = None
    part: int = -1
