"""A request in OpenAI's chat format: messages with text, pictures, files, tool calls and their results."""

from base64 import b64encode
from collections.abc import Sequence

from pydantic_core import to_json

from llmtui.chat.message import Message
from llmtui.chat.parts import File, Image, Part, Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.chat.request import Request
from llmtui.providers.card import Card


def body_of(card: Card, request: Request) -> bytes:
    """The JSON body of a chat request."""
    body: dict[str, object] = {"model": request.model.model, "messages": messages_of(request)}
    if request.sampling.temperature is not None:
        body["temperature"] = request.sampling.temperature
    if request.sampling.max_tokens is not None:
        body[card.limit_field] = request.sampling.max_tokens
    body["stream"] = request.stream
    if request.stream and card.usage_option:
        body["stream_options"] = {"include_usage": True}
    return json_bytes(body)


def json_bytes(value: object) -> bytes:
    """The value as JSON; what cannot be written in UTF-8 becomes U+FFFD."""
    try:
        return to_json(value)
    except ValueError:
        return to_json(_mended(value))


def messages_of(request: Request) -> list[dict[str, object]]:
    """The conversation, the system prompt first."""
    found: list[dict[str, object]] = []
    if request.system:
        found.append({"role": "system", "content": request.system})
    for message in request.messages:
        found.extend(_messages(message))
    return found


def _messages(message: Message) -> list[dict[str, object]]:
    match message.role:
        case "assistant":
            return _assistant(message)
        case "tool":
            return _results(message.parts)
        case _:
            # A result may travel in a person's message: here it must be one of its own, and come first.
            said = [part for part in message.parts if not isinstance(part, ToolResult)]
            content = _content(said)
            return _results(message.parts) + ([{"role": message.role, "content": content}] if content else [])


def _assistant(message: Message) -> list[dict[str, object]]:
    calls = [
        {
            "id": part.id,
            "type": "function",
            "function": {"name": part.name, "arguments": part.arguments or "{}"},
        }
        for part in message.parts
        if isinstance(part, ToolCall)
    ]
    if not calls and not message.text:
        return []
    said: dict[str, object] = {"role": "assistant", "content": message.text or None}
    if calls:
        said["tool_calls"] = calls
    return [said]


def _results(parts: tuple[Part, ...]) -> list[dict[str, object]]:
    return [
        {"role": "tool", "tool_call_id": part.call_id, "content": part.text}
        for part in parts
        if isinstance(part, ToolResult)
    ]


def _content(parts: Sequence[Part]) -> str | list[dict[str, object]]:
    """Plain text where that says it all: not every server knows lists."""
    if all(isinstance(part, Text | Refusal | Reasoning | ToolCall) for part in parts):
        return "\n\n".join(part.text for part in parts if isinstance(part, Text))
    found: list[dict[str, object]] = []
    for part in parts:
        match part:
            case Text(text) | Refusal(text):
                found.append({"type": "text", "text": text})
            case Image(media_type, data):
                found.append({"type": "image_url", "image_url": {"url": _data_url(media_type, data)}})
            case File(name, media_type, data):
                url = _data_url(media_type, data)
                found.append({"type": "file", "file": {"filename": name, "file_data": url}})
            case Reasoning() | ToolCall() | ToolResult():
                pass
    return found


def _data_url(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{b64encode(data).decode()}"


def _mended(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: _mended(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_mended(item) for item in value]
    return value
