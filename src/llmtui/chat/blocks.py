"""Markdown as it arrives: blocks that will never change again, and an open tail.

Only whole lines decide anything, so any chunking of a text gives the same blocks, and joined they are the
text exactly. A block is a piece of source that means alone what it means in its place: mostly one
CommonMark block, for a list one of its items. What cannot be told from a line alone (does this line lazily
go on with the quote above it?) is asked of markdown-it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from llmtui.chat.chunk import BlockKind, Chunk, Item
from llmtui.chat.markdown import DEFINITION, FENCE, LONGEST_BLOCK, closes, tokens


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the source, blank lines included.

    `start` is where it begins in the text, in characters; `number` is how an ordered list counts this item.
    """

    source: str
    start: int
    kind: BlockKind = "markdown"
    number: int | None = None

    @property
    def end(self) -> int:
        """Where the next block begins."""
        return self.start + len(self.source)

    @property
    def spaced(self) -> bool:
        """Whether a blank line follows its last written one."""
        return self.source.rstrip(" \t\r\n").count("\n") + 1 < self.source.count("\n")


@dataclass(frozen=True, slots=True)
class Fence:
    """A code fence read: its language, its code, and where the code begins in the block's source."""

    language: str
    code: str
    start: int
    closed: bool


class Blocks:
    """A text being cut: `closed` only grows, `tail` is what may still change."""

    def __init__(self, text: str = "") -> None:
        self.closed: list[Block] = []
        self.references: dict[str, Any] = {}
        self._chunk = Chunk(0)
        self._partial = ""
        if text:
            self.feed(text)

    @property
    def tail(self) -> str:
        """The source that is not in a closed block yet."""
        return self._chunk.source + self._partial

    @property
    def open(self) -> Block | None:
        """The tail as a block, None if there is nothing in it."""
        chunk, source = self._chunk, self.tail
        return Block(source, chunk.start, chunk.kind, chunk.number) if source else None

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
        """One whole line, or the beginning of one that is too long."""
        text = line.rstrip("\r\n")
        chunk = self._chunk
        if chunk.shape == "fence":
            chunk.add(line)
            if closes(text, chunk.mark):
                self._close()
        elif not line.endswith("\n"):
            chunk.add(line)
            self._give_up()
        elif not text.strip(" \t"):
            chunk.add(line)
            if chunk.ends_with_blank():
                self._close()
        else:
            self._take_written(text, line)

    def _take_written(self, text: str, line: str) -> None:
        if self._chunk.shape != "nothing" and self._chunk.ends_before(text):
            self._close(before=self._chunk.followed_by(text))
        chunk = self._chunk
        if chunk.shape == "nothing":
            chunk.begin(text)
        chunk.after_blank = False
        chunk.add(line)
        if chunk.whole:
            self._close()
        elif chunk.size > LONGEST_BLOCK and chunk.shape != "fence":
            self._give_up()

    def _give_up(self) -> None:
        """Too long to be markdown: let go of it, and take the rest up to a blank line as plain text."""
        self._chunk.shape = "plain"
        self._close()
        self._chunk.shape = "plain"

    def _close(self, before: Item | None = None) -> None:
        chunk = self._chunk
        block = Block(chunk.source, chunk.start, chunk.kind, chunk.number)
        self.closed.append(block)
        self._chunk = Chunk(block.end, before)
        if block.kind in ("markdown", "item") and DEFINITION.search(block.source):
            found: dict[str, Any] = {}
            tokens(block.source, found)
            self.references = {**found, **self.references}


def read_fence(block: Block) -> Fence:
    """The fence that a block of this kind is, whether it is closed or still open."""
    lines = block.source.split("\n")
    first = next(place for place, line in enumerate(lines) if line.strip(" \t\r"))
    start = sum(len(line) + 1 for line in lines[: first + 1])
    opened = FENCE.match(lines[first].rstrip("\r"))
    if opened is None:
        return Fence("", block.source, 0, False)
    mark, info = opened[2] or opened[4], (opened[3] or opened[5] or "").strip()
    body = lines[first + 1 :]
    # The newline at the end of the last line is not another line.
    if body and not body[-1]:
        body.pop()
    closed = bool(body) and closes(body[-1].rstrip("\r"), mark)
    if closed:
        body.pop()
    code = "\n".join(body)
    return Fence(info.split()[0] if info else "", code, min(start, len(block.source)), closed)


def _pieces(line: str) -> Iterator[str]:
    """A line in pieces short enough to hold; the last one may be empty."""
    for start in range(0, max(1, len(line)), LONGEST_BLOCK):
        yield line[start : start + LONGEST_BLOCK]
