"""What a session tells those who listen."""

from collections.abc import Callable
from dataclasses import dataclass

from llmtui.chat.conversation import Conversation
from llmtui.chat.events import Event
from llmtui.chat.message import Message
from llmtui.engine.needs import NotKept


@dataclass(frozen=True, slots=True)
class Said:
    """An event happened to a message; `message` is what it is now."""

    conversation_id: str
    message: Message
    event: Event


@dataclass(frozen=True, slots=True)
class Turned:
    """The conversation has another shape: a message more, another head, title, model or queue."""

    conversation: Conversation
    queue: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unsaved:
    """Something could not be saved, or, with None, everything is saved again."""

    trouble: NotKept | None


Change = Said | Turned | Unsaved
Listener = Callable[[Change], None]
