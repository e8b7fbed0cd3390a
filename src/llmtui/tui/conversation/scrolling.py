"""A column that scrolls: the reader's wheel, keys and drags go where they mean, and nothing else moves it."""

from time import perf_counter
from typing import Any

from textual.geometry import Offset, Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollTo
from textual.timer import Timer

from llmtui.tui.conversation.following import Following
from llmtui.tui.drawing.column import Column, Where
from llmtui.tui.drawing.heights import Heights

# Seconds for which what is not in sight is drawn at a time, and that keys and draws have between.
SLICE, PAUSE = 0.012, 0.01


class Scrolling(ScrollView):
    """Rows of a column, of which a part is in sight."""

    def __init__(self, id: str | None, column: Column) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._column = column
        self._reader = Following(column)
        self._placing = False
        self._grabbed: Heights | None = None
        self._slices: Timer | None = None

    @property
    def following(self) -> bool:
        """Whether the newest line is kept in sight."""
        return self._reader.on

    @property
    def unread(self) -> int:
        """The rows below that came since the reader left the end, and were not in sight yet."""
        return self._reader.unread

    def follow(self) -> None:
        """Go to the newest line and stay with it."""
        self._reader.begin()
        self._lay_near()

    def stay(self) -> None:
        """Stay with what is in sight, whatever comes."""
        self._reader.end(self.scroll_offset.y)

    def bring(self, row: int, above: int = 0, *, follow: bool = False) -> None:
        """Put a row, which is laid, so many rows below the top of what is in sight, or as far up as it goes;
        `follow` where going as far as it goes means to stay with the end."""
        where = self._column.anchor(row)
        if where is not None:
            self.stay()
            row = self._column.lay_at(where, self.size.height)
            self._extend()
            if follow and row - above >= self.max_scroll_y:
                self.follow()
            else:
                self._arrive(max(0, row - above))

    def scrolled(self) -> None:
        """The reader has scrolled."""

    # Laying and placing

    def _lay_near(self, resized: bool = False) -> None:
        """Lay what can be seen and a little more, with what is seen staying where it is."""
        if self._column.page is None or self.size.height <= 0:
            return
        row = self._reader.lay(self.size.height)
        self._extend()
        if row > self.max_scroll_y and self._column.unfinished:
            # There are too few rows below: those above the end are in sight too.
            self._column.lay_end(self.size.height)
            row = self._reader.row
            self._extend()
        self._stand(row, resized)
        self._column.let_go(self.scroll_offset.y, self.size.height)
        self.refresh()
        self._lay_later()

    def _lay_later(self) -> None:
        """What is not in sight of a long message is drawn bit by bit."""
        if self._slices is None and self._column.unfinished:
            self._slices = self.set_timer(PAUSE, self._lay_more)

    def _lay_more(self) -> None:
        self._slices = None
        if self._column.page is not None:
            self._column.lay_more(perf_counter() + SLICE)
            self._lay_near(resized=True)

    def finish(self) -> None:
        """Draw all that is still to be drawn of what is laid: rows are then what they will be."""
        if self._column.page is not None and self._column.unfinished:
            self._column.lay_more(None)
            self._lay_near(resized=True)

    def _extend(self) -> None:
        size = Size(self.size.width, self._column.rows)
        if size != self.virtual_size:
            # The widget itself stays as large as it is: no layout, only another scrollbar.
            self.set_reactive(ScrollView.virtual_size, size)
            if self.show_vertical_scrollbar and self.vertical_scrollbar.grabbed is None:
                self.vertical_scrollbar.window_virtual_size = size.height

    def _stand(self, row: int, resized: bool = False) -> None:
        """Place the viewport where the reader is, and see what is in sight there."""
        self._place(row)
        self._reader.placed(row, self.scroll_offset.y, resized)
        self._look()

    def _place(self, row: float) -> None:
        """Scroll there, without that meaning that somebody has scrolled."""
        self._placing = True
        super()._scroll_to(y=max(0, min(row, self.max_scroll_y)), animate=False, force=True)
        self._placing = False

    def _look(self) -> None:
        before, height = self._reader.unread, self.size.height
        # The mark lies over the last row.
        self._reader.look(self.scroll_offset.y + height - (2 if before else 1))
        if self._reader.unread != before:
            self.refresh(Region(0, max(0, height - 1), self.size.width, 1))

    # The reader scrolls

    def scroll_to(self, x: float | None = None, y: float | None = None, **options: Any) -> None:
        """Scroll there at once."""
        self._scroll_to(x, y, **options)

    def _scroll_to(self, x: float | None = None, y: float | None = None, **options: Any) -> bool:
        if y is None or self._placing or self._column.page is None or self.size.height <= 0:
            return super()._scroll_to(x, y, animate=False, force=bool(options.get("force")))
        top, row = self.scroll_offset.y, max(0, round(y))
        if row >= self.max_scroll_y and y >= top:
            self.follow()
        elif row != top:
            self._reader.end(top)
            self._arrive(self._column.lay_around(row, self.size.height))
            if row > top and self.scroll_offset.y >= self.max_scroll_y:
                self.follow()
        self.scrolled()
        return self.scroll_offset.y != top

    def _arrive(self, row: int) -> None:
        """The reader has gone to this row, which is laid with what is near it."""
        self._extend()
        self._place(row)
        self._reader.hold(self.scroll_offset.y)
        self._lay_near()

    def action_scroll_end(self) -> None:
        self.follow()
        self.scrolled()

    def on_mount(self) -> None:
        self.watch(self.vertical_scrollbar, "grabbed", self._grab, init=False)

    def _grab(self, grabbed: Offset | None) -> None:
        """While the scrollbar is dragged it shows the heights as they were known when it was taken: else the
        same place on it would be another place in the text each time."""
        bar = self.vertical_scrollbar
        if grabbed is not None:
            self._grabbed = self._column.heights()
        else:
            bar.window_virtual_size, bar.position = self.virtual_size.height, self.scroll_y

    def _on_scroll_to(self, message: ScrollTo) -> None:
        # Only the scrollbar says this, while it is dragged.
        message.stop()
        message.prevent_default()
        heights, height = self._grabbed, self.size.height
        if message.y is None or heights is None or not self._column.views:
            return
        row = max(0, round(message.y))
        if row >= heights.total - height:
            self.follow()
        else:
            place, inside = heights.at(row)
            where: Where = self._column.known(place, inside, heights[place])
            self._reader.end(self.scroll_offset.y)
            self._arrive(self._column.lay_at(where, height))
        bar = self.vertical_scrollbar
        bar.position = message.y if bar.grabbed is not None else self.scroll_y
        self.scrolled()
