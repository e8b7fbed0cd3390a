"""Where in the source the characters of a line are."""

from collections.abc import Iterator

from llmtui.tui.drawing.lines import NOWHERE, Line, Recast, Run


def is_written(line: Line) -> bool:
    """Whether anything in it is from the source, and not all of it our own words."""
    return any(run.at != NOWHERE and run.text for run in line.runs)


def ours(line: Line) -> int:
    """How many of a line's characters are ours, before the first that was written."""
    count = 0
    for text, _, at in line.runs:
        if at != NOWHERE and text:
            return count
        count += len(text)
    return 0


def first_at(line: Line) -> int:
    """Where in the source what is written in it begins."""
    return next((run.at for run in line.runs if run.at != NOWHERE), line.start)


def offset_from(line: Line, index: int, after: int) -> int:
    """Where in the source the character at this index is, or the next one that was written."""
    for run, follows in _known(line, after):
        if run.at != NOWHERE and index < len(run.text):
            return run.at if isinstance(run, Recast) else min(run.at + max(0, index), follows)
        index -= len(run.text)
    return after


def offset_to(line: Line, index: int, after: int) -> int:
    """Where the last written character ends that is before this index."""
    best = line.start
    for run, follows in _known(line, after):
        if run.at != NOWHERE and index > 0:
            size = min(index, len(run.text))
            best = run.at + run.length if isinstance(run, Recast) else min(run.at + size, follows)
        index -= len(run.text)
    return best


def _known(line: Line, after: int) -> Iterator[tuple[Run, int]]:
    """The runs, and where in the source the one after each begins: some are longer than what they show."""
    following = after
    found: list[tuple[Run, int]] = []
    for run in reversed(line.runs):
        found.append((run, max(run.at, following)))
        if run.at != NOWHERE and run.text:
            following = run.at
    return reversed(found)
