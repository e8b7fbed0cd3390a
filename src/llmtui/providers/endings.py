"""The bad endings that every dialect knows: cut off, empty, unreadable."""

from llmtui.chat.events import Usage
from llmtui.chat.failure import Failure
from llmtui.providers.addresses import host_of
from llmtui.providers.card import Card
from llmtui.providers.dialect import Frame
from llmtui.providers.failures import failure_from, failure_in_stream

_FILTERED = ("content_filter", "safety", "SAFETY", "refusal")
_AT_THE_LIMIT = ("length", "max_tokens", "MAX_TOKENS")


def cut_off(card: Card) -> Failure:
    """The bytes were over before the end mark."""
    hint = "What arrived is kept. Try again."
    return Failure("cut", "the answer was cut off before its end", host_of(card.base_url), hint)


def thought_unseen(finish: str, usage: Usage | None) -> bool:
    """Whether an answer without a word used its tokens up on thoughts that nobody is shown.

    Nothing went wrong then: it is complete, and its reason for ending says all there is to say.
    """
    return finish in _AT_THE_LIMIT and usage is not None and bool(usage.output or usage.reasoning)


def nothing_said(card: Card, finish: str) -> Failure:
    """The answer reached its end mark without a word, a thought or a tool call."""
    where = host_of(card.base_url)
    if finish in _FILTERED:
        return Failure("refused", "the provider's safety filter ended it", where, "Say it in another way.")
    if finish in _AT_THE_LIMIT:
        what = "the limit on tokens was used up before the first word"
        return Failure("empty", what, where, "Raise max_tokens with /set, or ask for less thinking.")
    hint = "Try again; a conversation longer than the model can read may end so."
    return Failure("empty", "the answer is complete, and empty", where, hint)


def unreadable(card: Card, frame: Frame) -> Failure:
    """A piece of a stream is neither JSON nor an end mark: a proxy's broken error message, or no model."""
    data = frame.data
    if frame.event == "error" or '"error"' in data:
        return failure_in_stream(data, card, data)
    hint = "Try again, or check the provider's base_url."
    return Failure("protocol", "a piece of the answer was no JSON", host_of(card.base_url), hint, detail=data)


def not_json(card: Card, body: bytes) -> Failure:
    """A whole body is not JSON: cut off in its midst, or something else."""
    start = body.lstrip()
    # An error is one, even where somebody forgot to escape its quotation marks.
    if start.startswith((b"{", b"[")) and not start.startswith((b'{"error"', b'{ "error"')):
        return cut_off(card)
    return failure_from(200, "", body, card)
