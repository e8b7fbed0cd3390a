"""The body of a good answer, read as what it is and not as what it says it is."""

from collections.abc import Iterable
from dataclasses import replace

from llmtui.chat.events import Done, Event, Failed
from llmtui.chat.failure import Failure
from llmtui.providers.addresses import host_of
from llmtui.providers.card import Card
from llmtui.providers.dialect import Decoder, Dialect, Frame, Framing
from llmtui.providers.failures import failure_from
from llmtui.wire.curing import Caps
from llmtui.wire.framing import Framer, framer, is_whole
from llmtui.wire.nesting import Nesting

# As much of a body as an error message may have.
MOST_OF_AN_ERROR = 64 << 10

_NOTHING = b"\xef\xbb\xbf \t\r\n"
_SSE_FIELDS = (b"data", b"event", b"id", b"retry", b"error", b":")
_LONGEST_FIELD = 5
# How Anthropic and OpenAI's responses begin an event that says nothing.
_PINGS = tuple(f'{{"type":{blank}"{word}"' for word in ("ping", "keepalive") for blank in ("", " "))
# Of what follows an object, blanks and all, to tell what it is.
_ENOUGH = 256


class Reading:
    """One body being read: pieces in, events out, exactly one ending last.

    It is server-sent events, lines of JSON, a JSON array, one whole JSON object, or no answer of a model at
    all: its first bytes decide, and where they leave it open, what was promised. It never raises; after the
    ending there is nothing more. `frames` counts what has come so far, comments left out; `heard` also
    leaves out the frames that only say that the server is still there.
    """

    def __init__(
        self, card: Card, dialect: Dialect, framing: Framing, caps: Caps, content_type: str = ""
    ) -> None:
        self.frames = 0
        self.heard = 0
        self.ended = False
        self._card = card
        self._dialect = dialect
        self._promised = framing
        self._content_type = content_type
        self._caps = caps
        self._left = caps.answer
        self._start: bytearray | None = bytearray()
        self._decoder: Decoder | None = None
        self._framer: Framer | None = None
        self._whole: _Whole | None = None
        self._no_answer: bytearray | None = None

    def feed(self, piece: bytes) -> list[Event]:
        """The events of the next piece."""
        if self.ended:
            return []
        over = len(piece) > self._left
        piece = piece[: self._left] if over else piece
        self._left -= len(piece)
        events = self._read(piece) if self._framer is None else self._framed(self._framer.feed(piece))
        if over and not self.ended:
            events += self._over_cap(self._caps.answer_trouble)
        return events

    def end(self, failure: Failure | None = None) -> list[Event]:
        """The bytes are over: the ending, and what comes before it; `failure` says what broke them off, if
        something did. A stream whose end mark was read is complete all the same."""
        if self.ended:
            return []
        events: list[Event] = []
        if self._start is not None:
            events += self._decide(last=True)
        if self._whole is not None:
            events += self._end_of_whole(failure)
        elif self._no_answer is not None:
            return self._that_is_all(events, [Failed(failure or self._what_it_is())])
        if self.ended:
            return events
        if self._framer is not None and failure is None:
            events += self._framed(self._framer.end())
        return events if self.ended else self._that_is_all(events, self._endings(failure))

    def _read(self, piece: bytes) -> list[Event]:
        """The next piece while nothing is framed yet."""
        if self._start is not None:
            self._start += piece
            return self._decide(last=False)
        if self._whole is not None:
            self.frames += 1
            self.heard += 1
            return self._object(piece)
        return self._say_no(piece)

    def _decide(self, last: bool) -> list[Event]:
        """What the body is, once its first bytes tell."""
        assert self._start is not None
        start = bytes(self._start)
        shown = start.lstrip(_NOTHING)
        if not last and _is_open(shown, self._promised):
            if len(start) > MOST_OF_AN_ERROR:
                return self._over_cap("the answer is nothing but blanks")
            return []
        self._start = None
        if not shown:
            return self._say_no(start)
        if shown.startswith(b"{") and not (self._promised == "ndjson" and shown[1:2] not in b"\r\n"):
            self._whole = _Whole()
            self.frames += 1
            self.heard += 1
            return self._object(start)
        if shown.startswith(b"{"):
            return self._stream("ndjson", start)
        if shown.startswith(b"["):
            return self._stream("array", start)
        promised = "event-stream" in self._content_type.lower()
        if not shown.startswith(b"<") and (promised or _may_be_events(shown)):
            return self._stream("sse", start)
        return self._say_no(start)

    def _stream(self, framing: Framing, start: bytes) -> list[Event]:
        self._framer = framer(framing, self._caps)
        self._decoder = self._dialect.decoder(self._card)
        return self._framed(self._framer.feed(start))

    def _framed(self, frames: Iterable[Frame]) -> list[Event]:
        assert self._decoder is not None
        assert self._framer is not None
        events: list[Event] = []
        for frame in frames:
            self.frames += 1
            if frame.event != "ping" and not frame.data.startswith(_PINGS):
                self.heard += 1
            if self.frames > self._caps.events:
                return events + self._over_cap(self._caps.events_trouble)
            for event in self._decoder.feed(frame):
                events.append(event)
                if isinstance(event, Done | Failed):
                    self.ended = True
                    return events
        if trouble := self._framer.trouble:
            events += self._over_cap(trouble)
        return events

    def _object(self, piece: bytes) -> list[Event]:
        """One JSON object, or the first of many, or of a stream that begins with one."""
        assert self._whole is not None
        more = self._whole.feed(piece)
        if more[:1] not in (b"{", b"[", b",") and (_is_open(more, "sse") or not _may_be_events(more)):
            return []
        body, self._whole = bytes(self._whole.body), None
        self.frames = 0
        return self._stream("array" if more[:1] in b"{[," else "sse", body)

    def _end_of_whole(self, failure: Failure | None) -> list[Event]:
        assert self._whole is not None
        body = bytes(self._whole.body)
        if b"\n{" in body and not is_whole(body.decode("utf-8", "replace")):
            # Several objects, one a line, of which one is broken.
            self._whole = None
            return self._stream("ndjson", body)
        if failure is not None and not is_whole(body.decode("utf-8", "replace")):
            return self._that_is_all([], [Failed(failure)])
        return self._that_is_all([], self._dialect.whole(self._card, body))

    def _say_no(self, piece: bytes) -> list[Event]:
        """No model says this: a web page, a line of text, nothing."""
        if self._no_answer is None:
            self._no_answer = bytearray()
        self._no_answer += piece
        if len(self._no_answer) < MOST_OF_AN_ERROR:
            return []
        return self._that_is_all([], [Failed(self._what_it_is())])

    def _what_it_is(self) -> Failure:
        body = bytes(self._no_answer or b"")[:MOST_OF_AN_ERROR]
        where = host_of(self._card.base_url)
        if body.strip(_NOTHING):
            return failure_from(200, self._content_type, body, self._card, where)
        return Failure("empty", "the answer had nothing in it", where, "Try again.")

    def _over_cap(self, trouble: str) -> list[Event]:
        where = host_of(self._card.base_url)
        return self._that_is_all([], self._endings(Failure("limit", trouble, where, "What arrived is kept.")))

    def _endings(self, failure: Failure | None) -> list[Event]:
        """The decoder's ending; a stream that broke before its end mark ends with what broke it."""
        if self._decoder is None:
            return [Failed(failure or self._what_it_is())]
        return [
            replace(event, failure=failure)
            if failure is not None and isinstance(event, Failed) and event.failure.kind == "cut"
            else event
            for event in self._decoder.end()
        ]

    def _that_is_all(self, events: list[Event], endings: Iterable[Event]) -> list[Event]:
        self.ended = True
        return [*events, *endings]


class _Whole:
    """A JSON object that may be all there is."""

    def __init__(self) -> None:
        self.body = bytearray()
        self._nesting = Nesting()
        self._after = -1

    def feed(self, piece: bytes) -> bytes:
        """The first bytes of what follows the object, once something does."""
        before = len(self.body)
        self.body += piece
        if self._after < 0:
            ends = (at for at, _, depth in self._nesting.brackets(piece) if not depth)
            self._after = before + 1 + next(ends, -2 - before)
        if self._after < 0:
            return b""
        return bytes(self.body[self._after : self._after + _ENOUGH]).lstrip(_NOTHING)


def _is_open(shown: bytes, promised: Framing) -> bool:
    """Whether more bytes may still change what the body is."""
    if not shown or (promised == "ndjson" and shown == b"{"):
        return True
    field = shown[:_LONGEST_FIELD]
    return any(len(field) < len(name) and name.startswith(field) for name in _SSE_FIELDS)


def _may_be_events(start: bytes) -> bool:
    """Whether this is, or may become, the first line of server-sent events."""
    return any(field.startswith(start[: len(field)]) for field in _SSE_FIELDS)
