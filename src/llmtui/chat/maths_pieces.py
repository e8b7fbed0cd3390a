"""Pieces of a formula, and how they become one text: with spaces and brackets where they are needed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "thing",  # a letter, a number, anything that can be multiplied by being beside another
    "function",  # a name with a space after it
    "fraction",
    "big",
    "opening",
    "closing",
    "relation",
    "operator",
    "stop",  # a comma and the like
    "space",
]
_SMALL = "\u2070-\u209f\u1d2c-\u1dbf\u00b2\u00b3\u00b9\u02b0-\u02e0\u2c7c\u2c7d′"
_MARKS = "\u0300-\u036f\u20d0-\u20ff"
# What needs no brackets in a fraction: a number, a letter, `dx`, `f(x)`.
_ATOM = re.compile(
    rf"\d+(?:[.,]\d+)*|[d∂Δδ∇]?[^\W\d_][{_MARKS}]*[{_SMALL}]*!?|[^\W\d_][{_SMALL}]*\([^()]*\)|√\w+|[∂∇][{_SMALL}]*"
)


@dataclass(slots=True)
class Piece:
    """A piece of what is read, and what it is; `box` are its lines where it needs several."""

    text: str
    kind: Kind = "thing"
    box: Sequence[str] = ()


class NotMaths(Exception):  # noqa: N818  # it is an answer, not a fault
    """The source cannot be read: a brace without its other half, something missing at the end."""


def joined(pieces: Sequence[Piece]) -> str:
    """The pieces as one text, with spaces where they are needed and brackets where they would mislead."""
    kept = [
        piece
        for place, piece in enumerate(pieces)
        if piece.text and (piece.kind != "space" or not _at_bracket(pieces, place))
    ]
    words: list[str] = []
    for place, (piece, before, after) in enumerate(zip(kept, _before(kept), _after(kept), strict=True)):
        text = piece.text
        if piece.kind == "fraction" and (_multiplies(before, left=True) or _multiplies(after, left=False)):
            text = f"({text})"
        if piece.kind == "relation" and len(text) == 1 and not text.isascii():
            text = f" {text} "
        if place and _needs_space(kept[place - 1], piece):
            text = f" {text}"
        words.append(text)
    return re.sub(" +", " ", "".join(words))


def enclosed(pieces: Sequence[Piece], below: bool = False) -> str:
    """The pieces as one side of a fraction: in brackets, unless it is clear without that it is one thing."""
    text = joined(pieces).strip()
    kept = [piece for piece in pieces if piece.kind != "space"]
    if not text:
        raise NotMaths
    if len(kept) == 1 and kept[0].kind in ("thing", "function") and " " not in text and "/" not in text:
        return text
    if _ATOM.fullmatch(text) or (
        not below and all(piece.kind == "thing" for piece in kept) and " " not in text
    ):
        return text
    return f"({text})"


def _at_bracket(pieces: Sequence[Piece], place: int) -> bool:
    return (place > 0 and pieces[place - 1].kind == "opening") or (
        place + 1 < len(pieces)
        and pieces[place + 1].kind == "closing"
        and not pieces[place + 1].text.startswith(" ")
    )


def _needs_space(before: Piece, piece: Piece) -> bool:
    if before.kind == "function":
        return piece.kind in ("thing", "function", "fraction", "big")
    if piece.kind in ("function", "big"):
        return before.kind in ("thing", "closing", "fraction", "big")
    return before.kind == "big" and piece.kind in ("thing", "fraction")


def _before(pieces: Sequence[Piece]) -> list[Piece | None]:
    """For each piece the last one before it that is no space."""
    found: list[Piece | None] = []
    last: Piece | None = None
    for piece in pieces:
        found.append(last)
        last = last if piece.kind == "space" else piece
    return found


def _after(pieces: Sequence[Piece]) -> list[Piece | None]:
    """For each piece the next one that is no space."""
    return _before(pieces[::-1])[::-1]


def _multiplies(piece: Piece | None, left: bool) -> bool:
    kinds = (
        ("thing", "closing", "fraction", "function")
        if left
        else ("thing", "opening", "fraction", "function", "big")
    )
    return piece is not None and piece.kind in kinds
