"""Which thoughts of an earlier answer may be handed back, and to whom."""

from typing import TypeVar

from llmtui.chat.aliases import same_model
from llmtui.chat.message import Message
from llmtui.chat.request import Request
from llmtui.providers.card import Card
from llmtui.providers.payload import parse

Kind = TypeVar("Kind", list[object], dict[str, object])


def is_from(card: Card, message: Message) -> bool:
    """Whether this provider gave the answer: what it signed, no other can read."""
    return message.answer is not None and message.answer.provider == card.name


def is_own(card: Card, request: Request, message: Message) -> bool:
    """Whether the very model that is asked now gave the answer.

    Sealed thoughts are refused by a provider's other models. After a fallback nobody knows whose they are; a
    provider that falls back by itself says so only by the name of the model that answered.
    """
    answer = message.answer
    return (
        answer is not None
        and answer.provider == card.name
        and answer.requested == str(request.model)
        and not any(detour.kind == "fallback" for detour in answer.detours)
        and not (card.routes and answer.model and not same_model(request.model.model, answer.model))
    )


def read_signature(signature: str, kind: type[Kind]) -> Kind:
    """The JSON that a dialect made its signature of; empty if it is no such thing."""
    try:
        value = parse(signature)
    except ValueError:
        return kind()
    return value if isinstance(value, kind) else kind()
