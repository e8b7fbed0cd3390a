"""What servers on one's own machine say of their models beside the list: the size they really serve."""

import re
from collections.abc import Mapping
from dataclasses import replace

from llmtui.chat.models import ModelFacts
from llmtui.providers.card import Card
from llmtui.providers.listed_model import facts_of
from llmtui.providers.listing import items_in
from llmtui.providers.nested import count_at, flag_at, list_at, value_at
from llmtui.providers.payload import count_in, parse, text_in

_NUM_CTX = re.compile(r"^num_ctx\s+(\d+)\s*$", re.MULTILINE)


def is_llamacpp(body: bytes) -> bool:
    """Whether a model list is signed by llama.cpp, which has `/props`."""
    return any(text_in(item.get("owned_by")).lower() == "llamacpp" for item in _items(body))


def is_lm_studio(card: Card, body: bytes) -> bool:
    """Whether a model list comes from LM Studio, which has a longer list of its own."""
    signed = any(text_in(item.get("owned_by")) == "organization_owner" for item in _items(body))
    return signed or card.name == "lmstudio"


def with_props(facts: ModelFacts, body: bytes) -> ModelFacts:
    """The facts with what llama.cpp's `/props` says of the one model it serves."""
    props = _object(body)
    return replace(
        facts,
        # Of each slot: the list gives what all of them have together.
        context=count_at(props, "default_generation_settings.n_ctx") or facts.context,
        images=_first(flag_at(props, "modalities.vision"), facts.images),
        audio=_first(flag_at(props, "modalities.audio"), facts.audio),
        tools=_first(flag_at(props, "chat_template_caps.supports_tools"), facts.tools),
    )


def with_show(facts: ModelFacts, body: bytes) -> ModelFacts | None:
    """The facts with what Ollama's `/api/show` says of the model; None if it cannot converse."""
    shown = _object(body)
    abilities = list_at(shown, "capabilities")
    if abilities and "completion" not in abilities:
        return None
    architecture = text_in(_info(shown).get("general.architecture"))
    chosen = _NUM_CTX.search(text_in(shown.get("parameters")))
    context = int(chosen.group(1)) if chosen else count_in(_info(shown).get(f"{architecture}.context_length"))
    found = replace(facts, context=context or facts.context)
    if abilities:
        found = replace(
            found,
            tools="tools" in abilities,
            images="vision" in abilities,
            reasoning="thinking" in abilities,
            audio="audio" in abilities,
        )
    return found


def loaded_sizes(body: bytes) -> dict[str, int]:
    """The context that Ollama gives each model that it has loaded, by its name (`/api/ps`)."""
    sizes = {}
    for item in _items(body):
        name, size = text_in(item.get("model")) or text_in(item.get("name")), count_at(item, "context_length")
        if name and size:
            sizes[name] = size
    return sizes


def lm_studio_facts(card: Card, body: bytes) -> dict[str, ModelFacts | None]:
    """LM Studio's own list by each name that a model has there; None for what cannot converse."""
    found: dict[str, ModelFacts | None] = {}
    for item in _items(body):
        facts = facts_of(card, item)
        loaded = [instance for instance in list_at(item, "loaded_instances") if isinstance(instance, dict)]
        size = count_at(item, "loaded_context_length")
        for instance in ({}, *loaded):
            name = text_in(instance.get("id")) or text_in(item.get("id")) or text_in(item.get("key"))
            # What is loaded is served with the size that it was loaded with.
            served = count_at(instance, "config.context_length") or size
            if not instance and loaded:
                served = count_at(loaded[0], "config.context_length") or size
            found[name] = replace(facts, context=served or facts.context) if facts else None
    return found


def _items(body: bytes) -> list[dict[str, object]]:
    try:
        return items_in(parse(body)) or []
    except ValueError:
        return []


def _object(body: bytes) -> Mapping[str, object]:
    try:
        payload = parse(body)
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}


def _info(shown: Mapping[str, object]) -> Mapping[str, object]:
    info = value_at(shown, "model_info")
    return info if isinstance(info, dict) else {}


def _first(said: bool | None, otherwise: bool | None) -> bool | None:
    return otherwise if said is None else said
