"""The messages of a conversation as the tree that they are: who follows whom, and the way to each of them."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from llmtui.chat.message import Message


class Tree(tuple[Message, ...]):
    """Messages in the order they were made, a parent always before its children.

    What is found out about ten thousand of them is handed on to the tree with one more or one that is newer:
    finding it out again, or copying it, would stand between a question and the wire.
    """

    _walked: tuple[str | None, tuple[Message, ...]] = (None, ())

    @cached_property
    def _places(self) -> dict[str, int]:
        """Where each message is. All trees that grew out of one share it, and only add to it: it is true of
        this tree if there is such a place here, with this message."""
        return {message.id: place for place, message in enumerate(self)}

    @cached_property
    def _forks(self) -> Mapping[str | None, tuple[str, ...]]:
        """The ids of those that follow the same message, oldest first, where they are several; those without
        a parent follow None."""
        grouped: dict[str | None, list[str]] = {}
        for message in self:
            grouped.setdefault(message.parent, []).append(message.id)
        return {parent: tuple(ids) for parent, ids in grouped.items() if len(ids) > 1}

    @property
    def by_id(self) -> Mapping[str, Message]:
        return _ById(self)

    def find(self, message_id: str | None) -> Message | None:
        """The message with this id, None if it is not here."""
        place = self._places.get(message_id) if message_id else None
        if place is None or place >= len(self):
            return None
        message = self[place]
        return message if message.id == message_id else None

    def siblings(self, message_id: str) -> tuple[str, ...]:
        """The ids of those that follow the same message as this one does, which is one of them, oldest
        first."""
        message = self.find(message_id) if self._forks else None
        return self._forks.get(message.parent, (message_id,)) if message else (message_id,)

    def leaf(self, message_id: str) -> str:
        """The newest leaf below a message."""
        newest = {message.parent: message.id for message in self}
        while (child := newest.get(message_id)) is not None:
            message_id = child
        return message_id

    def path(self, head: str | None) -> tuple[Message, ...]:
        """The branch from the first message to this one."""
        walked, path = self._walked
        if walked != head:
            found: list[Message] = []
            at = self.find(head)
            while at is not None:
                found.append(at)
                at = self.find(at.parent)
            path = tuple(reversed(found))
            self._walked = head, path
        return path

    def adding(self, message: Message) -> "Tree":
        """The tree with one more message."""
        grown = Tree((*self, message))
        if self._places.setdefault(message.id, len(self)) == len(self):
            grown._places = self._places
        grown._forks = self._forks
        # What follows the newest message is the first that does.
        if self and message.parent != self[-1].id:
            beside = [other.id for other in self if other.parent == message.parent]
            if beside:
                grown._forks = {**self._forks, message.parent: (*beside, message.id)}
        grown._walked = message.id, (*self.path(message.parent), message)
        return grown

    def replacing(self, message: Message) -> "Tree":
        """The tree with a newer version of a message that it has, below the same parent."""
        if self.find(message.id) is None:
            raise KeyError(message.id)
        place = self._places[message.id]
        changed = Tree((*self[:place], message, *self[place + 1 :]))
        changed._places, changed._forks = self._places, self._forks
        head, path = self._walked
        if head == message.id:
            changed._walked = head, (*path[:-1], message)
        return changed


class _ById(Mapping[str, Message]):
    """The messages of a tree by their ids: a look at it, and no copy."""

    __slots__ = ("_tree",)

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def __getitem__(self, message_id: str) -> Message:
        found = self._tree.find(message_id)
        if found is None:
            raise KeyError(message_id)
        return found

    def __contains__(self, message_id: object) -> bool:
        return isinstance(message_id, str) and self._tree.find(message_id) is not None

    def __iter__(self) -> Iterator[str]:
        return (message.id for message in self._tree)

    def __len__(self) -> int:
        return len(self._tree)
