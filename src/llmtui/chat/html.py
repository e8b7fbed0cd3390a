"""Where a block of HTML begins and ends in markdown: it is text, to be shown as it was written.

A tag of its own that only a model knows (`<answer>`) begins none, for what is in it is markdown; and neither
does a sentence about a tag.
"""

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

_BLOCKS = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div"
    "|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li"
    "|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td"
    "|tfoot|th|thead|title|tr|track|ul"
)
# Compiled when something looks like a tag.
_OPENER = (
    r"(?i) {0,3}<(?:(?P<raw>script|pre|style|textarea)(?=[\s>]|$)(?![^>]*>[ \t]+[^\s<])"
    rf"|(?P<block>/?(?:{_BLOCKS}))(?=[\s>]|/>|$)(?![^>]*>[ \t]+[^\s<])"
    r"|(?P<sign>!--|\?|!\[CDATA\[|![A-Za-z]))"
)
_CLOSERS = {"!--": "-->", "?": "?>", "![CDATA[": "]]>"}


class Opening(NamedTuple):
    """How a block of HTML begins: what closes it, "" for a blank line, and whether its first line does."""

    closer: str
    closed: bool


def opening(text: str) -> Opening | None:
    """How this line begins a block of HTML, None if it does not."""
    if "<" not in text:
        return None
    found = re.match(_OPENER, text)
    if found is None:
        return None
    if found["block"]:
        return Opening("", False)
    closer = f"</{found['raw'].lower()}>" if found["raw"] else _CLOSERS.get(found["sign"].upper(), ">")
    return Opening(closer, ends(text[found.end() :], closer))


def ends(text: str, closer: str) -> bool:
    """Whether this line closes what only this closes."""
    return closer in text.lower()


def add_rules(parser: "MarkdownIt") -> None:
    """Teach a parser the token `html_block`, whose `content` is what was written."""
    parser.block.ruler.at("html_block", _block, {"alt": ["paragraph", "reference", "blockquote"]})


def _block(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    opened = opening(_line(state, start))
    if opened is None:
        return False
    if silent:
        return True
    following, closed = start + 1, opened.closed
    while not closed and following < end:
        if state.isEmpty(following):
            if not opened.closer:
                break
        elif state.sCount[following] < state.blkIndent:
            break
        closed = bool(opened.closer) and ends(_line(state, following), opened.closer)
        following += 1
    state.line = following
    token = state.push("html_block", "", 0)
    token.content = state.getLines(start, following, state.blkIndent, True)
    token.map = [start, following]
    return True


def _line(state: "StateBlock", number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
