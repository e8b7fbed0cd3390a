"""A conversation: a tree of messages, and the head you are looking at."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from llmtui.chat.message import Message

TITLE_LENGTH = 60

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the model is to choose its words; None, or no stop words, leaves it to the provider.

    `effort` is how hard to think, `thinking_tokens` how many tokens that may take (0: do not think); a
    dialect uses whichever its provider knows.
    """

    temperature: float | None = None
    max_tokens: int | None = None
    top_p: float | None = None
    top_k: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    effort: Effort | None = None
    thinking_tokens: int | None = None


AS_THE_PROVIDER_LIKES = Sampling()


@dataclass(frozen=True)
class Conversation:
    """A tree of messages in the order they were made, a parent always before its children.

    `head` is the leaf being looked at; `model` is the `provider/model` asked next; `created` and `updated`
    are Unix seconds; `draft` is what was being typed. `fallbacks` are the `provider/model`s that are asked in
    turn when `model` fails before its first word. `sent_from` is the first message that is sent to a model,
    empty for all of them.
    """

    id: str
    title: str = ""
    created: float = 0.0
    updated: float = 0.0
    messages: tuple[Message, ...] = ()
    head: str | None = None
    system: str = ""
    model: str = ""
    sampling: Sampling = AS_THE_PROVIDER_LIKES
    draft: str = ""
    fallbacks: tuple[str, ...] = ()
    sent_from: str = ""

    @cached_property
    def by_id(self) -> Mapping[str, Message]:
        return {message.id: message for message in self.messages}

    @cached_property
    def path(self) -> tuple[Message, ...]:
        """The branch being looked at, from the first message to the head."""
        found: list[Message] = []
        at = self.by_id.get(self.head) if self.head else None
        while at is not None:
            found.append(at)
            at = self.by_id.get(at.parent) if at.parent else None
        return tuple(reversed(found))

    @property
    def sent(self) -> tuple[Message, ...]:
        """What of the path is sent to a model: all, or what was not trimmed off its beginning."""
        places = [place for place, message in enumerate(self.path) if message.id == self.sent_from]
        return self.path[places[0] :] if places else self.path

    @cached_property
    def _children(self) -> Mapping[str | None, tuple[str, ...]]:
        grouped: dict[str | None, list[str]] = {}
        for message in self.messages:
            grouped.setdefault(message.parent, []).append(message.id)
        return {parent: tuple(ids) for parent, ids in grouped.items()}

    def siblings(self, message_id: str) -> tuple[str, ...]:
        """The ids of the branches that start where this message does, this one included, oldest first."""
        message = self.by_id[message_id]
        return self._children[message.parent]

    def leaf(self, message_id: str) -> str:
        """The newest leaf below a message: where choosing its branch leads."""
        while children := self._children.get(message_id):
            message_id = children[-1]
        return message_id

    def adding(self, message: Message) -> "Conversation":
        """The conversation with one more message, which becomes the head."""
        return replace(self, messages=(*self.messages, message), head=message.id)

    def replacing(self, message: Message) -> "Conversation":
        """The conversation with a newer version of a message that it has."""
        # The newest messages change most: look from the end.
        for place in range(len(self.messages) - 1, -1, -1):
            if self.messages[place].id == message.id:
                kept = (*self.messages[:place], message, *self.messages[place + 1 :])
                return replace(self, messages=kept)
        raise KeyError(message.id)


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation as a list shows it."""

    id: str
    title: str
    updated: float
    messages: int
    model: str = ""
    streaming: bool = False


def title_from(text: str) -> str:
    """A title from the first words of a conversation: its first written line, cut at a word."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    line = " ".join(line.lstrip("#>-* ").split())
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[:TITLE_LENGTH].rsplit(" ", 1)[0]
    return (cut or line[:TITLE_LENGTH]).rstrip(",.;:") + "…"
