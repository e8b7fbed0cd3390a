"""Which tool call a piece belongs to: providers number, name and repeat them in many ways."""

from dataclasses import dataclass, field

from llmtui.chat.events import ToolCallDelta, Unread
from llmtui.providers.misread import is_misread, misread
from llmtui.providers.payload import json_text, parse, text_in


@dataclass(slots=True)
class _Call:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)

    def whole(self) -> bool:
        """Whether its arguments are a finished piece of JSON."""
        try:
            parse("".join(self.arguments))
        except ValueError:
            return False
        return True


class ToolCalls:
    """The tool calls of one answer, in order of appearance.

    A piece goes to the call with its `index`; without one, a new id starts a call and no id continues the
    last. A different id, another name, or the same one after finished arguments, starts a new call even at a
    known index: some proxies send every call as number 0. Ids and names are set once: some send them again.
    """

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._by_index: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._calls)

    def feed(self, piece: object) -> list[ToolCallDelta | Unread]:
        """What one element of `tool_calls` adds, and what of it is of a wrong type."""
        if not isinstance(piece, dict):
            return [misread("tool_calls[]", piece)] if is_misread(piece) or piece else []
        found: list[ToolCallDelta | Unread] = []
        function = piece.get("function")
        if not isinstance(function, dict):
            if is_misread(function) or function:
                found.append(misread("tool_calls[].function", function))
            function = piece
        identity = text_in(piece.get("id"))
        name = _name(function.get("name"), found)
        arguments = _arguments(function.get("arguments"), found)
        signature = _signature(piece.get("extra_content"))
        index = piece.get("index")
        if not isinstance(index, int) or isinstance(index, bool):
            index = None
        if index is None and not (identity or name or arguments or signature):
            return found
        place = self._place(index, identity, name)
        new = place is None
        if place is None:
            place = len(self._calls)
            self._calls.append(_Call())
        if index is not None:
            self._by_index[index] = place
        call = self._calls[place]
        identity = "" if call.id else identity
        name = "" if call.name else name
        if not (new or identity or name or arguments or signature):
            return found
        call.id = call.id or identity
        call.name = call.name or name
        if arguments:
            call.arguments.append(arguments)
        found.append(ToolCallDelta(place, identity, name, arguments, signature))
        return found

    def _place(self, index: int | None, identity: str, name: str) -> int | None:
        """Where in the calls this piece belongs; None for a new call."""
        if index is not None:
            place = self._by_index.get(index)
        elif identity:
            place = next((at for at, call in enumerate(self._calls) if call.id == identity), None)
            if place is None and self._calls and not self._calls[-1].id and not name:
                place = len(self._calls) - 1
        else:
            place = len(self._calls) - 1 if self._calls else None
        if place is None:
            return None
        call = self._calls[place]
        if identity and call.id and identity != call.id:
            return next((at for at, known in enumerate(self._calls) if known.id == identity), None)
        if name and call.name and not (identity and call.id) and (name != call.name or call.whole()):
            return None
        return place


def _name(value: object, found: list[ToolCallDelta | Unread]) -> str:
    if is_misread(value):
        found.append(misread("tool_calls[].function.name", value))
    return text_in(value)


def _arguments(value: object, found: list[ToolCallDelta | Unread]) -> str:
    """The raw JSON; some send the object itself."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return json_text(value)
    if is_misread(value):
        found.append(misread("tool_calls[].function.arguments", value))
    return ""


def _signature(extra: object) -> str | None:
    """What Gemini signs a call with, where it answers in this dialect."""
    google = extra.get("google") if isinstance(extra, dict) else None
    return (text_in(google.get("thought_signature")) or None) if isinstance(google, dict) else None
