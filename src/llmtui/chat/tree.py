"""The messages of a conversation as the tree that they are: who follows whom, and the way to each of them."""

from collections.abc import Mapping
from functools import cached_property

from llmtui.chat.message import Message


class Tree(tuple[Message, ...]):
    """Messages in the order they were made, a parent always before its children.

    What is found out about ten thousand of them is handed on to the tree with one more or one that is newer:
    finding it out again would stand between a question and the wire.
    """

    _walked: tuple[str | None, tuple[Message, ...]] = (None, ())

    @cached_property
    def by_id(self) -> Mapping[str, Message]:
        return {message.id: message for message in self}

    @cached_property
    def children(self) -> Mapping[str | None, tuple[str, ...]]:
        """The ids of those that follow a message, oldest first; those without a parent follow None."""
        grouped: dict[str | None, list[str]] = {}
        for message in self:
            grouped.setdefault(message.parent, []).append(message.id)
        return {parent: tuple(ids) for parent, ids in grouped.items()}

    def path(self, head: str | None) -> tuple[Message, ...]:
        """The branch from the first message to this one."""
        walked, path = self._walked
        if walked != head:
            found: list[Message] = []
            at = self.by_id.get(head) if head else None
            while at is not None:
                found.append(at)
                at = self.by_id.get(at.parent) if at.parent else None
            path = tuple(reversed(found))
            self._walked = head, path
        return path

    def adding(self, message: Message) -> "Tree":
        """The tree with one more message."""
        grown = Tree((*self, message))
        if message.parent is None or message.parent in self.by_id:
            siblings = self.children.get(message.parent, ())
            grown.by_id = {**self.by_id, message.id: message}
            grown.children = {**self.children, message.parent: (*siblings, message.id)}
            grown._walked = message.id, (*self.path(message.parent), message)
        return grown

    def replacing(self, message: Message) -> "Tree":
        """The tree with a newer version of a message that it has, below the same parent."""
        # The newest messages change most: look from the end.
        for place in range(len(self) - 1, -1, -1):
            if self[place].id == message.id:
                break
        else:
            raise KeyError(message.id)
        changed = Tree((*self[:place], message, *self[place + 1 :]))
        changed.by_id = {**self.by_id, message.id: message}
        changed.children = self.children
        head, path = self._walked
        if head == message.id:
            changed._walked = head, (*path[:-1], message)
        return changed
