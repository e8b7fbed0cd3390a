"""A key on the wire: in one header, to one origin, and in no message."""

from dataclasses import replace

from llmtui.chat.failure import Failure
from llmtui.providers.addresses import host_of
from llmtui.providers.card import Card


def key_headers(card: Card, key: str) -> dict[str, str] | Failure:
    """The headers that show the key to the card's server; a failure if no header can hold it."""
    if card.auth == "none" or not key:
        return {}
    if not (key.isascii() and key.isprintable()) or " " in key:
        place = card.key_env or f"api_key_cmd of {card.name}"
        return Failure(
            "auth",
            f"the key in {place} holds a space, a line break or a letter that no key has",
            host_of(card.base_url),
            "Copy the key again, and try again.",
        )
    return {"authorization": f"Bearer {key}"}


def without_key(failure: Failure, key: str) -> Failure:
    """The failure with the key taken out of what the other side wrote, should it have repeated it."""
    if not key or (key not in failure.what and key not in failure.detail):
        return failure
    return replace(failure, what=failure.what.replace(key, "…"), detail=failure.detail.replace(key, "…"))
