"""Leaving the oldest turns of a conversation out of what is sent; they stay where they are in the history."""

from llmtui.chat.conversation import Conversation
from llmtui.chat.message import Message
from llmtui.chat.tokens import estimate


def first_sent(conversation: Conversation, turns: int | None) -> tuple[str, int]:
    """(the first message that is to be sent, how many turns of the path that leaves out).

    A turn is a question with what answers it. `turns` is how many of the oldest are left out, 0 for none;
    None for as many more as make about half of what is sent now. The newest is always sent.
    """
    questions = [message for message in conversation.path if message.role == "user"]
    last = len(questions) - 1
    if last < 1 or turns == 0:
        return "", 0
    out = min(last, _half(conversation, questions) if turns is None else turns)
    return (questions[out].id, out) if out else ("", 0)


def left_out(conversation: Conversation) -> int:
    """How many turns of the path are not sent now."""
    sent = {message.id for message in conversation.sent}
    return sum(message.role == "user" and message.id not in sent for message in conversation.path)


def _half(conversation: Conversation, questions: list[Message]) -> int:
    """How many turns to leave out so that about half of what is sent now is left, one more at least."""
    sent = conversation.sent
    sizes = [estimate(message.text) + 1 for message in sent]
    rest, first = sum(sizes), left_out(conversation)
    half = rest / 2
    out = first
    for message, size in zip(sent, sizes, strict=True):
        if message.role == "user" and rest <= half and out > first:
            break
        if message.role == "user":
            out += 1
        rest -= size
    return max(first + 1, out)
