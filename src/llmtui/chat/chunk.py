"""The lines of a markdown text that are not a closed block yet, and what they are on the way to be."""

import re
from dataclasses import dataclass, field
from typing import Literal

from llmtui.chat import footnotes, html
from llmtui.chat.formulas import opening
from llmtui.chat.markdown import (
    FENCE,
    HEADING,
    MARKER,
    QUOTE,
    ROW_OF_LINES,
    RULE,
    UNDERLINE,
    closes,
    indent,
    interrupts,
    last_top,
    outline,
)
from llmtui.chat.nesting import Level, Levels, entered, opened

BlockKind = Literal[
    "markdown",
    "fence",  # a code fence
    "table",
    "item",  # an item of a list at the top level, or its beginning
    "words",  # a paragraph that is too long to be read at once goes on
    "plain",  # too wild to be read as markdown
]
# What grows by lines and is not read again with each of them; all but "" are kinds of blocks.
Growing = Literal["", "fence", "table", "words", "plain"]
Shape = Literal["nothing", "paragraph", "list", "quote", "code", "maths", "html", "growing"]

# markdown-it is asked about short chunks and not often, whatever somebody writes to hurt it.
_LONGEST_QUESTION = 4_000
_MOST_QUESTIONS = 8

_DEFINITION = re.compile(
    r" {0,3}\[[^\]|]+\]:[ \t]*(?:<[^<>|]*>|[^\s<|][^\s|]*)"
    r"(?:[ \t]+(?:\"[^\"|]*\"|'[^'|]*'|\([^()|]*\)))?[ \t]*$"
)
_CONTAINERS = " \t>*+-.)0123456789"


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
    with a paragraph inside a list or a quote without its indent or mark. `levels` are the containers that
    it goes on in, and `growing` what grows in the innermost; `done` says that that has ended. `note` is the
    sign of the footnote above it, which it may go on with, 0 for none.
    """

    start: int
    before: Item | None = None
    lines: list[str] = field(default_factory=list)
    size: int = 0
    shape: Shape = "nothing"
    mark: str = ""
    item: Item | None = None
    levels: Levels = ()
    growing: Growing = ""
    done: bool = False
    joined: bool = False
    within: bool = False
    begins: int = 0
    number: int | None = None
    note: int = 0
    whole: bool = False
    defines: bool = False
    after_mark: bool = False
    after_blank: bool = False
    indented: bool = False
    lazy: bool = False
    questions: int = 0
    asked: int = 0

    @property
    def source(self) -> str:
        return "".join(self.lines)

    @property
    def kind(self) -> BlockKind:
        if self.growing:
            return self.growing
        return "item" if self.shape == "list" and not self.levels else "markdown"

    def add(self, line: str) -> None:
        self.lines.append(line)
        self.size += len(line)

    def grow(self, kind: Growing) -> None:
        """From its first line on it is this."""
        self.growing = kind
        if self.shape not in ("list", "quote"):
            self.shape = "growing"

    def begin(self, text: str) -> None:
        """Take the shape of what this line begins."""
        if opened := FENCE.match(text):
            self.mark = opened[2] or opened[4]
            self.grow("fence")
        elif (formula := opening(text)) is not None:
            self.shape, self.mark, self.whole = "maths", formula.closer, formula.closed
            self.after_mark = bool(text.strip(" \t")[len(formula.mark) :].strip())
        elif (tag := html.opening(text)) is not None:
            self.shape, self.mark, self.whole = "html", tag.closer, tag.closed
        elif HEADING.match(text) or RULE.match(text):
            self.shape, self.whole = "paragraph", True
        elif QUOTE.match(text):
            self.shape = "quote"
        elif (marker := MARKER.match(text)) is not None:
            self.shape, self.item = "list", read_item(marker, self.before)
            self.number = self.item.number
        elif self.in_note(text):
            self.shape, self.levels = "list", (self.note_level,)
            self.item = Item("", footnotes.INDENT, None, empty=False)
        elif indent(text) >= 4:
            self.shape = "code"
        else:
            self.shape = "paragraph"
            self.defines = bool(_DEFINITION.match(text)) and outline(f"{text}\n") == []

    @property
    def closes_html(self) -> bool:
        """Whether this is a block of HTML, or the rest of a long one, that only its mark closes."""
        return bool(self.mark) and (self.shape == "html" or self.growing == "plain")

    @property
    def note_level(self) -> Level:
        """What a footnote's text goes on in."""
        return Level(footnotes.INDENT, self.note)

    def in_note(self, text: str) -> bool:
        """Whether this line goes on with the footnote above."""
        return self.note > 0 and indent(text) >= footnotes.INDENT

    def ends_with_blank(self) -> bool:
        """A blank line has come: whether nothing that follows can belong here any more."""
        self.after_blank, self.lazy = True, False
        if self.growing and self.shape == "list":
            # A blank line ends the quotes in the item, and what is in them.
            in_quote = any(not level.content for level in self.levels)
            self.done = self.done or self.growing != "fence" or in_quote
            return False
        match self.shape:
            case "growing":
                return self.growing != "fence" and not self.closes_html
            case "paragraph" if self.indented and self._last_is_code():
                self.shape = "code"
                return False
            case "list":
                if self.item and self.item.empty:
                    self.item.over = True
                return False
            case "maths":
                return self.after_mark
            case "html":
                return not self.mark
            case "quote" | "paragraph":
                return True
            case _:
                return False

    def ends_before(self, text: str) -> bool:
        """Whether what is being read, with its outermost container, ends before this written line."""
        match self.shape:
            case "growing":
                return self.ends_growing(text)
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

    def ends_growing(self, text: str) -> bool:
        """Whether what grows ends before this written line; its outermost container may not."""
        if self.done:
            return True
        depth, at = entered(text, self.levels)
        inside, rest = depth == len(self.levels), text[at:]
        match self.growing:
            case "fence":
                return not inside
            case "table":
                return not inside or not rest.strip() or not _is_row(rest)
            case "plain" if self.closes_html:
                return False
            case "words" | "plain":
                if not rest.strip():
                    return True
                return interrupts(rest) or (not inside and bool(MARKER.match(rest)))
            case _:
                return False

    def take_end(self, text: str) -> None:
        """A line was added to what has a mark at its end: note whether it is that."""
        if self.growing == "fence":
            _, at = entered(text, self.levels)
            self.done = closes(text[at:], self.mark)
        elif self.shape == "maths":
            self.whole, self.after_mark = self.mark in text, True
        elif self.closes_html:
            self.whole = html.ends(text, self.mark)

    def _ends_paragraph(self, text: str) -> bool:
        if self.defines:
            # Only a title could still belong to it.
            return text.lstrip(" \t")[:1] not in tuple("\"'(")
        first = next((line.lstrip() for line in self.lines if line.strip(" \t\r\n")), "")
        definition = first.startswith("[")
        if UNDERLINE.match(text):
            self.whole = not definition or self._is_heading(text)
            return not self.whole and not self._goes_on(text)
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
        return bool(opening(text) or html.opening(text)) or not self._goes_on(text)

    def followed_by(self, text: str) -> Item | None:
        """The item of this chunk, if the line begins the next item of the same list."""
        marker = MARKER.match(text)
        if self.item is None or marker is None or RULE.match(text):
            return None
        return self.item if marker[2][-1] == self.item.marker else None

    def begins_table(self, text: str) -> bool:
        """Whether this line, the next one, is the second of a table that begins with the last one."""
        rest, last = text.lstrip(_CONTAINERS) or text, self.lines[-1] if self.lines else ""
        if "|" not in last or not (ROW_OF_LINES.match(text) or ROW_OF_LINES.match(rest)):
            return False
        if self.shape != "paragraph":
            return True
        found = outline(f"{last}{text}\n")
        return bool(found) and found is not None and found[0].type == "table_open"

    def _goes_on(self, text: str) -> bool:
        """Whether this line belongs to the paragraph that the chunk ends with, however it is indented."""
        if self.growing:
            return self.growing in ("words", "plain") and not self.done
        if self.lazy or self.questions >= _MOST_QUESTIONS or self.size > _LONGEST_QUESTION:
            return bool(self.lines)
        self.questions += 1
        above, _ = opened(self.source, self.levels)
        # A link definition would leave no token to find.
        line = re.sub(r"\[.*", "x", text)
        last = last_top(outline(f"{above}{line}\n"))
        self.lazy = last is None or last.map is None or last.map[0] < above.count("\n")
        return self.lazy

    def _is_heading(self, text: str) -> bool:
        """Whether this line makes a heading of what looked like a definition."""
        if self.questions >= _MOST_QUESTIONS:
            return False
        self.questions += 1
        last = last_top(outline(f"{self.source}{text}\n"))
        return last is not None and last.type == "heading_open"

    def _last_is_code(self) -> bool:
        last = last_top(outline(self.source))
        return last is not None and last.type == "code_block"


def _is_row(text: str) -> bool:
    """Whether a line after a table's head is one of its rows."""
    if indent(text) >= 4 or FENCE.match(text) or HEADING.match(text) or opening(text) or html.opening(text):
        return False
    return not (QUOTE.match(text) or RULE.match(text) or MARKER.match(text))


def read_item(marker: re.Match[str], previous: Item | None) -> Item:
    """The item that begins with this marker."""
    sign, gap, rest = marker[2], marker[3] or "", marker[4] or ""
    column = after = len(marker[1]) + len(sign)
    for character in gap:
        column += 4 - column % 4 if character == "\t" else 1
    width = column - after if rest and column - after <= 4 else 1
    number = None
    if sign[-1] in ".)":
        number = int(sign[:-1]) if previous is None or previous.number is None else previous.number + 1
    return Item(sign[-1], after + width, number, not rest)
