"""What a double and a triple click pick: the word, or the paragraph, list item, code or table it is in."""

from collections.abc import Sequence

from llmtui.tui.drawing.leaves import leaf_at
from llmtui.tui.drawing.lines import NOWHERE, Line
from llmtui.tui.drawing.message_view import MessageView
from llmtui.tui.drawing.offsets import first_at, ours
from llmtui.tui.drawing.page import Stack
from llmtui.tui.drawing.paint import CodeLine, FenceLabel
from llmtui.tui.drawing.spots import Spot
from llmtui.tui.drawing.words import word_at


def word_around(view: MessageView, spot: Spot) -> tuple[Spot, Spot]:
    """The first and the last character of the word at this spot, over the lines it was broken into."""
    line = view.line(spot.row)
    start, end = word_at(line.text, spot.at)
    first, last = spot.row, spot.row
    while start <= ours(line) and first and _goes_on(above := view.line(first - 1), line):
        first, line = first - 1, above
        start = word_at(line.text, len(line.text) - 1)[0]
    line = view.line(last)
    while end == len(line.text) and last + 1 < view.height and _goes_on(line, below := view.line(last + 1)):
        last, line = last + 1, below
        end = word_at(line.text, ours(line))[1]
    return Spot(spot.place, first, start), Spot(spot.place, last, max(end - 1, 0))


def block_around(view: MessageView, spot: Spot) -> tuple[Spot, Spot]:
    """The first and the last character of the block at this spot."""
    first, last = _rows(view, spot.row)
    return Spot(spot.place, first, 0), Spot(spot.place, last, max(len(view.line(last).text) - 1, 0))


def _rows(view: MessageView, row: int) -> tuple[int, int]:
    stack, line = view.found(row)
    if stack.source is None:
        return row, row
    top, lines = _text(view.stacks, row)
    inside = row - top
    if isinstance(line, CodeLine | FenceLabel):
        # Above its lines, where its language stands, it is the whole of it that is meant.
        kinds = CodeLine if isinstance(line, CodeLine) else (CodeLine, FenceLabel)
        member = [isinstance(other, kinds) and other.code is line.code for other in lines]
    else:
        blocks = view.blocks(stack.part)
        leaf = leaf_at(blocks, first_at(line)) if blocks is not None else None
        if leaf is None:
            member = [bool(_said(other)) == bool(_said(line)) for other in lines]
        else:
            member = [leaf.start <= first_at(other) < leaf.end for other in lines]
            # The blank line between two blocks still belongs to the source of the first.
            while inside and not any(member[inside:]):
                inside -= 1
    first = last = inside
    while first and member[first - 1]:
        first -= 1
    while last + 1 < len(lines) and member[last + 1]:
        last += 1
    return top + first, top + last


def _text(stacks: Sequence[Stack], row: int) -> tuple[int, list[Line]]:
    """All the lines of the text that this row is of, and the row of the first."""
    top = first = 0
    lines: list[Line] = []
    source: str | None = None
    for stack in stacks:
        if stack.source is None or stack.source is not source:
            if lines and row < top:
                break
            lines, first = [], top
        source = stack.source
        lines.extend(stack.lines)
        top += len(stack.lines)
    return first, lines


def _goes_on(above: Line, below: Line) -> bool:
    """Whether a word was broken between two lines: nothing of the source is between them."""
    over = [run for run in above.runs if run.text]
    under = [run for run in below.runs if run.at != NOWHERE and run.text]
    if not over or not under or over[-1].at == NOWHERE:
        return False
    return over[-1].at + len(over[-1].text) == under[0].at and not over[-1].text[-1].isspace()


def _said(line: Line) -> str:
    return "".join(run.text for run in line.runs if run.at != NOWHERE).strip()
