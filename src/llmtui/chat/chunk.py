"""The lines of a markdown text that are not a closed block yet, and what they are on the way to be."""

import re
from dataclasses import dataclass, field
from typing import Literal

from llmtui.chat.markdown import (
    FENCE,
    HEADING,
    MARKER,
    QUOTE,
    RULE,
    UNDERLINE,
    indent,
    interrupts,
    last_top,
    tokens,
)

BlockKind = Literal[
    "markdown",
    "fence",  # a code fence at the top level
    "item",  # an item of a list at the top level
    "plain",  # too long or too wild to be read as markdown
]
Shape = Literal["nothing", "paragraph", "fence", "list", "quote", "code", "plain"]

# markdown-it is asked about short chunks and not often, whatever somebody writes to hurt it.
_LONGEST_QUESTION = 4_000
_MOST_QUESTIONS = 8


@dataclass(slots=True)
class Item:
    """The list item being read: its kind of marker and the column where its content begins."""

    marker: str
    content: int
    number: int | None
    empty: bool
    over: bool = False


@dataclass(slots=True)
class Chunk:
    """The lines that are not closed yet, and what is known of them.

    `before` is the item that this one follows in the same list, `lazy` says that the last line went on
    with a paragraph inside a list or a quote without its indent or mark.
    """

    start: int
    before: Item | None = None
    lines: list[str] = field(default_factory=list)
    size: int = 0
    shape: Shape = "nothing"
    mark: str = ""
    item: Item | None = None
    whole: bool = False
    after_blank: bool = False
    indented: bool = False
    lazy: bool = False
    questions: int = 0

    @property
    def source(self) -> str:
        return "".join(self.lines)

    @property
    def kind(self) -> BlockKind:
        match self.shape:
            case "fence":
                return "fence"
            case "list":
                return "item"
            case "plain":
                return "plain"
            case _:
                return "markdown"

    def add(self, line: str) -> None:
        self.lines.append(line)
        self.size += len(line)

    @property
    def number(self) -> int | None:
        return self.item.number if self.item else None

    def begin(self, text: str) -> None:
        """Take the shape of what this line begins."""
        if opened := FENCE.match(text):
            self.shape, self.mark = "fence", opened[2] or opened[4]
        elif HEADING.match(text) or RULE.match(text):
            self.shape, self.whole = "paragraph", True
        elif QUOTE.match(text):
            self.shape = "quote"
        elif (marker := MARKER.match(text)) is not None:
            self.shape, self.item = "list", _item(marker, self.before)
        elif indent(text) >= 4:
            self.shape = "code"
        else:
            self.shape = "paragraph"

    def ends_with_blank(self) -> bool:
        """A blank line has come: whether nothing that follows can belong here any more."""
        self.after_blank, self.lazy = True, False
        match self.shape:
            case "paragraph" if self.indented and self._last_is_code():
                self.shape = "code"
                return False
            case "list":
                if self.item and self.item.empty:
                    self.item.over = True
                return False
            case "quote" | "paragraph" | "plain":
                return True
            case _:
                return False

    def ends_before(self, text: str) -> bool:
        """Whether what is being read ends before this written line."""
        match self.shape:
            case "paragraph":
                return self._ends_paragraph(text)
            case "list":
                return self._ends_item(text)
            case "quote":
                if QUOTE.match(text):
                    self.lazy = False
                    return False
                return interrupts(text) or bool(MARKER.match(text)) or not self._goes_on(text)
            case "code":
                return indent(text) < 4
            case _:
                return False

    def _ends_paragraph(self, text: str) -> bool:
        first = next((line.lstrip() for line in self.lines if line.strip(" \t\r\n")), "")
        definition = first.startswith("[")
        if UNDERLINE.match(text):
            # It may also be the second line of a table, or follow nothing but link definitions.
            self.whole = not definition and not any("|" in line for line in self.lines)
            return definition and not self._goes_on(text)
        if indent(text) >= 4:
            self.indented = True
            return False
        if interrupts(text):
            return True
        return definition and bool(MARKER.match(text)) and not self._goes_on(text)

    def _ends_item(self, text: str) -> bool:
        item = self.item
        assert item is not None
        if indent(text) >= item.content and not item.over:
            item.empty = self.lazy = False
            return False
        if self.after_blank or item.over or MARKER.match(text):
            return True
        if FENCE.match(text) or HEADING.match(text) or QUOTE.match(text) or RULE.match(text):
            return True
        return not self._goes_on(text)

    def followed_by(self, text: str) -> Item | None:
        """The item of this chunk, if the line begins the next item of the same list."""
        marker = MARKER.match(text)
        if self.item is None or marker is None or RULE.match(text):
            return None
        return self.item if marker[2][-1] == self.item.marker else None

    def _goes_on(self, text: str) -> bool:
        """Whether this line belongs to the paragraph that the chunk ends with, however it is indented."""
        if self.lazy or self.questions >= _MOST_QUESTIONS or self.size > _LONGEST_QUESTION:
            return True
        self.questions += 1
        above = self.source
        # A link definition would leave no token to find.
        line = re.sub(r"\[.*", "x", text)
        last = last_top(tokens(f"{above}{line}\n"))
        self.lazy = last is None or last.map is None or last.map[0] < above.count("\n")
        return self.lazy

    def _last_is_code(self) -> bool:
        last = last_top(tokens(self.source))
        return last is not None and last.type == "code_block"


def _item(marker: re.Match[str], previous: Item | None) -> Item:
    sign, gap, rest = marker[2], marker[3] or "", marker[4] or ""
    column = after = len(marker[1]) + len(sign)
    for character in gap:
        column += 4 - column % 4 if character == "\t" else 1
    width = column - after if rest and column - after <= 4 else 1
    number = None
    if sign[-1] in ".)":
        number = int(sign[:-1]) if previous is None or previous.number is None else previous.number + 1
    return Item(sign[-1], after + width, number, not rest)
