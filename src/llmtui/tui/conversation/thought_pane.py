"""What is thought, in a pane of its own beside the transcript: it follows, and scrolls apart from it."""

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from time import perf_counter
from typing import Any

from textual.binding import Binding
from textual.content import Content
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from llmtui.chat.message import Message
from llmtui.chat.parts import Reasoning
from llmtui.chat.tokens import Tally
from llmtui.tui.conversation.scrolling import PAUSE, SLICE
from llmtui.tui.drawing.anchors import HEAD, anchor, row_of
from llmtui.tui.drawing.copying import copied
from llmtui.tui.drawing.lines import Line, Run, shortened
from llmtui.tui.drawing.near import END, Near
from llmtui.tui.drawing.page import Page, Stack
from llmtui.tui.drawing.palette import Palette, selection_style
from llmtui.tui.drawing.strips import MARGIN, drawn, overlaid
from llmtui.tui.drawing.thought import thought_words
from llmtui.tui.drawing.written import Written
from llmtui.tui.keys_told import KeysTold, Told, keys_told

_NOTHING = "No reasoning here"
# What the bottom line tells of.
_TOLD: Told = (
    ("back", ("leave",)),
    ("line", ("down", "up")),
    ("page", ("page_down",)),
    ("beginning", ("home",)),
    ("end", ("end",)),
    ("close", ("thoughts",)),
)


class ThoughtPane(ScrollView, can_focus=True):
    """The reasoning of one message, as it was written."""

    DEFAULT_CSS = """
    ThoughtPane { height: 33%; min-height: 4; background: $background; color: $text-muted;
      border: none; border-top: solid $surface-lighten-2; border-title-color: $text-muted;
      overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1; scrollbar-background: $background;
      scrollbar-background-hover: $background; scrollbar-background-active: $background; }
    ThoughtPane.beside { dock: right; width: 45%; height: 1fr; border-left: solid $surface-lighten-2; }
    ThoughtPane:focus { border-title-color: $text-accent; }
    """
    ALLOW_SELECT = True
    FOCUS_ON_CLICK = False
    BINDINGS = [
        Binding("escape", "leave", "back to typing", id="thoughts.leave", show=False),
        Binding("j", "scroll_down", "a line down", id="thoughts.down", show=False),
        Binding("k", "scroll_up", "a line up", id="thoughts.up", show=False),
        Binding("g,home", "scroll_home", "the beginning", id="thoughts.home", show=False),
        Binding("G,end", "scroll_end", "the end", id="thoughts.end", show=False),
        Binding("space,pagedown", "page_down", "a page down", id="thoughts.page_down", show=False),
        Binding("pageup", "page_up", "a page up", id="thoughts.page_up", show=False),
    ]

    def __init__(self, left: Callable[[], object], let_go: Callable[[], object] = lambda: None) -> None:
        """`left` is called when whoever read in it goes back to writing, `let_go` when the keys are
        elsewhere."""
        super().__init__(id="thought")
        self._left, self._let_go = left, let_go
        self._has_keys = False
        self.following = True
        self._held = HEAD
        self._message: Message | None = None
        self._palette: Palette | None = None
        self._page: Page | None = None
        self._parts: list[tuple[Written, Tally]] = []
        self._stacks: Sequence[Stack] = ()
        self._ends: list[int] = []
        self._placing = False
        self._slices: Timer | None = None
        self._until = 0.0

    # What is shown

    @property
    def read(self) -> str | None:
        """The message whose thoughts are read here with the keys: it stays."""
        return self._message.id if self._message is not None and self._has_keys else None

    def look(self, message: Message | None, page: Page) -> None:
        """Show what is thought in this message; nothing happens if that is what is shown."""
        other = message is None or self._message is None or message.id != self._message.id
        if message is self._message and self._page is not None and page.palette == self._page.palette:
            return
        self._message, self._palette = message, page.palette
        if other:
            self._parts, self.following = [], message is not None and message.streaming
            self._held = HEAD
        elif row_of(self._stacks, self._held) > self.scroll_offset.y:
            # There were too few rows below for what was held: what is read instead stays when text comes.
            self._hold()
        self._show()

    def on_resize(self) -> None:
        self._page = None
        self._show()
        self.refresh()

    def _show(self) -> None:
        if self._palette is None or self.size.width <= 0:
            return
        # The margins are the pane's own, and so is its width.
        page = self._page = Page(max(1, self.size.width - 2 * MARGIN), self._palette)
        before, top = self._ends[-1] if self._ends else 0, self.scroll_offset.y
        near = self._near()
        first = self._lay(page, near)
        rows = self._ends[-1] if self._ends else 0
        size = Size(self.size.width, rows)
        if size != self.virtual_size:
            # As with the transcript: no layout for a line that is added.
            self.set_reactive(ScrollView.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = rows
        self._place(self.max_scroll_y if self.following else row_of(self._stacks, near.anchor))
        if self._slices is None and self.unfinished:
            self._slices = self.set_timer(PAUSE, self._lay_more)
        if self.scroll_offset.y == top and first < max(before, rows):
            self._refresh_from(first - top)

    @property
    def unfinished(self) -> bool:
        """Whether something that is not in sight is still to be drawn."""
        return any(written.unfinished for written, _ in self._parts)

    def _lay_more(self) -> None:
        self._slices = None
        self._go_on(perf_counter() + SLICE)

    def _go_on(self, until: float) -> None:
        self._until = until
        self._show()
        self._until = 0.0
        self.refresh()

    def _finish(self) -> None:
        """Draw all of it: rows are then what they will be."""
        if self.unfinished:
            self._go_on(math.inf)

    def _near(self) -> Near:
        """What the reader has at the top, or the end if that is followed, and what of it is to be drawn."""
        height = self.size.height
        if self.following:
            return Near(END, height, 0, self._until)
        return Near(self._held, height, 2 * height, self._until)

    def _lay(self, page: Page, near: Near) -> int:
        """Lay what was thought, at least what is in sight; the first line that is another one than before."""
        message = self._message
        thoughts = [part for part in message.parts if isinstance(part, Reasoning)] if message else []
        thoughts = [part for part in thoughts if part.text]
        stacks: list[Stack] = []
        rows = changed = 0
        for place, part in enumerate(thoughts):
            if place == len(self._parts):
                self._parts.append((Written(), Tally()))
            written, tally = self._parts[place]
            if len(thoughts) > 1:
                words = thought_words(part, self._thinking(part), None, tally)
                blank = [Line([], 0, page.palette.text)] if place else []
                head = Line([Run(shortened(words, page.width), page.palette.faint)], 0, page.palette.text)
                stacks.append(Stack([*blank, head], part=place))
                rows += len(stacks[-1].lines)
            lines = written.lay(part.text, page.width, page.palette.muted, sight=near.sight(place))
            if place == len(thoughts) - 1:
                changed = rows + written.changed
            stacks.append(Stack(lines, part.text, place))
            rows += len(lines)
        if not stacks:
            line = Line([Run(_NOTHING, page.palette.faint)], 0, page.palette.text)
            stacks.append(Stack([line]))
        alone = len(thoughts) == 1 and len(self._stacks) == 1
        self._stacks = stacks
        self._ends = list(accumulate(len(stack.lines) for stack in stacks))
        self._tell(thoughts)
        return changed if alone else 0

    def _tell(self, thoughts: Sequence[Reasoning]) -> None:
        words = "Reasoning"
        if len(thoughts) == 1:
            answer = self._message.answer if self._message else None
            usage = answer.usage if answer and not answer.continued else None
            exact = usage.reasoning if usage and not usage.estimated else None
            words = thought_words(thoughts[0], self._thinking(thoughts[0]), exact, self._parts[0][1])
        self.border_title = Content(words)

    def _thinking(self, part: Reasoning) -> bool:
        return self._message is not None and self._message.streaming and self._message.parts[-1] is part

    def _refresh_from(self, row: int) -> None:
        height = self.size.height
        if row < height:
            self.refresh(Region(0, max(0, row), self.size.width, height - max(0, row)))

    # Drawing

    def _found(self, row: int) -> tuple[Stack, Line] | None:
        number = bisect_right(self._ends, row)
        if number >= len(self._stacks):
            return None
        stack = self._stacks[number]
        return stack, stack.lines[row - self._ends[number] + len(stack.lines)]

    def render_line(self, y: int) -> Strip:
        row, width = y + self.scroll_offset.y, self.size.width
        found = self._found(row)
        if found is None or self._page is None:
            return Strip.blank(width, self.rich_style)
        line = found[1]
        selection = self.text_selection
        if selection is None or (span := selection.get_span(row)) is None:
            return _located(drawn(line, self._page, width), row)
        start, end = span
        end = max(start, len(line.text)) if end < 0 else end
        style = selection_style(self.screen)
        return _located(overlaid(line, self._page, width, [(start, max(end, start + 1), style)]), row)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text as it was written."""
        self._finish()
        start, end = (
            None if offset is None else (offset.y, offset.x) for offset in (selection.start, selection.end)
        )
        return copied(self._stacks, start or (0, 0), end), "\n"

    def on_enter(self) -> None:
        # Whoever points at a row is going to mean it.
        self._finish()

    def selection_updated(self, selection: Selection | None) -> None:
        if selection is not None:
            # A selection is one of rows.
            self._finish()
        self.refresh()

    # Scrolling

    def _place(self, row: float) -> None:
        self._placing = True
        self.scroll_to(y=max(0, min(row, self.max_scroll_y)), force=True)
        self._placing = False

    def scroll_to(self, x: float | None = None, y: float | None = None, **options: Any) -> None:
        """Scroll there at once."""
        self._scroll_to(x, y, **options)

    def _scroll_to(self, x: float | None = None, y: float | None = None, **options: Any) -> bool:
        top = self.scroll_offset.y
        moved = super()._scroll_to(x, y, animate=False, force=bool(options.get("force")))
        if not self._placing and y is not None and (self.scroll_offset.y != top or y > top):
            self.following = self.scroll_offset.y >= self.max_scroll_y
            self._hold()
            if self.unfinished:
                self._show()
        return moved

    def _hold(self) -> None:
        """What is at the top now stays there, at any width."""
        self._held = anchor(self._stacks, self.scroll_offset.y)

    def action_leave(self) -> None:
        self._left()

    def on_mount(self) -> None:
        self.watch(self.screen, "focused", self._see_keys)

    def _see_keys(self, focused: Widget | None) -> None:
        # Nobody has them while the terminal is looked away from.
        had, self._has_keys = self._has_keys, self._has_keys if focused is None else focused is self
        if had and not self._has_keys:
            self._let_go()

    def on_focus(self) -> None:
        self.post_message(keys_told(self, _TOLD, "thoughts."))

    def on_blur(self) -> None:
        self.post_message(KeysTold(self))


def _located(strip: Strip, row: int) -> Strip:
    """The strip, telling the mouse which character of the row each is."""
    margin, text = strip.divide([MARGIN, strip.cell_length])
    return Strip.join([margin.apply_offsets(0, row), text.apply_offsets(0, row)])
