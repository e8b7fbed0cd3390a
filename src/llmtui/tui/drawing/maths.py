"""Maths drawn: as Unicode that can be read where that is possible, as it was written where not."""

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.style import Style

from llmtui.terminal import safe_line, safe_text
from llmtui.tui.drawing.lines import Line, Recast, Run, wrap
from llmtui.tui.drawing.palette import Palette

if TYPE_CHECKING:
    from markdown_it.token import Token

_INDENT = 2


def formula(latex: str, written: str, at: int, length: int, style: Style, palette: Palette) -> Run:
    """A formula between words; `written` is how it reads with its marks, `at` and `length` are its place."""
    from llmtui.chat.maths import readable

    shown = readable(safe_line(latex))
    if shown is None:
        return Recast(safe_line(written), palette.code, at, length)
    return Recast(shown, style, at, length)


def formula_alone(
    token: "Token", at: int, length: int, width: int, style: Style, palette: Palette
) -> list[Line] | None:
    """The lines of a formula that stands alone, None if it cannot be read; `at`, `length` are its place."""
    rows = _rows(token, width - _INDENT)
    if rows is None:
        return None
    lines: list[Line] = []
    for row in rows:
        room = width - _INDENT if cell_len(row) <= width - _INDENT else width - 2 * _INDENT
        for place, runs in enumerate(wrap([Recast(row, style, at, length)], room)):
            indent = Run(" " * (_INDENT if not place else 2 * _INDENT), style)
            lines.append(Line([indent, *runs], at, style))
    return lines


def _rows(token: "Token", width: int) -> tuple[str, ...] | None:
    """What to show on lines of their own: on one line where the rows would be too wide."""
    from llmtui.chat.maths import readable, readable_rows

    latex, after = _inside(token)
    latex = safe_text(latex)
    rows = readable_rows(latex)
    if rows is None:
        return None
    if max(map(cell_len, rows)) > width:
        flat = readable(latex)
        rows = (flat,) if flat else rows
    return (*rows[:-1], rows[-1] + after)


def _inside(token: "Token") -> tuple[str, str]:
    """The LaTeX without the marks around it, and the full stop after them."""
    content = token.content.strip()
    if not token.markup.startswith("\\begin"):
        content = content.removeprefix(token.markup)
    before, closer, after = content.rpartition(token.info)
    return (before + closer if token.markup.startswith("\\begin") else before).strip(), after.strip()
