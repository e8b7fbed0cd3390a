"""Many events folded at once: what `after` makes of them one by one, without a message for each."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from llmtui.chat.events import (
    Done,
    Event,
    Failed,
    ReasoningDelta,
    RefusalDelta,
    Stopped,
    TextDelta,
    ToolCallDelta,
    UsageReported,
)
from llmtui.chat.message import Message, after
from llmtui.chat.parts import Part, Reasoning, Refusal, Text, ToolCall

_LEAVES_USAGE = (UsageReported, TextDelta, RefusalDelta, ReasoningDelta, ToolCallDelta)


def folded(message: Message, events: Iterable[Event]) -> Message:
    """The message once all the events have happened, in the very moment of the question.

    It begins without parts. Takes time in proportion to the words, where folding one by one copies all that
    was said before with each.
    """
    growing: list[_Growing] = []
    calls: list[_Growing] = []
    # Some providers report in every event; only the last report counts, and it is taken up when it does.
    usage: UsageReported | None = None
    for event in events:
        if usage is not None and not isinstance(event, _LEAVES_USAGE):
            message, usage = after(message, usage), None
        match event:
            case TextDelta(text):
                _open(growing, "text").words.append(text)
            case RefusalDelta(text):
                _open(growing, "refusal").words.append(text)
            case ReasoningDelta(text, signature):
                thought = _open(growing, "reasoning")
                thought.words.append(text)
                thought.signature = signature
            case ToolCallDelta(index):
                if index >= len(calls):
                    calls.append(_Growing("call"))
                    growing.append(calls[-1])
                    index = -1
                call = calls[index]
                call.id, call.name = call.id or event.id, call.name or event.name
                call.words.append(event.arguments)
                call.signature = call.signature or event.signature
            case UsageReported():
                usage = event
            case Done() | Failed() | Stopped():
                parts = tuple(part.whole() for part in growing)
                # It knows its parts only now, so its first word is told by a delta of nothing.
                begun = after(message, TextDelta("")) if parts else message
                return after(replace(begun, parts=parts), event)
            case _:
                message = after(message, event)
    message = after(message, usage) if usage else message
    begun = after(message, TextDelta("")) if growing else message
    return replace(begun, parts=tuple(part.whole() for part in growing))


@dataclass(slots=True)
class _Growing:
    """One part, its words still in pieces."""

    kind: str
    words: list[str] = field(default_factory=list)
    id: str = ""
    name: str = ""
    signature: str | None = None

    def whole(self) -> Part:
        words = "".join(self.words)
        match self.kind:
            case "text":
                return Text(words)
            case "refusal":
                return Refusal(words)
            case "reasoning":
                return Reasoning(words, signature=self.signature)
            case _:
                return ToolCall(self.id, self.name, words, self.signature)


def _open(growing: list[_Growing], kind: str) -> _Growing:
    """The last part, if it is of this kind and still open; else a new one."""
    if not growing or growing[-1].kind != kind or growing[-1].signature is not None:
        growing.append(_Growing(kind))
    return growing[-1]
