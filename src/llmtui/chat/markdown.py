"""What a line of markdown can begin, and the one place where markdown-it is asked."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # It takes 80 ms to import and must not be there before the first paint.
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# markdown-it reads about 200 kB a second, and much less of what is made to hurt it.
LONGEST_BLOCK = 24_000
MOST_BRACKETS = 1_000
_DEEPEST = 100

FENCE = re.compile(r"( {0,3})(?:(`{3,})([^`]*)|(~{3,})(.*))$")
HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
QUOTE = re.compile(r" {0,3}>")
MARKER = re.compile(r"( {0,3})([-+*]|\d{1,9}[.)])(?:([ \t]+)(.*)|$)")
DEFINITION = re.compile(r"^[ \t>*+\-\d.)]*\[(?:[^\]\\]|\\.)+\]:", re.MULTILINE)


def tokens(source: str, references: dict[str, Any] | None = None) -> "Sequence[Token] | None":
    """The markdown-it tokens of a block, None if it is too long or too wild to be read as markdown.

    `references` are the link definitions known so far; those in the block are added to it.
    """
    if len(source) > 2 * LONGEST_BLOCK or source.count("[") > MOST_BRACKETS:
        return None
    env: dict[str, Any] = {"references": {} if references is None else references}
    try:
        found = _parser().parse(source, env)
    except (RecursionError, IndexError):
        return None
    # Deeper nesting is dropped by markdown-it, and nothing that was said may be hidden.
    return None if any(token.level >= _DEEPEST - 1 for token in found) else found


def indent(text: str) -> int:
    """The column of the first written character, tabs counted to the next multiple of four."""
    column = 0
    for character in text:
        if character == " ":
            column += 1
        elif character == "\t":
            column += 4 - column % 4
        else:
            break
    return column


def interrupts(text: str) -> bool:
    """Whether a line ends a paragraph before it, by being the first of something else."""
    if FENCE.match(text) or HEADING.match(text) or QUOTE.match(text) or RULE.match(text):
        return True
    marker = MARKER.match(text)
    return marker is not None and bool(marker[4]) and (marker[2] in "-+*" or int(marker[2][:-1]) == 1)


def closes(text: str, mark: str) -> bool:
    """Whether a line closes the fence that this mark opened."""
    bare = text.strip(" \t")
    return len(bare) >= len(mark) and not bare.strip(mark[0]) and indent(text) < 4


def last_top(found: "Sequence[Token] | None") -> "Token | None":
    if found is None:
        return None
    return next((token for token in reversed(found) if token.level == 0 and token.nesting >= 0), None)


@lru_cache(maxsize=1)
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    options = {"html": False, "maxNesting": _DEEPEST}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
