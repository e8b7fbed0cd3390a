"""Where what is looked for is, in a conversation that may be long and may grow: counted, and told on demand.

Only numbers are kept of all messages; where the hits are is read again for those that are looked at.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from llmtui.chat.message import Message
from llmtui.chat.parts import File, Image, Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.tui.find.wanted import Wanted

# Messages whose hits are kept; more than are on any screen.
_KEPT = 200


class Hit(NamedTuple):
    """From one character of a part's text to another; of what stands above the text, the name of a tool, it
    is -1."""

    part: int
    start: int
    end: int


class Search:
    """Hits in messages, by the place of the message and their number in it."""

    def __init__(self, wanted: Wanted, message_at: Callable[[int], Message]) -> None:
        self.wanted = wanted
        self._message_at = message_at
        self.counts: dict[int, int] = {}
        self.total = 0
        self._hits: dict[int, tuple[Message, list[Hit]]] = {}

    def count(self, place: int) -> Iterator[None]:
        """Count the hits of a message; now and then somebody else may be served."""
        found = 0
        for _, above, text in _texts(self._message_at(place)):
            for more in self.wanted.count(text):
                found += min(more, 1) if above else more
                yield
        self.total += found - self.counts.get(place, 0)
        self.counts[place] = found

    def hits(self, place: int) -> Sequence[Hit]:
        """Where the hits of a message are, from its top."""
        message = self._message_at(place)
        before, known = self._hits.get(place, (None, []))
        if before is not message:
            if len(self._hits) > _KEPT:
                self._hits.clear()
            known = list(self._read(message, before, known))
            self._hits[place] = message, known
            self.total += len(known) - self.counts.get(place, 0)
            self.counts[place] = len(known)
        return known

    def before(self, place: int) -> int:
        """The hits in the messages above this one, as far as they are counted."""
        return sum(count for other, count in self.counts.items() if other < place)

    def _read(self, message: Message, before: Message | None, known: Sequence[Hit]) -> Iterator[Hit]:
        older = {(part, above): text for part, above, text in _texts(before)} if before else {}
        for part, above, text in _texts(message):
            read = older.get((part, above), "")
            start = 0
            if read and text.startswith(read):
                # A text that streams in is not read from its beginning for every word of it.
                same = [hit for hit in known if hit.part == part and (hit.start < 0) is above]
                yield from same
                start = max(len(read) - self.wanted.reach, max((hit.end for hit in same), default=0), 0)
            spans = self.wanted.spans(text, start)
            if not above:
                yield from (Hit(part, *span) for span in spans)
            elif not start and next(spans, None) is not None:
                yield Hit(part, -1, 0)


def _texts(message: Message) -> Iterator[tuple[int, bool, str]]:
    """(part, whether it stands above its text, the words) of all that is looked through."""
    for place, part in enumerate(message.parts):
        match part:
            case Text(text) | Refusal(text) | Reasoning(text) | ToolResult(text=text):
                yield place, False, text
            case ToolCall(_, name, arguments):
                yield place, True, name
                yield place, False, arguments
            case Image(name=name) | File(name=name):
                yield place, True, name
