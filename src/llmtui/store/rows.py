"""Values to rows and back: pure, and every row is one that SQLite takes."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, assert_never

from llmtui.chat.conversation import Conversation
from llmtui.chat.events import Usage
from llmtui.chat.message import Answer, Message, Timing
from llmtui.chat.parts import File, Image, Part, Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.chat.surrogates import without_lone_surrogates
from llmtui.store import besides

Value = str | bytes | int | float | None
Row = tuple[Value, ...]

# The columns, in the order of the rows below.
OWN_COLUMNS = ("title", "created", "head", "system", "model", "temperature", "max_tokens", "draft", "besides")
MESSAGE_COLUMNS = (
    *("id", "parent", "role", "created", "requested", "provider", "model", '"by"', "outcome"),
    *("finish_reason", "usage_input", "usage_output", "usage_reasoning", "usage_cached", "usage_total"),
    *("usage_estimated", "cost", "first_token", "total", "error", "besides", "owner"),
)
PART_COLUMNS = (
    *("kind", "text", "began", "ended", "signature", "call_id", "name", "arguments", "is_error"),
    *("media_type", "data"),
)

_INTEGERS = (-(2**63), 2**63 - 1)


def fit(values: Sequence[Value]) -> Row:
    """The values as SQLite can hold them: no half characters, no endless numbers, no integers too long."""
    return tuple(_fit(value) for value in values)


def own_row(conversation: Conversation) -> Row:
    """A conversation in `OWN_COLUMNS`."""
    sampling = conversation.sampling
    return fit(
        (
            conversation.title,
            finite(conversation.created),
            conversation.head,
            conversation.system,
            conversation.model,
            sampling.temperature,
            sampling.max_tokens,
            conversation.draft,
            besides.of_conversation(conversation),
        )
    )


def with_head(own: Row, head: str) -> Row:
    """The own row of a conversation whose head has moved."""
    place = OWN_COLUMNS.index("head")
    return (*own[:place], *fit((head,)), *own[place + 1 :])


def conversation_from(
    conversation_id: str, updated: float, own: Sequence[Any], messages: tuple[Message, ...]
) -> Conversation:
    """The conversation whose own columns these are."""
    title, created, head, system, model, temperature, max_tokens, draft, written = own
    more = besides.read(written)
    return Conversation(
        id=conversation_id,
        title=title,
        created=created,
        updated=updated,
        messages=messages,
        head=head,
        system=system,
        model=model,
        sampling=besides.sampling_in(more, temperature, max_tokens),
        draft=draft,
        fallbacks=besides.fallbacks_in(more),
        sent_from=besides.sent_from_in(more),
    )


def message_row(message: Message, owner: str) -> Row:
    """A message in `MESSAGE_COLUMNS`; the owner is written only while it is streaming."""
    basic = (message.id, message.parent, message.role, finite(message.created))
    return fit((*basic, *answer_row(message, owner)))


def answer_row(message: Message, owner: str) -> Row:
    """What can change of a message while it streams: `MESSAGE_COLUMNS` from `requested` on."""
    answer = message.answer
    if answer is None:
        return (None,) * (len(MESSAGE_COLUMNS) - 4)
    usage = answer.usage or Usage()
    return fit(
        (
            answer.requested,
            answer.provider,
            answer.model,
            answer.by,
            answer.outcome,
            answer.finish_reason,
            usage.input,
            usage.output,
            usage.reasoning,
            usage.cached,
            usage.total,
            int(usage.estimated) if answer.usage else None,
            usage.cost,
            answer.timing.first_token,
            answer.timing.total,
            json.dumps(asdict(answer.error), ensure_ascii=False) if answer.error else None,
            besides.of_answer(answer),
            owner if message.streaming else None,
        )
    )


def message_from(row: Sequence[Any], parts: tuple[Part, ...]) -> Message:
    """The message of a row in `MESSAGE_COLUMNS`."""
    name, parent, role, created, requested, provider, model, by, outcome, finish_reason = row[:10]
    asked, said, thought, cached, tokens, estimated, cost, first_token, total, error, written = row[10:21]
    answer = None
    if requested is not None:
        more = besides.read(written)
        answer = Answer(
            requested=requested,
            provider=provider,
            model=model,
            by=by,
            usage=None
            if estimated is None
            else besides.usage_in(
                more,
                input=asked,
                output=said,
                reasoning=thought,
                cached=cached,
                total=tokens,
                estimated=bool(estimated),
                cost=cost,
            ),
            timing=Timing(first_token, total),
            outcome=outcome,
            finish_reason=finish_reason,
            error=besides.failure_from(error) if error else None,
            # Most of ten thousand have nothing there.
            **besides.answer_in(more) if more else {},
        )
    return Message(name, role, parts, parent, created, answer)


def part_row(part: Part) -> Row:
    """A part in `PART_COLUMNS`."""
    text = began = ended = signature = call_id = name = arguments = is_error = media_type = data = None
    match part:
        case Text() | Refusal():
            text = part.text
        case Reasoning():
            text, began, ended, signature = part.text, part.began, part.ended, part.signature
        case ToolCall():
            call_id, name, arguments, signature = part.id, part.name, part.arguments, part.signature
        case ToolResult():
            call_id, text, is_error = part.call_id, part.text, int(part.is_error)
        case Image() | File():
            name, media_type, data = part.name, part.media_type, part.data
        case _:
            assert_never(part)
    return fit(
        (part.kind, text, began, ended, signature, call_id, name, arguments, is_error, media_type, data)
    )


def part_from(row: Sequence[Any], more: str = "") -> Part | None:
    """The part of a row in `PART_COLUMNS` and the pieces that came after; None for a kind not known here."""
    kind, text, began, ended, signature, call_id, name, arguments, is_error, media_type, data = row
    match kind:
        case "text":
            return Text(text + more)
        case "refusal":
            return Refusal(text + more)
        case "reasoning":
            return Reasoning(text + more, began or 0.0, ended or 0.0, signature)
        case "tool_call":
            return ToolCall(call_id, name, arguments + more, signature)
        case "tool_result":
            return ToolResult(call_id, text, bool(is_error))
        case "image":
            return Image(media_type, data, name)
        case "file":
            return File(name, media_type, data)
        case _:
            return None


def grown(old: Part | None, new: Part) -> str | None:
    """What was said since, if the new part is the old one with more words, else None."""
    match old, new:
        case (Text(before), Text(after)) | (Reasoning(before), Reasoning(after)):
            pass
        case Refusal(before), Refusal(after):
            pass
        case ToolCall(arguments=before), ToolCall(arguments=after):
            pass
        case _:
            return None
    return after[len(before) :] if after.startswith(before) else None


def finite(seconds: float) -> float:
    """The seconds, or 0 where they are no number: some columns must have one."""
    return seconds if math.isfinite(seconds) else 0.0


def _fit(value: Value) -> Value:
    match value:
        case str():
            return without_lone_surrogates(value)
        case float():
            return value if math.isfinite(value) else None
        case int():
            return min(max(value, _INTEGERS[0]), _INTEGERS[1])
        case _:
            return value
