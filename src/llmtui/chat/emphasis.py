"""Emphasis beside Chinese, Japanese and Korean: `**「强调」**文字` is bold, as its writer meant.

CommonMark wants a space or a mark of punctuation between marks and words, and these scripts have no spaces.
The rest is as CommonMark says.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

# Ranges, for a pattern of these takes 3 ms to compile.
_UNSPACED = (
    ("\u1100", "\u11ff"),
    ("\u2e80", "\u2fdf"),
    ("\u3005", "\u3007"),
    ("\u3041", "\u318f"),
    ("\u31a0", "\ua4cf"),
    ("\uac00", "\ud7ff"),
    ("\uf900", "\ufaff"),
    ("\uff66", "\uffdc"),
    ("\U00020000", "\U0003fffd"),
)


def add_rules(parser: "MarkdownIt") -> None:
    """Teach a parser to see `*` between such a character and a mark of punctuation."""
    parser.inline.ruler.before("emphasis", "unspaced_emphasis", _stars)


def _stars(state: "StateInline", silent: bool) -> bool:
    at = state.pos
    if silent or state.src[at] != "*":
        return False
    end = at
    while end < state.posMax and state.src[end] == "*":
        end += 1
    before, after = state.src[at - 1 : at] if at else "", state.src[end : state.posMax][:1]
    opens = _unspaced(before) and after != "" and not after.isspace()
    closes = _unspaced(after) and before != "" and not before.isspace()
    if not opens and not closes:
        return False
    from markdown_it.rules_inline.state_inline import Delimiter

    scanned = state.scanDelims(at, True)
    for _ in range(scanned.length):
        token = state.push("text", "", 0)
        token.content = "*"
        state.delimiters.append(
            Delimiter(
                marker=ord("*"),
                length=scanned.length,
                token=len(state.tokens) - 1,
                end=-1,
                open=scanned.can_open or opens,
                close=scanned.can_close or closes,
            )
        )
    state.pos = end
    return True


def _unspaced(sign: str) -> bool:
    return sign >= "\u1100" and any(first <= sign <= last for first, last in _UNSPACED)
