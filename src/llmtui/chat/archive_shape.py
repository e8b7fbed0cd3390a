"""What a conversation looks like in a file, checked by pydantic; imported only when one is read."""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from llmtui.chat.conversation import AS_THE_PROVIDER_LIKES, Conversation, Sampling
from llmtui.chat.detour import Detour
from llmtui.chat.events import Usage
from llmtui.chat.failure import Failure
from llmtui.chat.message import Answer, Message, Outcome, Role, Timing
from llmtui.chat.parts import Part
from llmtui.chat.surrogates import without_lone_surrogates


class _Shape(BaseModel):
    model_config = ConfigDict(
        frozen=True, val_json_bytes="base64", ser_json_bytes="base64", allow_inf_nan=False
    )


class _Answer(_Shape):
    requested: str = ""
    provider: str = ""
    model: str = ""
    by: str = ""
    usage: Usage | None = None
    timing: Timing = Timing()
    outcome: Outcome = "complete"
    finish_reason: str = ""
    error: Failure | None = None
    detours: tuple[Detour, ...] = ()
    unread: int = 0
    continued: int = 0
    accepted: bool = False


class _Message(_Shape):
    id: str | None = None
    parent: str | None
    role: Role
    created: float | None = None
    parts: tuple[Annotated[Part, Field(discriminator="kind")], ...]
    answer: _Answer | None = None


class _Conversation(_Shape):
    id: str | None = None
    title: str = ""
    created: float | None = None
    updated: float | None = None
    system: str = ""
    model: str = ""
    sampling: Sampling = AS_THE_PROVIDER_LIKES
    head: str | None = None
    draft: str = ""
    fallbacks: tuple[str, ...] = ()
    sent_from: str = ""
    messages: tuple[_Message, ...]


class _Document(_Shape):
    format: Literal["llmtui"]
    version: Literal[1]
    conversations: tuple[_Conversation, ...]


_KINDS = ("text", "refusal", "reasoning", "tool_call", "tool_result", "image", "file")


class _TreeError(Exception):
    """The messages are no tree; the argument says which and why."""


def read(text: str | bytes) -> tuple[Conversation, ...] | str:
    """The conversations, or what is wrong and where."""
    try:
        document = _Document.model_validate_json(_mended(text))
        found = tuple(_conversation(shape, place) for place, shape in enumerate(document.conversations))
    except ValidationError as error:
        return _in_words(error.errors(include_url=False, include_context=False))
    except _TreeError as error:
        return str(error)
    seen: set[str] = set()
    for conversation in found:
        if conversation.id in seen:
            return f"two conversations have the id {_quoted(conversation.id)}"
        seen.add(conversation.id)
    return found


def _mended(text: str | bytes) -> str | bytes:
    """The text without a byte order mark, and without the half characters that other programs escape."""
    if isinstance(text, bytes):
        text = text.removeprefix(b"\xef\xbb\xbf")
        escaped = b"\\ud" in text.lower()
    else:
        text = without_lone_surrogates(text.removeprefix("\ufeff"))
        escaped = "\\ud" in text.lower()
    if escaped:
        with suppress(ValueError, RecursionError):
            return without_lone_surrogates(json.dumps(json.loads(text), ensure_ascii=False))
    return text


def _conversation(shape: _Conversation, place: int) -> Conversation:
    name = f"conversation {_quoted(shape.id) if shape.id is not None else f'number {place + 1}'}"
    messages = _in_order(_messages(shape.messages, name), name)
    head = shape.head
    if "head" not in shape.model_fields_set and messages:
        head = messages[-1].id
    if head is not None and all(message.id != head for message in messages):
        raise _TreeError(f"{name}: its head {_quoted(head)} is none of its messages")
    times = [message.created for message in messages]
    created = min(times, default=0.0) if shape.created is None else shape.created
    return Conversation(
        id=_made_up(shape, place) if shape.id is None else shape.id,
        title=shape.title,
        created=created,
        updated=max(times, default=created) if shape.updated is None else shape.updated,
        messages=messages,
        head=head,
        system=shape.system,
        model=shape.model,
        sampling=shape.sampling,
        draft=shape.draft,
        fallbacks=shape.fallbacks,
        sent_from=shape.sent_from,
    )


def _made_up(shape: _Conversation, place: int) -> str:
    """An id from the content, so that reading the same file twice finds the same conversation."""
    return hashlib.sha256(f"{place}:{shape.model_dump_json()}".encode()).hexdigest()[:32]


def _messages(shapes: Sequence[_Message], conversation: str) -> dict[str, Message]:
    """The messages by id, in the order of the file."""
    given = {shape.id for shape in shapes}
    messages: dict[str, Message] = {}
    number = 0
    for shape in shapes:
        name = shape.id
        while name is None or (shape.id is None and name in given):
            number += 1
            name = f"m{number}"
        if name in messages:
            raise _TreeError(f"{conversation}: two messages have the id {_quoted(name)}")
        messages[name] = Message(
            id=name,
            role=shape.role,
            parts=shape.parts,
            parent=shape.parent,
            created=shape.created or 0.0,
            answer=_answer(shape),
        )
    return messages


def _answer(shape: _Message) -> Answer | None:
    if shape.answer is None:
        return Answer("", outcome="complete") if shape.role == "assistant" else None
    known = shape.answer
    return Answer(
        requested=known.requested,
        provider=known.provider,
        model=known.model,
        by=known.by,
        usage=known.usage,
        timing=known.timing,
        outcome=known.outcome,
        finish_reason=known.finish_reason,
        error=known.error,
        detours=known.detours,
        unread=known.unread,
        continued=known.continued,
        accepted=known.accepted,
    )


def _in_order(messages: dict[str, Message], conversation: str) -> tuple[Message, ...]:
    """Every parent before its children, and otherwise the order of the file."""
    placed: dict[str, Message] = {}
    for message in messages.values():
        branch: dict[str, Message] = {}
        at: Message | None = message
        while at is not None and at.id not in placed:
            if at.id in branch:
                raise _TreeError(f"{conversation}, message {_quoted(at.id)}: it is its own ancestor")
            branch[at.id] = at
            if at.parent is None:
                break
            if at.parent not in messages:
                raise _TreeError(
                    f"{conversation}, message {_quoted(at.id)}: its parent {_quoted(at.parent)} is not there"
                )
            at = messages[at.parent]
        for name in reversed(branch):
            placed[name] = branch[name]
    return tuple(placed.values())


def _in_words(errors: Sequence[ErrorDetails]) -> str:
    first = errors[0]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    match first["type"], first["loc"]:
        case "json_invalid", _:
            return f"this is not JSON: {first['msg'].removeprefix('Invalid JSON: ')}"
        case _, ("format",):
            return 'this is no llmtui file: it does not say "format": "llmtui"'
        case _, ("version",):
            return f"only version 1 of the format is known here, and this is {_quoted(str(first['input']))}"
        case _, place:
            return f"{_path(place)}: {first['msg'][:1].lower()}{first['msg'][1:]}{more}"


def _path(place: tuple[int | str, ...]) -> str:
    """Where in the file, as `conversations[0].messages[2].role`."""
    path = ""
    for before, step in zip((None, *place), place, strict=False):
        if isinstance(step, int):
            path += f"[{step}]"
        elif not (isinstance(before, int) and step in _KINDS):
            # A kind after a number is pydantic's word for the branch it took.
            path += f".{step}" if path else step
    return path or "the file"


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"
