"""Conversations as a file: JSON that can be read back, and markdown that can be read.

The JSON is `{"format": "llmtui", "version": 1, "conversations": [...]}`; bytes are base64, seconds are
numbers, and what nobody knows is null.
"""

import json
import math
import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, assert_never

from llmtui.chat.conversation import Conversation
from llmtui.chat.failure import Failure
from llmtui.chat.message import Answer, Message
from llmtui.chat.parts import File, Image, Part, Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.chat.surrogates import without_lone_surrogates

FORMAT = "llmtui"
VERSION = 1

_FENCES = re.compile("`{3,}")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a file could not be read, and where in it: a sentence without a full stop."""

    what: str


def to_json(conversations: Iterable[Conversation], cleaned: Callable[[str], str] = str) -> str:
    """Everything that is known of these conversations, as one JSON document that ends in a newline.

    What is told of a failure goes through `cleaned`; what was said never does.
    """
    document = {
        "format": FORMAT,
        "version": VERSION,
        "conversations": [_conversation(conversation, cleaned) for conversation in conversations],
    }
    written = json.dumps(_plain(document), ensure_ascii=False, indent=1, allow_nan=False)
    return without_lone_surrogates(written) + "\n"


def from_json(text: str | bytes) -> tuple[Conversation, ...] | Unreadable:
    """The conversations of such a document, whole and in order, or what is wrong with it.

    Only `parts`, `role` and `parent` are asked of a message. Ids are made up where they are missing, a
    parent may come after its children, and a model's message without an `answer` is a complete one.
    """
    # Pydantic takes a tenth of a second, and most runs import nothing.
    from llmtui.chat.archive_shape import read

    found = read(text)
    return Unreadable(found) if isinstance(found, str) else found


def to_markdown(conversation: Conversation, cleaned: Callable[[str], str] = str) -> str:
    """The branch being looked at, for reading: what was said stands as it was written, and what is told of a
    failure goes through `cleaned`."""
    blocks = [f"# {_one_line(conversation.title) or 'A conversation'}"]
    if conversation.system:
        blocks += ["## System", conversation.system]
    for message in conversation.path:
        blocks.append(f"## {_speaker(message)}")
        blocks += [block for part in message.parts if (block := _markdown(part))]
        if (answer := message.answer) and answer.outcome != "complete":
            reason = f": {_one_line(cleaned(answer.error.message))}" if answer.error else ""
            blocks.append(f"*({answer.outcome}{reason})*")
    return without_lone_surrogates("\n\n".join(blocks)) + "\n"


def _conversation(conversation: Conversation, cleaned: Callable[[str], str]) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "title": conversation.title,
        "created": conversation.created,
        "updated": conversation.updated,
        "system": conversation.system,
        "model": conversation.model,
        "sampling": asdict(conversation.sampling),
        "head": conversation.head,
        "draft": conversation.draft,
        "fallbacks": conversation.fallbacks,
        "sent_from": conversation.sent_from,
        "messages": [_message(message, cleaned) for message in conversation.messages],
    }


def _message(message: Message, cleaned: Callable[[str], str]) -> dict[str, Any]:
    written: dict[str, Any] = {
        "id": message.id,
        "parent": message.parent,
        "role": message.role,
        "created": message.created,
        "parts": [{"kind": part.kind} | asdict(part) for part in message.parts],
    }
    if message.answer:
        written["answer"] = {**asdict(_with(message.answer, cleaned)), "waiting": None}
    return written


def _with(answer: Answer, cleaned: Callable[[str], str]) -> Answer:
    """The answer with the words of its failures cleaned."""

    def clean(failure: Failure) -> Failure:
        what, hint, detail = cleaned(failure.what), cleaned(failure.hint), cleaned(failure.detail)
        return replace(failure, what=what, hint=hint, detail=detail)

    return replace(
        answer,
        error=answer.error and clean(answer.error),
        detours=tuple(replace(detour, failure=clean(detour.failure)) for detour in answer.detours),
    )


def _plain(value: Any) -> Any:
    """The value in what JSON has: no bytes, and no number that is not one."""
    match value:
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case bytes():
            return b64encode(value).decode("ascii")
        case float() if not math.isfinite(value):
            return None
        case _:
            return value


def _speaker(message: Message) -> str:
    match message.role:
        case "user":
            return "You"
        case "system":
            return "System"
        case "tool":
            return "Tool"
        case "assistant":
            answer = message.answer
            return _one_line((answer.model or answer.requested) if answer else "") or "Assistant"
        case _:
            assert_never(message.role)


def _markdown(part: Part) -> str:
    match part:
        case Text(text) | Refusal(text):
            return text
        case Reasoning(text):
            if not text.strip():
                return ""
            # Quoted line by line, so that no thought can close the fold around it.
            quoted = "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())
            summary = f"Thought for {part.seconds:.0f} s" if part.seconds >= 1 else "Thought"
            return f"<details>\n<summary>{summary}</summary>\n\n{quoted}\n\n</details>"
        case ToolCall(_, name, arguments):
            return f"Called `{_one_line(name)}`:\n\n{_fenced(arguments, 'json')}"
        case ToolResult(_, text, is_error):
            return f"{'Failed with' if is_error else 'Gave back'}:\n\n{_fenced(text)}"
        case Image(media_type, data, name):
            return f"*(a picture: {_one_line(name or media_type)}, {len(data):,} bytes)*"
        case File(name, media_type, data):
            return f"*(a file: {_one_line(name or media_type)}, {len(data):,} bytes)*"
        case _:
            assert_never(part)


def _fenced(text: str, language: str = "") -> str:
    fence = "`" * (max((len(run) for run in _FENCES.findall(text)), default=2) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
