"""What the transcript is written on: a column of messages drawn a line at a time, and scrolled.

Drawing follows a draw rate and not the token rate: the first token at once, then as often as a draw is
cheap, and never without news. Nothing is animated, so that a key is answered by one draw.
"""

import asyncio
from collections.abc import Sequence
from importlib import import_module
from time import perf_counter
from typing import TYPE_CHECKING, Self

from textual.content import Content
from textual.geometry import Region
from textual.reactive import var
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.timer import Timer

from llmtui.chat.message import Message
from llmtui.config import CodeLines
from llmtui.tui.conversation.colouring import Colouring
from llmtui.tui.conversation.scrolling import Scrolling
from llmtui.tui.drawing.column import Column
from llmtui.tui.drawing.lines import Line, Run
from llmtui.tui.drawing.page import Page, Stack
from llmtui.tui.drawing.palette import Palette, selection_style
from llmtui.tui.drawing.seen import Seen
from llmtui.tui.drawing.strips import MARGIN, Span, centred, drawn, located, overlaid
from llmtui.tui.drawing.telling import Telling, spot
from llmtui.tui.ground import empty_row
from llmtui.tui.terminal.textual_fixes import SteadyScrollBar

if TYPE_CHECKING:
    from llmtui.tui.conversation.hints import Hints
    from llmtui.tui.drawing.message_view import MessageView

_WIDEST = 120
# Seconds between draws: at most 20 a second, fewer where a draw takes more than a sixth of that.
_SHORTEST, _LONGEST, _SHARE = 0.05, 0.5, 6.0


class Sheet(Scrolling):
    """Messages, as rows that can be scrolled."""

    current: var[int | None] = var(None)
    """The message that the reading keys act on: which of those shown, None for none."""

    def __init__(self, id: str | None, welcome: Content | str, telling: Telling) -> None:  # noqa: A002 - Textual's
        super().__init__(id, Column(telling))
        self._welcome = welcome
        self._greeted: object = None
        self._greetings: Sequence[Content] = ()
        self.hints: Hints | None = None
        self.lent = False
        self._waiting: set[int] = set()
        self._timer: Timer | None = None
        self._cost = 0.0
        self._fitting = False
        self._code: CodeLines = "wrap"
        self._colouring = Colouring(self.refresh)
        self._seen = Seen()

    def say(self, message: Message) -> None:
        """A new message, or a newer state of one that is shown. It may be called for every token."""
        begins = self._column.begins(message)
        self._waiting.update(self._column.say(message))
        if begins and self._timer is not None:
            # The first word does not wait for its turn.
            self._timer.stop()
            self._timer = None
        if self._timer is None:
            self._draw()

    def fork(self, message_id: str, branch: tuple[int, int]) -> None:
        """A message has branches beside it now: (which it is, of how many)."""
        self._column.fork(message_id, branch)
        self.stir(message_id)

    def stir(self, message_id: str) -> None:
        """Time has passed for a message that waits: tell of it again."""
        place = self._column.stir(message_id)
        if place is not None:
            self._waiting.add(place)
            if self._timer is None:
                self._draw()

    @property
    def waiting(self) -> bool:
        """Whether something was said, or is there, that is not drawn yet."""
        return bool(self._waiting) or self._column.unfinished

    async def coloured(self) -> None:
        """Wait until the code in sight that a draw had no time for has its colours."""
        await self._colouring.over()

    @property
    def ticking(self) -> bool:
        """Whether a timer runs: only while somebody speaks."""
        return self._timer is not None

    @property
    def views(self) -> "Sequence[MessageView]":
        """The messages shown, from the top."""
        return self._column.views

    @property
    def welcome(self) -> Content | str:
        """What an empty conversation says."""
        return self._welcome

    @welcome.setter
    def welcome(self, welcome: Content | str) -> None:
        self._welcome = welcome
        self.refresh()

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The scrollbar, made when it is first asked for."""
        if self._vertical_scrollbar is None:
            self._vertical_scrollbar = bar = SteadyScrollBar(name="vertical")
            bar.display = False
            self.app._start_widget(self, bar)
        return self._vertical_scrollbar

    # Laying out

    def warm(self) -> None:
        """Import what draws an answer: nobody waits for it while nothing happens."""
        # In one thread: each takes memory of its own.
        asyncio.get_running_loop().run_in_executor(None, _import_what_draws)

    def on_resize(self) -> None:
        self._fit()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._seen.forget()
        if self.is_mounted and not self._fitting:
            self._fitting = True
            self.call_later(self._fit)

    def _fit(self) -> None:
        """Another width or other colours: lay what is near again, the same words at the top."""
        self._fitting = False
        column, width = self._column, self.size.width
        if width <= 0:
            return
        _, ground = self.background_colors
        palette = Palette.of(self.app.theme_variables, ground)
        page = Page(max(1, min(width - 2 * MARGIN, _WIDEST)), palette, self.size.height, self._code)
        if page != column.page:
            column.fit(page)
        column.page = page
        self._lay_near(resized=True)
        if self._timer is None:
            self._draw()

    # Drawing

    def _draw(self) -> None:
        """Draw what was said since the last time."""
        self._timer = None
        column = self._column
        if not self._waiting or column.page is None or self.size.height <= 0:
            return
        began = perf_counter()
        waiting, self._waiting = sorted(self._waiting), set()
        before, top, above = column.rows, self.scroll_offset.y, column.top(waiting[0])
        self._reader.settle(top)
        for place in waiting:
            if column.views[place].behind:
                column.views[place].stir()
        first = min(column.top(place) + column.lay(place, column.near(place)) for place in waiting)
        self._seen.forget(first if column.top(waiting[0]) == above else 0)
        self._waiting.update(behind := [place for place in waiting if column.views[place].behind])
        self._extend()
        self._stand(self._reader.row)
        column.let_go(self.scroll_offset.y, self.size.height)
        if self.scroll_offset.y == top:
            last = max(before, column.rows)
            self.refresh(Region(0, max(0, first - top), self.size.width, max(1, last - max(first, top))))
        share = 1 if behind else _SHARE
        self._timer = self.set_timer(min(_LONGEST, max(_SHORTEST, self._cost * share)), self._draw)
        self.call_after_refresh(self._drawn, began)
        self._lay_later()

    def _drawn(self, began: float) -> None:
        self._cost = perf_counter() - began

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        # Where only the viewport moves, the rows are what they were.
        if not regions:
            self._seen.forget()
        elif not self._placing:
            top = self.scroll_offset.y
            for region in regions:
                self._seen.forget(region.y + top, region.bottom + top - 1)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines in a region of the viewport, for the screen."""
        # It asks for all of them whenever anything changes: at every blink of the cursor.
        seen, (width, height), top = self._seen, self.size, self.scroll_offset.y
        seen.look((width, height), top, height)
        strips, empty = [], None
        for y in crop.line_range:
            marked = bool(self.unread) and y == height - 1
            strip = None if marked else seen.get(y + top)
            if strip is None:
                words, lasts = (self._mark(), False) if marked else self._strip(y)
                if words is None:
                    strip = empty = empty_row(self, width) if empty is None else empty
                else:
                    strip = self._filtered(words)
                if lasts:
                    seen.keep(y + top, strip)
            strips.append(strip)
        return (
            strips if crop.column_span == (0, width) else [strip.crop(*crop.column_span) for strip in strips]
        )

    def _filtered(self, strip: Strip) -> Strip:
        for line_filter in self.get_line_filters():
            strip = strip.apply_filter(line_filter, self.background_colors[1])
        return strip

    def render_line(self, y: int) -> Strip:
        """The line at a row of the viewport, every character telling where it is: what the mouse asks."""
        column, row = self._column, y + self.scroll_offset.y
        if column.page is None or not column.views:
            return Strip.blank(self.size.width, self.rich_style)
        return located(column.line(row), column.page, self.size.width, column.key(row))

    def _strip(self, y: int) -> tuple[Strip | None, bool]:
        """The line at a row of the viewport, None for an empty one; and whether it is the same until it
        is changed."""
        column, width, row = self._column, self.size.width, y + self.scroll_offset.y
        if column.page is None or row >= column.rows:
            return None if column.rows else self._greeting(y), True
        found = column.found(row)
        if found is None:
            queued = column.line(row)
            return drawn(queued, column.page, width) if queued else None, False
        # Where there are words, what draws them is loaded.
        from llmtui.tui.drawing.paint import CodeLine, FenceLabel

        place, stack, line = found
        marked = place == self.current
        spans = self.spans(row, place, stack, line)
        page = column.page
        strip = overlaid(line, page, width, spans, marked) if spans else drawn(line, page, width, marked)
        if self.hints:
            return self.hints.mark(strip, page, column, row, self.scroll_offset.y), False
        if isinstance(line, CodeLine | FenceLabel):
            # It gets its colours while it is looked at.
            if line.code.behind:
                self._colouring.want(line.code)
            return strip, False
        return strip, True

    def spans(self, row: int, place: int, stack: Stack, line: Line) -> Sequence[Span]:
        """What is laid over a line that is seen: the selection over all else."""
        selection = self.text_selection
        if selection is None or (span := selection.get_span(self._column.key(row))) is None:
            return ()
        start, end = span
        end = max(start, len(line.text)) if end < 0 else end
        style = selection_style(self.screen)
        return ((start, max(end, start + 1), style),)

    def _mark(self) -> Strip:
        page = self._column.page
        if page is None:
            return Strip.blank(self.size.width, self.rich_style)
        lines = f"{self.unread:,} new line{'s' if self.unread > 1 else ''}"
        words = Run(f" ↓ {lines} ", spot(page.palette.mark, "end"))
        before = max(0, (page.width - len(words.text)) // 2)
        line = Line([Run(" " * before, page.palette.text), words], 0, page.palette.text)
        return drawn(line, page, self.size.width)

    def _greeting(self, y: int) -> Strip | None:
        width, height = self.size
        if self._greeted != (self._welcome, width):
            self._greeted, self._greetings = (self._welcome, width), _wrapped(self._welcome, width)
        lines = self._greetings
        row = y - max(0, (height - len(lines)) // 2)
        if not 0 <= row < len(lines):
            return None
        return centred(lines[row].render_segments(self.visual_style), width, self.rich_style)


def _wrapped(welcome: Content | str, width: int) -> Sequence[Content]:
    content = welcome if isinstance(welcome, Content) else Content(welcome)
    lines = content.split("\n", allow_blank=True) if content.plain else []
    # The scrollbar lies over the last cell.
    room = max(1, width - 1)
    return content.wrap(room) if any(line.cell_length > room for line in lines) else lines


def _import_what_draws() -> None:
    for module in ("llmtui.tui.drawing.message_view", "markdown_it"):
        import_module(module)
