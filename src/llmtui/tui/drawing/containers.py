"""What stands left of lines that go on in lists and quotes: bars and indents."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.style import Style

from llmtui.chat.block import Block
from llmtui.chat.nesting import Levels, entered
from llmtui.tui.drawing.lines import Line, Run
from llmtui.tui.drawing.palette import Palette

# A list at the top stands a little to the right of the words around it.
INDENT = "  "
BAR = "▎ "


def margin(levels: Levels, palette: Palette) -> tuple[list[Run], Style]:
    """What stands before a line in these levels, and the style of its words."""
    runs, style, depth = [], palette.text, 0
    for level in levels:
        if level.content:
            runs.append(Run(" " * (level.sign + 1 + (0 if depth else len(INDENT))), style))
            depth += 2
        else:
            runs.append(Run(BAR, palette.bar))
            style = palette.quote
            depth += 1
    return runs, style


def cells(runs: Sequence[Run]) -> int:
    """How wide the runs are."""
    return sum(cell_len(run.text) for run in runs)


def beside(lines: list[Line], before: Sequence[Run]) -> list[Line]:
    """The lines with this before each."""
    if before:
        for line in lines:
            line.runs = [*before, *line.runs]
    return lines


def inner_lines(block: Block) -> Iterator[tuple[str, int]]:
    """The lines of a block without the marks of its levels, and where in the text each begins."""
    start = block.start
    for number, line in enumerate(block.source.split("\n")):
        # What a line that was cut goes on with has no marks, whatever it looks like.
        at = 0 if block.within and not number else entered(line.rstrip("\r"), block.levels)[1]
        yield line.rstrip("\r")[at:], start + at
        start += len(line) + 1
