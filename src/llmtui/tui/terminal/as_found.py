"""The terminal as it was before the screen opened, and the way back to it when Textual does not go it."""

import os
import sys
from contextlib import suppress
from typing import Any

# What Textual switches on and never off: places of the mouse in pixels.
_LEFT_ON = b"\x1b[?1016l"
# All of it, for a screen that never closed: synchronized output, mouse, focus, paste, sizes, the keyboard
# protocol (it belongs to the alternate screen, so before that), lines that wrap, the cursor.
_EVERYTHING = (
    b"\x1b[?2026l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l\x1b[?1004l\x1b[?2004l\x1b[?2048l"
    b"\x1b[0m\x1b]8;;\x1b\\\x1b[<u\x1b[?7h\x1b[?1049l\x1b[?25h\r"
)
_IN, _OUT = 0, 2  # what Textual reads from and writes to


class AsFound:
    """What this terminal was like when this was made. Without a terminal nothing of it does anything."""

    def __init__(self) -> None:
        self._before = _attributes()
        self._early: list[Any] | None = None

    def hear_enter(self) -> None:
        """What is typed from now on is read as it is: a terminal that reads lines makes the end of one of
        Enter, and nobody could tell it from Ctrl+J when the screen opens."""
        self._early = None if self._before is None else _with_enter(self._before)
        if self._early is not None:
            _set_attributes(self._early)

    def read_lines(self) -> None:
        """Read lines again as it did before us, where perhaps nothing was ever shown."""
        if self._early is not None and self._before is not None:
            _set_attributes(self._before)

    @property
    def in_use(self) -> bool:
        """Whether somebody still has the terminal for a screen: the screen opens by changing how lines are
        read, and closes by changing it back."""
        return self._before is not None and _attributes() not in (None, self._before, self._early)

    def look_again(self) -> None:
        """Others had the terminal meanwhile: what it is like now is what it was like before us."""
        self._before = _attributes()

    def give_back(self) -> None:
        """Make it what it was, also when the screen never closed. This may wait for a terminal that hangs."""
        if self._before is None:
            return
        closing = _EVERYTHING if self.in_use else _LEFT_ON
        _set_attributes(self._before)
        say(closing)


def nobody_there() -> None:
    """The terminal is gone: let what is still to be written go nowhere, which Python would call a failure."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for output in (1, _OUT):
        os.dup2(nowhere, output)


def say(words: bytes) -> None:
    """Write to the terminal past everybody else, if it is still there."""
    with suppress(OSError):
        os.write(_OUT, words)


if sys.platform == "win32":

    def _attributes() -> list[Any] | None:
        return None

    def _set_attributes(attributes: list[Any]) -> None:
        return None

    def _with_enter(attributes: list[Any]) -> list[Any]:
        return attributes

else:
    import termios

    def _attributes() -> list[Any] | None:
        try:
            return termios.tcgetattr(_IN)
        except termios.error:
            return None

    def _set_attributes(attributes: list[Any]) -> None:
        with suppress(termios.error):
            termios.tcsetattr(_IN, termios.TCSANOW, attributes)

    def _with_enter(attributes: list[Any]) -> list[Any]:
        read, *others = attributes
        return [read & ~termios.ICRNL, *others]
