"""Server-sent events as they really come, made into bytes that httpx-sse reads rightly.

The event grammar is httpx-sse's. What it does not do is done here: the byte order mark, lone CRs without
delay, `id:` and `retry:` fields (which would make empty events), errors on lines of their own, a last event
without its blank line, and limits on what one server may make us hold.
"""

from dataclasses import dataclass

_MARK = b"\xef\xbb\xbf"
_PLAIN = (b"data", b"event")


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that is held of one line, one event and one answer, in bytes, and of one answer in events."""

    line: int = 1 << 20
    event: int = 8 << 20
    answer: int = 32 << 20
    events: int = 200_000


USUAL_CAPS = Caps()


class OverCapError(Exception):
    """A server sent more than a cap allows; the message says which, in words for a person."""


class LineCutter:
    """Bytes cut into lines at LF, CR and CRLF (or at LF alone), without a byte order mark at the start.

    Any chunking of the bytes gives the same lines.
    """

    def __init__(self, caps: Caps, lone_cr: bool = True) -> None:
        self._caps = caps
        self._lone_cr = lone_cr
        self._rest: list[bytes] = []
        self._length = 0
        self._total = 0
        self._after_cr = False
        self._started = False

    def feed(self, piece: bytes) -> list[bytes]:
        """The lines that this piece completes, without their ends. Raises OverCapError."""
        self._total += len(piece)
        if self._total > self._caps.answer:
            raise OverCapError(f"the answer is larger than {self._caps.answer >> 20} MiB")
        if not self._started:
            piece = self._start(piece)
        if self._lone_cr and (self._after_cr or b"\r" in piece):
            piece = self._with_line_feeds(piece)
        lines = piece.split(b"\n")
        rest = lines.pop()
        if not lines:
            self._hold(rest)
            return lines
        if self._rest:
            self._hold(lines[0])
            lines[0] = b"".join(self._rest)
            self._rest.clear()
            self._length = 0
        if len(piece) > self._caps.line:
            for line in lines:
                self._check(len(line))
        if rest:
            self._hold(rest)
        return lines

    def end(self) -> bytes:
        """The bytes are over: the last line, if it had no end."""
        rest = b"".join(self._rest)
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

    def _hold(self, rest: bytes) -> None:
        self._rest.append(rest)
        self._length += len(rest)
        self._check(self._length)

    def _check(self, length: int) -> None:
        if length > self._caps.line:
            raise OverCapError(f"a line of the answer is longer than {self._caps.line >> 20} MiB")


class Cure:
    """The bytes of one answer being cured: what goes out is whole lines, each ended by LF."""

    def __init__(self, caps: Caps) -> None:
        self._lines = LineCutter(caps)
        self._cap = caps.event
        self._size = 0
        self.over = False

    def feed(self, piece: bytes) -> bytes:
        """The cured bytes that this piece completes, empty if none. Raises OverCapError."""
        lines = self._lines.feed(piece)
        return self._cured(lines) if lines else b""

    def end(self) -> bytes:
        """The bytes are over: what makes an event of the last, unfinished block."""
        self.over = True
        return self._cured([self._lines.end(), b""])

    def _cured(self, lines: list[bytes]) -> bytes:
        kept: list[bytes] = []
        size = self._size
        for line in lines:
            if not line:
                size = 0
            elif line.startswith(_PLAIN):
                size += len(line)
                if size > self._cap:
                    raise OverCapError(f"an event of the answer is larger than {self._cap >> 20} MiB")
            elif line[0] != 0x3A and (mended := _mended(line)):
                size = 0
                line = mended
            else:
                continue
            kept.append(line)
        self._size = size
        kept.append(b"")
        return b"\n".join(kept)


def _mended(line: bytes) -> bytes:
    """An event made of a line that reports trouble outside the grammar; empty for any other field.

    llama.cpp, up to late 2025, wrote `error: {…}`; Google and others write bare JSON.
    """
    if line.startswith(b"error:"):
        return b"\nevent: error\ndata: " + line[6:].lstrip() + b"\n"
    if line.startswith(b"{") and line.rstrip().endswith(b"}"):
        return b"\ndata: " + line + b"\n"
    return b""
