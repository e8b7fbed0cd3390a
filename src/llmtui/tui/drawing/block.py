"""One block drawn, in the cheapest way that shows what markdown means by it."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from llmtui.chat.block import Block
from llmtui.chat.markdown import tokens, words
from llmtui.tui.drawing.containers import INDENT, beside, cells, inner_lines, margin
from llmtui.tui.drawing.fence import GrowingFence
from llmtui.tui.drawing.kept import Kept
from llmtui.tui.drawing.lines import Line, Run
from llmtui.tui.drawing.markdown import BULLETS, Drawing, as_written, marked, plain
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.rows import GrowingTable

# One line that begins with a letter, or with bold letters, is a paragraph whatever follows in it.
_WORDS = r"((?:\*\*)?[^\W\d_][^\n\r]*)"
_PARAGRAPH = re.compile(rf"\n*{_WORDS}\s*")
_ITEM = re.compile(rf"\n*(?:[-*+]|([0-9]{{1,9}}[.)])) {_WORDS}\s*")

References = Mapping[str, Any]


def draw(
    block: Block, width: int, palette: Palette, references: References, kept: Kept | None = None
) -> list[Line]:
    """The lines of a block at most `width` cells wide; `start` of each counts from the text's beginning.

    `kept` is what outlives them when they are laid again.
    """
    match block.kind:
        case "fence" | "table":
            page = Page(width, palette)
            growing = grower(block, page, references, kept or Kept(page))
            growing.grow(block)
            return growing.lines
        case "plain":
            return _plain(block, width, palette)
        case "words":
            return _words(block, width, palette, references)
        case _:
            line = _line(block, width, palette, references)
            return read_whole(block, width, palette, references, kept) if line is None else line


def read_whole(
    block: Block, width: int, palette: Palette, references: References, kept: Kept | None = None
) -> list[Line]:
    """A block drawn as markdown-it reads it."""
    source, base = block.alone
    found = tokens(source, dict(references))
    if found is None:
        return _plain(block, width, palette)
    drawing = Drawing(block, source, base, palette, kept or Kept(Page(width, palette)))
    return _in_order(drawing.blocks(found, 0, len(found), width, palette.text, 0))


def grower(block: Block, page: Page, references: References, kept: Kept) -> GrowingFence | GrowingTable:
    """What can lay a fence or a table while it grows."""
    if block.kind == "fence":
        return GrowingFence(block, page, kept)
    return GrowingTable(block, page, references, kept)


def _line(block: Block, width: int, palette: Palette, references: References) -> list[Line] | None:
    """A paragraph or an item of one line, as most are: only its words are read. None if it is not one."""
    if block.levels:
        return None
    item = block.kind == "item"
    found = (_ITEM if item else _PARAGRAPH).fullmatch(block.source)
    if found is None:
        return None
    text = found[found.lastindex or 1].strip()
    inline = words(text, dict(references))
    if not inline:
        return None
    drawing = Drawing(block, block.source, block.start, palette, Kept())
    drawing.words.cursor = found.start(found.lastindex or 1)
    if not item:
        return _in_order(drawing.written(inline[0], width, palette.text))
    sign = BULLETS[0]
    if counted := found[1]:
        sign = f"{int(counted[:-1]) if block.number is None else block.number}{counted[-1]}"
    first = Run(f"{INDENT}{sign} ", palette.bullet)
    rest = Run(" " * len(first.text), palette.text)
    return _in_order(marked(drawing.written(inline[0], width - len(first.text), palette.text), first, rest))


def _words(block: Block, width: int, palette: Palette, references: References) -> list[Line]:
    """What a paragraph goes on with that is too long to be read at once."""
    text = "\n".join(line.strip(" \t") for line, _ in inner_lines(block)).strip("\n")
    found = words(text, dict(references))
    if not found:
        return _plain(block, width, palette)
    before, style = margin(block.levels, palette)
    drawing = Drawing(block, block.source, block.start, palette, Kept())
    return beside(_in_order(drawing.written(found[0], width - cells(before), style)), before)


def _plain(block: Block, width: int, palette: Palette) -> list[Line]:
    """What cannot be read as markdown, as it was written."""
    if not block.levels:
        return plain(block.source, block.start, width, palette.text)
    before, style = margin(block.levels, palette)
    lines = [
        line
        for text, at in inner_lines(block)
        if text.strip()
        for line in as_written(text, at, width - cells(before), style)
    ]
    return beside(lines, before)


def _in_order(lines: list[Line]) -> list[Line]:
    for above, below in pairwise(lines):
        below.start = max(above.start, below.start)
    return lines
