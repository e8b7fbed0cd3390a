"""One element of a model list, in whichever provider's words, read into facts."""

import re
from collections.abc import Mapping

from llmtui.chat.models import ModelFacts, ModelName
from llmtui.providers.card import Card
from llmtui.providers.listed_prices import hosts_of, prices_of
from llmtui.providers.nested import count_at, flag_at, list_at, value_at
from llmtui.providers.payload import count_in, text_in

# Where a list says nothing of what a model is for, its name does.
_NO_CHAT = re.compile(
    r"embed|whisper|\btts\b|tts-|dall-e|transcri|moderation|realtime|\bsora|gpt-image|gpt-audio|imagen|veo-"
    r"|lyria|rerank|prompt-guard|-(similarity|search|edit|insert)-|\baqa\b|stable-diffusion|flux",
    re.IGNORECASE,
)
# These go on with a text and cannot converse.
_COMPLETES = re.compile(r"^(text-)?(davinci|babbage|curie|ada)\b|turbo-instruct", re.IGNORECASE)
_OTHER_KINDS = (
    *("embeddings", "embedding", "image", "audio", "moderation", "rerank", "transcribe", "video"),
    *("completion", "speech"),
)
# Where a provider says at which of its addresses a model is to be had.
_ADDRESSES = {
    "openai-chat": "/chat/completions",
    "openai-responses": "/responses",
    "anthropic": "/v1/messages",
}


def facts_of(card: Card, item: Mapping[str, object]) -> ModelFacts | None:
    """What one element says; None if it is no model that the card's dialect can talk with."""
    identity = next((text for key in ("id", "key", "model", "name") if (text := text_in(item.get(key)))), "")
    identity = identity.removeprefix("models/")
    if not identity or not _converses(card, item, identity):
        return None
    context, output = _sizes(item)
    input_price, output_price, cached_price, cache_write_price = prices_of(item)
    inputs = _inputs(item)
    return ModelFacts(
        ModelName(card.name, identity),
        title=_title(item, identity),
        context=context,
        output_limit=output,
        input_price=input_price,
        output_price=output_price,
        reasoning=_reasons(item),
        tools=_uses_tools(item),
        images=_reads(item, inputs, "image", _IMAGE_FLAGS, "vision"),
        files=_reads_files(item, inputs),
        audio=_reads(item, inputs, "audio", _AUDIO_FLAGS, "audio"),
        streaming=_streams(item),
        cached_price=cached_price,
        cache_write_price=cache_write_price,
        canonical=_canonical(item, identity),
    )


def _title(item: Mapping[str, object], identity: str) -> str:
    places = ("display_name", "displayName", "title", "model_spec.name", "name")
    texts = (text_in(value_at(item, place)) for place in places)
    return next((text for text in texts if text and text.removeprefix("models/") != identity), "")


def _canonical(item: Mapping[str, object], identity: str) -> str:
    """The lasting name: OpenRouter's slug (of what an alias means), Mistral's name beside its aliases."""
    found = text_in(value_at(item, "alias_target.slug")) or text_in(item.get("canonical_slug"))
    if not found and list_at(item, "aliases"):
        found = text_in(item.get("name"))
    return found if found != identity else ""


def _converses(card: Card, item: Mapping[str, object], identity: str) -> bool:
    """Whether one can talk with it, as far as the list tells."""
    if item.get("active") is False or value_at(item, "model_spec.offline") is True:
        return False
    outputs = next((found for place in _OUTPUTS if (found := list_at(item, place))), [])
    if outputs and "text" not in outputs:
        return False
    methods = list_at(item, "supportedGenerationMethods")
    if methods and "generateContent" not in methods:
        return False
    endpoints = list_at(item, "endpoints")
    if endpoints and "chat" not in endpoints:
        return False
    addresses = list_at(item, "supported_endpoints")
    if addresses and _ADDRESSES.get(card.dialect, addresses[0]) not in addresses:
        return False
    for path in ("capabilities.completion_chat", "capabilities.chat_completion", "supports_chat"):
        if value_at(item, path) is False:
            return False
    kind = text_in(value_at(item, "capabilities.type")) or text_in(item.get("type"))
    if kind in _OTHER_KINDS:
        return False
    families = list_at(item, "details.families")
    if any("bert" in text_in(family) for family in families):
        return False
    abilities = list_at(item, "capabilities")
    if abilities and "embedding" in abilities and "completion" not in abilities:
        return False
    if outputs:
        return True
    completes = card.dialect != "openai-completions" and _COMPLETES.search(identity)
    return not _NO_CHAT.search(identity) and not completes


def _sizes(item: Mapping[str, object]) -> tuple[int | None, int | None]:
    """Tokens that it can read, and tokens that it can make."""
    context = count_at(
        item,
        "context_length",
        "context_window",
        "context_window.tokens",
        "max_context_length",
        "max_model_len",
        "inputTokenLimit",
        "max_input_tokens",
        "meta.n_ctx",
        "limits.max_context_window_tokens",
        "capabilities.limits.max_context_window_tokens",
        "model_spec.availableContextTokens",
        "limits.max_input_tokens",
    )
    if context is None:
        # A router's hosts differ: what fits into each of them fits.
        context = min(
            (size for host in hosts_of(item) if (size := count_in(host.get("context_length")))), default=None
        )
    output = count_at(
        item,
        "top_provider.max_completion_tokens",
        "max_completion_tokens",
        "outputTokenLimit",
        "max_output_length",
        "max_output_tokens",
        "model_spec.maxCompletionTokens",
        "limits.max_output_tokens",
        "capabilities.limits.max_output_tokens",
    )
    if output is None and "max_input_tokens" in item:
        output = count_in(item.get("max_tokens"))
    return context or None, output or None


def _reasons(item: Mapping[str, object]) -> bool | None:
    words = ("reasoning", "include_reasoning", "thinking")
    flags = ("reasoning", "thinking.supported", "supportsReasoning")
    said = _can(item, words, flags)
    if said is None:
        for path in (
            "supports.reasoning_effort",
            "supports.max_thinking_budget",
            "supports.adaptive_thinking",
        ):
            if value_at(item, f"capabilities.{path}"):
                return True
        said = flag_at(item, "thinking", "supports_reasoning")
    return said


def _uses_tools(item: Mapping[str, object]) -> bool | None:
    words = ("tools", "tool_use", "tool-calling", "tool-use", "function_calling")
    flags = ("function_calling", "supports.tool_calls", "supportsFunctionCalling", "trained_for_tool_use")
    said = _can(item, words, flags)
    if said is None:
        said = flag_at(item, "supports_tools")
    offers = [host.get("supports_tools") for host in hosts_of(item)]
    if said is None and any(isinstance(offer, bool) for offer in offers):
        return any(offer is True for offer in offers)
    return said


def _can(item: Mapping[str, object], words: tuple[str, ...], flags: tuple[str, ...]) -> bool | None:
    """Whether the model has an ability: as a flag at one of the paths, or as a word in a list."""
    for path in flags:
        for root in ("capabilities.", "model_spec.capabilities."):
            found = value_at(item, root + path)
            if isinstance(found, bool):
                return found
    for place in ("supported_parameters", "supported_features", "features", "capabilities", "tags"):
        listed = list_at(item, place)
        if any(word in listed for word in words):
            return True
        # Tags are for people: one that is missing says nothing.
        if listed and place != "tags":
            return False
    return None


_OUTPUTS = (
    "architecture.output_modalities",
    "output_modalities",
    "supported_output_modalities",
    "modalities.output",
)
_IMAGE_FLAGS = (
    "capabilities.vision",
    "capabilities.image_input.supported",
    "capabilities.supports.vision",
    "model_spec.capabilities.supportsVision",
    "supports_image_input",
    "supports_image_in",
    "supports_vision",
)
_AUDIO_FLAGS = ("capabilities.audio", "model_spec.capabilities.supportsAudioInput")


def _inputs(item: Mapping[str, object]) -> list[object]:
    places = (
        "architecture.input_modalities",
        "input_modalities",
        "supported_input_modalities",
        "modalities.input",
    )
    return next((found for place in places if (found := list_at(item, place))), [])


def _reads(
    item: Mapping[str, object], inputs: list[object], kind: str, flags: tuple[str, ...], word: str
) -> bool | None:
    if inputs:
        return kind in inputs
    said = flag_at(item, *flags)
    if said is None:
        # LM Studio names what sees a kind of its own.
        if kind == "image" and item.get("type") == "vlm":
            return True
        for place in ("capabilities", "features"):
            abilities = list_at(item, place)
            if abilities and (kind == "image" or word in abilities):
                return word in abilities
    return said


def _reads_files(item: Mapping[str, object], inputs: list[object]) -> bool | None:
    if "file" in inputs or "pdf" in inputs:
        return True
    if list_at(item, "architecture.input_modalities"):
        return False
    return flag_at(item, "capabilities.pdf_input.supported")


def _streams(item: Mapping[str, object]) -> bool | None:
    said = flag_at(item, "capabilities.supports.streaming", "supports_streaming")
    abilities = list_at(item, "capabilities")
    if said is None and "supported_output_modalities" in item and abilities:
        # GitHub's catalogue names it among the abilities of every model that can.
        return "streaming" in abilities
    return said
