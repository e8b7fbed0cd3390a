"""How an answer is printed: the answer to stdout, everything about it to stderr."""

import json
from typing import Any, TextIO

from llmtui.chat.detour import Detour
from llmtui.chat.events import Detoured, ReasoningDelta, TextDelta, Usage, Waiting
from llmtui.chat.message import Message
from llmtui.chat.parts import ToolCall
from llmtui.chat.way import another_answered, failures, limit_words, turns, unread_words, waiting_words
from llmtui.engine.changes import Change, Said, Unsaved
from llmtui.engine.going_on import at_its_limit, filtered
from llmtui.terminal import safe_line, safe_text


class Printer:
    """Hears a session and prints. `broken` once whoever read stdout has gone."""

    def __init__(
        self, out: TextIO, narration: TextIO, *, stream: bool, reasoning: bool, usage: bool, as_json: bool
    ) -> None:
        self._out, self._narration = out, narration
        self._stream, self._reasoning, self._usage, self._json = (
            stream and not as_json,
            reasoning,
            usage,
            as_json,
        )
        # What a terminal reads may act on it; a file or a pipe gets the words as they are.
        self._shown = safe_text if out.isatty() else str
        self._part = ""
        self._ends_with_newline = True
        self.broken = False

    def hear(self, change: Change) -> None:
        """A listener."""
        match change:
            case Said(_, message, ReasoningDelta(text)) if self._reasoning and self._stream:
                self._begin("Reasoning", message)
                self._narrate(safe_text(text))
            case Said(_, message, TextDelta(text)) if self._stream:
                self._begin("Response", message)
                self._print(text)
            case Said(_, message, Waiting(why="retry" | "turn" | "pace") as waiting):
                name = message.answer.asked if message.answer else ""
                self._narrate(f"llmtui: {safe_line(name)}: {safe_line(waiting_words(waiting, 0.0))}\n")
            case Said(_, message, Detoured()):
                self._narrate(f"llmtui: {safe_line(turns(message)[-1])}\n")
            case Unsaved(trouble) if trouble is not None:
                self._narrate(f"llmtui: NOT SAVED: {trouble.what}. {trouble.hint}\n")
            case _:
                pass

    def finish(
        self,
        conversation_id: str,
        message: Message,
        told: dict[str, Any] | None = None,
        cost: float | None = None,
        lasting: str = "",
    ) -> None:
        """The answer has ended: print what is left of it, and what there is to say of it; `told` is the
        object to print instead of the usual one, `cost` is in US dollars, None if nobody knows, and
        `lasting` the lasting name of the model that was asked, if it has one beside the other."""
        if self._json:
            self.print_object(told or as_object(conversation_id, message, cost))
        else:
            self._print_rest(message)
        self._say_outcome(message, lasting)
        if self._usage and not self._json:
            self._narrate("\nUsage Statistics:\n" + usage_lines(message, cost))

    def print_object(self, told: dict[str, Any]) -> None:
        """Print a JSON object on a line of its own."""
        self._print(json.dumps(told, ensure_ascii=False) + "\n")

    def _print_rest(self, message: Message) -> None:
        if not self._stream:
            if self._reasoning and message.reasoning:
                self._begin("Reasoning", message)
                self._narrate(safe_text(message.reasoning))
            self._begin("Response", message)
            self._print(message.text)
        if not self._ends_with_newline:
            self._print("\n")
        if message.refusal:
            self._narrate(safe_text(f"llmtui: the model declined: {message.refusal.strip()}\n"))
        for part in message.parts:
            if isinstance(part, ToolCall):
                self._narrate(safe_text(f"llmtui: it wants to call {part.name}({part.arguments})\n"))

    def _begin(self, part: str, message: Message) -> None:
        """The headings of the parts, where more than the answer was asked for."""
        if part == self._part or not (self._reasoning or self._usage):
            return
        if not self._part:
            self._narrate(f"Model: {safe_text(name_of(message))}\n")
        self._part = part
        self._narrate(f"\n{part}:\n")

    def _say_outcome(self, message: Message, lasting: str) -> None:
        answer = message.answer
        if answer is None:
            return
        if answer.provider == "builtin" and not self._json:
            self._narrate("llmtui: answered by the built-in guide, which is not an LLM\n")
        if any(detour.kind == "fallback" for detour in answer.detours):
            for turn in turns(message):
                self._narrate(f"llmtui: {safe_line(turn)}\n")
        elif not (self._json or self._reasoning or self._usage) and another_answered(
            answer, lambda _asked: lasting
        ):
            self._narrate(f"llmtui: answered by {safe_line(answer.model)}\n")
        if answer.unread:
            self._narrate(f"llmtui: {unread_words(answer.unread)}\n")
        match answer.outcome:
            case "stopped":
                self._narrate("llmtui: stopped; what came is kept\n")
            case "failed" | "truncated":
                for why in failures(message) or ("the answer did not reach its end",):
                    self._narrate(f"llmtui: {safe_text(why)}\n")
            case _ if at_its_limit(answer):
                self._narrate(f"llmtui: the answer {limit_words(message)}\n")
            case _ if filtered(answer):
                why = safe_line(answer.finish_reason)
                self._narrate(f"llmtui: the provider's filter ended the answer ({why})\n")

    def _print(self, text: str) -> None:
        if self.broken or not text:
            return
        self._ends_with_newline = text.endswith("\n")
        try:
            self._out.write(self._shown(text))
            self._out.flush()
        except (OSError, ValueError):
            # Its reader has gone, or the disk behind it is full: nothing more can be printed.
            self.broken = True

    def _narrate(self, text: str) -> None:
        if not self._ends_with_newline and self._out.isatty() and text.startswith("llmtui:"):
            text = "\n" + text
        try:
            self._narration.write(text)
            self._narration.flush()
        except OSError:
            # Nobody listens to the narration; the answer still has a reader.
            pass


def name_of(message: Message) -> str:
    """The model that answered, or that was asked as long as no other is known."""
    answer = message.answer
    return (answer.model or answer.requested) if answer else ""


def usage_lines(message: Message, cost: float | None = None) -> str:
    """The tokens, a line each, and the cost in US dollars if it is known."""
    usage = message.answer.usage if message.answer else None
    if usage is None:
        return "  not reported\n"
    about = " (estimated)" if usage.estimated else ""
    read, made = usage.read, usage.made
    total = usage.total
    if total is None and read is not None and made is not None:
        total = read + made
    named = (
        ("Prompt tokens", read),
        ("Completion tokens", made),
        ("Reasoning tokens", usage.reasoning),
        ("Cached tokens", usage.cached),
        ("Total tokens", total),
    )
    tokens = "".join(f"  {name}: {count}{about}\n" for name, count in named if count is not None)
    return tokens if cost is None else f"{tokens}  Cost: ${_dollars(cost)}{about}\n"


def _dollars(amount: float) -> str:
    return f"{amount:.9f}".rstrip("0").rstrip(".")


def as_object(conversation_id: str, message: Message, cost: float | None = None) -> dict[str, Any]:
    """The object that `ask --json` prints; counts are tokens, times seconds, and `cost` US dollars: it is
    left out where nobody knows it."""
    answer = message.answer
    assert answer is not None
    usage, error = answer.usage, answer.error
    return {
        "conversation_id": conversation_id,
        "model": answer.model or answer.requested.partition("/")[2],
        "requested_model": answer.requested,
        "provider": answer.provider,
        "text": message.text,
        "reasoning": message.reasoning,
        **({"refusal": message.refusal} if message.refusal else {}),
        "tool_calls": [
            {"id": part.id or None, "name": part.name, "arguments": part.arguments}
            for part in message.parts
            if isinstance(part, ToolCall)
        ],
        "finish_reason": answer.finish_reason or None,
        "outcome": answer.outcome,
        "error": {"kind": error.kind, "message": error.message, "detail": error.detail} if error else None,
        "usage": usage_object(usage, cost),
        **({"detours": [detour_object(detour) for detour in answer.detours]} if answer.detours else {}),
        **({"unread": answer.unread} if answer.unread else {}),
        "timing": {"first_token_s": answer.timing.first_token, "total_s": answer.timing.total},
    }


def usage_object(usage: Usage | None, cost: float | None = None) -> dict[str, Any]:
    """Tokens as an object; null where nobody said."""
    return {
        "input": usage.input if usage else None,
        "output": usage.output if usage else None,
        "reasoning": usage.reasoning if usage else None,
        "cached": usage.cached if usage else None,
        "total": usage.total if usage else None,
        # Who charges for what is put into the cache counts that apart.
        **({"cache_write": usage.cache_written} if usage and usage.cached_apart else {}),
        "estimated": usage.estimated if usage else True,
        **({"cost": cost} if cost is not None else {}),
    }


def detour_object(detour: Detour) -> dict[str, Any]:
    """A turn that an answer took, and why."""
    failure = detour.failure
    said = {"kind": failure.kind, "message": failure.message, "status": failure.status}
    return {"kind": detour.kind, "model": detour.model, "what": detour.what, "failure": said}
