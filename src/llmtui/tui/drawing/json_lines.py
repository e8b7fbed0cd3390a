"""JSON as it was sent, one thing a line: only white space is ours, every other character is where it was."""

import json
import re
from itertools import pairwise

from rich.style import Style

from llmtui.tui.drawing.lines import Line, Run, wrap
from llmtui.tui.drawing.written import runs

# Taking more than this apart would be felt; it is shown as it was written.
_LONGEST = 50_000
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_STEP = 2


def json_lines(text: str, width: int, style: Style, mark: Run) -> list[Line] | None:
    """The lines of an object or a list, indented; None if the text is neither."""
    if len(text) > _LONGEST or not text.lstrip().startswith(("{", "[")) or not _parses(text):
        return None
    lines: list[Line] = []
    for depth, row in _rows(text, style):
        indent = Run(" " * min(depth * _STEP, width // 2), style)
        start = row[0].at
        for place, part in enumerate(wrap(row, width - len(mark.text) - len(indent.text))):
            at = next((run.at for run in part if run.at >= 0), start) if place else start
            lines.append(Line([mark, indent, *part], at, style))
    return lines


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _rows(text: str, style: Style) -> list[tuple[int, list[Run]]]:
    """(how deep, what stands there), a row for each thing."""
    rows: list[tuple[int, list[Run]]] = [(0, [])]
    depth = 0
    tokens = list(_TOKEN.finditer(text))
    for token, following in pairwise([*tokens, None]):
        assert token is not None
        sign = token.group()
        if sign in ("}", "]"):
            depth -= 1
            if rows[-1][1] and rows[-1][1][-1].text not in ("{", "["):
                rows.append((depth, []))
        rows[-1][1].extend(runs(sign, token.start(), style))
        empty = following is not None and sign + following.group() in ("{}", "[]")
        if sign in ("{", "["):
            depth += 1
        if sign == ":":
            rows[-1][1].append(Run(" ", style))
        elif sign == "," or (sign in ("{", "[") and not empty):
            rows.append((depth, []))
    return rows
