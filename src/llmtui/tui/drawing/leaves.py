"""The pieces that markdown is made of for a reader: paragraphs, code, tables; and the marks in them."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from llmtui.chat.block import Block
from llmtui.chat.blocks import Blocks
from llmtui.chat.fence import read_fence
from llmtui.chat.markdown import tokens
from llmtui.tui.drawing.reread import between_marks

if TYPE_CHECKING:
    from markdown_it.token import Token

_KINDS = {
    "paragraph_open": "text",
    "heading_open": "text",
    "fence": "code",
    "code_block": "code",
    "table_open": "table",
    "hr": "text",
    "maths_block": "text",
    "html_block": "text",
}
_FENCE_MARK = re.compile(r"`{3,}|~{3,}")
_LINES = re.compile(r"\r\n?|\n")
# What follows the words of a link: its address with a title or without, or the name of a definition.
_TARGET = re.compile(
    r"\(\s*(?:<[^<>\n]*>|(?:[^\s()\\<]|\\.|\((?:[^()\\\s]|\\.)*\))*)"
    r"""(?:\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)))?\s*\)|\[[^\[\]]*\]"""
)


class Pair(NamedTuple):
    """Marks and what is between them: one from `opens` to `begins`, the other from `ends` to `closes`."""

    opens: int
    begins: int
    ends: int
    closes: int


class Leaf(NamedTuple):
    """A piece of the text that holds no other: from where to where, and the marks in it."""

    kind: Literal["text", "code", "table"]
    start: int
    end: int
    pairs: Sequence[Pair] = ()


def leaf_at(blocks: Blocks, at: int) -> Leaf | None:
    """The piece that this character of a text is in, None where it is between them or no markdown."""
    block = _block_at(blocks, at)
    if block is None:
        return None
    found = None
    for leaf in _leaves(block, blocks.references):
        if leaf.start <= at:
            found = leaf
    return found if found is not None and at < found.end else None


def _block_at(blocks: Blocks, at: int) -> Block | None:
    tail = next((block for block in reversed(blocks.tails) if block.start <= at), None)
    place = bisect_right(blocks.closed, at, key=lambda block: block.start) - 1
    return tail or (blocks.closed[place] if place >= 0 else None)


def _leaves(block: Block, references: Mapping[str, Any]) -> Iterator[Leaf]:
    """The pieces of a block, from the top."""
    if block.kind == "fence":
        yield Leaf("code", block.start, block.end, _moved([_fence_of(block)], block.start))
        return
    source, base = block.alone
    found = tokens(source, dict(references)) if block.kind not in ("plain", "words") else None
    if found is None:
        yield Leaf("table" if block.kind == "table" else "text", block.start, block.end)
        return
    starts = [0, *(match.end() for match in _LINES.finditer(source)), len(source)]
    for place, token in enumerate(found):
        kind = _KINDS.get(token.type)
        if kind is None or token.map is None:
            continue
        first, last = (starts[min(row, len(starts) - 1)] for row in token.map)
        if kind == "code":
            pairs = [_fence(token, source, starts)] if token.type == "fence" else []
            yield Leaf("code", base + first, base + last, _moved(pairs, base))
        else:
            inlines = [inner for inner in _inside(found, place) if inner.type == "inline"]
            pairs = _marks(inlines, source, first)
            yield Leaf("table" if kind == "table" else "text", base + first, base + last, _moved(pairs, base))


def _inside(found: "Sequence[Token]", place: int) -> "Iterator[Token]":
    level = found[place].level
    for token in found[place + 1 :]:
        if token.level <= level:
            return
        yield token


def _moved(pairs: Sequence[Pair], base: int) -> list[Pair]:
    return [Pair(*(base + at for at in pair)) for pair in pairs]


def _fence(token: "Token", source: str, starts: Sequence[int]) -> Pair:
    """The line that opens a fence, and the one that closes it if there is one."""
    first, last = token.map or (0, 0)
    row = min(first + 1 + token.content.count("\n"), len(starts) - 1)
    opens, begins = source.find(token.markup, starts[first]), starts[first + 1]
    ends = max(begins, starts[row] - 1) if source[: starts[row]].endswith("\n") else starts[row]
    return Pair(opens, begins, ends, max(ends, len(source[: starts[last]].rstrip("\r\n"))))


def _fence_of(block: Block) -> Pair:
    """The same for a block that is a fence."""
    source, fence = block.source, read_fence(block)
    opening = source[: fence.start].rstrip("\r\n")
    mark = _FENCE_MARK.search(opening, opening.rfind("\n") + 1)
    closes = len(source.rstrip())
    ends = source.rfind("\n", 0, closes) if fence.closed else closes
    return Pair(
        mark.start() if mark else 0, fence.start, max(fence.start, ends), max(fence.start, ends, closes)
    )


def _marks(inlines: "Sequence[Token]", source: str, start: int) -> list[Pair]:
    """The marks around words. markdown-it does not say where they are: each is looked for after the last."""
    walk = _Walk(source, start)
    for inline in inlines:
        for child in inline.children or ():
            if not walk.over(child):
                return walk.pairs
    return walk.pairs


class _Walk:
    """How far in the source the marks and words have been found."""

    def __init__(self, source: str, start: int) -> None:
        self.source = source
        self.at = start
        self.pairs: list[Pair] = []
        self._open: list[tuple[int, int]] = []

    def over(self, child: "Token") -> bool:
        """Go on behind this; False if it was not found."""
        match child.type:
            case "strong_open" | "em_open" | "s_open":
                return self._opens(child.markup)
            case "strong_close" | "em_close" | "s_close":
                return self._closes(child.markup)
            case "link_open" if child.markup == "linkify":
                return True
            case "link_open":
                return self._opens("<" if child.markup == "autolink" else "[")
            case "link_close" if child.markup == "linkify":
                return True
            case "link_close":
                return self._closes(">" if child.markup == "autolink" else "]", target=True)
            case "code_inline":
                return (
                    self._opens(child.markup) and self._inside(child.content) and self._closes(child.markup)
                )
            case "image":
                return self._opens("![") and self._inside(child.content) and self._closes("]", target=True)
            case "softbreak" | "hardbreak":
                return self._words("\n")
            case "text_special":
                return self._words(child.markup)
            case _:
                self._words(child.content)
                return True

    def _words(self, content: str) -> bool:
        found = self.source.find(content, self.at, self.at + len(content) + 2_000)
        if found < 0:
            return False
        self.at = found + len(content)
        return True

    def _inside(self, content: str) -> bool:
        """What is between marks that were not read: it may go on over lines."""
        found = between_marks(content, self.source, self.at)
        if found:
            self.at = found[-1].at + found[-1].length
        return bool(found) or self._words(content)

    def _opens(self, mark: str) -> bool:
        before = self.at
        if not mark or not self._words(mark):
            return False
        self._open.append((max(before, self.at - len(mark)), self.at))
        return True

    def _closes(self, mark: str, target: bool = False) -> bool:
        if not self._open or not self._words(mark):
            return False
        ends = self.at - len(mark)
        if target and mark == "]" and (found := _TARGET.match(self.source, self.at)):
            self.at = found.end()
        opens, begins = self._open.pop()
        self.pairs.append(Pair(opens, begins, ends, self.at))
        return True
