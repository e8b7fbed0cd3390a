"""What is in a frame or a body, before any dialect looks at it: JSON, OpenAI's end mark, or trouble."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from llmtui.chat.failure import Failure
from llmtui.providers.card import Card
from llmtui.providers.dialect import Frame
from llmtui.providers.endings import not_json, unreadable
from llmtui.providers.failures import failure_from, failure_in_stream
from llmtui.providers.payload import parse


@dataclass(frozen=True, slots=True)
class EndMark:
    """`[DONE]`: OpenAI's, and of every proxy that adds it to other dialects."""


_END_MARK = EndMark()


def contents(frame: Frame, card: Card) -> dict[str, Any] | list[Any] | EndMark | Failure | None:
    """The JSON object or array in a frame, the end mark, or the trouble it tells; None if it says nothing."""
    try:
        payload = parse(frame.data)
    except ValueError:
        return _no_json(frame, card)
    if type(payload) is dict:
        return payload
    if frame.event == "error":
        return failure_in_stream(payload, card, frame.data)
    return payload if type(payload) is list else None


def opened(frame: Frame, card: Card) -> dict[str, Any] | list[Any] | EndMark | Failure | None:
    """The same, where an object that is called an error is one, even if it does not say so itself."""
    found = contents(frame, card)
    if frame.event == "error" and type(found) is dict and not found.get("error"):
        return failure_in_stream(found, card, frame.data)
    return found


def _no_json(frame: Frame, card: Card) -> EndMark | Failure | None:
    match frame.data.strip():
        case "":
            return None
        case "[DONE]":
            return _END_MARK
        case _:
            return unreadable(card, frame)


def whole_object(
    card: Card, body: bytes, is_response: Callable[[Mapping[str, Any]], bool]
) -> dict[str, Any] | Failure:
    """The response that is a body in one piece, or what the body is instead."""
    try:
        payload = parse(body)
    except ValueError:
        return not_json(card, body)
    if isinstance(payload, dict) and is_response(payload):
        return payload
    return failure_from(200, "", body, card)
