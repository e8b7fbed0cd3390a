"""Gemini's function calls: whole as a rule, or in pieces that each name a place in the arguments."""

import json
import re
from itertools import pairwise

from llmtui.chat.events import Event, ToolCallDelta, Unread
from llmtui.providers.misread import misread
from llmtui.providers.payload import text_in

_VALUES = ("stringValue", "numberValue", "boolValue", "nullValue")
_STEP = re.compile(r"""\.([^.\[\]'"]+)|\[(\d{1,9})\]|\['([^']*)'\]|\["([^"]*)"\]""")


class FunctionCalls:
    """The function calls of one answer, in order of appearance.

    A call whose arguments come in pieces (`willContinue`, `partialArgs`) is held until it is whole: pieces
    that have no name belong to the one that is open, and the first that promises no other closes it.
    """

    def __init__(self) -> None:
        self._count = 0
        self._open: dict[str, object] | None = None
        self._id = ""

    def feed(self, call: object, signature: str | None) -> list[Event]:
        """What one `functionCall` adds."""
        if not isinstance(call, dict):
            return [misread("functionCall", call)]
        name, identity = text_in(call.get("name")), text_in(call.get("id"))
        args, pieces = call.get("args"), call.get("partialArgs")
        continued = bool(call.get("willContinue"))
        events: list[Event] = []
        if name or self._open is None or (identity and identity != self._id):
            if not (name or identity or args or pieces or continued):
                return [Unread("functionCall is empty")]
            events += self.end(whole=True)
            if not name:
                events.append(misread("functionCall.name", call.get("name")))
            self._count += 1
            if not (continued or pieces):
                arguments = args if isinstance(args, str) else _json({} if args is None else args)
                events.append(ToolCallDelta(self._count - 1, identity, name, arguments, signature))
                if args is not None and not isinstance(args, dict):
                    events.append(misread("functionCall.args", args))
                return events
            self._open, self._id = {}, identity
            events.append(ToolCallDelta(self._count - 1, identity, name, "", signature))
        if isinstance(args, dict):
            self._open.update(args)
        elif args is not None:
            events.append(misread("functionCall.args", args))
        events += self._filled(pieces)
        return events if continued else events + self.end(whole=True)

    def end(self, whole: bool) -> list[Event]:
        """What is held of an open call; one that is not whole stays the broken JSON that it is."""
        if self._open is None:
            return []
        arguments, self._open = _json(self._open), None
        return [ToolCallDelta(self._count - 1, arguments=arguments if whole else arguments[:-1])]

    def _filled(self, pieces: object) -> list[Event]:
        assert self._open is not None
        if pieces is None:
            return []
        if not isinstance(pieces, list):
            return [misread("functionCall.partialArgs", pieces)]
        lost = [piece for piece in pieces if not _put(self._open, piece)]
        return [Unread("functionCall.partialArgs[] fits nowhere") for _ in lost]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _put(arguments: dict[str, object], piece: object) -> bool:
    """Puts a piece at its place in the arguments; false if something in it is lost."""
    if not isinstance(piece, dict):
        return False
    if not any(field in piece for field in _VALUES):
        return True
    value, known = _value(piece)
    steps = _steps(text_in(piece.get("jsonPath")))
    if not known or not steps:
        return False
    here: object = arguments
    for step, following in pairwise(steps):
        here = _there(here, step, [] if isinstance(following, int) else {})
    last = steps[-1]
    before = _there(here, last, None)
    # A string comes piece by piece; any other value comes whole.
    grown = before + value if isinstance(before, str) and isinstance(value, str) else value
    match here, last:
        case dict(), str():
            here[last] = grown
        case list(), int() if last < len(here):
            here[last] = grown
        case _:
            return False
    return True


def _there(here: object, step: str | int, fresh: object) -> object:
    """What is at a step, put there if nothing was; None if there can be no such place."""
    if isinstance(here, dict) and isinstance(step, str):
        return here.setdefault(step, fresh)
    if isinstance(here, list) and isinstance(step, int) and step <= len(here):
        if step == len(here):
            here.append(fresh)
        return here[step]
    return None


def _steps(path: str) -> list[str | int]:
    """`$.days[0].name` as its steps; empty if it is no such path."""
    if not path.startswith("$"):
        return []
    steps: list[str | int] = []
    at = 1
    while at < len(path):
        found = _STEP.match(path, at)
        if found is None:
            return []
        name, number, quoted, doubly = found.groups()
        steps.append(int(number) if number is not None else name or quoted or doubly or "")
        at = found.end()
    return steps


def _value(piece: dict[str, object]) -> tuple[object, bool]:
    """The value of a piece, and whether it has one."""
    if isinstance(text := piece.get("stringValue"), str):
        return text, True
    number = piece.get("numberValue")
    if isinstance(number, int | float) and not isinstance(number, bool):
        return number, True
    if isinstance(truth := piece.get("boolValue"), bool):
        return truth, True
    return None, "nullValue" in piece
