"""Conversations in which everything that can be text means harm, for `llmtui history import` to take in."""

from llmtui.chat.archive import to_json
from llmtui.chat.conversation import Conversation, Sampling
from llmtui.chat.detour import Detour
from llmtui.chat.failure import Failure
from llmtui.chat.message import Answer, Message, Timing
from llmtui.chat.parts import File, Image, Reasoning, Refusal, Text, ToolCall, ToolResult
from tests.terminal.payloads import PAYLOADS, SHORT


def archive() -> str:
    """A conversation of every kind of part, and one for each of some titles."""
    return to_json((_whole(SHORT), *map(_titled, range(0, len(PAYLOADS), 20))))


def _whole(evil: str) -> Conversation:
    failure = Failure("server", evil, evil, evil, 500, evil)
    answer = Answer(
        f"{evil}/{evil}",
        evil,
        evil,
        evil,
        timing=Timing(1.0, 2.0),
        outcome="failed",
        finish_reason=evil,
        error=failure,
        detours=(Detour("fallback", f"{evil}/{evil}", failure, f"{evil}/{evil}"),),
    )
    parts = (
        Reasoning(evil, 0.0, 2.0, evil),
        Text(f"{evil}\n\n# {evil}\n\n```{evil}\n{evil}\n```\n"),
        Refusal(evil),
        ToolCall(evil, evil, evil, evil),
    )
    messages = (
        Message("q", "user", (Text(evil), Image(evil, b"x", evil), File(evil, evil, b"x")), created=1.0),
        Message("a", "assistant", parts, "q", 2.0, answer),
        Message("r", "tool", (ToolResult(evil, evil), ToolResult(evil, evil, is_error=True)), "a", 3.0),
    )
    return Conversation(
        "evil",
        evil,
        1.0,
        4_000_000_000.0,
        messages,
        "r",
        system=evil,
        model=f"{evil}/{evil}",
        sampling=Sampling(stop=(evil,)),
        draft=evil,
        fallbacks=(f"{evil}/{evil}",),
    )


def _titled(number: int) -> Conversation:
    title = " ".join(PAYLOADS[number : number + 20])
    message = Message(f"m{number}", "user", (Text(title),), created=1.0)
    return Conversation(f"titled-{number}", title, 1.0, 2.0, (message,), message.id, model=f"openai/{SHORT}")
