"""What a selection copies: the text as it was written, not as it was wrapped."""

from collections.abc import Sequence

from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.page import Stack


def copied(stacks: Sequence[Stack], start: tuple[int, int], end: tuple[int, int] | None) -> str:
    """The text from one (row, character) to another, to the end for None.

    Where lines come from a source, it is the stretch of the source between the two places, marks and all;
    our own words are copied as they are seen.
    """
    found: list[str] = []
    top = 0
    for lines, source in _joined(stacks):
        first, last = max(0, start[0] - top), len(lines) - 1
        if end is not None:
            last = min(last, end[0] - top)
        if first < len(lines) and last >= first:
            low = start[1] if start[0] >= top else 0
            high = end[1] if end is not None and end[0] - top == last else None
            found.append(
                _seen(lines, (first, low), (last, high))
                if source is None
                else _written(lines, source, (first, low), (last, high))
            )
        top += len(lines)
    return "\n".join(piece for piece in found if piece)


def _joined(stacks: Sequence[Stack]) -> list[tuple[list[Line], str | None]]:
    """Stacks of the same text are one: closed blocks and the tail."""
    joined: list[tuple[list[Line], str | None]] = []
    for lines, source, _ in stacks:
        if source is not None and joined and joined[-1][1] is source:
            joined[-1][0].extend(lines)
        else:
            joined.append((list(lines), source))
    return joined


def _seen(lines: Sequence[Line], start: tuple[int, int], end: tuple[int, int | None]) -> str:
    rows = [line.text for line in lines[start[0] : end[0] + 1]]
    if end[1] is not None:
        rows[-1] = rows[-1][: end[1]]
    rows[0] = rows[0][start[1] :]
    return "\n".join(" ".join(row.split()) for row in rows).strip("\n")


def _written(lines: Sequence[Line], source: str, start: tuple[int, int], end: tuple[int, int | None]) -> str:
    def after(row: int) -> int:
        return lines[row + 1].start if row + 1 < len(lines) else len(source)

    low = lines[start[0]].begins(start[1], after(start[0]))
    high = after(end[0]) if end[1] is None else lines[end[0]].ends(end[1], after(end[0]), source)
    return source[low : max(low, high)].strip("\n")
