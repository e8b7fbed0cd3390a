"""Whether a reader stays with the newest line or with the words that they read, and what came below since."""

from llmtui.tui.drawing.column import Column, Where


class Following:
    """An intent, and not where the viewport happens to be.

    It ends when the reader goes up, and begins again when the reader goes to the end: no text, width or fold
    changes it.
    """

    def __init__(self, column: Column) -> None:
        self._column = column
        self._held: Where | None = None
        self._seen: Where | None = None
        self._pushed = False
        self.unread = 0
        """The rows below that came since the reader left, and have not been in sight."""

    @property
    def on(self) -> bool:
        """Whether the newest line is kept in sight."""
        return self._held is None

    def begin(self) -> None:
        """The reader has gone to the end."""
        self._held = self._seen = None
        self._pushed = False
        self.unread = 0

    def end(self, top: int) -> None:
        """The reader wants to look at what is here, from this row on; what is below is known to them."""
        if self.on and (held := self._column.anchor(top)) is not None:
            self._seen = self._column.end()
            self._held = held

    def hold(self, top: int) -> None:
        """The reader has gone to this row."""
        if not self.on:
            self._held, self._pushed = self._column.anchor(top), False

    def lay(self, height: int) -> int:
        """Lay what a viewport shows and as much above and below it; the row that belongs at its top."""
        if self._held is not None:
            return self._column.lay_at(self._held, height, above=0)
        self._column.lay_end(height)
        return self._column.rows

    @property
    def row(self) -> int:
        """The row that belongs at the top of the viewport; one below them all for the end."""
        return self._column.rows if self._held is None else self._column.row_of(self._held)

    def placed(self, wanted: int, top: int, resized: bool) -> None:
        """The viewport could be placed here. Where there were too few rows below, words above are read now;
        after a new size they may come back with another one."""
        if self.on or wanted == top:
            return
        if resized:
            self._pushed = True
        else:
            self.hold(top)

    def settle(self, top: int) -> None:
        """Text is about to come: what is at the top now stays there."""
        if self._pushed:
            self.hold(top)

    def look(self, bottom: int) -> None:
        """The rows down to this one are in sight."""
        if self._seen is None:
            return
        column = self._column
        if column.row_of(self._seen) < bottom and (end := column.end()) is not None:
            self._seen = column.anchor(min(bottom, column.row_of(end)))
        self.unread = column.rows_after(self._seen) if self._seen is not None else 0

    @property
    def first_unread(self) -> int | None:
        """The row of the first line that has not been in sight, None where all has."""
        return self._column.row_of(self._seen) + 1 if self._seen is not None and self.unread else None
