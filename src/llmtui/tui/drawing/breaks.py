"""Where text is broken into lines: at spaces, and in scripts without spaces where their rules allow it."""

from bisect import bisect_right

from llmtui.tui.drawing.signs import Measured

# Next to these no space is needed to break a line. What closes is not the first of a line, what opens not
# its last. They are ranges, for a pattern takes 3 ms to compile.
_WIDE = (
    ("\u2e80", "\u303e"),
    ("\u3041", "\ua4cf"),
    ("\uac00", "\ud7a3"),
    ("\uf900", "\ufaff"),
    ("\uff00", "\uff60"),
    ("\ufe30", "\ufe4f"),
    ("\u1100", "\u115f"),
    ("\U00020000", "\U0003fffd"),
)
_CLOSING = frozenset(
    "、。，．・！？：；）］｝」』】〉》〕〗〙〛…‥ー々ゝゞヽヾ゛゜〜”’"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.!?;:)]}%"
)
_OPENING = frozenset("（［｛「『【〈《〔〖〘〚“‘([{")


def narrow_cuts(text: str, width: int) -> list[tuple[int, int]]:
    """From where to where each line goes, of a text whose every character is one cell wide."""
    cuts, start, length = [], 0, len(text)
    written = length - len(text.lstrip(" "))
    while length - start > width:
        space = text.rfind(" ", max(start, written), start + width + 1)
        if space <= start:
            cuts.append((start, start + width))
            start += width
            continue
        end = space
        while end > start and text[end - 1] == " ":
            end -= 1
        cuts.append((start, end))
        start = space + 1
        while start < length and text[start] == " ":
            start += 1
    if start < length:
        cuts.append((start, length))
    return cuts


def wide_cuts(text: str, measured: Measured, width: int) -> list[tuple[int, int]]:
    """From where to where each line goes, of any text."""
    edges, cells = measured
    cuts: list[tuple[int, int]] = []
    first, count = 0, len(edges) - 1
    written = len(text) - len(text.lstrip(" "))
    while first < count:
        last = max(first + 1, bisect_right(cells, cells[first] + width) - 1)
        if last < count:
            start = max(edges[first], written)
            # Without a place to break, the line is broken where it is full.
            last = next((at for at in range(last, first, -1) if _may_break(text, measured, start, at)), last)
        end, following = last, last
        while following < count and _blank(text, measured, following):
            following += 1
        while following < count and end > first and _blank(text, measured, end - 1):
            end -= 1
        if end > first:
            cuts.append((edges[first], edges[end]))
        first = following
    return cuts


def _may_break(text: str, measured: Measured, start: int, at: int) -> bool:
    """Whether a line that has words from `start` may be broken before this sign."""
    edges, cells = measured
    place = edges[at]
    if place <= start or cells[at + 1] == cells[at]:
        return False
    before, after = text[place - 1], text[place]
    if _blank(text, measured, at) or _blank(text, measured, at - 1) or before == "\u200b":
        return True
    if after in _CLOSING or before in _OPENING:
        return False
    return _wide(after) or _wide(text[edges[at - 1]])


def _wide(sign: str) -> bool:
    return sign >= "\u1100" and any(first <= sign <= last for first, last in _WIDE)


def _blank(text: str, measured: Measured, at: int) -> bool:
    """Whether this sign is a space, and not one with an accent on it."""
    return text[measured.edges[at] : measured.edges[at + 1]] == " "
