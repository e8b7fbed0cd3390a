"""Draws the screen as SVG with every sign in the cells that it has in a terminal."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

from rich.cells import split_graphemes
from textual.app import App

# Rich draws a cell 20 high and 0.61 as wide as that. It stretches a text over as many cells as it has code
# points: 中文 over two instead of four, one 👨‍👩‍👧 over five instead of two.
_CELL = 20 * 0.61
_TEXT = re.compile(
    r'<text (class="[^"]+") x="([^"]+)" (y="[^"]+") textLength="[^"]+" (clip-path="[^"]+")>([^<]+)</text>'
)


def draw(app: App[None], path: Path) -> None:
    """Write what the app shows."""
    path.write_text(_TEXT.sub(_in_its_cells, app.export_screenshot(title="llmtui")), encoding="utf-8")


def _in_its_cells(found: re.Match[str]) -> str:
    look, x, y, clip, text = found.groups()
    drawn: list[str] = []
    for at, plain, piece in _pieces(html.unescape(text)):
        # A sign that is not one code point in one cell is as wide as its font makes it.
        length = f' textLength="{len(piece) * _CELL:g}"' if plain else ""
        written = html.escape(piece).replace("\xa0", "&#160;")
        drawn.append(f'<text {look} x="{float(x) + at * _CELL:g}" {y}{length} {clip}>{written}</text>')
    return "".join(drawn)


def _pieces(text: str) -> Iterator[tuple[int, bool, str]]:
    """Each wide or joined sign, and what is plain between them: its first cell, if it is plain, itself."""
    at, plain = 0, ""
    for start, end, cells in split_graphemes(text)[0]:
        sign = text[start:end]
        if len(sign) == cells == 1:
            plain += sign
            continue
        if plain:
            yield at, True, plain
        at += len(plain)
        yield at, False, sign
        at, plain = at + cells, ""
    if plain:
        yield at, True, plain
