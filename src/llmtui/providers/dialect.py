"""What a dialect is: the way from a request to bytes, and from bytes to events, with no socket between."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from llmtui.chat.events import Event
from llmtui.chat.request import Request
from llmtui.providers.card import Card

Framing = Literal["sse", "ndjson", "array"]
"""Server-sent events, a JSON value a line, or one JSON array of which each element is a frame."""


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request to make: `path`, with its query if it has one, is below the card's base URL; `body`
    is JSON as bytes; `framing` is what is promised for a streamed answer.

    `headers` never hold the key: the wire adds it from the card's `auth`, bound to the card's origin.
    """

    path: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    framing: Framing = "sse"


@dataclass(frozen=True, slots=True)
class Frame:
    """One framed piece of a response: an SSE event, an NDJSON line, an element of an array; `event` is empty
    where unnamed."""

    data: str
    event: str = ""


class Decoder(Protocol):
    """One stream being read: an object per response, which knows no clock and no socket."""

    def feed(self, frame: Frame) -> Iterable[Event]:
        """The events of one frame; after an ending there are no more."""
        ...

    def end(self) -> Iterable[Event]:
        """The bytes are over: the ending, if none was given yet (a missing end mark is `Failed("cut")`)."""
        ...


class Dialect(Protocol):
    """One wire format."""

    name: str

    def call(self, card: Card, request: Request) -> Call:
        """The HTTP request that asks this, streaming or not as the request says."""
        ...

    def decoder(self, card: Card) -> Decoder:
        """A decoder for one streamed response."""
        ...

    def whole(self, card: Card, body: bytes) -> tuple[Event, ...]:
        """The events of a response that came in one piece, its ending last."""
        ...
