"""What a program's output has switched on in its terminal, and not off again."""

import re
from collections import Counter

_COMMAND = re.compile(
    rb"\x1b\[([<=>?]?)([\d;]*)(?:\$?)([a-zA-Z])|\x1b\]8;[^;]*;([^\x07\x1b]*)(?:\x07|\x1b\\)"
)
# As a terminal comes: the cursor is shown (25), lines wrap (7).
_USUALLY_ON = frozenset({7, 25})
_ALTERNATE_SCREEN = 1049


class Modes:
    """Reads output as a terminal does that has every mode, and a stack of keyboard protocols for each of its
    two screens."""

    def __init__(self, output: bytes) -> None:
        self.on = set(_USUALLY_ON)
        self.switched: Counter[int] = Counter()
        # Keyboard protocols pushed and not popped: on the usual screen, and on the alternate one.
        self.keyboards = [0, 0]
        self.link = b""
        self.styled = False
        for command in _COMMAND.finditer(output):
            self._obey(*command.groups())

    @property
    def left(self) -> dict[str, object]:
        """What is not as it was; empty when the program has tidied up behind itself."""
        found = {
            "on": sorted(self.on - _USUALLY_ON),
            "off": sorted(_USUALLY_ON - self.on),
            "keyboards": [count for count in self.keyboards if count],
            "link": self.link,
            "styled": self.styled,
        }
        return {name: value for name, value in found.items() if value}

    def _obey(self, kind: bytes, numbers: bytes, final: bytes, link: bytes | None) -> None:
        if link is not None:
            self.link = link
            return
        match kind, final:
            case b"?", b"h" | b"l":
                for number in map(int, numbers.split(b";")):
                    self.switched[number] += 1
                    (self.on.add if final == b"h" else self.on.discard)(number)
            case b">", b"u":
                self.keyboards[self._screen] += 1
            case b"<", b"u":
                # A pop too many would take what the shell has pushed for itself: it counts as well.
                self.keyboards[self._screen] -= int(numbers or b"1")
            case b"", b"m":
                self.styled = numbers not in (b"", b"0")

    @property
    def _screen(self) -> int:
        return int(_ALTERNATE_SCREEN in self.on)
