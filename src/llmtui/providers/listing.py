"""Model lists: the shapes in which servers say what they have, read into facts."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl

from llmtui.chat.failure import Failure
from llmtui.chat.models import ModelFacts
from llmtui.providers.addresses import host_of
from llmtui.providers.card import Card
from llmtui.providers.failures import failure_from, words_in
from llmtui.providers.listed_model import facts_of
from llmtui.providers.payload import parse, text_in


def models_in(card: Card, body: bytes) -> tuple[ModelFacts, ...] | Failure:
    """The models for conversation that a list offers, in its order; a Failure if it is no list."""
    try:
        payload = parse(body)
    except ValueError:
        return failure_from(200, "", body, card)
    items = items_in(payload)
    if items is None:
        what = words_in(payload) or "it did not answer with a list of models"
        return Failure("protocol", what, host_of(card.base_url), "Check the provider's base_url.")
    found: dict[str, ModelFacts] = {}
    for item in items:
        facts = facts_of(card, item)
        if facts is not None:
            found.setdefault(facts.name.model, facts)
    return tuple(_resolved(facts, found) for facts in found.values())


def _resolved(facts: ModelFacts, listed: Mapping[str, ModelFacts]) -> ModelFacts:
    """An alias of a model that has a lasting name itself means that one."""
    meant = listed.get(facts.canonical)
    return replace(facts, canonical=meant.canonical) if meant and meant.canonical else facts


def items_in(payload: object) -> list[dict[str, object]] | None:
    """The elements of a model list, whatever it is wrapped in; None if it is none."""
    if isinstance(payload, dict):
        listed = payload.get("data")
        if listed is None and "data" in payload and payload.get("object") == "list":
            # Ollama's compatible endpoint says null where it has no model.
            return []
        payload = listed if isinstance(listed, list) else payload.get("models")
    if not isinstance(payload, list):
        return None
    return [item if isinstance(item, dict) else {"id": item} for item in payload]


def next_page(body: bytes) -> Mapping[str, str]:
    """The query of the list's next page; empty if this is the last."""
    try:
        payload = parse(body)
    except ValueError:
        return {}
    if not isinstance(payload, dict):
        return {}
    if token := text_in(payload.get("nextPageToken")):
        return {"pageToken": token}
    if token := text_in(payload.get("next_page_token")):
        return {"page_token": token}
    links = payload.get("links")
    if isinstance(links, dict) and (following := text_in(links.get("next"))):
        # Only the query: nobody is led to another server.
        return dict(parse_qsl(following.partition("#")[0].partition("?")[2]))
    if payload.get("has_more") is True and (last := text_in(payload.get("last_id"))):
        return {"after_id": last}
    return {}


def answers_as(card: Card, body: bytes) -> bool:
    """Whether the server that sent this model list is the one that the card means.

    llama.cpp and the Inference Gateway live at the same port: the one signs its models, the other tells
    who serves each.
    """
    try:
        payload = parse(body)
    except ValueError:
        return False
    items = items_in(payload)
    if items is None:
        return False
    signed = any(text_in(item.get("owned_by")).lower() == "llamacpp" for item in items)
    match card.name:
        case "llamacpp":
            return signed
        case "gateway":
            served = any("served_by" in item for item in items)
            return served or (isinstance(payload, dict) and "provider" in payload)
        case _:
            return True


def no_models(card: Card) -> Failure:
    """What to say of a server that lists nothing."""
    hint = f"Load one there, or name some in models of [providers.{card.name}]."
    return Failure("empty", "it has no models", host_of(card.base_url), hint)
