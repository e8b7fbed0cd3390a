"""The words of an answer as drawn: what is finished is laid once, and only the open end again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llmtui.chat.block import Block
from llmtui.chat.blocks import Blocks
from llmtui.chat.markdown import labels, outline
from llmtui.tui.drawing.block import draw, grower
from llmtui.tui.drawing.containers import margin
from llmtui.tui.drawing.fence import GrowingFence
from llmtui.tui.drawing.kept import Kept
from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.page import Page, Stack
from llmtui.tui.drawing.rows import GrowingTable

# So much of what comes at once while more is to come is laid with one draw: 10 to 25 ms.
_MOST_AT_ONCE = 8_000


@dataclass(slots=True)
class _Laid:
    """A closed block and how many lines it has, those of the gap above it apart."""

    block: Block
    gap: int
    lines: int
    _labels: frozenset[str] | None = None

    @property
    def labels(self) -> frozenset[str]:
        """The links whose definitions it may be waiting for."""
        if self._labels is None:
            self._labels = frozenset() if self.block.kind == "fence" else labels(self.block.source)
        return self._labels


class Body:
    """Markdown: closed blocks are laid once and not touched again, the open tail at every draw.

    What is seen is at every moment what a body that was given the same text at once would show.
    """

    def __init__(self) -> None:
        self.text = ""
        self.blocks = Blocks()
        self._page: Page | None = None
        self._fed, self._live = 0, False
        self._references: Mapping[str, Any] = {}
        self._laid: list[_Laid] = []
        self._read = 0
        self._closed: list[Line] = []
        self._tail: list[Line] = []
        self._growing: GrowingFence | GrowingTable | None = None
        self._kept = Kept()

    def update(self, text: str) -> bool:
        """A newer state of the text; False if it does not go on with the older one."""
        if len(text) < len(self.text) or not text.startswith(self.text):
            return False
        self.text = text
        return True

    @property
    def behind(self) -> bool:
        """Whether so much has come at once that the next draws are to show the rest."""
        return self._fed < len(self.text)

    def _feed(self, live: bool) -> None:
        end = len(self.text)
        # What is laid for the first time, or is all there is, is looked at as a whole.
        if live and self._fed and end - self._fed > _MOST_AT_ONCE:
            end = self._fed + _MOST_AT_ONCE
            # What is shown meanwhile has whole lines.
            end = self.text.rfind("\n", self._fed + _MOST_AT_ONCE // 2, end) + 1 or end
        self.blocks.feed(self.text[self._fed : end])
        self._fed = end

    def lay(self, page: Page, live: bool) -> int:
        """Make the lines; the number of the first one that changed since the last time."""
        if self._page != page:
            self._page, self._read = page, 0
            self._kept.lay_for(page)
            self._laid, self._closed, self._tail, self._growing = [], [], [], None
        elif (self._fed, self._live) == (len(self.text), live):
            return len(self._closed) + len(self._tail)
        self._feed(live)
        self._live = live
        resolved = self._resolve(self._known(live))
        older, base = self._tail, len(self._closed)
        for block in self.blocks.closed[self._read :]:
            self._add(block)
        self._read = len(self.blocks.closed)
        self._tail = list(self._open())
        kept = self._keep(older, base)
        return kept if resolved is None else min(kept, resolved)

    @property
    def stacks(self) -> Sequence[Stack]:
        return (Stack(self._closed, self.text), Stack(self._tail, self.text))

    def _known(self, live: bool) -> Mapping[str, Any]:
        """The links that are defined: the end of a text is what it is only when nothing more comes."""
        known = self.blocks.references
        if live or "]:" not in self.blocks.tail:
            return known
        found: dict[str, Any] = {}
        for block in self.blocks.tails:
            if block.kind in ("markdown", "item"):
                outline(block.alone[0], found)
        return {**found, **known}

    def _resolve(self, known: Mapping[str, Any]) -> int | None:
        """Lay the blocks again that use a link which was defined now; the first line that changed."""
        before, self._references = self._references, known
        if known is before or known == before:
            return None
        news = {label for label in {*known, *before} if known.get(label) != before.get(label)}
        if isinstance(self._growing, GrowingTable):
            self._growing = None
        first, row = None, 0
        for laid in self._laid:
            row += laid.gap
            if laid.labels & news:
                lines = self._draw(laid.block)
                older = self._closed[row : row + laid.lines]
                changed = row + _same(older, lines)
                if changed < row + max(laid.lines, len(lines)):
                    first = changed if first is None else first
                self._closed[row : row + laid.lines] = lines
                laid.lines = len(lines)
            row += laid.lines
        return first

    def _add(self, block: Block) -> None:
        """A block that is closed."""
        gap, lines = self._gap(block), self._lines(block)
        self._growing = None
        if lines:
            self._closed.extend(gap)
            self._closed.extend(lines)
            self._laid.append(_Laid(block, len(gap), len(lines)))

    def _open(self) -> Iterator[Line]:
        """The lines of the tail."""
        last = self._laid[-1].block if self._laid else None
        for block in self.blocks.tails:
            gap, lines = self._gap(block, last), self._lines(block)
            if lines:
                yield from gap
                yield from lines
                last = block

    def _lines(self, block: Block) -> list[Line]:
        if block.kind not in ("fence", "table"):
            return self._draw(block)
        assert self._page is not None
        growing = self._growing
        if growing is None or growing.start != block.start:
            growing = self._growing = grower(block, self._page, self._references, self._kept)
        growing.grow(block)
        return growing.lines

    def _draw(self, block: Block) -> list[Line]:
        assert self._page is not None
        return draw(block, self._page.width, self._page.palette, self._references, self._kept)

    def _gap(self, block: Block, last: Block | None = None) -> list[Line]:
        """The blank line before a block: none between the items of a tight list, or where one was cut."""
        last = last or (self._laid[-1].block if self._laid else None)
        assert self._page is not None
        if last is None:
            return []
        spaced = last.spaced or block.source[:1] in ("\n", "\r")
        if not spaced and (block.joined or block.outer or (last.in_list and block.in_list)):
            return []
        if block.within:
            return []
        written = len(last.source.rstrip(" \t\r\n"))
        before, style = margin(block.outer, self._page.palette)
        return [Line(before, min(last.start + written + 1, last.end), style)]

    def _keep(self, older: list[Line], base: int) -> int:
        """Keep those lines of the old tail that are the same still; the first line that changed."""
        same = 0
        for place, old in enumerate(older):
            at = base + place
            lines, at = (self._closed, at) if at < len(self._closed) else (self._tail, at - len(self._closed))
            if at >= len(lines) or not (lines[at] is old or old.same(lines[at])):
                break
            lines[at] = old
            same = place + 1
        return base + same


def _same(older: Sequence[Line], newer: list[Line]) -> int:
    """How many lines are the same still, and keep those."""
    same = 0
    for old, new in zip(older, newer, strict=False):
        if not old.same(new):
            break
        newer[same] = old
        same += 1
    return same
