"""`llmtui ask --events`: a JSON object a line for each thing that happens, the ending last."""

from typing import Any, assert_never

from llmtui.chat.events import (
    Detoured,
    Done,
    Event,
    Failed,
    ModelReported,
    ReasoningDelta,
    RefusalDelta,
    Stopped,
    TextDelta,
    ToolCallDelta,
    Unread,
    UsageReported,
    Waiting,
)
from llmtui.chat.message import Message
from llmtui.cli.printing import Printer, as_object, detour_object, usage_object
from llmtui.engine.changes import Change, Said


class Streamer:
    """Hears a session, and has a printer of JSON print each event."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer

    def hear(self, change: Change) -> None:
        """A listener."""
        match change:
            case Said(_, _, event) if line := as_line(event):
                self._printer.print_object(line)
            case _:
                pass

    def ending(self, conversation_id: str, message: Message, cost: float | None) -> dict[str, Any]:
        """The last line: `done`, `error` or `stopped`, with everything that `--json` tells."""
        assert message.answer is not None
        match message.answer.outcome:
            case "complete":
                kind = "done"
            case "stopped":
                kind = "stopped"
            case _:
                kind = "error"
        return {"event": kind, **as_object(conversation_id, message, cost)}


def as_line(event: Event) -> dict[str, Any] | None:
    """What an event says, None for an ending and for what has no words; seconds and tokens as in `--json`."""
    match event:
        case TextDelta(text):
            return {"event": "delta", "text": text}
        case ReasoningDelta(text):
            # A proof of thinking alone is for its provider only.
            return {"event": "delta", "reasoning": text} if text else None
        case RefusalDelta(text):
            return {"event": "delta", "refusal": text}
        case ToolCallDelta(index, id, name, arguments):
            return {
                "event": "delta",
                "tool_call": {"index": index, "id": id, "name": name, "arguments": arguments},
            }
        case ModelReported(model, by):
            return {"event": "model", "model": model, **({"by": by} if by else {})}
        case UsageReported(usage):
            return {"event": "usage", "usage": usage_object(usage)}
        case Waiting(why, seconds, failure):
            told = {"event": "waiting", "why": why, "seconds": seconds}
            return {**told, **({"error": failure.message} if failure else {})}
        case Detoured(detour):
            return {"event": "detour", **detour_object(detour)}
        case Unread(what):
            return {"event": "unread", "what": what}
        case Done() | Failed() | Stopped():
            return None
        case _:
            assert_never(event)
