"""Conversations that come from a file: nothing that is here is overwritten, and nothing is doubled."""

import os
from collections.abc import Iterable
from dataclasses import replace

import apsw

from llmtui.chat.conversation import Conversation
from llmtui.chat.message import Message
from llmtui.store import reading
from llmtui.store.writing import number_of, write_conversation


def take_in(connection: apsw.Connection, conversations: Iterable[Conversation]) -> None:
    """Write them, inside the caller's transaction.

    One of which every message is here already is only brought back, if it was deleted; another one with an
    id that is taken comes under a new id.
    """
    for conversation in map(_ended, conversations):
        number = number_of(connection, conversation.id)
        if number is None:
            write_conversation(connection, conversation, "")
        elif _is_in(conversation, reading.conversation(connection, conversation.id, deleted=True)):
            connection.execute("UPDATE conversation SET deleted = NULL WHERE number = ?", (number,))
        else:
            write_conversation(connection, replace(conversation, id=os.urandom(16).hex()), "")


def _ended(conversation: Conversation) -> Conversation:
    """The conversation without anything that streams: nobody will ever end it."""
    return replace(conversation, messages=tuple(_end(message) for message in conversation.messages))


def _end(message: Message) -> Message:
    if message.answer is None or not message.streaming:
        return message
    return replace(message, answer=replace(message.answer, outcome="interrupted"))


def _is_in(conversation: Conversation, kept: Conversation | None) -> bool:
    return kept is not None and all(
        kept.by_id.get(message.id) == message for message in conversation.messages
    )
