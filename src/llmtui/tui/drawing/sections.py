"""The parts of a message as drawn: each knows its lines, and which of them changed."""

from collections.abc import Sequence
from typing import Protocol

from llmtui.chat.parts import File, Image
from llmtui.terminal import safe_line
from llmtui.tui.drawing.lines import Line, Run, shortened
from llmtui.tui.drawing.markdown import plain
from llmtui.tui.drawing.page import Page, Sight, Stack
from llmtui.tui.drawing.written import Written

# A person's text that is longer is drawn bit by bit.
_LONG = 16_000


class Section(Protocol):
    """A part of a message, drawn."""

    def lay(self, page: Page, live: bool, sight: Sight | None = None) -> int:
        """Make the lines, at least those in sight; the number of the first one that changed since the last
        time."""
        ...

    @property
    def unfinished(self) -> bool:
        """Whether something that is not in sight is still to be drawn."""
        ...

    @property
    def stacks(self) -> Sequence[Stack]:
        """The lines, from the top."""
        ...


def same(older: Sequence[Line], newer: Sequence[Line]) -> bool:
    """Whether these lines look the same and stand for the same."""
    return len(older) == len(newer) and all(map(Line.same, older, newer))


class Typed:
    """Text as a person wrote it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._page: Page | None = None
        self._lines: list[Line] = []
        # What is pasted may be a whole book.
        self._written = Written() if len(text) > _LONG else None

    @property
    def unfinished(self) -> bool:
        return self._written is not None and self._written.unfinished

    def lay(self, page: Page, live: bool, sight: Sight | None = None) -> int:
        if self._written is not None:
            steady, self._page = self._page == page, page
            self._lines = self._written.lay(self.text, page.width, page.palette.text, sight=sight)
            return self._written.changed if steady else 0
        if self._page == page:
            return len(self._lines)
        self._page = page
        self._lines = plain(self.text, 0, page.width, page.palette.text)
        return 0

    @property
    def stacks(self) -> Sequence[Stack]:
        return (Stack(self._lines, self.text),)


class Chip:
    """An image or a file, on one line."""

    unfinished = False

    def __init__(self, part: Image | File) -> None:
        self.part = part
        self._page: Page | None = None
        self._lines: list[Line] = []

    def lay(self, page: Page, live: bool, sight: Sight | None = None) -> int:
        if self._page == page:
            return len(self._lines)
        self._page = page
        words = shortened(f"{chip_sign(self.part)} {chip_words(self.part)}", page.width)
        self._lines = [Line([Run(words, page.palette.muted)], 0, page.palette.text)]
        return 0

    @property
    def stacks(self) -> Sequence[Stack]:
        return (Stack(self._lines),)


def chip_sign(part: Image | File) -> str:
    """What kind of thing it is."""
    return "🖼" if isinstance(part, Image) else "📎"


def chip_words(part: Image | File) -> str:
    """Its name, its kind and its size."""
    name = safe_line(part.name) or ("image" if isinstance(part, Image) else "file")
    return f"{name} · {safe_line(part.media_type)} · {size(len(part.data))}"


def size(count: int) -> str:
    """So many bytes, for a person."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1e6:.1f} MB"
