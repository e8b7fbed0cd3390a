"""A conversation: a tree of messages, and the head you are looking at."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from llmtui.chat.message import Message
from llmtui.chat.tree import Tree

TITLE_LENGTH = 60
_BEGINNING = 2000

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
    def tree(self) -> Tree:
        """The messages, with what is known of who follows whom."""
        return self.messages if isinstance(self.messages, Tree) else Tree(self.messages)

    @property
    def by_id(self) -> Mapping[str, Message]:
        return self.tree.by_id

    @property
    def path(self) -> tuple[Message, ...]:
        """The branch being looked at, from the first message to the head."""
        return self.tree.path(self.head)

    @cached_property
    def sent(self) -> tuple[Message, ...]:
        """What of the path is sent to a model: all, or what was not trimmed off its beginning."""
        path = self.path
        if not self.sent_from:
            return path
        places = [place for place, message in enumerate(path) if message.id == self.sent_from]
        return path[places[0] :] if places else path

    def siblings(self, message_id: str) -> tuple[str, ...]:
        """The ids of the branches that start where this message does, this one included, oldest first."""
        return self.tree.siblings(message_id)

    def leaf(self, message_id: str) -> str:
        """The newest leaf below a message: where choosing its branch leads."""
        return self.tree.leaf(message_id)

    def adding(self, message: Message) -> "Conversation":
        """The conversation with one more message, which becomes the head."""
        return replace(self, messages=self.tree.adding(message), head=message.id)

    def replacing(self, message: Message) -> "Conversation":
        """The conversation with a newer version of a message that it has."""
        return replace(self, messages=self.tree.replacing(message))


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
    # The first of a megabyte of lines is among its first letters.
    beginning = text.lstrip()[:_BEGINNING]
    line = next((line.strip() for line in beginning.splitlines() if line.strip()), "")
    line = " ".join(line.lstrip("#>-* ").split())
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[:TITLE_LENGTH].rsplit(" ", 1)[0]
    return (cut or line[:TITLE_LENGTH]).rstrip(",.;:") + "…"
