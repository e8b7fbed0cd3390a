"""A conversation that is open in another llmtui, too: what is said there is taken in, nothing overwritten."""

from dataclasses import replace
from typing import TYPE_CHECKING

from llmtui.chat.conversation import Conversation
from llmtui.chat.message import Message

if TYPE_CHECKING:
    from llmtui.chat.news import News


def with_news(
    conversation: Conversation, news: "News", live: Message | None, elsewhere: frozenset[str] = frozenset()
) -> Conversation:
    """The conversation with what was said elsewhere; the same value if that is nothing.

    What follows the message that is looked at is looked at next. What was asked elsewhere while an answer is
    arriving here, or of another message, is a branch beside. `live` is the answer that is arriving here,
    `elsewhere` are those that were known to arrive in other processes.
    """
    for message in news.messages:
        known = conversation.by_id.get(message.id)
        if known is None and (message.parent is None or message.parent in conversation.by_id):
            follows = live is None and message.parent == conversation.head
            grown = conversation.adding(message)
            conversation = grown if follows else replace(grown, head=conversation.head)
        elif known is not None and known.streaming and known != message and not _is(message, live):
            conversation = conversation.replacing(message)
    # One that arrives is told of each time. If it is not, it is no longer in the history, and nobody ends it.
    for lost in elsewhere.difference(message.id for message in news.messages):
        conversation = conversation.replacing(_interrupted(conversation.by_id[lost]))
    return conversation


def streaming_elsewhere(conversation: Conversation, live: Message | None) -> frozenset[str]:
    """The answers that are arriving, but not here."""
    return frozenset(
        message.id for message in conversation.messages if message.streaming and not _is(message, live)
    )


def _interrupted(message: Message) -> Message:
    assert message.answer is not None
    return replace(message, answer=replace(message.answer, outcome="interrupted"))


def _is(message: Message, live: Message | None) -> bool:
    return live is not None and live.id == message.id
