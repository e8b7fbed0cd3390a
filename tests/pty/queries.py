"""What programs ask of terminals, and the answers of a plain modern one."""

import re
from collections.abc import Callable, Collection, Iterator

_QUERY = re.compile(
    rb"\x1b\[0?c"  # primary device attributes
    rb"|\x1b\[>0?c"  # secondary device attributes
    rb"|\x1b\[>0?q"  # name and version
    rb"|\x1b\[[56]n"  # status, cursor position
    rb"|\x1b\[\?\d+\$p"  # is this mode known, and set?
    rb"|\x1b\[\?u"  # keyboard protocol
    rb"|\x1b\]1[01];\?(?:\x07|\x1b\\)"  # foreground, background
)
# What the screen model does not know and would print: keyboard protocol pushes and pops, key modifiers,
# and strings for the terminal itself (DCS, APC, PM).
_UNKNOWN = re.compile(rb"\x1b\[[<=>][\d;]*[a-zA-Z]|\x1b[P_^].*?\x1b\\", re.DOTALL)
# An escape sequence that may not have arrived whole.
_UNFINISHED = re.compile(rb"\x1b(?:\[[\x20-\x3f]*|[P_^\]](?:(?!\x1b\\|\x07).)*)?\Z", re.DOTALL)

SYNCHRONISED_OUTPUT = 2026
SIZES_IN_BAND = 2048


class Queries:
    """Takes the queries out of a program's output, however it is cut into pieces."""

    def __init__(
        self, cursor: Callable[[], tuple[int, int]], modes: Collection[int] = (SYNCHRONISED_OUTPUT,)
    ) -> None:
        """`cursor` tells row and column, from 1; `modes` are those that the terminal says it has."""
        self._cursor = cursor
        self._modes = modes
        self._held = b""

    def split(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The output in pieces for the screen, each with the query that came after it or nothing."""
        data = self._held + data
        unfinished = _UNFINISHED.search(data)
        at = unfinished.start() if unfinished else len(data)
        data, self._held = data[:at], data[at:]
        start = 0
        for query in _QUERY.finditer(data):
            yield _UNKNOWN.sub(b"", data[start : query.start()]), query.group()
            start = query.end()
        yield _UNKNOWN.sub(b"", data[start:]), b""

    def reply(self, query: bytes) -> bytes:
        """What a terminal writes back."""
        if query.endswith(b"$p"):
            mode = int(query[3:-2])
            return b"\x1b[?%d;%d$y" % (mode, 2 if mode in self._modes else 0)
        if query.endswith(b"6n"):
            return b"\x1b[%d;%dR" % self._cursor()
        if query.endswith(b"5n"):
            return b"\x1b[0n"
        if query.endswith(b"?u"):
            return b"\x1b[?0u"
        if query.endswith(b"q"):
            return b"\x1bP>|pty 1\x1b\\"
        if query.endswith(b"c"):
            return b"\x1b[>0;1;0c" if b">" in query else b"\x1b[?62;22c"
        colour = b"rgb:e0e0/e0e0/e0e0" if query.startswith(b"\x1b]10") else b"rgb:1010/1010/1010"
        return query[:5] + colour + b"\x1b\\"
