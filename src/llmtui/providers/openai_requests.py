"""A request in OpenAI's chat format: the messages, the tools, and how the answer is wished for."""

from llmtui.chat.conversation import Sampling
from llmtui.chat.request import Request
from llmtui.chat.tool import Tool
from llmtui.providers.card import Card
from llmtui.providers.openai_messages import messages_of
from llmtui.providers.payload import json_bytes


def body_of(card: Card, request: Request) -> bytes:
    """The JSON body of a chat request."""
    body: dict[str, object] = {"model": request.model.model}
    if card.routes and request.fallbacks:
        # OpenRouter asks `model` first, and these in turn if it fails.
        body["models"] = list(request.fallbacks)
    body["messages"] = messages_of(card, request)
    if request.tools:
        body["tools"] = [{"type": "function", "function": _function(tool)} for tool in request.tools]
    body |= choosing(request.sampling, card.limit_field, card.seed_field) | effort(card, request.sampling)
    if request.continuing and card.prefill == "final_message":
        # vLLM: the last message is left open, and the words that come belong to it.
        body |= {"continue_final_message": True, "add_generation_prompt": False}
    return json_bytes(body | streaming(card, request))


def choosing(sampling: Sampling, limit_field: str, seed_field: str = "seed") -> dict[str, object]:
    """How the words are to be chosen, and how many of them; nothing that nobody set."""
    wished: dict[str, object] = {
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "top_k": sampling.top_k,
        seed_field: sampling.seed,
        "stop": list(sampling.stop) or None,
        limit_field: sampling.max_tokens,
    }
    return {field: value for field, value in wished.items() if value is not None}


def effort(card: Card, sampling: Sampling) -> dict[str, object]:
    """How hard to think, in the field where this provider reads it.

    Who knows levels is not told a number of tokens, but 0 of them is the level `none`.
    """
    tokens = sampling.thinking_tokens
    level = sampling.effort or ("none" if tokens == 0 else None)
    match card.effort_field:
        case "reasoning_effort" if level:
            return {"reasoning_effort": level}
        case "reasoning" if tokens and not sampling.effort:
            return {"reasoning": {"max_tokens": tokens}}
        case "reasoning" if level:
            return {"reasoning": {"effort": level}}
        case "thinking" if level == "none":
            return {"thinking": {"type": "disabled"}}
        case "thinking" if level:
            return {"thinking": {"type": "enabled"}, "reasoning_effort": level}
        case "thinking" if tokens:
            return {"thinking": {"type": "enabled"}}
        case _:
            return {}


def streaming(card: Card, request: Request) -> dict[str, object]:
    """Whether in pieces; and with them the usage, which many do not report unasked."""
    if request.stream and card.usage_option:
        return {"stream": True, "stream_options": {"include_usage": True}}
    return {"stream": request.stream}


def _function(tool: Tool) -> dict[str, object]:
    return {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
