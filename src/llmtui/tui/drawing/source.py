"""The text of an answer, read into blocks as it grows: what came at once bit by bit."""

from collections.abc import Mapping
from typing import Any

from llmtui.chat.blocks import Blocks
from llmtui.chat.markdown import outline
from llmtui.tui.drawing.page import Sight

# What is read at a time, and laid at once: 1 to 10 ms are spent on it.
MOST_AT_ONCE = 8_000


class Source:
    """A text, and the blocks of as much of it as was read."""

    __slots__ = ("blocks", "read", "text")

    def __init__(self) -> None:
        self.text = ""
        self.blocks = Blocks()
        self.read = 0
        """How many of its characters were read."""

    def update(self, text: str) -> bool:
        """A newer state of the text; False if it does not go on with the older one."""
        if len(text) < len(self.text) or not text.startswith(self.text):
            return False
        self.text = text
        return True

    @property
    def rest(self) -> int:
        """How many characters are still to be read."""
        return len(self.text) - self.read

    @property
    def closed(self) -> int:
        """How far the blocks go that are closed."""
        closed = self.blocks.closed
        return closed[-1].end if closed else 0

    def go_on(self) -> int:
        """Read some whole lines, or what there is; how many characters."""
        start, end = self.read, min(self.read + MOST_AT_ONCE, len(self.text))
        if end < len(self.text):
            end = self.text.rfind("\n", start + MOST_AT_ONCE // 2, end) + 1 or end
        self.blocks.feed(self.text[start:end])
        self.read = end
        return end - start

    def wanted(self, sight: Sight | None) -> int:
        """How far it has to be read: to its end if all is to be drawn, else over what is in sight."""
        at = len(self.text) if sight is None else sight.at
        return at + MOST_AT_ONCE if at <= len(self.text) else 0

    def links(self, live: bool) -> Mapping[str, Any]:
        """The links that are defined: the end of a text is what it is only when nothing more comes."""
        known = self.blocks.references
        if live or "]:" not in self.blocks.tail:
            return known
        found: dict[str, Any] = {}
        for block in self.blocks.tails:
            if block.kind in ("markdown", "item"):
                outline(block.alone[0], found)
        return {**found, **known}
