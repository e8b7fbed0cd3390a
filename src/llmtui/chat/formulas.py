"""Where maths begins and ends in markdown: `$…$`, `$$…$$`, `\\(…\\)`, `\\[…\\]` and `\\begin{align}`.

Prices and the variables of a shell are no maths. What is in doubt is left as it was written.
"""

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

ENVIRONMENTS = (
    "equation|align|gather|multline|eqnarray|alignat|flalign|aligned|alignedat|gathered|split|cases|dcases"
    "|smallmatrix|[pbvBV]?matrix|array"
)
_OPENER = re.compile(rf" {{0,3}}(?:\$\$|\\\[|\\begin\{{((?:{ENVIRONMENTS})\*?)\}})")
# Somebody who forgot to close a formula is not asked to the end of the text.
_LONGEST = 2_000
_TELLING = re.compile(r"[\\^_=<>{}]")
_WORD = re.compile(
    r"(?<![^\s(\"'])(?!(?:sin|cos|tan|log|ln|exp|min|max|lim|mod|gcd)\b)[A-Za-z]{2,}(?![^\s,.;:!?)\"'])"
)
_AFTER = " \t.,;:"
_NUMBER = re.compile(r"[.,]?[0-9]")
# What only maths has of what begins with a number: no dash, comma or ampersand is enough.
_COUNTED = (
    r"[\\^{}]|[A-Za-z)]_"
    r"|[\w)]\s*[+*×·÷]\s*[\w(]|[\w)%]\s*(?:[<>]=?|[=≤≥≈≠])\s*[\w(.−-]"
    r"|[0-9][AC-JLN-Zac-jln-z](?![A-Za-z])|[-−]\s*[A-Za-z](?=\s*(?:$|[-+*/)]))"
)
_ONE_PIECE = re.compile(r"[A-Za-z0-9_.!'()/°²³Α-ωπ√]+")
_CURRENCY = re.compile("[€£¥₹]")


class Opening(NamedTuple):
    """How a block of maths begins: what it is opened by, what closes it, and whether its first line does."""

    mark: str
    closer: str
    closed: bool


def opening(text: str) -> Opening | None:
    """How this line begins a block of maths, None if it does not."""
    if "$$" not in text and "\\" not in text:
        return None
    opener = _OPENER.match(text)
    if opener is None:
        return None
    mark = opener.group().lstrip(" ")
    closer = "$$" if mark == "$$" else r"\]" if mark == r"\[" else rf"\end{{{opener[1]}}}"
    rest = text[opener.end() :]
    inside, found, after = rest.partition(closer)
    if found:
        alone = inside.strip() and not after.strip(_AFTER) and not _only_words(inside)
        return Opening(mark, closer, True) if alone else None
    if opener[1] or not rest.strip() or (_TELLING.search(rest) and not rest.rstrip().endswith("](")):
        return Opening(mark, closer, False)
    return None


def add_rules(parser: "MarkdownIt") -> None:
    """Teach a parser the tokens `maths_block` and `maths_inline`."""
    parser.block.ruler.before(
        "fence", "maths_block", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    parser.inline.ruler.before("escape", "maths_inline", _inline)


def _block(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
    """Lines from an opening mark to the line that has the closing one, at most up to a blank line.

    The token's `markup` is what opens it and its `info` what closes it, "" if nothing does.
    """
    if state.is_code_block(start):
        return False
    opened = opening(_line(state, start))
    if opened is None:
        return False
    if silent:
        return True
    last, closed = start, opened.closed
    written = bool(_line(state, start)[len(opened.mark) :].strip())
    while not closed and last + 1 < end:
        if state.isEmpty(last + 1):
            if written:
                break
        elif state.sCount[last + 1] < state.blkIndent:
            break
        else:
            written, closed = True, opened.closer in _line(state, last + 1)
        last += 1
    content = state.getLines(start, last + 1, state.blkIndent, False).lstrip(" ")
    after = content[len(opened.mark) :].partition(opened.closer)[2] if closed else ""
    rest = after if after.strip(_AFTER) else ""
    token = state.push("maths_block", "", 0)
    token.content = content.removesuffix(rest)
    token.markup, token.info = opened.mark, opened.closer if closed else ""
    token.map = [start, last + 1]
    token.block = True
    if rest:
        _paragraph(state, rest.strip(), last)
    state.line = last + 1
    return True


def _paragraph(state: "StateBlock", text: str, line: int) -> None:
    """What stands after the mark that closes the maths."""
    state.push("paragraph_open", "p", 1).map = [line, line + 1]
    words = state.push("inline", "", 0)
    words.content, words.map, words.children = text, [line, line + 1], []
    state.push("paragraph_close", "p", -1)


def _line(state: "StateBlock", number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _inline(state: "StateInline", silent: bool) -> bool:
    """A formula between words; the token's `info` is its source, its `markup` how it was opened."""
    sign = state.src[state.pos]
    if sign == "$":
        found = _dollars(state.src, state.pos, state.posMax)
    elif sign == "\\":
        found = _bracketed(state.src, state.pos, state.posMax)
    else:
        return False
    if found is None:
        return False
    mark, content, end = found
    if not silent:
        token = state.push("maths_inline", "", 0)
        token.content, token.markup, token.info = content, mark, state.src[state.pos : end]
    state.pos = end
    return True


def _dollars(text: str, at: int, limit: int) -> tuple[str, str, int] | None:
    """The mark, the content and the end of a formula between dollar signs that begins here."""
    before = text[at - 1 : at] if at else ""
    if before == "$" or _letter(before):
        return None
    limit = min(limit, at + _LONGEST)
    if text.startswith("$$", at):
        end = text.find("$$", at + 2, limit)
        return _formula("$$", text, at, end, "$$")
    if text.startswith("$`", at):
        end = text.find("`$", at + 2, limit)
        return _formula("$`", text, at, end, "`$")
    end = text.find("$", at + 1, limit)
    while end > 0 and text[end - 1] == "\\":
        end = text.find("$", end + 1, limit)
    if end <= at + 1 or text[at + 1].isspace() or text[end - 1].isspace() or _letter(text[end + 1 : end + 2]):
        return None
    return None if "\n" in text[at:end] or _money(text[at + 1 : end]) else _formula("$", text, at, end, "$")


def _bracketed(text: str, at: int, limit: int) -> tuple[str, str, int] | None:
    mark = text[at : at + 2]
    closer = {r"\(": r"\)", r"\[": r"\]"}.get(mark)
    if closer is None:
        return None
    return _formula(mark, text, at, text.find(closer, at + 2, min(limit, at + _LONGEST)), closer)


def _formula(mark: str, text: str, at: int, end: int, closer: str) -> tuple[str, str, int] | None:
    if end < 0:
        return None
    content = text[at + len(mark) : end]
    if not content.strip() or "`" in content or _only_words(content):
        return None
    return mark, content, end + len(closer)


def _only_words(content: str) -> bool:
    """Whether it reads as words and prices: `5 and 10`, `not a link`."""
    return " " in content and not _TELLING.search(content) and bool(_WORD.search(content))


def _money(content: str) -> bool:
    """Whether it may be amounts with something between them: `3, B: 4`, `20,000-30,000`, `5 & 10`."""
    if not _NUMBER.match(content) or "\\" in content or _ONE_PIECE.fullmatch(content):
        return False
    return bool(_WORD.search(content) or _CURRENCY.search(content)) or not re.search(_COUNTED, content)


def _letter(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()
