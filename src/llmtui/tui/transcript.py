"""The transcript: one widget that draws a whole conversation, a line at a time.

It keeps no text of its own: it is shown messages, and newer states of them. Drawing follows a draw rate
and not the token rate: the first token at once, then as often as a draw is cheap, and never without news.
"""

import asyncio
from collections.abc import Sequence
from importlib import import_module
from time import perf_counter
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.geometry import Offset, Region, Size
from textual.message import Message as Posted
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer

from llmtui.chat.message import Message
from llmtui.tui.code_blocks import CodeBlock, code_blocks
from llmtui.tui.column import Branches, Column
from llmtui.tui.lines import Line, Run
from llmtui.tui.message_view import MessageView
from llmtui.tui.palette import CLASSES, CSS, Palette
from llmtui.tui.sections import Page
from llmtui.tui.strips import MARGIN, drawn, located, selected
from llmtui.tui.telling import Telling, spot
from llmtui.tui.thought import Folding

_WIDEST = 120
# Seconds between draws: at most 20 a second, fewer where a draw takes more than a sixth of that.
_SHORTEST, _LONGEST, _SHARE = 0.05, 0.5, 6.0
# Nobody waits for markdown-it at the first answer if it is imported while nothing happens.
_WARM_SECONDS = 0.4


class Transcript(ScrollView, can_focus=True):
    """Every message of the conversation being looked at."""

    COMPONENT_CLASSES: ClassVar[set[str]] = CLASSES
    DEFAULT_CSS = (
        """
    Transcript { background: $background; color: $foreground; overflow-y: scroll; overflow-x: hidden; }
    Transcript { scrollbar-size-vertical: 1; scrollbar-background: $background; }
    Transcript { scrollbar-background-hover: $background; scrollbar-background-active: $background; }
    """
        + CSS
    )
    ALLOW_SELECT = True
    # A click in the transcript selects or follows a link; the keys stay where somebody is typing.
    FOCUS_ON_CLICK = False

    following: var[bool] = var(True)
    """Whether the newest line is kept in sight."""

    unread: var[bool] = var(False)
    """Whether there is new text below what is in sight."""

    class Spot(Posted):
        """Somebody clicked a place in a message."""

        def __init__(self, message_id: str) -> None:
            super().__init__()
            self.message_id = message_id

    class RetryAsked(Spot):
        """An answer that failed is to be asked again."""

    class StopAsked(Spot):
        """The answer is to be stopped."""

    class LinkAsked(Posted):
        """A link is to be opened; it is one that `terminal.safe_link` allows."""

        def __init__(self, url: str) -> None:
            super().__init__()
            self.url = url

    class ReasoningToggled(Posted):
        """A reasoning panel was folded or unfolded."""

        def __init__(self, message_id: str, unfolded: bool) -> None:
            super().__init__()
            self.message_id = message_id
            self.unfolded = unfolded

    class BranchAsked(Posted):
        """The branch `step` away from this message's is to be looked at."""

        def __init__(self, message_id: str, step: int) -> None:
            super().__init__()
            self.message_id = message_id
            self.step = step

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
        welcome: Content | str = "",
        telling: Telling | None = None,
    ) -> None:
        super().__init__(id=id)
        self._column = Column(telling or Telling())
        self._welcome = welcome
        self._setting: Folding = "auto"
        self._waiting: set[int] = set()
        self._timer: Timer | None = None
        self._cost = 0.0
        self._placing = False
        self._fitting = False

    # What is shown

    def show(self, messages: Sequence[Message], branches: Branches | None = None) -> None:
        """Another conversation, or branch of it: `branches` tells (which, of how many) by message id."""
        self._column.show(messages, branches or {})
        self._waiting.clear()
        self.following, self.unread = True, False
        self._lay_near()

    def say(self, message: Message) -> None:
        """A new message, or a newer state of one that is shown. It may be called for every token."""
        self._waiting.add(self._column.say(message))
        if self._timer is None:
            self._draw()

    @property
    def waiting(self) -> bool:
        """Whether something was said that is not drawn yet."""
        return bool(self._waiting)

    @property
    def ticking(self) -> bool:
        """Whether a timer runs: only while somebody speaks."""
        return self._timer is not None

    @property
    def views(self) -> Sequence[MessageView]:
        """The messages shown, from the top."""
        return self._column.views

    def queued(self, texts: Sequence[str]) -> None:
        """The messages that will be sent when this answer has ended, oldest first."""
        self._column.queue(texts)
        self._lay_near()

    @property
    def welcome(self) -> Content | str:
        """What an empty conversation says."""
        return self._welcome

    @welcome.setter
    def welcome(self, welcome: Content | str) -> None:
        self._welcome = welcome
        self.refresh()

    @property
    def reasoning(self) -> Folding:
        """How reasoning is shown where nobody chose otherwise."""
        return self._column.folding

    @reasoning.setter
    def reasoning(self, folding: Folding) -> None:
        self._setting = folding
        self._column.fold(folding)
        self._lay_near()

    # What can be done with it

    def follow(self) -> None:
        """Go to the newest line and stay with it."""
        self.following, self.unread = True, False
        self._lay_near()

    def toggle_newest_reasoning(self) -> None:
        """Fold or unfold the last reasoning there is."""
        for place in range(len(self._column.views) - 1, -1, -1):
            if self._toggle(place, None):
                return

    def toggle_all_reasoning(self) -> None:
        """Unfold all reasoning, or let it be again as the setting says, whatever was chosen for each."""
        folded: Folding = "closed" if self._setting == "open" else self._setting
        self._column.fold(folded if self.reasoning == "open" else "open", everywhere=True)
        self._lay_near()

    def code_blocks(self) -> list[CodeBlock]:
        """Every code fence of the conversation as it was written, from the top."""
        return [block for view in self.views for block in code_blocks(view.message)]

    def newest_code_block(self) -> CodeBlock | None:
        """The last code fence, None if there is none."""
        for view in reversed(self.views):
            if found := list(code_blocks(view.message)):
                return found[-1]
        return None

    def _toggle(self, place: int, part: int | None) -> bool:
        view = self._column.views[place]
        unfolded = view.toggle(part)
        if unfolded is None:
            return False
        self._lay_near()
        self.post_message(self.ReasoningToggled(view.message.id, unfolded))
        return True

    # Laying out

    def on_mount(self) -> None:
        self.set_timer(_WARM_SECONDS, self._warm)

    def _warm(self) -> None:
        asyncio.get_running_loop().run_in_executor(None, import_module, "markdown_it")

    def on_resize(self) -> None:
        self._fit()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self.is_mounted and not self._fitting:
            self._fitting = True
            self.call_later(self._fit)

    def _fit(self) -> None:
        """Another width or other colours: lay what is near again, the same words at the top."""
        self._fitting = False
        column, width = self._column, self.size.width
        if width <= 0:
            return
        page = Page(max(1, min(width - 2 * MARGIN, _WIDEST)), Palette.of(self))
        if page != column.page:
            anchor = column.anchor(self.scroll_offset.y) if column.page else None
            column.fit(page)
            if anchor is not None and not self.following:
                row = column.row_of(anchor)
                self._extend()
                self._place(row)
        self._lay_near()

    def _lay_near(self) -> None:
        """Lay what can be seen and a little more, with what is seen staying where it is."""
        column, height = self._column, self.size.height
        if column.page is None or height <= 0:
            return
        if self.following:
            column.lay_end(height)
            self._extend()
            self._place(self.max_scroll_y)
        else:
            row = column.lay_around(self.scroll_offset.y, height)
            self._extend()
            self._place(row)
        self.refresh()

    def _extend(self) -> None:
        size = Size(self.size.width, self._column.rows)
        if size != self.virtual_size:
            # The widget itself stays as large as it is: no layout, only another scrollbar.
            self.set_reactive(ScrollView.virtual_size, size)
            if self.show_vertical_scrollbar:
                self.vertical_scrollbar.window_virtual_size = size.height

    def _place(self, row: float) -> None:
        """Scroll there, without that meaning that somebody has scrolled."""
        self._placing = True
        self.scroll_to(y=max(0, min(row, self.max_scroll_y)), force=True)
        self._placing = False

    # Drawing

    def _draw(self) -> None:
        """Draw what was said since the last time."""
        self._timer = None
        column = self._column
        if not self._waiting or column.page is None or self.size.height <= 0:
            return
        began = perf_counter()
        waiting, self._waiting = sorted(self._waiting), set()
        before, top = column.rows, self.scroll_offset.y
        anchor, inside = column.at(top) if column.views else (0, 0)
        first = min(column.top(place) + column.lay(place) for place in waiting)
        self._extend()
        if self.following:
            self._place(self.max_scroll_y)
        else:
            self._place(column.top(anchor) + inside)
            self.unread = True
        if self.scroll_offset.y == top:
            last = max(before, column.rows)
            self.refresh(Region(0, max(0, first - top), self.size.width, max(1, last - max(first, top))))
        self._timer = self.set_timer(min(_LONGEST, max(_SHORTEST, self._cost * _SHARE)), self._draw)
        self.call_after_refresh(self._drawn, began)

    def _drawn(self, began: float) -> None:
        self._cost = perf_counter() - began

    def watch_unread(self) -> None:
        self.refresh(Region(0, max(0, self.size.height - 1), self.size.width, 1))

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines in a region of the viewport, for the screen."""
        filters = self.get_line_filters()
        background = self.background_colors[1]
        strips = []
        for y in crop.line_range:
            strip = self._strip(y)
            for line_filter in filters:
                strip = strip.apply_filter(line_filter, background)
            strips.append(strip)
        width = self.size.width
        return (
            strips if crop.column_span == (0, width) else [strip.crop(*crop.column_span) for strip in strips]
        )

    def render_line(self, y: int) -> Strip:
        """The line at a row of the viewport, every character telling where it is: what the mouse asks."""
        column, row = self._column, y + self.scroll_offset.y
        if column.page is None or not column.views:
            return Strip.blank(self.size.width, self.rich_style)
        return located(column.line(row), column.page, self.size.width, column.key(row))

    def _strip(self, y: int) -> Strip:
        column, width, row = self._column, self.size.width, y + self.scroll_offset.y
        if column.page is None or row >= column.rows:
            return self._greeting(y) if not column.rows else Strip.blank(width, self.rich_style)
        if self.unread and y == self.size.height - 1:
            return self._mark(column.page)
        line = column.line(row)
        if line is None:
            return Strip.blank(width, self.rich_style)
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(column.key(row))) is not None:
            style = self.screen.get_component_rich_style("screen--selection")
            return selected(line, column.page, width, span, style)
        return drawn(line, column.page, width)

    def _mark(self, page: Page) -> Strip:
        words = Run(" ↓ new text ", spot(page.palette.mark, "end"))
        before = max(0, (page.width - len(words.text)) // 2)
        line = Line([Run(" " * before, page.palette.text), words], 0, page.palette.text)
        return drawn(line, page, self.size.width)

    def _greeting(self, y: int) -> Strip:
        welcome = self._welcome if isinstance(self._welcome, Content) else Content(self._welcome)
        lines = welcome.split("\n", allow_blank=True) if welcome.plain else []
        row = y - max(0, (self.size.height - len(lines)) // 2)
        width, base = self.size.width, self.rich_style
        if not 0 <= row < len(lines):
            return Strip.blank(width, base)
        strip = Strip(lines[row].render_segments(self.visual_style)).crop(0, width)
        return Strip.join([Strip.blank((width - strip.cell_length) // 2, base), strip]).adjust_cell_length(
            width, base
        )

    # Scrolling: nothing is animated, so that a key is answered by one draw

    def scroll_to(self, x: float | None = None, y: float | None = None, **options: object) -> None:
        """Scroll there at once."""
        self._scroll_to(x, y, animate=False, force=bool(options.get("force")))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if not self._placing and round(old_value) != round(new_value):
            self.following = round(new_value) >= self.max_scroll_y
            if self.following:
                self.unread = False
            self._lay_near()

    def action_scroll_end(self) -> None:
        self.follow()

    # The mouse

    def on_click(self, event: events.Click) -> None:
        # Textual would select the whole transcript at a double click.
        event.prevent_default()
        column = self._column
        if column.page is None or not column.views:
            return
        place, _ = column.at(event.y + self.scroll_offset.y)
        message = column.views[place].message
        match event.style.meta.get("spot"):
            case ("stop",):
                self.post_message(self.StopAsked(message.id))
            case ("retry",):
                self.post_message(self.RetryAsked(message.id))
            case ("link", str(url)):
                self.post_message(self.LinkAsked(url))
            case ("branch", int(step)):
                self.post_message(self.BranchAsked(message.id, step))
            case ("reasoning", int(part)):
                self._toggle(place, part)
            case ("end",):
                self.follow()
            case _ if event.chain > 1:
                self._select_at(event)

    def _select_at(self, event: events.Click) -> None:
        """A double click selects a word, a triple click a line."""
        _, offset = self.screen.get_widget_and_offset_at(event.screen_x, event.screen_y)
        line = self._column.line(event.y + self.scroll_offset.y)
        if offset is None or line is None:
            return
        start, end = line.word_at(offset.x) if event.chain == 2 else (0, len(line.text))
        selection = Selection.from_offsets(Offset(start, offset.y), Offset(end, offset.y))
        self.screen.selections = {self: selection}

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text as it was written."""
        if self._column.page is None:
            return None
        start, end = (
            None if offset is None else (offset.y, offset.x) for offset in (selection.start, selection.end)
        )
        return self._column.copy(start, end), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()
