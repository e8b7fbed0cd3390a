"""The last line of defence of what is printed: a terminal is sent nothing but what can be read.

Whoever prints words of others makes them safe; this is for the place where that was forgotten, and for what
prints without asking us, as argparse does with what it does not understand.
"""

import sys
from typing import Any, TextIO, cast

from llmtui.terminal import safe_text


class Shown:
    """A stream to a terminal, in all else like the stream beneath."""

    def __init__(self, beneath: TextIO) -> None:
        self.beneath = beneath

    def write(self, text: str) -> int:
        """Write it, with every sign that could act made visible."""
        self.beneath.write(safe_text(text))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Write them all."""
        self.write("".join(lines))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.beneath, name)


def guard_printing() -> None:
    """From now on a terminal is only shown what is printed; a file or a pipe gets the words as they are."""
    sys.stdout, sys.stderr = _guarded(sys.stdout), _guarded(sys.stderr)


def as_it_is(stream: TextIO) -> TextIO:
    """The stream for whoever goes back to the start of a line, with words that are all our own."""
    return stream.beneath if isinstance(stream, Shown) else stream


def _guarded(stream: TextIO) -> TextIO:
    # Without a console, as with pythonw, there is none at all.
    if stream is None or isinstance(stream, Shown) or not stream.isatty():
        return stream
    return cast(TextIO, Shown(stream))
