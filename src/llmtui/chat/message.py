"""A message, and what each event makes of it."""

from dataclasses import dataclass, replace
from sys import intern
from typing import Literal, assert_never

from llmtui.chat.detour import Detour
from llmtui.chat.events import (
    Delta,
    Detoured,
    Done,
    Event,
    Failed,
    ModelReported,
    ReasoningDelta,
    RefusalDelta,
    Stopped,
    TextDelta,
    ToolCallDelta,
    Unread,
    Usage,
    UsageReported,
    Waiting,
)
from llmtui.chat.failure import Failure
from llmtui.chat.models import parse_model
from llmtui.chat.parts import Part, Reasoning, Refusal, Text, ToolCall

Role = Literal["system", "user", "assistant", "tool"]

Outcome = Literal[
    "streaming",  # not an ending: words are still arriving
    "complete",
    "stopped",  # by the person
    "truncated",  # the stream was cut after it had said something
    "interrupted",  # the program died
    "failed",  # before anything was said
]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds since the question was sent: to the first token of any kind, and to the ending."""

    first_token: float | None = None
    total: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a message that a model wrote.

    `requested` is `provider/model` as asked for; `model` the name the provider reported, empty until it
    does; `provider` the one that was asked last; `by` the upstream host that served it, where a router
    tells. `detours` are the turns that this answer took; `waiting` is why nothing comes just now;
    `unread` is how many pieces of the stream could not be read, so that something may be missing.
    `continued` is how many characters of its text an earlier answer had said, with which this one goes on;
    `accepted` says that the person is content with it as far as it came.
    """

    requested: str
    provider: str = ""
    model: str = ""
    by: str = ""
    usage: Usage | None = None
    timing: Timing = Timing()
    outcome: Outcome = "streaming"
    finish_reason: str = ""
    error: Failure | None = None
    detours: tuple[Detour, ...] = ()
    waiting: Waiting | None = None
    unread: int = 0
    continued: int = 0
    accepted: bool = False

    @property
    def asked(self) -> str:
        """The `provider/model` that was asked last: the one requested, or the last it fell back on."""
        turns = [detour.what for detour in self.detours if detour.kind == "fallback" and detour.what]
        return turns[-1] if turns else self.requested


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation; `created` is in Unix seconds, `answer` is there if a model wrote it."""

    id: str
    role: Role
    parts: tuple[Part, ...] = ()
    parent: str | None = None
    created: float = 0.0
    answer: Answer | None = None

    @property
    def text(self) -> str:
        """The words said, without reasoning, tools and attachments."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Text):
            return self.parts[0].text
        return "".join(part.text for part in self.parts if isinstance(part, Text))

    @property
    def refusal(self) -> str:
        """The words with which the model declined."""
        return "".join(part.text for part in self.parts if isinstance(part, Refusal))

    @property
    def reasoning(self) -> str:
        """The words thought."""
        return "".join(part.text for part in self.parts if isinstance(part, Reasoning))

    @property
    def new(self) -> tuple[str, str]:
        """(words said, words thought) by this answer itself, without what it goes on with."""
        before = self.answer.continued if self.answer else 0
        if not before:
            return self.text, self.reasoning
        thoughts, passed = "", 0
        for part in self.parts:
            if isinstance(part, Text):
                passed += len(part.text)
            elif isinstance(part, Reasoning) and passed >= before:
                thoughts += part.text
        return self.text[before:], thoughts

    @property
    def streaming(self) -> bool:
        """Whether words are still arriving."""
        return self.answer is not None and self.answer.outcome == "streaming"


def after(message: Message, event: Event, at: float = 0.0) -> Message:
    """The message once the event has happened, `at` seconds after the question was sent.

    Pure. A message that has ended stays as it is, and so does one that no model is writing.
    """
    answer = message.answer
    if answer is None or answer.outcome != "streaming":
        return message
    if answer.waiting is not None:
        answer = replace(answer, waiting=None)
    match event:
        case TextDelta() | RefusalDelta() | ReasoningDelta() | ToolCallDelta():
            if answer.timing.first_token is None:
                answer = replace(answer, timing=Timing(first_token=at))
            return replace(message, parts=_with_delta(message.parts, event, at), answer=answer)
        case ModelReported(model, by):
            # Thousands of answers say the same names.
            return replace(message, answer=replace(answer, model=intern(model), by=intern(by) or answer.by))
        case UsageReported(usage):
            return replace(message, answer=replace(answer, usage=usage))
        case Waiting():
            return replace(message, answer=replace(answer, waiting=replace(event, since=at)))
        case Unread():
            return replace(message, answer=replace(answer, unread=answer.unread + 1))
        case Detoured(detour):
            answer = replace(answer, detours=(*answer.detours, detour))
            if detour.kind == "fallback" and (asked := parse_model(detour.what)):
                # What the one that failed told of itself is not true of the one that is asked now.
                answer = replace(answer, provider=asked.provider, model="", by="", usage=None, unread=0)
            return replace(message, answer=answer)
        case Done(finish_reason):
            return _ended(message, answer, "complete", at, finish_reason=intern(finish_reason))
        case Failed(failure, finish_reason):
            outcome: Outcome = "truncated" if message.parts else "failed"
            return _ended(message, answer, outcome, at, finish_reason=finish_reason, error=failure)
        case Stopped():
            return _ended(message, answer, "stopped", at)
        case _:
            assert_never(event)


def _ended(
    message: Message,
    answer: Answer,
    outcome: Outcome,
    at: float,
    finish_reason: str = "",
    error: Failure | None = None,
) -> Message:
    timing = replace(answer.timing, total=at)
    ended = replace(answer, outcome=outcome, timing=timing, finish_reason=finish_reason, error=error)
    return replace(message, answer=ended)


def _with_delta(parts: tuple[Part, ...], delta: Delta, at: float) -> tuple[Part, ...]:
    last = parts[-1] if parts else None
    match delta:
        case TextDelta(text):
            if isinstance(last, Text):
                return (*parts[:-1], Text(last.text + text))
            return (*parts, Text(text))
        case RefusalDelta(text):
            if isinstance(last, Refusal):
                return (*parts[:-1], Refusal(last.text + text))
            return (*parts, Refusal(text))
        case ReasoningDelta(text, signature):
            if isinstance(last, Reasoning) and last.signature is None:
                grown = replace(last, text=last.text + text, ended=at, signature=signature)
                return (*parts[:-1], grown)
            return (*parts, Reasoning(text, began=at, ended=at, signature=signature))
        case ToolCallDelta():
            return _with_call(parts, delta)
        case _:
            assert_never(delta)


def _with_call(parts: tuple[Part, ...], delta: ToolCallDelta) -> tuple[Part, ...]:
    places = [place for place, part in enumerate(parts) if isinstance(part, ToolCall)]
    if delta.index >= len(places):
        return (*parts, ToolCall(delta.id, delta.name, delta.arguments, delta.signature))
    place = places[delta.index]
    call = parts[place]
    assert isinstance(call, ToolCall)
    grown = ToolCall(
        call.id or delta.id,
        call.name or delta.name,
        call.arguments + delta.arguments,
        call.signature or delta.signature,
    )
    return (*parts[:place], grown, *parts[place + 1 :])
