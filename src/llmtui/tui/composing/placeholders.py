"""What is too large to edit stands in the composer as one placeholder, and is sent, kept and copied to the
letter.

In the document a placeholder is a run of signs for private use: the first says which text is meant, and one
more stands in each cell of the label, so that it is wrapped, marked and undone as any other word is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from llmtui.chat.tokens import estimate
from llmtui.tui.composing.stand_ins import LAST_SIGN, as_meant, as_seen, standing_in

# A key takes two milliseconds more in a draft of so many characters, and five in a line of so many.
COMFORTABLE, COMFORTABLE_LINE = 50_000, 8_000

_FIRST, _LAST, _CELL = LAST_SIGN + 1, 0x10FFFC, "\U0010fffd"
_PLACEHOLDER = re.compile(f"[{chr(_FIRST)}-{chr(_LAST)}]{_CELL}*")
# What means something here, and came from outside.
_RESERVED = re.compile("[\U0010e000-\U0010fffd]")
_UNSENDABLE = "[\ud800-\udfff]"

# Of a long draft that comes back its beginning and its end can be edited: what was typed is mostly there.
_EDGE = 400
_LINES_BEFORE, _LINES_AFTER = 5, 2
# So many texts are known again when they come back, looked for in so many places.
_REMEMBERED, _PLACES = 4, 100
_BEGINNING = 200


@dataclass(frozen=True)
class Held:
    """A text that is not edited, as it is sent."""

    text: str
    label: str

    @cached_property
    def tokens(self) -> float:
        """About how many it is."""
        return estimate(self.text)


class Placeholders:
    """Knows what the placeholders of a document stand for."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}
        self._remembered: tuple[Held, ...] = ()

    def pasted(self, text: str, beside: int = 0, in_line: int = 0) -> str:
        """What goes into a document for a text that is put beside so many characters, some of them in its
        line."""
        return standing_in(text) if _is_comfortable(text, beside, in_line) else self._hold(text)

    def taken_up(self, text: str) -> str:
        """The document for a text that comes back: what was a placeholder is one again, and of another long
        text the first and the last lines are seen."""
        self._held = {}
        return self._around(text)

    def meant(self, edited: str) -> str:
        """The text that the document stands for, exactly."""
        if edited.isascii():
            return edited
        return _PLACEHOLDER.sub(self._text_of, as_meant(edited))

    def seen(self, line: str) -> str:
        """What is shown of a line: as many cells, each label in its place."""
        if line.isascii():
            return line
        return _PLACEHOLDER.sub(self._label_of, as_seen(line))

    def told_apart(self, edited: str) -> tuple[str, float]:
        """(what of a document is not placeholders, about how many tokens these stand for)."""
        if edited.isascii():
            return edited, 0.0
        signs = [run[0] for run in _PLACEHOLDER.findall(edited)]
        tokens = sum(self._held[sign].tokens for sign in signs if sign in self._held)
        return (_PLACEHOLDER.sub(" ", edited) if signs else edited), tokens

    def _around(self, text: str) -> str:
        if _is_comfortable(text):
            return standing_in(text)
        for held in self._remembered:
            # What was sent and is taken back has lost the empty lines at its ends.
            for part in (held.text, held.text.strip("\n")):
                if len(part) > _EDGE and (at := _place_of(part, text)) >= 0:
                    before, after = text[:at], text[at + len(part) :]
                    return f"{self._around(before)}{self._hold(part)}{self._around(after)}"
        start, end = _edges(text)
        if _RESERVED.search(text, 0, start) or _RESERVED.search(text, end):
            start, end = 0, len(text)
        return f"{standing_in(text[:start])}{self._hold(text[start:end])}{standing_in(text[end:])}"

    def _hold(self, text: str) -> str:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        try:
            size = len(text.encode())
        except UnicodeEncodeError:
            text = re.sub(_UNSENDABLE, "\ufffd", text)
            size = len(text.encode())
        held = Held(text, _label(size, text.count("\n") + (not text.endswith("\n"))))
        others = [other for other in self._remembered if other.text != text]
        self._remembered = (held, *others[: _REMEMBERED - 1])
        sign = chr(_FIRST + len(self._held))
        if sign >= _CELL:
            # Two thousand of them, and not one was sent.
            return standing_in(text)
        self._held[sign] = held
        return sign + _CELL * (len(held.label) - 1)

    def _text_of(self, run: re.Match[str]) -> str:
        held = self._held.get(run.group()[0])
        return held.text if held else run.group()

    def _label_of(self, run: re.Match[str]) -> str:
        held = self._held.get(run.group()[0])
        return held.label if held else run.group()


def places(line: str) -> Iterator[tuple[int, int]]:
    """Where placeholders begin and end in a line of a document."""
    if not line.isascii():
        for run in _PLACEHOLDER.finditer(line):
            yield run.span()


def _is_comfortable(text: str, beside: int = 0, in_line: int = 0) -> bool:
    if len(text) + beside > COMFORTABLE and len(text) > _EDGE:
        return False
    if len(text) + in_line > COMFORTABLE_LINE and len(text) > _EDGE:
        lines = standing_in(text).split("\n") if "\r" in text else text.split("\n")
        if max(map(len, lines)) + in_line > COMFORTABLE_LINE:
            return False
    return text.isascii() or not _RESERVED.search(text)


def _label(size: int, lines: int) -> str:
    from llmtui.tui.drawing.sections import size as told

    return f"[pasted {told(size)}, {lines:,} line{'' if lines == 1 else 's'}]"


def _place_of(part: str, text: str) -> int:
    """Where a long text is in another, if it is; it is not looked for letter by letter."""
    beginning, at = part[:_BEGINNING], -1
    for _ in range(_PLACES):
        at = text.find(beginning, at + 1)
        if at < 0 or text.startswith(part, at):
            return at
    return -1


def _edges(text: str) -> tuple[int, int]:
    """Where the lines end and begin that are seen of a long text."""
    start = 0
    for _ in range(_LINES_BEFORE):
        newline = text.find("\n", start, _EDGE)
        if newline < 0:
            break
        start = newline + 1
    end = len(text)
    for _ in range(_LINES_AFTER):
        newline = text.rfind("\n", max(start, len(text) - _EDGE), end)
        if newline < 0:
            break
        end = newline
    return start, end
