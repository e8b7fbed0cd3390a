"""What Gemini's reasons for ending and for not answering mean."""

from collections.abc import Mapping
from dataclasses import replace

from llmtui.chat.failure import Failure
from llmtui.providers.addresses import host_of
from llmtui.providers.card import Card
from llmtui.providers.endings import nothing_said
from llmtui.providers.failures import failure_in_stream
from llmtui.providers.payload import json_text, text_in

# Vertex may write the numbers of an enumeration for its names; those after 5 differ from API to API.
_LIMITS = ("MAX_TOKENS", "2")
_FILTERS = (
    "SAFETY",
    "3",
    "RECITATION",
    "4",
    "LANGUAGE",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_RECITATION",
    "MODEL_ARMOR",
    "ESCALATION",
    "PUP_LIMITED_DISABLED",
)
# Whatever was said before one of these, the answer is not what the model meant to give.
_BROKEN = (
    "MALFORMED_FUNCTION_CALL",
    "MALFORMED_RESPONSE",
    "UNEXPECTED_TOOL_CALL",
    "TOO_MANY_TOOL_CALLS",
    "MISSING_THOUGHT_SIGNATURE",
)
_LONGEST_MESSAGE = 200


def is_a_limit(finish: str) -> bool:
    """Whether this reason for ending says that the limit on tokens was reached."""
    return finish in _LIMITS


def broke_off(card: Card, finish: str, why: str) -> Failure | None:
    """The failure that a reason for ending is in itself; None for an ordinary one."""
    if finish not in _BROKEN:
        return None
    words = f"{finish}: {why}" if why else finish
    return failure_in_stream(words, card, words)


def without_words(card: Card, finish: str, why: str, unshown: str) -> Failure:
    """The answer ended without a word, a thought or a call; `unshown` is what was in it instead."""
    if is_a_limit(finish):
        return nothing_said(card, "length")
    if finish in _FILTERS:
        return _filtered(card, "the provider's safety filter ended it", finish, why)
    if unshown:
        what = f"the answer holds only what llmtui cannot show: {unshown}"
        hint = "Ask for it in words, or choose another model (Ctrl+O)."
        return Failure("empty", what, host_of(card.base_url), hint)
    failure = nothing_said(card, finish)
    if finish in ("", "STOP", "1"):
        return failure
    return replace(failure, what=f"the answer is empty: {_explained(finish, why)}")


def question_refused(card: Card, feedback: Mapping[str, object]) -> Failure | None:
    """The failure in a `promptFeedback` that blocks the question; None if it does not."""
    reason = feedback.get("blockReason")
    if not reason or not isinstance(reason, str | int):
        return None
    why = text_in(feedback.get("blockReasonMessage"))
    failure = _filtered(card, "the provider's safety filter refused the question", str(reason), why)
    return replace(failure, detail=json_text(feedback))


def _filtered(card: Card, what: str, reason: str, why: str) -> Failure:
    refused = nothing_said(card, "SAFETY")
    return replace(refused, what=f"{what}: {_explained(reason, why)}")


def _explained(reason: str, why: str) -> str:
    line = " ".join(why[: 2 * _LONGEST_MESSAGE].split())[:_LONGEST_MESSAGE].rstrip(".! ")
    return f"{reason} ({line})" if line else reason
