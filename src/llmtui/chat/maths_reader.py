"""LaTeX read from the left: groups, scripts and signs become pieces of text, which know what they are."""

import re
from collections.abc import Callable, Sequence

from llmtui.chat import maths_signs as signs
from llmtui.chat.maths_pieces import NotMaths, Piece, joined

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|\d+(?:[.,]\d+)*|.", re.DOTALL)
_SPACE = re.compile(r"\s+")
_ESCAPED = re.compile(r"\\([%$&#_{} ])")
_AIR = re.compile(r" ?([^\w\s]) ?")
_DEEPEST = 20
_KEPT = {"'": "′", "-": "−", "~": " "}
_RELATION_SIGNS, _OPERATOR_SIGNS = "=<>≤≥≠→∈", "+−*/×·"


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
