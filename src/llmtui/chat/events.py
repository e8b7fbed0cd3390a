"""The closed union of what can happen while an answer arrives.

A decoder yields events, the engine folds them, the store keeps what they make, a test compares them.
"""

from dataclasses import dataclass

from llmtui.chat.failure import Failure


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as reported or estimated; None where nobody said.

    `output` includes `reasoning`, and `input` includes `cached`, whatever the provider's own habit: the
    dialects see to it. `cost` is in US dollars and present only where the provider itself reports it.
    """

    input: int | None = None
    output: int | None = None
    reasoning: int | None = None
    cached: int | None = None
    total: int | None = None
    estimated: bool = False
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """The next piece of the thinking; a signature may come with it, or alone with empty text."""

    text: str
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """The next piece of a tool call.

    `index` counts the calls of this message from 0 in order of appearance; `id` and `name` are empty in
    the pieces that only carry more of the `arguments`.
    """

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""


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


Delta = TextDelta | ReasoningDelta | ToolCallDelta
Report = ModelReported | UsageReported
Ending = Done | Failed | Stopped
Event = Delta | Report | Ending
