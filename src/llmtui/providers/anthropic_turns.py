"""A conversation as Anthropic wants it: turns that alternate, made of blocks, none of them empty."""

import re
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Literal

from llmtui.chat.message import Message
from llmtui.chat.parts import File, Image, Part, Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.chat.request import GO_ON, Request
from llmtui.providers.card import Card
from llmtui.providers.claude_models import claude_named
from llmtui.providers.payload import parse
from llmtui.providers.replaying import is_from, is_own

REDACTED = "redacted:"
"""Before a signature that is the thought itself, which only Anthropic can read."""

_NOT_CALLED = "This tool was not called."

_NOT_IN_AN_ID = re.compile(r"[^a-zA-Z0-9_-]")

Block = dict[str, object]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one of the two says until it is the other's turn."""

    role: Literal["user", "assistant"]
    blocks: list[Block] = field(default_factory=list)


def turns_of(card: Card, request: Request) -> list[Turn]:
    """The turns, a person's last, unless the answer is to go on from the words that are there."""
    turns = _merged(card, request)
    prefilled = request.continuing and card.prefill != "none"
    calls: list[str] = []
    for turn in turns:
        if turn.role == "user":
            turn.blocks[:] = _results_first(calls, turn.blocks)
        calls = [str(block["id"]) for block in turn.blocks if block["type"] == "tool_use"]
    if calls:
        turns.append(Turn("user", _results_first(calls, [])))
    elif turns and turns[-1].role == "assistant":
        if prefilled:
            last = turns[-1].blocks[-1]
            last["text"] = str(last["text"]).rstrip()
        else:
            turns.append(Turn("user", [_text(GO_ON)]))
    return turns


def _merged(card: Card, request: Request) -> list[Turn]:
    """The messages, neighbours of one role made one turn."""
    ids = _Ids()
    turns: list[Turn] = []
    for number, message in enumerate(request.messages):
        match message.role:
            case "system":
                continue
            case "assistant":
                turn = Turn("assistant", _answer(message, ids, _remembered(card, request, number)))
            case _:
                turn = Turn("user", [block for part in message.parts if (block := _said(part, ids))])
        if not turn.blocks:
            continue
        if turns and turns[-1].role == turn.role:
            turns[-1].blocks.extend(turn.blocks)
        else:
            turns.append(turn)
    return turns


def _remembered(card: Card, request: Request, number: int) -> bool:
    """Whether the thoughts of this message can be handed back: they must be the provider's own.

    Some models also refuse thoughts of another model, and those from before the system prompt was changed.
    They need only what was thought since the last question, to go on after a call.
    """
    message = request.messages[number]
    claude = claude_named(request.model.model)
    if claude is None or not claude.binds_thoughts:
        return is_from(card, message)
    asked_since = any(_is_question(later) for later in request.messages[number + 1 :])
    return is_own(card, request, message) and not asked_since


def _is_question(message: Message) -> bool:
    return message.role == "user" and any(not isinstance(part, ToolResult) for part in message.parts)


def _answer(message: Message, ids: "_Ids", remembered: bool) -> list[Block]:
    blocks: list[Block] = []
    for part in message.parts:
        match part:
            case Text(text) | Refusal(text) if text.strip():
                blocks.append(_text(text))
            case Reasoning(text, signature=str(signature)) if remembered and signature:
                blocks.append(_thought(text, signature))
            case ToolCall(identity, name, arguments):
                called = {"type": "tool_use", "id": ids.of_call(identity), "name": name}
                blocks.append({**called, "input": _input(arguments)})
            case _:
                pass
    # An answer must not end with a thought.
    while blocks and blocks[-1]["type"] in ("thinking", "redacted_thinking"):
        blocks.pop()
    return blocks


def _said(part: Part, ids: "_Ids") -> Block | None:
    """What a person gives, or a tool."""
    match part:
        case Text(text):
            return _text(text) if text.strip() else None
        case Image(media_type, data):
            return {"type": "image", "source": _encoded(media_type, data)}
        case File(name, media_type, data):
            return {"type": "document", "source": _document(media_type, data), "title": name}
        case ToolResult(call_id, text, is_error):
            return _result(ids.of_result(call_id), text, is_error)
        case _:
            return None


def _results_first(calls: list[str], blocks: list[Block]) -> list[Block]:
    """A person's turn after these calls: a result for each of them, then the rest.

    A result that answers no call is told in words.
    """
    found = {str(block["tool_use_id"]): block for block in blocks if block["type"] == "tool_result"}
    results = [found.get(call) or _result(call, _NOT_CALLED, is_error=True) for call in calls]
    stray = [
        _text(str(block["content"]))
        for call, block in found.items()
        if call not in calls and "content" in block
    ]
    return results + stray + [block for block in blocks if block["type"] != "tool_result"]


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _thought(text: str, signature: str) -> Block:
    if signature.startswith(REDACTED):
        return {"type": "redacted_thinking", "data": signature.removeprefix(REDACTED)}
    return {"type": "thinking", "thinking": text, "signature": signature}


def _result(call: str, text: str, is_error: bool) -> Block:
    result: Block = {"type": "tool_result", "tool_use_id": call}
    if text.strip():
        result["content"] = text
    if is_error:
        result["is_error"] = True
    return result


def _input(arguments: str) -> dict[str, object]:
    """The arguments as an object; what is none is handed back as it was written."""
    if not arguments.strip():
        return {}
    try:
        value = parse(arguments)
    except ValueError:
        value = arguments
    if isinstance(value, dict):
        return value
    return {} if value is None else {"INVALID_JSON": arguments}


def _document(media_type: str, data: bytes) -> Block:
    """What is written in plain text travels as that, whatever its kind; all else must be a PDF."""
    if media_type != "application/pdf" and b"\0" not in data:
        try:
            return {"type": "text", "media_type": "text/plain", "data": data.decode("utf-8-sig")}
        except UnicodeDecodeError:
            pass
    return _encoded(media_type, data)


def _encoded(media_type: str, data: bytes) -> Block:
    return {"type": "base64", "media_type": media_type, "data": b64encode(data).decode()}


class _Ids:
    """Names for calls that Anthropic accepts: other providers use other characters, or give none at all."""

    def __init__(self) -> None:
        self._nameless = 0
        self._unanswered: list[str] = []

    def of_call(self, identity: str) -> str:
        """The name of the next call."""
        if identity:
            return _NOT_IN_AN_ID.sub("_", identity)
        self._nameless += 1
        self._unanswered.append(f"call_{self._nameless}")
        return self._unanswered[-1]

    def of_result(self, identity: str) -> str:
        """The name of the call that a result answers; one without a name answers the oldest such call."""
        if identity:
            return _NOT_IN_AN_ID.sub("_", identity)
        return self._unanswered.pop(0) if self._unanswered else "call_0"
