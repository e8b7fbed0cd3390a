"""A text behind one line that folds and unfolds it; where it is long, it has a scroll of its own."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter

from llmtui.tui.drawing.lines import Line, Run
from llmtui.tui.drawing.page import Page, Sight, Stack
from llmtui.tui.drawing.window import Window, room
from llmtui.tui.drawing.written import Written

_START = attrgetter("start")


class Panel:
    """What thoughts, and tools' calls and results, have in common."""

    def __init__(self, place: int) -> None:
        self.place = place
        self.chosen: bool | None = None
        self.growing = False
        self.window = Window()
        self.stacks: Sequence[Stack] = ()
        self._written = Written()
        self._wanted: int | None = None
        self._page: Page | None = None
        self._key: tuple[object, ...] = ()
        self._room = self._size = 0

    @property
    def text(self) -> str:
        """What there is to unfold."""
        raise NotImplementedError

    @property
    def unfolded(self) -> bool:
        """Whether it is open."""
        return bool(self.chosen)

    @property
    def shown(self) -> bool:
        """Whether anything of what is inside is to be seen."""
        return self.unfolded

    @property
    def windowed(self) -> bool:
        """Whether more is hidden in it than is seen."""
        return self.unfolded and self.window.most > 0

    def title(self, page: Page) -> list[Run]:
        """The line that folds it."""
        raise NotImplementedError

    def state(self) -> tuple[object, ...]:
        """What must be the same for the lines to be the same."""
        return (self.unfolded, self.growing, len(self.text))

    def toggle(self) -> None:
        """Fold or unfold."""
        self.choose(not self.shown)

    def choose(self, unfolded: bool | None) -> None:
        """Fold or unfold, or let it be as it is by itself."""
        self.chosen = unfolded
        self.window.open(at_end=self.growing)
        self._changed()

    def scroll(self, rows: int) -> bool:
        """Scroll what is inside, up for less than 0; whether there was anything to scroll to."""
        if not self.windowed or not self.window.scroll(rows, self.growing):
            return False
        self._changed()
        return True

    def show_whole(self) -> None:
        """Show all of it without a scroll of its own, or with one again."""
        self.window.whole = not self.window.whole
        self._changed()

    def reveal(self, at: int) -> None:
        """Bring a place of the text into sight."""
        if not self.unfolded:
            self.choose(True)
        self._wanted = at
        self._changed()

    @property
    def unfinished(self) -> bool:
        """Whether something that is not in sight is still to be drawn."""
        return self.unfolded and self._written.unfinished

    def lay(self, page: Page, live: bool, sight: Sight | None = None) -> int:
        key = self.state()
        steady = page == self._page and key == self._key and not self.unfinished
        if steady and self._page is not None and (not self.windowed or room(page.height) == self._room):
            return self._size
        self._page, self._key, self._room = page, key, room(page.height)
        head = Stack([Line(self.title(page), 0, page.palette.text)])
        self.stacks = (head, *self.body(page, sight))
        self._size = sum(len(stack.lines) for stack in self.stacks)
        return 0

    def body(self, page: Page, sight: Sight | None) -> Sequence[Stack]:
        """What is seen below the line that folds it."""
        if not self.unfolded:
            return ()
        lines = self.lines(page, sight and sight._replace(above=0, below=0, until=0))
        if self.unfinished and sight is not None:
            lines = self._in_sight(page, sight, lines)
        if self._wanted is not None:
            self.window.show(max(0, bisect_right(lines, self._wanted, key=_START) - 1), page)
            self._wanted = None
        return self.window.stacks(lines, self.text, page, self.place, self.growing)

    def lines(self, page: Page, sight: Sight | None) -> list[Line]:
        """All the lines of the text, of which those in sight are drawn."""
        return self._written.lay(self.text, page.width, page.palette.muted, bar(page), sight)

    def _in_sight(self, page: Page, sight: Sight, lines: list[Line]) -> list[Line]:
        """The lines, of which those are drawn that its own scroll shows, where it has one."""
        window, rows = self.window, room(page.height)
        if window.whole:
            return self.lines(page, sight)
        if self._wanted is not None:
            return self.lines(page, sight._replace(at=self._wanted, above=rows, below=rows))
        if window.top is None:
            return self.lines(page, sight._replace(at=len(self.text), above=rows, below=0))
        first = lines[min(window.top, len(lines) - 1)].start
        lines = self.lines(page, sight._replace(at=first, above=rows, below=2 * rows))
        # What is drawn above it may be more or fewer rows than it was thought to be.
        window.top = bisect_left(lines, first, key=_START)
        return lines

    def _changed(self) -> None:
        self._page = None


def bar(page: Page) -> Run:
    """What stands in the margin of what a panel holds."""
    return Run("│ ", page.palette.faint)
