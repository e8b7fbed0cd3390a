"""A request in OpenAI's responses dialect: the conversation as a list of items."""

from collections.abc import Iterable, Sequence

from llmtui.chat.conversation import Sampling
from llmtui.chat.message import Message
from llmtui.chat.parts import File, Image, Part, Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.chat.request import GO_ON, Request
from llmtui.providers.card import Card
from llmtui.providers.openai_messages import data_url
from llmtui.providers.payload import json_bytes
from llmtui.providers.replaying import is_from, is_own, read_signature

Item = dict[str, object]

# OpenAI's models that think; others refuse to be asked how.
_THINKING = ("gpt-5", "gpt-6", "o1", "o3", "o4", "codex", "gpt-oss")
_NEVER_THINKING = ("-chat",)


def body_of(card: Card, request: Request) -> bytes:
    """The JSON body of a request. Nothing is to be stored at the provider: each request tells all."""
    sampling = request.sampling
    wished: dict[str, object] = {
        "model": request.model.model,
        "instructions": request.system or None,
        "input": _input(card, request),
        "tools": [
            {
                "type": "function",
                "name": tool.name,
                "description": tool.description,
                "parameters": dict(tool.parameters),
                "strict": False,
            }
            for tool in request.tools
        ]
        or None,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "max_output_tokens": sampling.max_tokens,
        "stream": request.stream,
        "store": False,
    }
    if card.routes and request.fallbacks:
        wished["models"] = list(request.fallbacks)
    reasoning = _reasoning(card, request.model.model, sampling)
    if reasoning:
        wished["reasoning"] = reasoning
    if reasoning or thinks(request.model.model):
        # What was thought comes sealed as well, since nothing is stored that one could refer to.
        wished["include"] = ["reasoning.encrypted_content"]
    return json_bytes({field: value for field, value in wished.items() if value is not None})


def _reasoning(card: Card, model: str, sampling: Sampling) -> Item:
    """How hard to think, if the model thinks; and to tell of it, which is not done unasked."""
    if card.effort_field == "none":
        return {}
    wished: Item = {}
    effort = sampling.effort or ("none" if sampling.thinking_tokens == 0 else None)
    if effort:
        wished["effort"] = effort
    if card.summaries and effort != "none" and (effort or thinks(model)):
        wished["summary"] = "auto"
    return wished


def thinks(model: str) -> bool:
    """Whether a model of OpenAI's thinks, by its name, with or without a vendor before it."""
    name = model.rpartition("/")[2].lower()
    return name.startswith(_THINKING) and not any(word in name for word in _NEVER_THINKING)


def _input(card: Card, request: Request) -> list[Item]:
    items: list[Item] = []
    for message in request.messages:
        if message.role == "assistant":
            items += _answer(card, request, message)
        else:
            items += [_output(part) for part in message.parts if isinstance(part, ToolResult)]
            if content := _content(message.parts):
                items.append({"type": "message", "role": message.role, "content": content})
    if request.continuing:
        # There is no beginning an answer for the model in this dialect.
        items.append({"type": "message", "role": "user", "content": [{"type": "input_text", "text": GO_ON}]})
    return items


def _answer(card: Card, request: Request, message: Message) -> list[Item]:
    """The items of an answer in their order; a thought only together with what follows it."""
    items: list[Item] = []
    thoughts: list[Item] = []
    for place, part in enumerate(message.parts):
        match part:
            case Reasoning():
                thought = _thought(card, request, message, part)
                if thought.pop("late", False) and items:
                    items.insert(_last_run(items), thought)
                elif thought:
                    thoughts.append(thought)
                continue
            case Text(text) if text:
                item = _said(
                    f"msg_{message.id}_{place}", {"type": "output_text", "text": text, "annotations": []}
                )
            case Refusal(text):
                item = _said(f"msg_{message.id}_{place}", {"type": "refusal", "refusal": text})
            case ToolCall(identity, name, arguments):
                item = {"type": "function_call", "call_id": identity, "name": name}
                item["arguments"] = arguments or "{}"
            case _:
                continue
        items += [*thoughts, item]
        thoughts = []
    return items


def _last_run(items: Sequence[Item]) -> int:
    """Where the items after the last thought begin."""
    return next((at + 1 for at in reversed(range(len(items))) if items[at]["type"] == "reasoning"), 0)


def _thought(card: Card, request: Request, message: Message, part: Reasoning) -> Item:
    """A thought as its provider wants it back; empty if it does not, or cannot read it."""
    if part.signature and is_own(card, request, message):
        sealed = read_signature(part.signature, dict)
        return sealed if sealed.get("encrypted_content") else {}
    calling = any(isinstance(each, ToolCall) for each in message.parts)
    if calling and not part.signature and card.replay != "none" and is_from(card, message):
        words = [{"type": "reasoning_text", "text": part.text}]
        return {"type": "reasoning", "id": f"rs_{message.id}", "summary": [], "content": words}
    return {}


def _said(identity: str, words: Item) -> Item:
    # OpenRouter wants an id and a status; OpenAI that an id begins with msg and is short.
    return {
        "type": "message",
        "id": identity[:64],
        "role": "assistant",
        "status": "completed",
        "content": [words],
    }


def _output(part: ToolResult) -> Item:
    return {"type": "function_call_output", "call_id": part.call_id, "output": part.text}


def _content(parts: Iterable[Part]) -> list[Item]:
    found: list[Item] = []
    for part in parts:
        match part:
            case Text(text) | Refusal(text):
                found.append({"type": "input_text", "text": text})
            case Image(media_type, data):
                url = data_url(media_type, data)
                found.append({"type": "input_image", "image_url": url, "detail": "auto"})
            case File(name, media_type, data):
                url = data_url(media_type, data)
                found.append({"type": "input_file", "filename": name, "file_data": url})
            case Reasoning() | ToolCall() | ToolResult():
                pass
    return found
