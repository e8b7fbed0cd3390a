"""What of a conversation is sent to a model, and about how many tokens that is."""

from collections.abc import Iterable, Sequence

from llmtui.chat.conversation import Conversation
from llmtui.chat.message import Message
from llmtui.chat.models import ModelName
from llmtui.chat.parts import Part, ToolCall
from llmtui.chat.request import Request
from llmtui.chat.tokens import estimate

# The role, and what surrounds a message on the wire.
_TOKENS_AROUND_A_MESSAGE = 4


def request_for(conversation: Conversation, model: ModelName, stream: bool = True) -> Request:
    """The request that asks for an answer to the head of the conversation.

    Answers that failed before they said anything are left out: there is nothing in them.
    """
    said = tuple(message for message in conversation.path if message.parts)
    return Request(model, said, conversation.system, conversation.sampling, stream)


class TokenCount:
    """The tokens that a branch is, from the newest report on it and an estimate of what came since.

    Remembers what it estimated, so that a long conversation is read once.
    """

    def __init__(self) -> None:
        self._estimates: dict[str, float] = {}

    def context(self, path: Sequence[Message], system: str = "") -> tuple[int, bool]:
        """(tokens, whether any of it is an estimate) that asking after this path would send."""
        since: list[Message] = []
        for message in reversed(path):
            usage = message.answer.usage if message.answer else None
            if usage and not usage.estimated and usage.read is not None:
                reported = usage.read + (usage.made or 0) - (usage.reasoning or 0)
                return reported + round(sum(map(self._of, since))), bool(since)
            since.append(message)
        return round(estimate(system) + sum(map(self._of, since))), bool(since or system)

    def output(self, message: Message) -> tuple[float, float]:
        """(answer and calls, reasoning) tokens of a message, estimated."""
        return estimate(message.text) + _calls(message.parts), estimate(message.reasoning)

    def _of(self, message: Message) -> float:
        if message.streaming:
            return _TOKENS_AROUND_A_MESSAGE
        known = self._estimates.get(message.id)
        if known is None:
            known = _TOKENS_AROUND_A_MESSAGE + estimate(message.text) + _calls(message.parts)
            self._estimates[message.id] = known
        return known


def _calls(parts: Iterable[Part]) -> float:
    return sum(estimate(part.name + part.arguments) for part in parts if isinstance(part, ToolCall))
