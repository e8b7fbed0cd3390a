"""Markdown as it arrives: blocks that will never change again, and an open tail.

Only whole lines decide anything, so any chunking of a text gives the same blocks, and joined they are the
text exactly. A block is a piece of source that means alone what it means in its place: mostly one
CommonMark block, for a list one of its items, and for a long item or quote a piece of it with its `levels`.
What cannot be told from a line alone (does this line lazily go on with the quote above it?) is asked of
markdown-it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from llmtui.chat.block import Block
from llmtui.chat.chunk import Chunk, Growing, Item
from llmtui.chat.fence import read_mark
from llmtui.chat.footnotes import sign_of
from llmtui.chat.markdown import DEFINITION, LONGEST_BLOCK, closes, outline
from llmtui.chat.nesting import Leaf, Levels, entered, last_leaf

# What is longer is cut if it can be: it is read again with each draw.
_LONG = 1_500
_FENCED = re.compile(r"[ \t>*+\-.)\d]*(?:```|~~~)")


class Blocks:
    """A text being cut: `closed` only grows, `tail` is what may still change.

    `references` are the links that closed blocks define; with a new one it is another mapping.
    """

    def __init__(self, text: str = "") -> None:
        self.closed: list[Block] = []
        self.references: dict[str, Any] = {}
        self._chunk = Chunk(0)
        self._partial = ""
        # Whether the last piece was the beginning of a line that is too long.
        self._within = False
        if text:
            self.feed(text)

    @property
    def tail(self) -> str:
        """The source that is not in a closed block yet."""
        return self._chunk.source + self._partial

    @property
    def open(self) -> Block | None:
        """The tail as a block, None if there is nothing in it."""
        source, chunk = self.tail, self._chunk
        if not source:
            return None
        if chunk.shape == "nothing" and self._partial.strip() and chunk.in_note(self._partial):
            return replace(self._block(source), levels=(chunk.note_level,))
        return self._block(source)

    @property
    def tails(self) -> tuple[Block, ...]:
        """The tail as blocks: two where a line has begun that will not go on with what grew above it."""
        chunk, partial = self._chunk, self._partial
        text = partial.rstrip("\r")
        if (
            not self._within
            and chunk.growing
            and chunk.lines
            and text.strip(" \t")
            and chunk.ends_growing(text)
        ):
            inside = 0 if chunk.ends_before(text) else entered(text, chunk.levels)[0]
            above = self._block(chunk.source)
            return above, Block(partial, above.end, levels=chunk.levels[:inside])
        block = self.open
        return (block,) if block else ()

    def feed(self, text: str) -> None:
        """More of the text has come."""
        if "\n" not in text and len(self._partial) + len(text) <= LONGEST_BLOCK:
            self._partial += text
            return
        *lines, partial = (self._partial + text).split("\n")
        for line in lines:
            for piece in _pieces(line + "\n"):
                self._take(piece)
        *pieces, self._partial = _pieces(partial)
        for piece in pieces:
            self._take(piece)

    def _take(self, line: str) -> None:
        """One whole line, or a piece of one that is too long."""
        text = line.rstrip("\r\n")
        chunk = self._chunk
        ended = line.endswith("\n")
        if self._within:
            self._within = not ended
            if chunk.size + len(line) > LONGEST_BLOCK and chunk.lines and chunk.growing != "fence":
                self._go_on(chunk.growing or "words", chunk.levels, within=True)
            self._chunk.add(line)
        elif ended and not text.strip(" \t"):
            chunk.add(line)
            if chunk.ends_with_blank():
                self._close()
        else:
            self._within = not ended
            self._take_written(text, line)
            if not ended:
                self._cut_line()

    def _take_written(self, text: str, line: str) -> None:
        chunk = self._chunk
        table = not chunk.growing and chunk.begins_table(text)
        if table and chunk.shape == "paragraph":
            above = any(line.strip(" \t\r\n") for line in chunk.lines[:-1])
            if above:
                self._close(keep=1)
            self._chunk.grow("table")
        elif chunk.shape != "nothing" and chunk.ends_before(text):
            self._close(before=chunk.followed_by(text))
        elif chunk.shape in ("list", "quote"):
            self._go_deeper(text)
        elif chunk.size + len(line) > LONGEST_BLOCK and chunk.growing not in ("fence", "table"):
            self._cut_paragraph()
        chunk = self._chunk
        marked = chunk.growing == "fence" or chunk.shape in ("maths", "html") or chunk.closes_html
        if chunk.shape == "nothing":
            chunk.begin(text)
        chunk.after_blank = False
        chunk.add(line)
        if marked:
            chunk.take_end(text)
        if chunk.whole or (chunk.done and chunk.shape == "growing"):
            self._close()
        elif chunk.shape in ("list", "quote") and not chunk.growing:
            if table:
                self._cut_before("table")
            elif _FENCED.match(text):
                self._cut_before("fence")

    def _go_deeper(self, text: str) -> None:
        """A written line goes on in the list or quote: cut what is above it, if it is long or has ended."""
        chunk = self._chunk
        if chunk.growing:
            if chunk.ends_growing(text):
                self._follow(chunk.levels[: entered(text, chunk.levels)[0]])
            elif chunk.growing in ("words", "plain") and chunk.size > LONGEST_BLOCK:
                self._go_on(chunk.growing, chunk.levels)
        elif chunk.size > max(_LONG, min(2 * chunk.asked, LONGEST_BLOCK)):
            self._cut_before()

    def _cut_before(self, wanted: Growing = "") -> None:
        """Cut a list or a quote before its last leaf: only that may still change.

        `wanted` is what the last line is thought to begin.
        """
        chunk = self._chunk
        leaf = last_leaf(chunk.source, chunk.levels, chunk.number)
        lines = _lines_after(chunk, leaf.at) if leaf else None
        if wanted and (leaf is None or lines is None or _grows(leaf, lines) != wanted):
            return
        chunk.asked = chunk.size
        if leaf is None or lines is None:
            if chunk.size > LONGEST_BLOCK:
                self._go_on("plain", ())
            return
        if leaf.before and len(lines) < len(chunk.lines):
            self._follow(leaf.before, len(lines), leaf.number)
            chunk = self._chunk
        if len(lines) == len(chunk.lines) and (grows := _grows(leaf, lines)):
            chunk.levels, chunk.begins = leaf.inside, len(leaf.inside) - len(leaf.before)
            chunk.mark = read_mark(lines[0][entered(lines[0], leaf.inside)[1] :])[0]
            chunk.grow(grows)
        elif chunk.size > LONGEST_BLOCK:
            self._go_on("words" if leaf.kind == "paragraph" else "plain", leaf.inside)

    def _cut_paragraph(self) -> None:
        """A paragraph at the top level is too long to be read again with each draw."""
        chunk = self._chunk
        if chunk.shape == "code":
            self._close()
            self._chunk.shape, self._chunk.joined = "code", True
        else:
            self._go_on(chunk.growing or ("plain" if chunk.shape in ("maths", "html") else "words"), ())
            if chunk.closes_html:
                self._chunk.mark = chunk.mark

    def _cut_line(self) -> None:
        """The beginning of a line that is too long was taken: let the rest go on with its last leaf."""
        chunk = self._chunk
        if chunk.growing == "fence":
            return
        if chunk.growing:
            kind: Growing = "plain" if chunk.growing == "table" else chunk.growing
            self._go_on(kind, chunk.levels, within=True)
        elif chunk.shape == "nothing":
            # A heading was closed with what is there of it.
            self._go_on("words", (), within=True)
        else:
            leaf = last_leaf(chunk.source, chunk.levels, chunk.number)
            kind = "words" if leaf and leaf.kind == "paragraph" else "plain"
            self._go_on(kind, leaf.inside if leaf else (), within=True)

    def _go_on(self, kind: Growing, levels: Levels, within: bool = False) -> None:
        """Close what is there, and let what comes go on with it as if it had not been cut."""
        self._follow(levels)
        if not levels:
            self._chunk.shape = "growing"
        self._chunk.joined, self._chunk.within = True, within
        self._chunk.grow(kind)

    def _follow(self, levels: Levels, keep: int = 0, number: int | None = None) -> None:
        """Close all but the last lines, and go on in these levels of the same list or quote."""
        older = self._chunk
        self._close(keep=keep)
        chunk = self._chunk
        chunk.levels, chunk.number = levels, number
        chunk.shape, chunk.item, chunk.lazy = older.shape, older.item, older.lazy
        chunk.after_blank = older.after_blank

    def _close(self, before: Item | None = None, keep: int = 0) -> None:
        """Close all but the last lines."""
        chunk = self._chunk
        kept = chunk.lines[len(chunk.lines) - keep :]
        source = "".join(chunk.lines[: len(chunk.lines) - keep])
        block = self._block(source)
        self._chunk = Chunk(block.end, before, kept, sum(map(len, kept)))
        if not source:
            self._chunk.joined, self._chunk.within = chunk.joined, chunk.within
            return
        self.closed.append(block)
        if chunk.shape == "paragraph":
            self._chunk.note = sign_of(source)
        if block.kind in ("markdown", "item") and DEFINITION.search(source):
            found: dict[str, Any] = {}
            outline(block.alone[0], found)
            if not found.keys() <= self.references.keys():
                self.references = {**found, **self.references}

    def _block(self, source: str) -> Block:
        chunk = self._chunk
        return Block(
            source,
            chunk.start,
            chunk.kind,
            chunk.number,
            chunk.levels,
            chunk.joined,
            chunk.within,
            chunk.begins,
        )


def _grows(leaf: Leaf, lines: list[str]) -> Growing:
    """What the last leaf is, if it grows line by line from here on."""
    # With an item that begins in the same line its first line would look otherwise than the others.
    if any(level.content for level in leaf.inside[len(leaf.before) :]):
        return ""
    if leaf.kind == "table":
        return "table"
    if leaf.kind != "fence":
        return ""
    texts = [line.rstrip("\r\n")[entered(line, leaf.inside)[1] :] for line in lines]
    mark = read_mark(texts[0])[0]
    return "fence" if mark and not any(closes(text, mark) for text in texts[1:]) else ""


def _lines_after(chunk: Chunk, at: int) -> list[str] | None:
    """The lines of a chunk from this character on, None if no line begins there."""
    before = 0
    for place, line in enumerate(chunk.lines):
        if before >= at:
            return chunk.lines[place:] if before == at else None
        before += len(line)
    return None


def _pieces(line: str) -> Iterator[str]:
    """A line in pieces short enough to hold, cut between sentences or words; the last one may be empty."""
    at = 0
    while len(line) - at > LONGEST_BLOCK:
        end, least = at + LONGEST_BLOCK, at + LONGEST_BLOCK // 2
        cuts = (line.rfind(sign, least, end) + len(sign) for sign in (". ", "。", " "))
        end = next((cut for cut in cuts if cut > least), end)
        yield line[at:end]
        at = end
    yield line[at:]
