"""Where a piece of markdown is that was cut out of lists and quotes, so that it can be read by itself.

A long list or quote is cut before its last leaf (a paragraph, a fence, a table …): nothing that comes later
can change what is above that. The piece below goes on inside the same containers, its levels, and is read
with an empty item or quote opened above it for each of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmtui.chat.markdown import MARKER, QUOTE, outline

if TYPE_CHECKING:
    from markdown_it.token import Token

_QUOTED = re.compile(r" {0,3}> ?")
_BLANK = re.compile(r"(?:[ \t]*\r?\n)*")
_BLANK_IN_QUOTE = re.compile(r"(?:[ \t>]*\r?\n)*")
_ENDS = re.compile(r"\r\n?|\n")
# An empty item cannot be written with its content further to the right than that.
_FURTHEST = 14


@dataclass(frozen=True, slots=True)
class Level:
    """A container that a block goes on in: an item, by the column of its content and the cells of its sign,
    or a quote, which has no column."""

    content: int = 0
    sign: int = 0


Levels = tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """The last leaf of a piece: where its line begins, what it is, the containers that were open before that
    line and all that it is in, and how an ordered list counts the item that begins with it."""

    at: int
    kind: str
    before: Levels
    inside: Levels
    number: int | None


def entered(text: str, levels: Levels) -> tuple[int, int]:
    """How many of the levels a line goes on in, and where in it the text after them begins."""
    at = column = edge = 0
    for count, level in enumerate(levels):
        end, edge = at, edge + level.content
        # markdown-it takes a quote to go on however far its mark is indented.
        while end < len(text) and text[end] in " \t" and (column < edge or not level.content):
            column += 4 - column % 4 if text[end] == "\t" else 1
            end += 1
        if level.content:
            if column < edge and text[end:].strip():
                return count, at
        else:
            if text[end : end + 1] != ">":
                return count, at
            column, end = column + 1, end + 1
            edge = column
            if text[end : end + 1] in (" ", "\t"):
                edge += 1
                column += 4 - column % 4 if text[end] == "\t" else 1
                end += 1
        at = end
    return len(levels), at


def opened(source: str, levels: Levels) -> tuple[str, int]:
    """The source with its levels opened above it, and how far that moved what was written."""
    if not levels:
        return source, 0
    blank = (_BLANK if all(level.content for level in levels) else _BLANK_IN_QUOTE).match(source)
    lead = blank.end() if blank else 0
    above = "".join(_openings(levels))
    return above + source[lead:], len(above) - lead


def _openings(levels: Levels) -> Sequence[str]:
    """A line for each level: with two on one line, the indent of the second would move the first."""
    lines, inside = [], ""
    for level in levels:
        if not level.content:
            lines.append(f"{inside}>\n")
            inside += "> "
            continue
        pad = level.content - 2
        mark = " " * pad + "-" if pad < 4 else "   " + "1" * (level.content - 5) + "."
        lines.append(f"{inside}{mark}\n")
        inside += " " * level.content
    return lines


@dataclass(slots=True)
class _Container:
    """An open container; `kind` is the token that closes it, `number` how its list counts it."""

    line: int
    kind: str
    number: int | None = None
    first: bool = True


@dataclass(slots=True)
class _List:
    number: int | None
    count: int = 0


_QUOTE_ENDS, _ITEM_ENDS = "blockquote_close", "list_item_close"
_IN_TABLE = {"thead_open", "tbody_open", "tr_open", "th_open", "td_open"}


def last_leaf(source: str, levels: Levels, number: int | None = None) -> Leaf | None:
    """The last leaf of a piece that goes on in these levels, None if it cannot be told; `number` is how the
    list that the piece begins with counts its first item."""
    text, moved = opened(source, levels)
    found = outline(text)
    seen = _last(found, len(levels), number) if found else None
    if seen is None:
        return None
    line, kind, chain = seen
    starts = [0, *(end.end() for end in _ENDS.finditer(text)), len(text)]
    # Each level has a line above the source; those that the piece has left are not in the chain any more.
    kept = sum(container.line < len(levels) for container in chain)
    inside = list(levels[:kept])
    for place in range(kept, len(chain)):
        level = _level(text[starts[chain[place].line] : starts[chain[place].line + 1]], chain, inside)
        if level is None or level.content > _FURTHEST:
            return None
        inside.append(level)
    before = kept + sum(container.line < line for container in chain[kept:])
    begins = chain[before] if before < len(chain) else None
    counted = begins.number if begins and not begins.first else None
    return Leaf(max(0, starts[line] - moved), kind, tuple(inside[:before]), tuple(inside), counted)


def _last(
    found: "Sequence[Token]", depth: int, number: int | None
) -> tuple[int, str, list[_Container]] | None:
    """The line, the kind and the containers of the last leaf."""
    seen: tuple[int, str, list[_Container]] | None = None
    chain: list[_Container] = []
    lists: list[_List] = []
    for token in found:
        line = token.map[0] if token.map else 0
        match token.type:
            case "bullet_list_open":
                lists.append(_List(None))
            case "ordered_list_open":
                start = int(token.attrs.get("start", 1))
                if line == depth and number is not None:
                    start, number = number, None
                lists.append(_List(start))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                now = lists[-1]
                counted = None if now.number is None else now.number + now.count
                chain.append(_Container(line, _ITEM_ENDS, counted, now.count == 0))
                now.count += 1
                seen = line, "item", list(chain)
            case "blockquote_open":
                chain.append(_Container(line, _QUOTE_ENDS))
                seen = line, "quote", list(chain)
            case "paragraph_open" | "heading_open" | "table_open":
                seen = line, token.type.removesuffix("_open"), list(chain)
            case kind if chain and kind == chain[-1].kind:
                chain.pop()
            case kind if token.map and token.nesting == 1 and kind not in _IN_TABLE:
                chain.append(_Container(line, kind.replace("_open", "_close")))
                seen = line, kind, list(chain)
            case kind if token.map and token.nesting == 0 and kind != "inline":
                seen = line, kind, list(chain)
            case _:
                pass
    return seen


def _level(line: str, chain: Sequence[_Container], inside: Sequence[Level]) -> Level | None:
    """The level that the next container makes, read from the line that begins it."""
    container = chain[len(inside)]
    above = [level for level, outer in zip(inside, chain, strict=False) if outer.line < container.line]
    count, at = entered(line, tuple(above))
    if count < len(above) or "\t" in line[:at]:
        return None
    for level in inside[len(above) :]:
        quoted = None if level.content else _QUOTED.match(line, at)
        at = quoted.end() if quoted else at + level.content
    rest = line[at:].rstrip("\r\n")
    if container.kind == _QUOTE_ENDS:
        return Level() if QUOTE.match(rest) else None
    marker = MARKER.match(rest) if container.kind == _ITEM_ENDS else None
    if marker is None or "\t" in (marker[3] or ""):
        return None
    sign, gap = marker[2], marker[3] or ""
    width = len(gap) if marker[4] and len(gap) <= 4 else 1
    shown = 1 if container.number is None else len(f"{container.number}.")
    return Level(len(marker[1]) + len(sign) + width, shown)
