"""What a model thought, as drawn: a panel that folds."""

from collections.abc import Sequence
from typing import Literal

from llmtui.chat.parts import Reasoning
from llmtui.chat.tokens import estimate
from llmtui.tui.drawing.lines import Line, Run
from llmtui.tui.drawing.markdown import as_written
from llmtui.tui.drawing.page import Page, Stack
from llmtui.tui.drawing.telling import seconds, spot

Folding = Literal["auto", "open", "closed"]

PEEK = 8


class Thought:
    """What a model thought, behind one line that folds and unfolds it."""

    def __init__(self, part: Reasoning, place: int) -> None:
        self.part = part
        self.place = place
        self.folding: Folding = "auto"
        self.chosen: bool | None = None
        self.thinking = False
        self.tokens: int | None = None
        self._page: Page | None = None
        self._key: tuple[object, ...] = ()
        self._head: list[Line] = []
        self._lines: list[Line] = []
        self._settled = 0
        self._kept = 0

    @property
    def unfolded(self) -> bool:
        """Whether all of it is to be seen."""
        if self.chosen is not None:
            return self.chosen
        return self.folding == "open"

    @property
    def peeking(self) -> bool:
        """Whether its last lines are to be seen, because they are being thought."""
        return self.chosen is None and self.folding == "auto" and self.thinking

    def toggle(self) -> None:
        """Fold or unfold."""
        self.chosen = not (self.unfolded or self.peeking)

    def lay(self, page: Page, live: bool) -> int:
        key = (self.unfolded, self.peeking, len(self.part.text), self.part.ended, self.thinking, self.tokens)
        if page == self._page and key == self._key:
            return len(self._head) + len(self._lines)
        if page != self._page or self._key[:2] != key[:2] or not self.unfolded:
            self._lines, self._settled, self._kept = [], 0, 0
        self._page, self._key = page, key
        if not self.part.text:
            # Signed thinking that only its provider can read: there is nothing to unfold.
            self._head = []
            return 0
        self._head = [Line(self._title(page), 0, page.palette.text)]
        if self.unfolded:
            self._unfold(page)
        elif self.peeking:
            text = self.part.text.rstrip()
            start = max(0, len(text) - PEEK * page.width)
            self._lines = self._wrapped(text[start:], start, page)[-PEEK:]
        return 0

    @property
    def stacks(self) -> Sequence[Stack]:
        return (Stack(self._head), Stack(self._lines, self.part.text))

    def _title(self, page: Page) -> list[Run]:
        mark = "▾" if self.unfolded or self.peeking else "▸"
        if self.thinking:
            words = f"Thinking… {seconds(self.part.seconds)}"
        else:
            count = round(estimate(self.part.text)) if self.tokens is None else self.tokens
            about = "≈" if self.tokens is None else ""
            spent = f" for {seconds(self.part.seconds)}" if self.part.seconds > 0 else ""
            words = f"Thought{spent} · {about}{count:,} tokens"
        return [Run(f"{mark} {words}", spot(page.palette.muted, "reasoning", self.place))]

    def _unfold(self, page: Page) -> None:
        """All of it; the lines that are finished are kept from the last time."""
        del self._lines[self._kept :]
        text = self.part.text.rstrip()
        self._settled = max(self._settled, len(text) - len(text.lstrip("\n")))
        cut = max(self._settled, text.rfind("\n") + 1)
        if cut > self._settled:
            self._lines.extend(self._wrapped(text[self._settled : cut - 1], self._settled, page))
            self._settled, self._kept = cut, len(self._lines)
        self._lines.extend(self._wrapped(text[cut:], cut, page))

    def _wrapped(self, text: str, start: int, page: Page) -> list[Line]:
        bar = Run("│ ", page.palette.faint)
        lines = as_written(text, start, page.width - 2, page.palette.muted)
        for line in lines:
            line.runs = [bar, *line.runs]
        return lines
