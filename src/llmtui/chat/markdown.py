"""What a line of markdown can begin, and the one place where markdown-it is asked."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from llmtui.chat import emphasis, footnotes, formulas, html

if TYPE_CHECKING:
    # It takes 80 ms to import and must not be there before the first paint.
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# markdown-it reads about 200 kB a second, and much less of what is made to hurt it: brackets that nobody
# closes take the square of their number.
LONGEST_BLOCK = 4_000
MOST_BRACKETS = 300
_DEEPEST = 100

FENCE = re.compile(r"( {0,3})(?:(`{3,})([^`]*)|(~{3,})(.*))$")
HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
QUOTE = re.compile(r" {0,3}>")
MARKER = re.compile(r"( {0,3})([-+*]|[0-9]{1,9}[.)])(?:([ \t]+)(.*)|$)")
ROW_OF_LINES = re.compile(r" {0,3}[-:|][-:| \t]*$")
DEFINITION = re.compile(r"^[ \t>*+\-\d.)]*\[(?:[^\]\\]|\\.)+\]:", re.MULTILINE)
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.)+)\]", re.DOTALL)
_QUOTED = re.compile(r"\n[ \t>]*")


def tokens(source: str, references: dict[str, Any] | None = None) -> "Sequence[Token] | None":
    """The markdown-it tokens of a block, None if it is too long or too wild to be read as markdown.

    `references` are the link definitions known so far; those in the block are added to it.
    """
    if len(source) > 4 * LONGEST_BLOCK or source.count("[") > MOST_BRACKETS:
        return None
    return _read(_parser(), source, references)


def words(source: str, references: dict[str, Any] | None = None) -> "Sequence[Token] | None":
    """Lines that can only be the words of a paragraph, as one inline token."""
    if source.count("[") > MOST_BRACKETS:
        return None
    env: dict[str, Any] = {"references": {} if references is None else references}
    try:
        return _parser().parseInline(source, env)
    except (RecursionError, IndexError):
        return None


def outline(source: str, references: dict[str, Any] | None = None) -> "Sequence[Token] | None":
    """The tokens without what is in them: what blocks there are and where, in a fifth of the time."""
    return _read(_outliner(), source, references) if len(source) <= 8 * LONGEST_BLOCK else None


def _read(parser: "MarkdownIt", source: str, references: dict[str, Any] | None) -> "Sequence[Token] | None":
    env: dict[str, Any] = {"references": {} if references is None else references}
    try:
        found = parser.parse(source, env)
    except (RecursionError, IndexError):
        return None
    # Deeper nesting is dropped by markdown-it, and nothing that was said may be hidden.
    return None if any(token.level >= _DEEPEST - 1 for token in found) else found


def labels(source: str) -> frozenset[str]:
    """What in a block may be the label of a link, as the definitions are known by."""
    if "[" not in source:
        return frozenset()
    from markdown_it.common.utils import normalizeReference

    return frozenset(normalizeReference(_QUOTED.sub(" ", label)) for label in _LABEL.findall(source))


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
    if formulas.opening(text) or html.opening(text):
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
def _outliner() -> "MarkdownIt":
    parser = _new_parser()
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


@lru_cache(maxsize=1)
def _parser() -> "MarkdownIt":
    return _new_parser()


def _new_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    options = {"html": False, "maxNesting": _DEEPEST}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    # An escape and an entity stay tokens of their own, which say how they were written.
    parser.core.ruler.disable("text_join")
    formulas.add_rules(parser)
    footnotes.add_rules(parser)
    html.add_rules(parser)
    emphasis.add_rules(parser)
    return parser
