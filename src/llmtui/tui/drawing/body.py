"""The words of an answer as drawn: what is finished is laid once, and only the open end again."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from types import MappingProxyType
from typing import Any

from llmtui.chat.block import Block
from llmtui.chat.blocks import Blocks
from llmtui.chat.markdown import labels
from llmtui.tui.drawing.block import draw, grower
from llmtui.tui.drawing.containers import margin
from llmtui.tui.drawing.estimating import Extent
from llmtui.tui.drawing.fence import GrowingFence
from llmtui.tui.drawing.kept import Kept
from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.markdown import plain
from llmtui.tui.drawing.page import Page, Sight, Stack
from llmtui.tui.drawing.pieces import cut
from llmtui.tui.drawing.pile import Pile, undrawn
from llmtui.tui.drawing.rows import GrowingTable
from llmtui.tui.drawing.source import MOST_AT_ONCE, Source

# Seconds for which a draw reads what has come: a quote of 25 KB, or 130 KB of words.
_READING = 0.008


@dataclass(slots=True)
class _Laid:
    """A closed block, or a piece of one, and how many lines it has, by estimate until it is `drawn`, those of
    the gap above it apart."""

    block: Block
    gap: int = 0
    lines: int = 0
    drawn: bool = True
    # How a piece of it is drawn, None where it is all of a block.
    piece: Callable[[], list[Line]] | None = None
    _labels: frozenset[str] | None = None

    @property
    def labels(self) -> frozenset[str]:
        """The links whose definitions it may be waiting for."""
        if self._labels is None:
            self._labels = frozenset() if self.block.kind == "fence" else labels(self.block.source)
        return self._labels


class Body:
    """Markdown: closed blocks are laid once and not touched again, the open tail at every draw.

    What is seen is at every moment what a body that was given the same text at once would show; where only a
    part is in sight, that part first.
    """

    def __init__(self, seconds: float = _READING) -> None:
        """`seconds` is for how long a draw reads."""
        self._source = Source()
        self._seconds = seconds
        self._page: Page | None = None
        self._live = False
        self._references: Mapping[str, Any] = {}
        self._laid: list[_Laid] = []
        self._read = 0
        self._closed = Pile()
        self._tail: list[Line] = []
        # Where a text that is there already is not read to its end.
        self._unread: list[Line] = []
        self._tail_stale = self._tail_closed = False
        self._growing: GrowingFence | GrowingTable | None = None
        self._kept = Kept()

    def update(self, text: str) -> bool:
        """A newer state of the text; False if it does not go on with the older one."""
        return self._source.update(text)

    @property
    def blocks(self) -> Blocks:
        """The blocks of what was read."""
        return self._source.blocks

    @property
    def behind(self) -> bool:
        """Whether so much has come at once that the next draws are to show the rest."""
        return self._source.rest > 0 and not self._unread

    @property
    def unfinished(self) -> bool:
        """Whether something that is not in sight is still to be drawn."""
        return self._closed.unfinished or bool(self._unread)

    def lay(self, page: Page, live: bool, sight: Sight | None = None) -> int:
        """Make the lines, at least those in sight; the first one that changed since the last time."""
        closed = self._closed
        closed.settle()
        changed = len(closed.lines) + len(self._tail)
        news = self._source.rest > 0 or self._live != live
        self._live = live
        if self._page != page or (self._tail_closed and news):
            changed = self._begin(page, live, sight)
        elif news:
            changed = self._go_on(live, sight)
        self._closed.draw(self._in_closed(sight), self._draw_late)
        if self._tail_stale:
            older, base = self._tail, len(self._closed.lines)
            self._tail, self._tail_stale = list(self._open()), False
            changed = min(changed, self._keep(older, base))
        return min(changed, self._closed.changed)

    @property
    def stacks(self) -> Sequence[Stack]:
        text = self._source.text
        return tuple(Stack(lines, text) for lines in (self._closed.lines, self._tail, self._unread))

    def _begin(self, page: Page, live: bool, sight: Sight | None) -> int:
        """Another page: nothing is laid on it."""
        as_wide = self._page is not None and self._page.width == page.width
        known = {laid.block.start: laid.lines for laid in self._laid} if as_wide else {}
        self._page = page
        self._kept.lay_for(page)
        self._laid, self._closed, self._tail, self._growing = [], Pile(), [], None
        self._read, self._tail_closed = 0, False
        self._closed.settle()
        self._go_on(live, sight, known)
        return 0

    def _go_on(self, live: bool, sight: Sight | None, known: Mapping[int, int] = MappingProxyType({})) -> int:
        """Lay what is new; the first line that changed."""
        assert self._page is not None
        source, older, base = self._source, self._tail, len(self._closed.lines)
        until = perf_counter() + self._seconds
        later = sight is not None and (source.rest if self._read else len(source.text)) > MOST_AT_ONCE
        wanted = source.wanted(sight)
        while True:
            read = source.go_on()
            if live and read >= MOST_AT_ONCE // 2:
                # What grows is laid as it is read, for it is laid as a whole.
                self._grow()
            rest = source.rest
            if not self._resolve(source.links(live or rest > 0)):
                return self._begin(self._page, live, sight)
            self._place(later, known)
            reached = source.read if live else source.closed
            if not rest or (reached >= wanted and perf_counter() >= until):
                break
        self._tail_closed = not live and sight is not None and not rest and self._close_tail()
        self._unread = self._undrawn_rest() if rest and not live else []
        self._tail, self._tail_stale = list(self._open()), False
        return self._keep(older, base)

    def _close_tail(self) -> bool:
        """Cut the tail into pieces if it is long, as nothing more comes; whether it was."""
        tails = self.blocks.tails
        return self._growing is None and len(tails) == 1 and self._put_off_pieces(tails[0])

    def _undrawn_rest(self) -> list[Line]:
        """Lines for what is not closed yet, of a text that is not read to its end."""
        assert self._page is not None
        text, start = self._source.text, self._source.closed
        end, rows = len(text), Extent.of(text[start:]).rows(self._page.width)
        return undrawn(start, end, max(1, rows), self._page.palette.text)

    def _place(self, later: bool, known: Mapping[int, int]) -> None:
        """Place what is closed and was not placed, to be drawn later or at once."""
        news = self.blocks.closed[self._read :]
        self._read += len(news)
        for block in news:
            if not later or (self._growing is not None and self._growing.start == block.start):
                self._add(block)
            elif not self._put_off_pieces(block):
                self._put_off(block, known)

    def _grow(self) -> None:
        tails = self.blocks.tails
        if tails and tails[-1].kind in ("fence", "table"):
            self._lines(tails[-1])

    def _in_closed(self, sight: Sight | None) -> Sight | None:
        """What is in sight of what is closed, where the tail is in sight too."""
        below = self._unread or self._tail
        if sight is None or not below or sight.at < below[0].start:
            return sight
        inside = bisect_right(below, sight.at, key=lambda line: line.start) - 1
        return sight._replace(above=sight.above - inside, below=0)

    def _resolve(self, known: Mapping[str, Any]) -> bool:
        """Lay the blocks again that use a link which was defined now; False where all is to be laid again."""
        before, self._references = self._references, known
        if known is before or known == before:
            return True
        news = {label for label in {*known, *before} if known.get(label) != before.get(label)}
        if isinstance(self._growing, GrowingTable):
            self._growing = None
        for place, laid in enumerate(self._laid):
            if laid.piece is not None and laid.labels & news:
                return False
            if laid.lines and laid.drawn and laid.labels & news:
                gap = self._closed.rows(place)[: laid.gap]
                lines = self._draw(laid.block)
                laid.lines = len(lines)
                self._closed.replace(place, [*gap, *lines])
        return True

    def _add(self, block: Block) -> None:
        """A block that is closed."""
        lines = self._lines(block)
        self._growing = None
        gap = self._gap(block, self._above(len(self._laid))) if lines else []
        self._laid.append(_Laid(block, len(gap), len(lines)))
        self._closed.add(block.start, [*gap, *lines])

    def _put_off(self, block: Block, known: Mapping[int, int]) -> None:
        """A block that is closed, and drawn when somebody looks at it or there is time."""
        assert self._page is not None
        place = len(self._laid)
        self._growing = None
        rows = known.get(block.start, -1)
        if rows < 0:
            rows = Extent.of(block.source).rows(self._page.width) if block.source.strip() else 0
        gap = self._gap(block, self._above(place)) if rows else []
        lines = undrawn(block.start, block.end, rows, self._page.palette.text)
        self._laid.append(_Laid(block, len(gap), rows, drawn=False))
        self._closed.put_off(block.start, [*gap, *lines])

    def _put_off_pieces(self, block: Block) -> bool:
        """A long table or fence, but for its first lines; whether it is one."""
        assert self._page is not None
        if len(block.source) <= MOST_AT_ONCE:
            return False
        found = cut(block, self._page, self._references, self._kept)
        if found is None:
            return False
        gap = self._gap(block, self._above(len(self._laid)))
        above, *pieces = found
        lines = above.draw()
        self._laid.append(_Laid(above.block, len(gap), len(lines), piece=above.draw))
        self._closed.add(block.start, [*gap, *lines])
        for part, rows, draw_part in pieces:
            self._laid.append(_Laid(part, 0, rows, drawn=False, piece=draw_part))
            self._closed.put_off(part.start, undrawn(part.start, part.end, rows, self._page.palette.text))
        return True

    def _draw_late(self, place: int) -> list[Line]:
        """The lines of a block that was put off, or of a piece of one."""
        laid = self._laid[place]
        lines = laid.piece() if laid.piece else self._draw(laid.block)
        gap = self._gap(laid.block, self._above(place)) if lines and not laid.piece else []
        seen = bool(laid.lines)
        laid.gap, laid.lines, laid.drawn = len(gap), len(lines), True
        if bool(lines) is not seen:
            self._gap_anew(place + 1)
        return [*gap, *lines]

    def _gap_anew(self, place: int) -> None:
        """The blank line before the next block with lines: the one above it is another one now."""
        following = next((at for at in range(place, len(self._laid)) if self._laid[at].lines), None)
        if following is None:
            self._tail_stale = True
            return
        laid = self._laid[following]
        lines = self._closed.rows(following)[laid.gap :]
        gap = self._gap(laid.block, self._above(following))
        laid.gap = len(gap)
        self._closed.replace(following, [*gap, *lines])

    def _above(self, place: int) -> Block | None:
        """The last block before this one that has lines."""
        laid = self._laid
        return next((laid[at].block for at in range(place - 1, -1, -1) if laid[at].lines), None)

    def _open(self) -> Iterator[Line]:
        """The lines of the tail."""
        last = self._above(len(self._laid))
        for block in () if self._tail_closed or self._unread else self.blocks.tails:
            lines = self._lines(block)
            if lines:
                yield from self._gap(block, last)
                yield from lines
                last = block
        if last is None and not (self._live or self._unread):
            # Link definitions and nothing else: nothing that was said may be hidden.
            assert self._page is not None
            yield from plain(self._source.text, 0, self._page.width, self._page.palette.text)

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

    def _gap(self, block: Block, last: Block | None) -> list[Line]:
        """The blank line before a block: none between the items of a tight list, or where one was cut."""
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
        closed = self._closed.lines
        for place, old in enumerate(older):
            at = base + place
            lines, at = (closed, at) if at < len(closed) else (self._tail, at - len(closed))
            if at >= len(lines) or not (lines[at] is old or old.same(lines[at])):
                return base + place
            lines[at] = old
        return base + len(older)
