"""One short answer, frame by frame, as one dialect streams it, says it whole, and fails to."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Speech:
    """One answer, frame by frame.

    `opening` says nothing yet, `thought` the reasoning, `words` has a frame for each delta of the text, and
    `ending` the finish reason, the usage and the end mark. `error` is an error in mid-stream, `whole` the
    answer in one piece; `refusal` is the body of an error status, `{}` standing for the words.
    """

    dialect: str
    reasoning: str
    spoken: tuple[str, ...]
    opening: tuple[bytes, ...]
    thought: tuple[bytes, ...]
    words: tuple[bytes, ...]
    ending: tuple[bytes, ...]
    error: bytes
    whole: bytes
    refusal: str
    content_type: str = "text/event-stream"

    @property
    def text(self) -> str:
        """What the whole answer says."""
        return "".join(self.spoken)

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of a good answer."""
        return {"content-type": self.content_type}

    @property
    def frames(self) -> tuple[bytes, ...]:
        """The whole stream."""
        return (*self.opening, *self.thought, *self.words, *self.ending)

    @property
    def stream(self) -> bytes:
        """The whole stream as bytes."""
        return b"".join(self.frames)

    @property
    def begun(self) -> bytes:
        """The stream up to the first word of the text."""
        return b"".join((*self.opening, *self.thought, self.words[0]))

    @property
    def unopened(self) -> bytes:
        """What comes before anything is said."""
        return b"".join(self.opening)

    @property
    def said(self) -> bytes:
        """Everything but the ending."""
        return b"".join((*self.opening, *self.thought, *self.words))

    def frame(self, data: str) -> bytes:
        """One frame of this stream's framing that holds this data."""
        return f"{data}\n".encode() if self.content_type == "application/x-ndjson" else event(data)

    def refusing(self, words: str) -> bytes:
        """The body of an error that says this."""
        return self.refusal.replace("{}", words).encode()


def event(data: str, kind: str = "", end: str = "\n") -> bytes:
    """One server-sent event."""
    named = f"event: {kind}{end}" if kind else ""
    return f"{named}data: {data}{end}{end}".encode()
