"""Bytes to frames: server-sent events (their grammar is httpx-sse's), lines of JSON, elements of an array.

A framer knows no socket: it is fed pieces and gives frames, the same for any chunking.
"""

import json
from collections.abc import Iterator
from typing import Protocol, assert_never

import httpx
from httpx_sse import EventSource

from llmtui.providers.dialect import Frame, Framing
from llmtui.wire.curing import Caps, Cure, LineCutter
from llmtui.wire.nesting import Nesting

# What it really is has been looked at before; this is what httpx-sse wants to read.
_AS_EVENTS = {"content-type": "text/event-stream"}
_BLANKS = b" \t\r\n"


class Framer(Protocol):
    """The framing of one answer. `trouble` says which cap was met, if one was: then there is no more."""

    @property
    def trouble(self) -> str: ...

    def feed(self, piece: bytes) -> list[Frame]:
        """The frames that this piece completes, none of them empty."""
        ...

    def end(self) -> list[Frame]:
        """The bytes are over: what nothing ended, if it is all there."""
        ...


def framer(framing: Framing, caps: Caps) -> Framer:
    """A framer for one answer."""
    match framing:
        case "sse":
            return Events(caps)
        case "ndjson":
            return Lines(caps)
        case "array":
            return Elements(caps)
        case _:
            assert_never(framing)


class Events:
    """Server-sent events."""

    def __init__(self, caps: Caps) -> None:
        self._cure = Cure(caps)
        self._cured = _Cured()
        self._source = EventSource(self._cured)

    @property
    def trouble(self) -> str:
        """Which cap was met, empty if none."""
        return self._cure.trouble

    def feed(self, piece: bytes) -> list[Frame]:
        """The frames that this piece completes."""
        cured = self._cure.feed(piece)
        return self._frames(cured) if cured else []

    def end(self) -> list[Frame]:
        """What the bytes ended with, if it is all there."""
        return [frame for frame in self._frames(self._cure.end()) if is_whole(frame.data)]

    def _frames(self, cured: bytes) -> list[Frame]:
        # Whole events come out of the cure, so no character is ever cut in two here.
        self._cured.cured = cured.decode("utf-8", "replace")
        return [
            Frame(event.data, "" if event.event == "message" else event.event)
            for event in self._source.iter_sse()
            if event.data
        ]


class _Cured(httpx.Response):
    """Some whole events, as the response that httpx-sse wants to read."""

    def __init__(self) -> None:
        super().__init__(200, headers=_AS_EVENTS)
        self.cured = ""

    def iter_text(self, chunk_size: int | None = None) -> Iterator[str]:
        return iter((self.cured,) if self.cured else ())


class Lines:
    """A JSON value a line."""

    # Never str.splitlines: it also splits at U+0085 and U+2028, which may stand inside a JSON string.
    def __init__(self, caps: Caps) -> None:
        self._cutter = LineCutter(caps, lone_cr=False)

    @property
    def trouble(self) -> str:
        """Which cap was met, empty if none."""
        return self._cutter.trouble

    def feed(self, piece: bytes) -> list[Frame]:
        """The frames that this piece completes."""
        return [
            Frame(text.decode("utf-8", "replace"))
            for line in self._cutter.feed(piece)
            if (text := line.strip(_BLANKS))
        ]

    def end(self) -> list[Frame]:
        """The last line, if it is all there."""
        rest = self._cutter.end().strip(_BLANKS).decode("utf-8", "replace")
        return [Frame(rest)] if rest and is_whole(rest) else []


class Elements:
    """The elements of one JSON array as they come, or JSON objects one after the other, on lines or not."""

    def __init__(self, caps: Caps) -> None:
        self.trouble = ""
        self._caps = caps
        self._nesting = Nesting()
        self._held: list[bytes] = []
        self._size = 0
        # How deep the elements are: 1 in the array, 0 outside of any.
        self._base = 0
        self._inside = False

    def feed(self, piece: bytes) -> list[Frame]:
        """The frames that this piece completes."""
        found: list[Frame] = []
        begin = 0
        for at, opens, depth in self._nesting.brackets(piece):
            if self.trouble:
                return found
            if self._inside:
                if depth == self._base:
                    self._inside = False
                    self._give(piece[begin : at + 1], found)
                    begin = at + 1
            elif opens and (piece[at] == 0x7B or self._base):
                self._inside = True
                self._give_words(piece[begin:at], found)
                begin = at
            else:
                # The array begins or ends.
                self._base = 1 if opens else 0
                self._give_words(piece[begin:at], found)
                begin = at + 1
        self._hold(piece[begin:])
        return found

    def end(self) -> list[Frame]:
        """What comes after the last bracket, if it is all there."""
        found: list[Frame] = []
        if not self._inside:
            self._give_words(b"", found)
        return [frame for frame in found if is_whole(frame.data)]

    def _give(self, last: bytes, found: list[Frame]) -> None:
        """The element that this finishes."""
        self._hold(last)
        if not self.trouble:
            found.append(Frame(b"".join(self._held).decode("utf-8", "replace")))
        self._held.clear()
        self._size = 0

    def _give_words(self, last: bytes, found: list[Frame]) -> None:
        """What stands between the elements: commas and blanks, or words that no model says."""
        self._hold(last)
        between = b"".join(self._held).removeprefix(b"\xef\xbb\xbf").strip(b"," + _BLANKS)
        if between and not self.trouble:
            found.append(Frame(between.decode("utf-8", "replace")))
        self._held.clear()
        self._size = 0

    def _hold(self, piece: bytes) -> None:
        self._held.append(piece)
        self._size += len(piece)
        if self._size > self._caps.event:
            self.trouble = self._caps.event_trouble
            self._held.clear()


def is_whole(data: str) -> bool:
    """Whether the last data of a stream, which nothing ended, was cut off or is all there."""
    if data.strip() == "[DONE]":
        return True
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True
