"""What a session tells those who listen."""

from collections.abc import Callable
from typing import NamedTuple

from llmtui.chat.conversation import Conversation
from llmtui.chat.events import Event
from llmtui.chat.message import Message
from llmtui.engine.needs import NotKept


class Said(NamedTuple):
    """An event happened to a message; `message` is what it is now."""

    conversation_id: str
    message: Message
    event: Event


class Turned(NamedTuple):
    """The conversation has another shape: a message more, another head, title, model or queue."""

    conversation: Conversation
    queue: tuple[str, ...]


class Unsaved(NamedTuple):
    """Something could not be saved, or, with None, everything is saved again."""

    trouble: NotKept | None


Change = Said | Turned | Unsaved
Listener = Callable[[Change], None]
