"""Server-sent events as they really come, made into bytes that httpx-sse reads rightly.

The event grammar is httpx-sse's. What it does not do is done here: the byte order mark, lone CRs without
delay, `id:` and `retry:` fields (which would make empty events), errors and JSON on lines of their own, a
last event without its blank line, and limits on what one server may make us hold.
"""

from dataclasses import dataclass

from llmtui.wire.nesting import Nesting

_MARK = b"\xef\xbb\xbf"
_PLAIN = (b"data", b"event")
_BARE = (b"{", b"[{")
_OUTSIDE = (b"error:", *_BARE)


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that is held of one line, one event and one answer, in bytes, and of one answer in events."""

    line: int = 1 << 20
    event: int = 8 << 20
    answer: int = 32 << 20
    events: int = 200_000

    @property
    def line_trouble(self) -> str:
        """What to say of a line that is longer."""
        return f"a line of the answer is longer than {_size(self.line)}"

    @property
    def event_trouble(self) -> str:
        """What to say of an event that is larger."""
        return f"an event of the answer is larger than {_size(self.event)}"

    @property
    def answer_trouble(self) -> str:
        """What to say of an answer that is larger."""
        return f"the answer is larger than {_size(self.answer)}"

    @property
    def events_trouble(self) -> str:
        """What to say of an answer that has more events."""
        return f"the answer has more than {self.events:,} events"


USUAL_CAPS = Caps()


def _size(count: int) -> str:
    return f"{count >> 20} MiB" if count >> 20 else f"{count} bytes"


class LineCutter:
    """Bytes cut into lines at LF, CR and CRLF (or at LF alone), without a byte order mark at the start.

    Any chunking of the bytes gives the same lines. `trouble` says, in words for a person, which cap was met;
    from then on there are no more lines.
    """

    def __init__(self, caps: Caps, lone_cr: bool = True) -> None:
        self.trouble = ""
        self._caps = caps
        self._lone_cr = lone_cr
        self._rest: list[bytes] = []
        self._length = 0
        self._after_cr = False
        self._started = False

    def feed(self, piece: bytes) -> list[bytes]:
        """The lines that this piece completes, without their ends."""
        if self.trouble:
            return []
        if not self._started:
            piece = self._start(piece)
        if self._lone_cr and (self._after_cr or b"\r" in piece):
            piece = self._with_line_feeds(piece)
        lines = piece.split(b"\n")
        rest = lines.pop()
        if lines and self._rest:
            self._rest.append(lines[0])
            lines[0] = b"".join(self._rest)
            self._rest.clear()
            self._length = 0
        if len(piece) > self._caps.line or (lines and len(lines[0]) > self._caps.line):
            for number, line in enumerate(lines):
                if len(line) > self._caps.line:
                    self.trouble = self._caps.line_trouble
                    return lines[:number]
        if rest:
            self._rest.append(rest)
            self._length += len(rest)
            if self._length > self._caps.line:
                self.trouble = self._caps.line_trouble
        return lines

    def end(self) -> bytes:
        """The bytes are over: the last line, if it had no end."""
        rest = b"" if self.trouble else b"".join(self._rest)
        self._rest.clear()
        return rest

    def _start(self, piece: bytes) -> bytes:
        """The piece without the mark; nothing while it is still unclear whether there is one."""
        piece = self.end() + piece
        self._length = 0
        if len(piece) < len(_MARK) and _MARK.startswith(piece):
            self._rest.append(piece)
            return b""
        self._started = True
        return piece.removeprefix(_MARK)

    def _with_line_feeds(self, piece: bytes) -> bytes:
        """The piece with every line end made LF; a CR ends its line at once, an LF after it is no other."""
        if not piece:
            return piece
        if self._after_cr and piece[0] == 0x0A:
            piece = piece[1:]
        self._after_cr = piece.endswith(b"\r")
        return piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


class Cure:
    """The bytes of one answer being cured: what goes out is whole events, each ended by a blank line.

    `trouble` is as with LineCutter.
    """

    def __init__(self, caps: Caps) -> None:
        self._lines = LineCutter(caps)
        self._caps = caps
        self._open: list[bytes] = []
        self._size = 0
        self._bare: _Bare | None = None
        self._trouble = ""

    @property
    def trouble(self) -> str:
        """Which cap was met, empty if none."""
        return self._trouble or self._lines.trouble

    def feed(self, piece: bytes) -> bytes:
        """The cured events that this piece completes, empty if none."""
        if self._trouble:
            return b""
        lines = self._lines.feed(piece)
        return self._cured(lines) if lines else b""

    def end(self) -> bytes:
        """The bytes are over: the last block made an event, though nothing ended it."""
        if self.trouble:
            return b""
        return self._cured([self._lines.end(), b""])

    def _cured(self, lines: list[bytes]) -> bytes:
        kept = self._open
        whole = 0
        for line in lines:
            if not line:
                if self._size:
                    kept.append(b"\n")
                    whole = len(kept)
                    self._size = 0
            elif line.startswith(_PLAIN):
                if self._bare is not None:
                    kept += self._given_up()
                self._size += len(line)
                if self._size > self._caps.event:
                    self._trouble = self._caps.event_trouble
                    break
                kept.append(line)
                kept.append(b"\n")
            elif (self._bare is not None or line.startswith(_OUTSIDE)) and (event := self._mended(line)):
                # What was open before it ends here.
                if self._size:
                    kept.append(b"\n")
                kept.append(event)
                whole = len(kept)
                self._size = 0
        if not whole:
            return b""
        self._open = kept[whole:]
        del kept[whole:]
        return b"".join(kept)

    def _mended(self, line: bytes) -> bytes:
        """An event made of what stands outside the grammar, once it is all there.

        llama.cpp, up to late 2025, wrote `error: {…}`; Google and others write bare JSON, on a line or many.
        """
        if self._bare is None:
            named = line.startswith(b"error:")
            text = line[6:].lstrip() if named else line
            if named and not text.startswith(_BARE):
                return _event(named, [text])
            self._bare = _Bare(named)
            line = text
        bare = self._bare
        if bare.add(line):
            self._bare = None
            return _event(bare.named, bare.lines)
        if bare.size > self._caps.event:
            self._trouble = self._caps.event_trouble
        return b""

    def _given_up(self) -> list[bytes]:
        """What to make of bare JSON that never became whole: an error is one, however broken."""
        bare, self._bare = self._bare, None
        broken = bare is not None and any(b'"error"' in line for line in bare.lines)
        return [_event(True, bare.lines)] if bare is not None and broken else []


class _Bare:
    """JSON that stands outside the grammar, being collected line by line."""

    def __init__(self, named: bool) -> None:
        self.named = named
        self.lines: list[bytes] = []
        self.size = 0
        self._nesting = Nesting()

    def add(self, line: bytes) -> bool:
        """Whether it is all there with this line."""
        alone = not self.lines and line.rstrip().endswith(b"}")
        self.lines.append(line)
        self.size += len(line)
        return self._nesting.feed(line) or alone


def _event(named: bool, lines: list[bytes]) -> bytes:
    return b"".join((b"event: error\n" if named else b"", *(b"data: %s\n" % line for line in lines), b"\n"))
