"""The items of one response: what was said of each, piece by piece, and what its end adds to that."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from llmtui.chat.events import Event, ReasoningDelta, RefusalDelta, TextDelta, ToolCallDelta, Unread
from llmtui.providers.misread import is_misread, misread
from llmtui.providers.payload import json_text, text_in

Kind = Literal["text", "refusal", "summary", "thought", "arguments"]
Item = dict[str, object]

# What a response may hold besides words, thoughts and calls of ours: searches and calls of the provider's own
# are its business; of anything else whoever reads the answer should know that it is not shown.
_SILENT = (
    "web_search_call",
    "file_search_call",
    "mcp_list_tools",
    "mcp_call",
    "tool_search_call",
    "tool_search_output",
    "compaction",
)

_SAID: tuple[Kind, ...] = ("text", "refusal", "summary", "thought")


@dataclass(slots=True)
class _Call:
    place: int
    id: str = ""
    name: str = ""


class Items:
    """What a response has said so far, by kind, item and part.

    Most servers say everything three or four times: in deltas, whole when a part ends, whole when its item
    ends, and whole at the very end. The deltas are taken, and of the wholes only what no delta brought. An
    item is known by its number, as some servers give it another id in each event.
    """

    def __init__(self) -> None:
        self.any = False
        self._said: dict[tuple[Kind, int, int], list[str]] = {}
        self._all: dict[Kind, list[str]] = {kind: [] for kind in _SAID}
        self._differing: set[Kind] = set()
        self._current = 0
        self._numbers: dict[str, int] = {}
        self._calls: dict[int, _Call] = {}
        self._seals = 0
        self._unshown: set[str] = set()

    def delta(self, kind: Kind, event: Item) -> list[Event]:
        """The next piece of a part."""
        words = event.get("delta")
        if type(words) is not str:
            return _flagged("delta", words)
        return self._say(kind, self._number(event), _part(kind, event), words) if words else []

    def said(self, kind: Kind, event: Item, whole: object) -> list[Event]:
        """A part is over, and this is all of it."""
        if not isinstance(whole, str):
            return _flagged(kind, whole)
        number, part = self._number(event), _part(kind, event)
        return self._rest(kind, number, part, "".join(self._said.get((kind, number, part), ())), whole)

    def begun(self, event: Item) -> list[Event]:
        """An item begins."""
        item = event.get("item")
        if not isinstance(item, dict):
            return _flagged("item", item)
        number = event.get("output_index")
        if type(number) is not int:
            number = self._current + 1 if self._numbers else 0
        self._current = number
        if identity := text_in(item.get("id")):
            self._numbers[identity] = number
        kind = item.get("type")
        if kind == "function_call":
            return self._call(number, item, over=False)
        return _flagged("item.type", kind, known=str)

    def finished(self, event: Item) -> list[Event]:
        """An item is over, and this is all of it."""
        item = event.get("item")
        if not isinstance(item, dict):
            return _flagged("item", item)
        number = event.get("output_index")
        if type(number) is not int:
            number = self._numbers.get(text_in(item.get("id")), self._current)
        match item.get("type"):
            case "message":
                return self._message(number, item)
            case "reasoning":
                return self._reasoning(number, item, late=number < self._current)
            case "function_call":
                return self._call(number, item)
            case kind:
                return self._other(kind)

    def whole(self, output: object) -> list[Event]:
        """All items once more, where the response is over: their numbers need not be what they were."""
        if not isinstance(output, list):
            return _flagged("response.output", output)
        events: list[Event] = []
        items = [item for item in output if isinstance(item, dict)]
        for stranger in output:
            if not isinstance(stranger, dict):
                events += _flagged("response.output[]", stranger)
        said = {kind: "".join(self._all[kind]) for kind in _SAID}
        thoughts = calls = 0
        for number, item in enumerate(items, self._unused()):
            match item.get("type"):
                case "message" if not said["text"] and not said["refusal"]:
                    events += self._message(number, item)
                case "reasoning":
                    thoughts += 1
                    if not said["summary"] and not said["thought"]:
                        events += self._thought(number, item)
                    if thoughts > self._seals:
                        events += self._seal(item, late=False)
                case "function_call":
                    events += self._call(self._number_of(item, calls, number), item)
                    calls += 1
                case "message":
                    pass
                case strange:
                    events += self._other(strange)
        for kind in _SAID:
            whole = "".join(words for item in items for words in _words(kind, item, events))
            if said[kind] and whole and not said[kind].startswith(whole):
                events += self._rest(kind, self._unused(), 0, said[kind], whole)
        return events

    def _other(self, kind: object) -> list[Event]:
        """An item of a kind that is not shown; with it the answer is not empty."""
        if not isinstance(kind, str):
            return _flagged("item.type", kind)
        self.any = True
        if kind in _SILENT or kind in self._unshown:
            return []
        self._unshown.add(kind)
        return [Unread(f"{kind} is not shown")]

    def _message(self, number: int, item: Item) -> list[Event]:
        events: list[Event] = []
        for kind in ("text", "refusal"):
            whole = "".join(_words(kind, item, events))
            events += self._rest(kind, number, 0, self._of(kind, number), whole)
        return events

    def _reasoning(self, number: int, item: Item, late: bool) -> list[Event]:
        return [*self._thought(number, item), *self._seal(item, late)]

    def _thought(self, number: int, item: Item) -> list[Event]:
        """The rest of a thought, which is told as a summary or as it was thought, or as both."""
        self.any = True
        events: list[Event] = []
        said = [kind for kind in _THOUGHTS if self._of(kind, number)]
        for kind in said or _THOUGHTS:
            whole = "".join(_words(kind, item, events))
            events += self._rest(kind, number, 0, self._of(kind, number), whole)
            if not said and whole:
                break
        return events

    def _seal(self, item: Item, late: bool) -> list[Event]:
        """A thought as only its provider can read it, to be handed back with the item that follows it.

        `late`: that item had begun before this one was over.
        """
        if not text_in(item.get("encrypted_content")):
            return []
        self._seals += 1
        kept = {field: item[field] for field in ("type", "id", "encrypted_content") if item.get(field)}
        for place in ("summary", "content"):
            parts = item.get(place)
            told = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
            if told or place == "summary":
                kept[place] = [{"type": part.get("type"), "text": part.get("text")} for part in told]
        return [ReasoningDelta("", json_text(kept | ({"late": True} if late else {})))]

    def _call(self, number: int, item: Item, over: bool = True) -> list[Event]:
        """What an item says of a call: at its beginning, at its end, or where nothing else did."""
        told, arguments = item.get("name"), item.get("arguments")
        events = _flagged("item.name", told, known=str) + _flagged("item.arguments", arguments, known=str)
        call = self._calls.get(number)
        new = call is None
        if call is None:
            self.any = True
            call = self._calls[number] = _Call(len(self._calls))
        # Set once: what begins a call and what ends it both say them. The item's own id is only for want of
        # the call's.
        identity = (
            "" if call.id else text_in(item.get("call_id")) or (text_in(item.get("id")) if over else "")
        )
        name = "" if call.name else text_in(told)
        if new or identity or name:
            call.id, call.name = call.id or identity, call.name or name
            events.append(ToolCallDelta(call.place, identity, name))
        seen = self._of("arguments", number)
        return events + self._rest("arguments", number, 0, seen, text_in(arguments) or seen)

    def _rest(self, kind: Kind, number: int, part: int, seen: str, whole: str) -> list[Event]:
        """What a whole has beyond what was seen of it."""
        if whole == seen or not whole:
            return []
        elsewhere = not seen and kind != "arguments" and whole in "".join(self._all[kind])
        if whole.startswith(seen) and not elsewhere:
            return self._say(kind, number, part, whole[len(seen) :])
        if kind in self._differing:
            return []
        self._differing.add(kind)
        return [Unread(f"the whole {kind} is not what its pieces were")]

    def _say(self, kind: Kind, number: int, part: int, words: str) -> list[Event]:
        self.any = True
        self._said.setdefault((kind, number, part), []).append(words)
        if kind == "arguments":
            call = self._calls.get(number)
            if call is None:
                call = self._calls[number] = _Call(len(self._calls))
            return [ToolCallDelta(call.place, arguments=words)]
        self._all[kind].append(words)
        if kind == "text":
            return [TextDelta(words)]
        return [RefusalDelta(words) if kind == "refusal" else ReasoningDelta(words)]

    def _of(self, kind: Kind, number: int) -> str:
        """All that was said of this kind in an item, in the order of its parts."""
        parts = sorted(place for place in self._said if place[0] == kind and place[1] == number)
        return "".join(words for place in parts for words in self._said[place])

    def _number(self, event: Item) -> int:
        number = event.get("output_index")
        if type(number) is int:
            return number
        return self._numbers.get(text_in(event.get("item_id")), self._current)

    def _number_of(self, item: Item, place: int, otherwise: int) -> int:
        """The number of the call that this item tells of: by its place where an id is missing."""
        called = text_in(item.get("call_id"))
        known = (called, text_in(item.get("id")))
        for number, call in self._calls.items():
            if (call.id and call.id in known) or (call.place == place and not (call.id and called)):
                return number
        return otherwise

    def _unused(self) -> int:
        """A number that no item had."""
        return 1 + max((*(place[1] for place in self._said), *self._calls, self._current))


_THOUGHTS: tuple[Kind, ...] = ("summary", "thought")
# Where an item holds its words: the list, the type of its elements, and the field.
_PLACES: dict[Kind, tuple[str, str, str]] = {
    "text": ("content", "output_text", "text"),
    "refusal": ("content", "refusal", "refusal"),
    "summary": ("summary", "summary_text", "text"),
    "thought": ("content", "reasoning_text", "text"),
}


def _words(kind: Kind, item: Item, events: list[Event]) -> Iterable[str]:
    """The words of this kind in a finished item; what is no words is flagged."""
    place, type_, field = _PLACES[kind]
    parts = item.get(place)
    if not isinstance(parts, list):
        events += _flagged(f"item.{place}", parts)
        return
    for part in parts:
        if not isinstance(part, dict):
            events += _flagged(f"item.{place}[]", part)
        elif part.get("type") == type_:
            words = part.get(field)
            events += _flagged(f"item.{place}[].{field}", words, known=str)
            yield text_in(words)


def _part(kind: Kind, event: Item) -> int:
    """Which part of its item this is; arguments have none."""
    part = event.get("summary_index" if kind == "summary" else "content_index")
    return part if type(part) is int and kind != "arguments" else 0


def _flagged(place: str, value: object, known: type | None = None) -> list[Event]:
    """The flag for a value of a wrong type; none for no value at all."""
    if known is not None and isinstance(value, known):
        return []
    return [misread(place, value)] if value or is_misread(value) else []
