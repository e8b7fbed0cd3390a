"""Model lists: the shapes in which servers say what they have, read into facts."""

import re
from collections.abc import Mapping

from llmtui.chat.failure import Failure
from llmtui.chat.models import ModelFacts, ModelName
from llmtui.providers.addresses import host_of
from llmtui.providers.card import Card
from llmtui.providers.failures import failure_from, words_in
from llmtui.providers.payload import amount_in, count_in, parse, text_in

_PER_MILLION = 1_000_000

# Where a list says nothing of what a model is for, its name does.
_NO_CHAT = re.compile(
    r"embed|whisper|\btts\b|tts-|dall-e|transcri|moderation|realtime|\bsora|gpt-image|imagen|veo-|rerank"
    r"|^(text-)?(davinci|babbage|curie|ada)\b|-(similarity|search|edit|insert)-|\baqa\b|stable-diffusion|flux",
    re.IGNORECASE,
)


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
        facts = _facts(card, item)
        if facts is not None:
            found.setdefault(facts.name.model, facts)
    return tuple(found.values())


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


def _facts(card: Card, item: Mapping[str, object]) -> ModelFacts | None:
    """What one element says; None if it is no model for conversation."""
    identity = text_in(item.get("id")) or text_in(item.get("model")) or text_in(item.get("name"))
    identity = identity.removeprefix("models/")
    if not identity or not _converses(item, identity):
        return None
    title = next(
        (
            text
            for text in (text_in(item.get(key)) for key in ("display_name", "displayName", "title", "name"))
            if text and text.removeprefix("models/") != identity
        ),
        "",
    )
    context = _first_count(
        item,
        "context_length",
        "context_window",
        "max_context_length",
        "max_model_len",
        "inputTokenLimit",
        "max_input_tokens",
        "meta.n_ctx",
        "capabilities.limits.max_context_window_tokens",
        "model_spec.availableContextTokens",
    )
    output = _first_count(
        item,
        "top_provider.max_completion_tokens",
        "max_completion_tokens",
        "outputTokenLimit",
        "max_output_length",
        "max_output_tokens",
        "model_spec.maxCompletionTokens",
        "capabilities.limits.max_output_tokens",
    )
    if output is None and "max_input_tokens" in item:
        output = count_in(item.get("max_tokens"))
    input_price, output_price = _prices(item)
    return ModelFacts(
        ModelName(card.name, identity),
        title,
        context or None,
        output or None,
        input_price,
        output_price,
        _can(
            item,
            ("reasoning", "include_reasoning", "thinking"),
            "reasoning",
            "thinking.supported",
            "supportsReasoning",
        ),
        _can(item, ("tools",), "function_calling", "supports.tool_calls", "supportsFunctionCalling"),
        _sees(item),
    )


def _converses(item: Mapping[str, object], identity: str) -> bool:
    """Whether one can talk with it, as far as the list tells."""
    if item.get("active") is False:
        return False
    outputs = _list(item, "output_modalities") or _list(item, "architecture.output_modalities")
    if outputs and "text" not in outputs:
        return False
    methods = _list(item, "supportedGenerationMethods")
    if methods and "generateContent" not in methods:
        return False
    for path in ("capabilities.completion_chat", "supports_chat"):
        if _at(item, path) is False:
            return False
    kind = text_in(_at(item, "capabilities.type")) or text_in(item.get("type"))
    if kind in ("embeddings", "embedding", "image", "audio", "moderation", "rerank", "transcribe", "video"):
        return False
    abilities = _list(item, "capabilities")
    if abilities and "embedding" in abilities and "completion" not in abilities:
        return False
    return bool(outputs) or not _NO_CHAT.search(identity)


def _prices(item: Mapping[str, object]) -> tuple[float | None, float | None]:
    """US dollars per million tokens, in and out."""
    pricing = item.get("pricing")
    if not isinstance(pricing, dict):
        pricing = _at(item, "model_spec.pricing")
        if not isinstance(pricing, dict):
            return None, None
    if "prompt" in pricing or "completion" in pricing:
        # OpenRouter and Groq: dollars per token, in strings; -1 where it depends.
        return _per_token(pricing.get("prompt")), _per_token(pricing.get("completion"))
    # Together, Perplexity, Venice: dollars per million.
    return _per_million(pricing.get("input")), _per_million(pricing.get("output"))


def _per_token(value: object) -> float | None:
    amount = amount_in(value)
    return round(amount * _PER_MILLION, 6) if amount is not None else None


def _per_million(value: object) -> float | None:
    return amount_in(value.get("usd") if isinstance(value, dict) else value)


def _can(item: Mapping[str, object], words: tuple[str, ...], *paths: str) -> bool | None:
    """Whether the model has an ability: in a list of words, or as a flag at one of the paths."""
    for path in paths:
        for root in ("capabilities.", "model_spec.capabilities.", ""):
            found = _at(item, root + path)
            if isinstance(found, bool):
                return found
    for place in ("supported_parameters", "supported_features", "capabilities"):
        listed = _list(item, place)
        if listed:
            return any(word in listed for word in words)
    supported = _at(item, "supports_tools" if "tools" in words else "thinking")
    return supported if isinstance(supported, bool) else None


def _sees(item: Mapping[str, object]) -> bool | None:
    """Whether the model reads pictures."""
    for place in ("architecture.input_modalities", "input_modalities", "modalities.input"):
        if inputs := _list(item, place):
            return "image" in inputs
    for path in (
        "capabilities.vision",
        "capabilities.image_input.supported",
        "capabilities.supports.vision",
        "model_spec.capabilities.supportsVision",
        "supports_image_input",
    ):
        found = _at(item, path)
        if isinstance(found, bool):
            return found
    abilities = _list(item, "capabilities")
    return "vision" in abilities if abilities else None


def _first_count(item: Mapping[str, object], *paths: str) -> int | None:
    return next((count for path in paths if (count := count_in(_at(item, path)))), None)


def _list(item: Mapping[str, object], path: str) -> list[object]:
    found = _at(item, path)
    return found if isinstance(found, list) else []


def _at(item: object, path: str) -> object:
    """What is at a dotted path of nested objects; None if nothing is."""
    for name in path.split("."):
        item = item.get(name) if isinstance(item, dict) else None
    return item
