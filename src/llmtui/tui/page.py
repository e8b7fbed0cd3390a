"""What lines are made for, and how they are handed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from llmtui.tui.lines import Line
from llmtui.tui.palette import Palette


@dataclass(frozen=True, slots=True)
class Page:
    """What lines are made for: so many cells, in these styles."""

    width: int
    palette: Palette


class Stack(NamedTuple):
    """Lines and the text that they show, None where they are our own words."""

    lines: Sequence[Line]
    source: str | None = None
