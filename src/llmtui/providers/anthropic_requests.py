"""A request in Anthropic's format: what is said, what may be called, and how hard to think."""

from dataclasses import replace

from llmtui.chat.conversation import Sampling
from llmtui.chat.request import Request
from llmtui.chat.tool import Tool
from llmtui.providers.anthropic_thinking import thinking_for
from llmtui.providers.anthropic_turns import turns_of
from llmtui.providers.card import Card
from llmtui.providers.claude_models import claude_named
from llmtui.providers.payload import json_bytes


def body_of(card: Card, request: Request) -> bytes:
    """The JSON body of a Messages request.

    It always has a limit on new tokens, because Anthropic demands one; there is no seed to set.
    """
    model, sampling = request.model.model, request.sampling
    prefilled = request.continuing and card.prefill != "none"
    if prefilled:
        # An answer that has begun cannot think first.
        sampling = replace(sampling, effort=None, thinking_tokens=None)
    thinking = thinking_for(model, sampling)
    body: dict[str, object] = {
        "model": model,
        "max_tokens": thinking.max_tokens,
        "messages": [{"role": turn.role, "content": turn.blocks} for turn in turns_of(card, request)],
        "stream": request.stream,
    }
    if system := _system(request):
        body["system"] = system
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    body |= thinking.fields
    claude = claude_named(model)
    # Each of these makes Anthropic refuse a request that thinks, and any request to its newer models.
    if not thinking.on and (claude is None or claude.takes_temperature):
        body |= _choosing(sampling)
    if sampling.stop:
        body["stop_sequences"] = list(sampling.stop)
    return json_bytes(body)


def _choosing(sampling: Sampling) -> dict[str, object]:
    chosen = {"temperature": sampling.temperature, "top_p": sampling.top_p, "top_k": sampling.top_k}
    return {name: value for name, value in chosen.items() if value is not None}


def _system(request: Request) -> str:
    """The system prompt, and what else the system said: there is no such role among the turns."""
    said = [message.text for message in request.messages if message.role == "system"]
    return "\n\n".join(text for text in (request.system, *said) if text.strip())


def _tool(tool: Tool) -> dict[str, object]:
    described: dict[str, object] = {"name": tool.name}
    if tool.description:
        described["description"] = tool.description
    described["input_schema"] = {"type": "object", **tool.parameters}
    return described
