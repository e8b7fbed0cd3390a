"""The branch of a conversation that is shown: what is new of it is added, another one is shown anew."""

from collections.abc import Sequence

from llmtui.chat.conversation import Conversation
from llmtui.chat.message import Message
from llmtui.tui.conversation.transcript import Transcript
from llmtui.tui.terminal import collecting

# A question and its answer begin a conversation; what has more was there before.
_FEW = 2


class Showing:
    """Knows what the transcript was shown last."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._path: tuple[Message, ...] = ()
        self._sent_from = ""
        self._known = 0

    def show(self, conversation: Conversation, queue: Sequence[str]) -> None:
        """Show it from the first message on."""
        with collecting.opening():
            self._path, self._sent_from = conversation.path, conversation.sent_from
            self._known = len(conversation.messages)
            self._transcript.show(conversation.path, _branches(conversation), conversation.sent_from)
        self._transcript.queued(queue)

    def go_on(self, conversation: Conversation, queue: Sequence[str]) -> None:
        """Show what is new, and all of it where that is not enough."""
        path, old = conversation.path, self._path
        grown = _goes_on(old, path) and conversation.sent_from == self._sent_from
        if not grown or _forks(conversation, path[len(old) :]):
            self.show(conversation, queue)
            return
        for message in path[max(0, len(old) - 1) :]:
            self._transcript.say(message)
        self._path = path
        self._fork(conversation)
        self._transcript.queued(queue)

    def _fork(self, conversation: Conversation) -> None:
        """Tell of the branches that came beside what is shown, from another llmtui."""
        new, self._known = conversation.messages[self._known :], len(conversation.messages)
        for message in new:
            beside = conversation.siblings(message.id)
            for number, shown in enumerate(beside, 1):
                if shown != message.id:
                    self._transcript.fork(shown, (number, len(beside)))


def _branches(conversation: Conversation) -> dict[str, tuple[int, int]]:
    """(which, of how many) for every message of the path that has branches beside it."""
    found = {}
    for message in conversation.path:
        branches = conversation.siblings(message.id)
        if len(branches) > 1:
            found[message.id] = (branches.index(message.id) + 1, len(branches))
    return found


def _goes_on(old: Sequence[Message], path: Sequence[Message]) -> bool:
    """Whether a path is the old one and a little more; the last of the old may have ended, or be accepted as
    it is."""
    if not old:
        return len(path) <= _FEW
    last = len(old) - 1
    return len(path) > last and path[:last] == old[:last] and path[last].id == old[last].id


def _forks(conversation: Conversation, new: Sequence[Message]) -> bool:
    return any(len(conversation.siblings(message.id)) > 1 for message in new)
