"""How deep one is in a piece of JSON, told from its bytes as they come."""

import re
from collections.abc import Iterator

# A whole string, or as much of one as is here; or a bracket. An escape at the very end may be cut in two.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+("?)|[{}\[\]]', re.DOTALL)
_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)


class Nesting:
    """A scan over JSON, any chunking of which gives the same; `depth` counts the open brackets."""

    def __init__(self) -> None:
        self.depth = 0
        self._in_string = False
        self._in_escape = False

    def feed(self, piece: bytes) -> bool:
        """Whether every bracket that was opened is closed at the end of this piece."""
        for _ in self.brackets(piece):
            pass
        return not self.depth and not self._in_string

    def brackets(self, piece: bytes) -> Iterator[tuple[int, bool, int]]:
        """The brackets outside strings: where each is, whether it opens, and how deep one is after it."""
        at = self._after_string(piece) if self._in_string else 0
        for token in _TOKEN.finditer(piece, at):
            at = token.start()
            match piece[at]:
                case 0x22:
                    if not token[1]:
                        self._in_string = True
                        self._in_escape = token.end() < len(piece)
                        return
                case 0x7B | 0x5B:
                    self.depth += 1
                    yield at, True, self.depth
                case _:
                    # A bracket too many closes nothing.
                    self.depth = max(0, self.depth - 1)
                    yield at, False, self.depth

    def _after_string(self, piece: bytes) -> int:
        """Where the string that was open ends in this piece; its length if it does not."""
        if not piece:
            return 0
        at = 1 if self._in_escape else 0
        self._in_escape = False
        matched = _STRING.match(piece, at)
        at = matched.end() if matched else at
        if at < len(piece) and piece[at] == 0x22:
            self._in_string = False
            return at + 1
        self._in_escape = at < len(piece)
        return len(piece)
