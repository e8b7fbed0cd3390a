"""The closed union of what can happen while an answer arrives.

A decoder yields events, the engine folds them, the store keeps what they make, a test compares them.
"""

from dataclasses import dataclass
from typing import Literal

from llmtui.chat.detour import Detour
from llmtui.chat.failure import Failure


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as the provider reports them or as we estimate; None where nobody said.

    Providers count differently: `reasoning_apart` says that `output` leaves `reasoning` out (xAI's chat,
    Gemini), `cached_apart` that `input` leaves `cached` and `cache_written` out (Anthropic). Whoever adds
    up asks `read` and `made`. `cost` is in US dollars, present only where the provider itself reports it.
    """

    input: int | None = None
    output: int | None = None
    reasoning: int | None = None
    cached: int | None = None
    total: int | None = None
    estimated: bool = False
    cost: float | None = None
    cache_written: int | None = None
    reasoning_apart: bool = False
    cached_apart: bool = False

    @property
    def read(self) -> int | None:
        """All tokens that the model read, wherever they came from."""
        if self.input is None or not self.cached_apart:
            return self.input
        return self.input + (self.cached or 0) + (self.cache_written or 0)

    @property
    def made(self) -> int | None:
        """All tokens that the model made, the thoughts included."""
        if self.output is None or not self.reasoning_apart:
            return self.output
        return self.output + (self.reasoning or 0)


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    """The next piece of a model's refusal to answer, where its provider keeps that apart from the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """The next piece of the thinking.

    A signature, or thinking that only its provider can read, may come with it or alone with empty text; it
    closes this thought: what is thought after it is another one.
    """

    text: str
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """The next piece of a tool call.

    `index` counts the calls of this message from 0 in order of appearance; `id` and `name` are empty in
    the pieces that only carry more of the `arguments`. `signature` is the provider's own proof of the
    call, handed back unread where a provider demands it.
    """

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class ModelReported:
    """The model that really answers, by its provider's name for it; `by` is an upstream host, if told."""

    model: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class UsageReported:
    """The usage so far: the newest report replaces those before it."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing is sent for now, for so many seconds (0 if nobody knows how long).

    `why`: a `retry` after `failure`, number `attempt` of `attempts`; one's `turn`, because others stream; the
    `pace` that was set for this provider. After such a wait, `answer` says that the request is on its way,
    and how long the server has for its first word. `since` is when it began, in seconds since the question
    was sent; whoever folds the event fills it in. Any later event ends the waiting.
    """

    why: Literal["retry", "turn", "pace", "answer"]
    seconds: float = 0.0
    failure: Failure | None = None
    attempt: int = 0
    attempts: int = 0
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Detoured:
    """The answer takes another way than was asked for, from now on."""

    detour: Detour


@dataclass(frozen=True, slots=True)
class Unread:
    """A piece of the stream was not what it should be: something that was said may be missing.

    `what` names the place for a report: `choices[0].delta.content is a number`.
    """

    what: str


@dataclass(frozen=True, slots=True)
class Done:
    """The stream reached its end mark; `finish_reason` in the provider's own word (`stop`, `length` …)."""

    finish_reason: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """The stream will not reach its end mark, for this reason; `finish_reason` if it had named one."""

    failure: Failure
    finish_reason: str = ""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The person at the keyboard ended it."""


Delta = TextDelta | RefusalDelta | ReasoningDelta | ToolCallDelta
Report = ModelReported | UsageReported | Waiting | Detoured | Unread
Ending = Done | Failed | Stopped
Event = Delta | Report | Ending
