"""A request in Gemini's format: turns of `user` and `model`, made of parts."""

from base64 import b64encode

from llmtui.chat.conversation import Sampling
from llmtui.chat.message import Message
from llmtui.chat.parts import File, Image, Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.chat.request import GO_ON, Request
from llmtui.chat.tool import Tool
from llmtui.providers.card import Card
from llmtui.providers.gemini_signatures import with_signature
from llmtui.providers.gemini_thinking import thinking_config, version_of
from llmtui.providers.payload import json_bytes, parse
from llmtui.providers.replaying import is_own

# Models after this version refuse a conversation that ends with words of their own.
_LAST_TO_TAKE_UP_ITS_WORDS = (3, 1)

# Google's own word for a call that another model made, or one made without thinking.
_UNSIGNED = "skip_thought_signature_validator"

Part = dict[str, object]


def body_of(card: Card, request: Request) -> bytes:
    """The JSON body of a generateContent or streamGenerateContent request."""
    body: dict[str, object] = {"contents": _contents(card, request)}
    if system := _system(request):
        body["systemInstruction"] = {"parts": system}
    if request.tools:
        body["tools"] = [{"functionDeclarations": [_declaration(tool) for tool in request.tools]}]
    if config := _generation(card, request):
        body["generationConfig"] = config
    return json_bytes(body)


def _system(request: Request) -> list[Part]:
    """The system prompt, and whatever in the conversation was said with its authority."""
    said = [request.system, *(message.text for message in request.messages if message.role == "system")]
    return [{"text": text} for text in said if text]


def _declaration(tool: Tool) -> Part:
    # `parameters` takes a dialect of its own and refuses the whole request for an `additionalProperties`;
    # this field takes JSON schema as it is.
    return {
        "name": tool.name,
        "description": tool.description,
        "parametersJsonSchema": dict(tool.parameters),
    }


def _generation(card: Card, request: Request) -> Part:
    sampling: Sampling = request.sampling
    wished: Part = {
        "temperature": sampling.temperature,
        "maxOutputTokens": sampling.max_tokens,
        "topP": sampling.top_p,
        "topK": sampling.top_k,
        "seed": sampling.seed,
        "stopSequences": list(sampling.stop) or None,
    }
    if card.effort_field != "none":
        wished["thinkingConfig"] = thinking_config(request.model.model, sampling) or None
    return {field: value for field, value in wished.items() if value is not None}


def _contents(card: Card, request: Request) -> list[Part]:
    """The turns; what one side says in several messages is one turn."""
    version = version_of(request.model.model)
    signed = version is not None and version >= (3, 0)
    waiting: list[ToolCall] = []
    turns: list[tuple[str, list[Part]]] = []
    for message in request.messages:
        if message.role == "system":
            continue
        role = "model" if message.role == "assistant" else "user"
        if role == "model":
            waiting = [part for part in message.parts if isinstance(part, ToolCall)]
            parts = _answer(message, is_own(card, request, message), signed)
        else:
            parts = _question(message, waiting)
        if not parts:
            continue
        if turns and turns[-1][0] == role:
            turns[-1][1].extend(parts)
        else:
            turns.append((role, parts))
    takes_up = card.prefill != "none" and (version is None or version <= _LAST_TO_TAKE_UP_ITS_WORDS)
    if request.continuing and not takes_up and turns and turns[-1][0] == "model":
        turns.append(("user", [{"text": GO_ON}]))
    return [{"role": role, "parts": parts} for role, parts in turns]


def _answer(message: Message, own: bool, signed: bool) -> list[Part]:
    """A model's parts, with its signatures if they are the asked model's own.

    `signed` says that this model refuses a turn's first call without a signature.
    """
    parts: list[Part] = []
    first = True
    for part in message.parts:
        match part:
            case Text(text) | Refusal(text):
                if text:
                    parts.append({"text": text})
            case Reasoning(text=thought, signature=signature):
                if own and signature:
                    with_signature(parts, thought, signature)
            case ToolCall():
                signature = part.signature if own else None
                parts.append(_call(part, signature or (_UNSIGNED if signed and first else None)))
                first = False
            case Image() | File() | ToolResult():
                parts += _attached(part)
    return parts


def _call(call: ToolCall, signature: str | None) -> Part:
    function: Part = {"name": call.name, "args": _arguments(call.arguments)}
    if call.id:
        function["id"] = call.id
    return {"functionCall": function} | ({"thoughtSignature": signature} if signature else {})


def _arguments(text: str) -> dict[str, object]:
    """The arguments as the object that they must be; what is none is handed back as it was written."""
    if not text.strip():
        return {}
    try:
        value = parse(text)
    except ValueError:
        return {"arguments": text}
    if isinstance(value, dict):
        return value
    return {} if value is None else {"arguments": value}


def _question(message: Message, waiting: list[ToolCall]) -> list[Part]:
    """A person's parts, or a tool's; results come first, as they answer the turn before."""
    results = [part for part in message.parts if isinstance(part, ToolResult)]
    parts = [_result(result, waiting) for result in results]
    for part in message.parts:
        match part:
            case Text(text) | Refusal(text):
                if text:
                    parts.append({"text": text})
            case Image() | File():
                parts += _attached(part)
            case Reasoning() | ToolCall() | ToolResult():
                pass
    return parts


def _result(result: ToolResult, waiting: list[ToolCall]) -> Part:
    """A result, with the name of its call: by its id, and in order where calls have none."""
    call = next((call for call in waiting if call.id == result.call_id), None)
    if call is None:
        # Its call is no longer in the conversation, and Gemini takes no result without one.
        return {"text": result.text}
    waiting.remove(call)
    response: Part = {"error" if result.is_error else "output": result.text}
    function: Part = {"name": call.name, "response": response}
    if call.id:
        function["id"] = call.id
    return {"functionResponse": function}


def _attached(part: Image | File | ToolResult) -> list[Part]:
    match part:
        case Image(media_type, data):
            return [_inline(media_type, data)]
        case File(name, media_type, data):
            # The bytes travel without their name, and people ask about files by name. Of all the kinds of
            # text there are, only some are known to Gemini.
            kind = "text/plain" if media_type.startswith("text/") else media_type
            return [{"text": f"{name}:"}, _inline(kind, data)] if name else [_inline(kind, data)]
        case ToolResult(text=text):
            return [{"text": text}] if text else []


def _inline(media_type: str, data: bytes) -> Part:
    return {"inlineData": {"mimeType": media_type, "data": b64encode(data).decode()}}
