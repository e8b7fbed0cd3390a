"""LaTeX read from the left: groups, scripts and signs become pieces of text, which know what they are."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from llmtui.chat import maths_signs as signs

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
_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|\d+(?:[.,]\d+)*|.", re.DOTALL)
_SPACE = re.compile(r"\s+")
_ESCAPED = re.compile(r"\\([%$&#_{} ])")
_AIR = re.compile(r" ?([^\w\s]) ?")
_SMALL = "\u2070-\u209f\u1d2c-\u1dbf\u00b2\u00b3\u00b9\u02b0-\u02e0\u2c7c\u2c7d′"
_MARKS = "\u0300-\u036f\u20d0-\u20ff"
# What needs no brackets in a fraction: a number, a letter, `dx`, `f(x)`.
_ATOM = re.compile(
    rf"\d+(?:[.,]\d+)*|[d∂Δδ∇]?[^\W\d_][{_MARKS}]*[{_SMALL}]*!?|[^\W\d_][{_SMALL}]*\([^()]*\)|√\w+|[∂∇][{_SMALL}]*"
)
_DEEPEST = 20
_KEPT = {"'": "′", "-": "−", "~": " "}
_RELATION_SIGNS, _OPERATOR_SIGNS = "=<>≤≥≠→∈", "+−*/×·"


@dataclass(slots=True)
class Piece:
    """A piece of what is read, and what it is; `box` are its lines where it needs several."""

    text: str
    kind: Kind = "thing"
    box: Sequence[str] = ()


class NotMaths(Exception):  # noqa: N818  # it is an answer, not a fault
    """The source cannot be read: a brace without its other half, something missing at the end."""


class Reader:
    """The tokens of a formula, read from the left; `command` reads what begins with a backslash."""

    def __init__(self, latex: str, command: "Command") -> None:
        # A line break says no more than a space, behind a backslash too.
        self._tokens: Sequence[str] = [_SPACE.sub(" ", token) for token in _TOKEN.findall(latex.strip())]
        self._command = command
        self._at = 0
        self._depth = 0

    @property
    def now(self) -> str:
        """The token to be read next, "" at the end."""
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def take(self) -> str:
        """The next token, taken; "" at the end."""
        token = self.now
        self._at += 1
        return token

    def expect_end(self) -> None:
        """Everything must have been read."""
        if self.now:
            raise NotMaths

    def pieces(self, until: frozenset[str] = frozenset("}")) -> list[Piece]:
        """What is read up to one of these tokens, or to the end."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotMaths
        found: list[Piece] = []
        while (token := self.now) and token not in until:
            self.take()
            self._read(token, found)
        self._depth -= 1
        return found

    def argument(self) -> list[Piece]:
        """What a command is followed by: a group or a single sign."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotMaths
        try:
            return self._argument()
        finally:
            self._depth -= 1

    def _argument(self) -> list[Piece]:
        self.skip_space()
        token = self.take()
        if not token or token in ("}", "&", "^", "_"):
            raise NotMaths
        if token == "{":
            group = self.pieces()
            if self.take() != "}":
                raise NotMaths
            return group
        if token[0].isdigit() and len(token) > 1:
            # Without braces only one digit belongs to it.
            self._at -= 1
            self._tokens = [*self._tokens[: self._at], token[0], token[1:], *self._tokens[self._at + 1 :]]
            token = self.take()
        found: list[Piece] = []
        self._read(token, found)
        return found

    def raw(self) -> str:
        """The group that follows, as it was written, without its braces."""
        self.skip_space()
        if self.take() != "{":
            raise NotMaths
        depth = 1
        found: list[str] = []
        while token := self.take():
            depth += {"{": 1, "}": -1}.get(token, 0)
            if not depth:
                return _ESCAPED.sub(r"\1", "".join(found))
            found.append(token)
        raise NotMaths

    def option(self) -> str | None:
        """What follows in square brackets, if anything does."""
        if self.now != "[":
            return None
        found = []
        self.take()
        while (token := self.take()) != "]":
            if not token:
                raise NotMaths
            found.append(token)
        return "".join(found)

    def skip_space(self) -> None:
        while self.now.isspace():
            self.take()

    def _read(self, token: str, found: list[Piece]) -> None:
        if token.isspace():
            found.append(Piece(" ", "space"))
        elif token == "{":
            inside = self.pieces()
            if self.take() != "}":
                raise NotMaths
            found.extend(inside)
        elif token == "}":
            raise NotMaths
        elif token in "^_":
            _attach(found, _script(joined(self.argument()), high=token == "^"))
        elif token[0] == "\\" and len(token) > 1:
            self._command(token[1:], self, found)
        else:
            found.append(_sign(token))


# Adds to the pieces what a command says.
Command = Callable[[str, Reader, list[Piece]], None]


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


def _sign(token: str) -> Piece:
    text = _KEPT.get(token, token)
    if text in "([":
        return Piece(text, "opening")
    if text in ")]":
        return Piece(text, "closing")
    if text in _RELATION_SIGNS:
        return Piece(text, "relation")
    if text in _OPERATOR_SIGNS:
        return Piece(text, "operator")
    if text == " ":
        return Piece(text, "space")
    return Piece(text, "stop" if text in ",;:.!|" else "thing")


def _script(text: str, high: bool) -> str:
    text = _AIR.sub(r"\1", text.strip())
    if not text:
        raise NotMaths
    if high and text in ("∘", "°"):
        return "°"
    if high and set(text) == {"′"}:
        return text
    small = signs.script(text, high)
    if small is not None:
        return small
    mark = "^" if high else "_"
    return f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"


def _attach(found: list[Piece], small: str) -> None:
    """A script belongs to what is before it, whatever that is."""
    if not found or found[-1].kind == "space":
        found.append(Piece(small))
        return
    last = found[-1]
    if last.kind == "fraction":
        found[-1] = Piece(f"({last.text}){small}")
    else:
        box = (last.box[0] + small, *last.box[1:]) if last.box else ()
        found[-1] = Piece(last.text + small, last.kind, box)
