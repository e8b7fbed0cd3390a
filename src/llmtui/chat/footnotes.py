"""Footnotes: `[^1]` is a mark, and `[^1]: text` is a paragraph of its own and no link that nobody sees."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

_TEXT = re.compile(r"^ {0,3}\[\^([^\[\]\s^]{1,40})\]:", re.MULTILINE)
_MARK = re.compile(r"\[\^([^\[\]\s^]{1,40})\]")


# What a footnote goes on with is as far to the right, and shown at most so far.
INDENT, _FURTHEST = 4, 12


def sign_of(source: str) -> int:
    """How many cells the mark takes that the last footnote of this paragraph begins with, but for the blanks
    around a sign; 0 if it is no footnote."""
    if not source.lstrip().startswith("[^"):
        return 0
    labels = _TEXT.findall(source)
    if not labels:
        return 0
    digits = labels[-1].isascii() and labels[-1].isdigit()
    return min(len(labels[-1]) + (0 if digits else 2), _FURTHEST)


def add_rules(parser: "MarkdownIt") -> None:
    """Teach a parser the token `footnote`: its `content` is the mark as written, its `info` the label."""
    from markdown_it.rules_block import reference

    def definition(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
        begins = state.bMarks[start] + state.tShift[start]
        return not state.src.startswith("[^", begins) and reference(state, start, end, silent)

    parser.block.ruler.at("reference", definition)
    parser.inline.ruler.after("link", "footnote", _mark)


def _mark(state: "StateInline", silent: bool) -> bool:
    found = _MARK.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        token = state.push("footnote", "", 0)
        token.content, token.info = found.group(), found[1]
    state.pos = found.end()
    return True
