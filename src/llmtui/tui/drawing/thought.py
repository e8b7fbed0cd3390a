"""What a model thought, as drawn: as it was written, for in drafts `*` and `_` are mostly arithmetic."""

from collections.abc import Sequence
from typing import Literal

from llmtui.chat.parts import Reasoning
from llmtui.chat.tokens import Tally
from llmtui.tui.drawing.lines import Line, Run
from llmtui.tui.drawing.page import Page, Sight, Stack
from llmtui.tui.drawing.panel import Panel, bar
from llmtui.tui.drawing.telling import seconds, spot
from llmtui.tui.drawing.written import written

Folding = Literal["auto", "open", "closed"]

PEEK = 8


class Thought(Panel):
    """What a model thought, behind one line that folds and unfolds it."""

    def __init__(self, part: Reasoning, place: int) -> None:
        super().__init__(place)
        self.part = part
        self.folding: Folding = "auto"
        self.tokens: int | None = None
        self._tally = Tally()

    @property
    def text(self) -> str:
        return self.part.text

    @property
    def counted(self) -> float:
        """Its tokens by our own count."""
        return self._tally.of(self.text)

    @property
    def unfolded(self) -> bool:
        if self.chosen is not None:
            return self.chosen
        return self.folding == "open"

    @property
    def peeking(self) -> bool:
        """Whether its last lines are to be seen, because they are being thought."""
        return self.chosen is None and self.folding == "auto" and self.growing

    @property
    def shown(self) -> bool:
        return self.unfolded or self.peeking

    def state(self) -> tuple[object, ...]:
        return (*super().state(), self.peeking, self.part.ended, self.tokens)

    def think(self, part: Reasoning, thinking: bool, folding: Folding, tokens: int | None) -> None:
        """A newer state of it; `tokens` are those that were reported."""
        if thinking and not self.growing and self.chosen is None:
            self.window.open(at_end=True)
        self.part, self.growing, self.folding, self.tokens = part, thinking, folding, tokens

    def lay(self, page: Page, live: bool, sight: Sight | None = None) -> int:
        if not self.text:
            # Signed thinking that only its provider can read: there is nothing to unfold.
            self.stacks = ()
            return 0
        return super().lay(page, live, sight)

    def title(self, page: Page) -> list[Run]:
        mark = "▾" if self.shown else "▸"
        words = thought_words(self.part, self.growing, self.tokens, self._tally)
        return [Run(f"{mark} {words}", spot(page.palette.muted, "fold", self.place))]

    def body(self, page: Page, sight: Sight | None) -> Sequence[Stack]:
        return self._peek(page) if self.peeking else super().body(page, sight)

    def _peek(self, page: Page) -> Sequence[Stack]:
        text = self.text.rstrip()
        at = max(0, len(text) - PEEK * page.width)
        lines: list[Line] = []
        for piece in text[at:].split("\n"):
            lines.extend(written(piece, at, page.width, page.palette.muted, bar(page)))
            at += len(piece) + 1
        return (Stack(lines[-PEEK:], self.text),)


def thought_words(part: Reasoning, thinking: bool, tokens: int | None, tally: Tally) -> str:
    """For how long it was thought, and how much."""
    count = round(tally.of(part.text)) if tokens is None else tokens
    much = f"{'≈' if tokens is None else ''}{count:,} tokens"
    if thinking:
        return f"Thinking… {seconds(part.seconds)} · {much}"
    spent = f" for {seconds(part.seconds)}" if part.seconds > 0 else ""
    return f"Thought{spent} · {much}"
