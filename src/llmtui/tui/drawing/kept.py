"""What outlives the lines of a text: the colours of code, and how far a block is moved sideways."""

from llmtui.tui.drawing.lines import Sideways
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.paint import Code


class Kept:
    """Kept for the blocks of one text, each known by where it begins."""

    def __init__(self, page: Page | None = None) -> None:
        self._page = page
        self._codes: dict[int, Code] = {}
        self._wide: dict[int, Sideways] = {}

    def lay_for(self, page: Page) -> None:
        """The lines are from now on laid for this page."""
        self._page = page

    @property
    def room(self) -> int:
        """The cells of the page."""
        return self._page.width if self._page else 0

    def code(self, start: int, language: str, width: int) -> Code:
        """The code that begins here, with `width` cells of the page for it."""
        scrolls = self._page is not None and self._page.code == "scroll"
        code = Code(language, self.sideways(start, width) if scrolls else None)
        if language:
            self.remember(start, code)
        return code

    def remember(self, start: int, code: Code) -> None:
        """Keep the colours of this code, or give it those that are kept."""
        if (older := self._codes.get(start)) is not None:
            code.take_up(older)
        self._codes[start] = code

    def sideways(self, start: int, width: int) -> Sideways:
        """What the lines of the block that begins here are moved by together."""
        wide = self._wide.setdefault(start, Sideways())
        wide.head, wide.widest = max(0, self.room - width), 0
        return wide
