"""A conversation in OpenAI's chat format: text, pictures, files, calls, results; thoughts where wanted."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from itertools import repeat

from llmtui.chat.message import Message
from llmtui.chat.parts import File, Image, Part, Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.chat.request import GO_ON, Request
from llmtui.providers.card import Card
from llmtui.providers.replaying import is_from, is_own, read_signature

Said = dict[str, object]

# Where these names are said, thoughts are wanted back with the calls of tools.
_WITH_CALLS = ("reasoning_content", "reasoning")


def messages_of(card: Card, request: Request) -> list[Said]:
    """The conversation, the system prompt first."""
    found: list[Said] = []
    if request.system:
        found.append({"role": "system", "content": request.system})
    calls: Iterable[bool] = repeat(False)
    if card.replay in _WITH_CALLS:
        calls = _in_turns_with_calls(request.messages)
    for message, calling in zip(request.messages, calls, strict=False):
        found.extend(_messages(card, request, message, calling))
    if request.continuing and found and found[-1]["role"] == "assistant":
        match card.prefill:
            case "none":
                found.append({"role": "user", "content": GO_ON})
            case "prefix":
                found[-1]["prefix"] = True
            case "plain" | "final_message":
                pass
    return found


def data_url(media_type: str, data: bytes) -> str:
    """The bytes in a URL of their own."""
    return f"data:{media_type};base64,{b64encode(data).decode()}"


def _messages(card: Card, request: Request, message: Message, calling: bool) -> list[Said]:
    match message.role:
        case "assistant":
            said = _assistant(card, message)
            return [said | _thoughts(card, request, message, calling)] if said else []
        case "tool":
            return _results(message.parts)
        case _:
            # A result may travel in a person's message: here it must be one of its own, and come first.
            said_by_them = [part for part in message.parts if not isinstance(part, ToolResult)]
            content = _content(said_by_them)
            return _results(message.parts) + ([{"role": message.role, "content": content}] if content else [])


def _assistant(card: Card, message: Message) -> Said:
    calls = [_call(card, message, part) for part in message.parts if isinstance(part, ToolCall)]
    content = message.text or message.refusal
    if not calls and not content:
        return {}
    said: Said = {"role": "assistant", "content": content or None}
    if calls:
        said["tool_calls"] = calls
    return said


def _call(card: Card, message: Message, part: ToolCall) -> Said:
    function = {"name": part.name, "arguments": part.arguments or "{}"}
    call: Said = {"id": part.id, "type": "function", "function": function}
    if part.signature and is_from(card, message):
        # Gemini behind a gateway: a call without its signature is refused.
        call["extra_content"] = {"google": {"thought_signature": part.signature}}
    return call


def _thoughts(card: Card, request: Request, message: Message, calling: bool) -> Said:
    """What the model thought, where its provider wants to be handed it back."""
    match card.replay:
        case "reasoning_content" | "reasoning":
            # DeepSeek and its like demand the thoughts of every turn that called a tool, be they empty,
            # and pass over all others.
            thought = message.reasoning if is_from(card, message) else ""
            return {card.replay: thought} if calling else {}
        case "reasoning_details":
            details = _details(message) if is_own(card, request, message) else []
            return {"reasoning_details": details} if details else {}
        case _:
            return {}


def _details(message: Message) -> list[object]:
    signed = [part.signature for part in message.parts if isinstance(part, Reasoning) and part.signature]
    return [detail for signature in signed for detail in read_signature(signature, list)]


def _in_turns_with_calls(messages: Sequence[Message]) -> list[bool]:
    """For each message, whether a tool was called between the two questions that it stands between."""
    found: list[bool] = []
    turn = 0
    for message in messages:
        if message.role == "user" and not any(isinstance(part, ToolResult) for part in message.parts):
            turn = len(found)
        found.append(False)
        if any(isinstance(part, ToolCall) for part in message.parts):
            found[turn:] = [True] * (len(found) - turn)
        elif turn < len(found) - 1:
            found[-1] = found[-2]
    return found


def _results(parts: Iterable[Part]) -> list[Said]:
    return [
        {"role": "tool", "tool_call_id": part.call_id, "content": part.text}
        for part in parts
        if isinstance(part, ToolResult)
    ]


def _content(parts: Sequence[Part]) -> str | list[Said]:
    """Plain text where that says it all: not every server knows lists."""
    if all(isinstance(part, Text | Refusal | Reasoning | ToolCall) for part in parts):
        return "\n\n".join(part.text for part in parts if isinstance(part, Text))
    found: list[Said] = []
    for part in parts:
        match part:
            case Text(text) | Refusal(text):
                found.append({"type": "text", "text": text})
            case Image(media_type, data):
                found.append({"type": "image_url", "image_url": {"url": data_url(media_type, data)}})
            case File(name, media_type, data):
                url = data_url(media_type, data)
                found.append({"type": "file", "file": {"filename": name, "file_data": url}})
            case Reasoning() | ToolCall() | ToolResult():
                pass
    return found
