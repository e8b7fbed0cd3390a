"""Going on with an answer that ended before it was finished: which can be, and from where."""

from dataclasses import replace

from llmtui.chat.message import Answer, Message
from llmtui.chat.parts import Part, Reasoning, Refusal, Text, ToolCall
from llmtui.chat.request import GO_ON, Request

# How providers say that an answer met its limit of tokens.
_AT_ITS_LIMIT = frozenset(
    {
        "length",
        "max_tokens",
        "max_output_tokens",
        "incomplete:max_output_tokens",
        "model_context_window_exceeded",
    }
)
# How providers say that their filter ended an answer in its midst.
_FILTERED = frozenset(
    {
        "content_filter",
        "incomplete:content_filter",
        "refusal",
        "safety",
        "recitation",
        "blocklist",
        "prohibited_content",
        "spii",
    }
)


def filtered(answer: Answer) -> bool:
    """Whether the provider said that its filter ended it: words may be missing at its end."""
    return answer.finish_reason.lower() in _FILTERED


def at_its_limit(answer: Answer) -> bool:
    """Whether the provider said that it ended because no more tokens were allowed."""
    return answer.finish_reason.lower() in _AT_ITS_LIMIT


def unfinished(message: Message) -> bool:
    """Whether this answer ended before the model was done with it."""
    answer = message.answer
    if answer is None:
        return False
    match answer.outcome:
        case "stopped" | "truncated" | "interrupted":
            return True
        case "complete":
            return at_its_limit(answer)
        case _:
            return False


def beginning(message: Message) -> tuple[Part, ...]:
    """The parts with which an answer that goes on with this one begins; none if it cannot be gone on with.

    Only words can be. A thought that was cut off is no use to anybody and is left behind, and so is blank
    space at the end, which some providers refuse and every model writes again. A call of a tool must be
    answered and not gone on with, and a refusal is finished.
    """
    parts = list(message.parts)
    if any(isinstance(part, ToolCall | Refusal) for part in parts):
        return ()
    while parts and (isinstance(parts[-1], Reasoning) or _is_blank(parts[-1])):
        parts.pop()
    match parts:
        case [*before, Text(text)]:
            return (*before, Text(text.rstrip()))
        case _:
            return ()


def can_go_on(message: Message) -> bool:
    """Whether there is an end to go on from."""
    return unfinished(message) and bool(beginning(message))


def said_before(parts: tuple[Part, ...]) -> int:
    """How many characters of text these parts are."""
    return sum(len(part.text) for part in parts if isinstance(part, Text))


def in_words(request: Request) -> Request:
    """The same, asked for in words: where a provider refuses to be given the beginning of its answer."""
    wish = Message("", "user", (Text(GO_ON),))
    return replace(request, messages=(*request.messages, wish), continuing=False)


def unsigned(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts as another answer may begin with them: what proves a thought, or is one that only its
    provider can read, stays with the answer that it came with. Nobody knows yet who gives the other one."""
    return tuple(
        replace(part, signature=None) if isinstance(part, Reasoning) else part
        for part in parts
        if not isinstance(part, Reasoning) or part.text
    )


def _is_blank(part: Part) -> bool:
    return isinstance(part, Text) and not part.text.strip()
