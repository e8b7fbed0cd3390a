"""What a terminal sends, told apart: what was typed, what was pasted, and answers that nobody asked for.

A terminal writes keys, pastes, the mouse and its own answers into one stream. What is half there waits for a
moment and is then let go: no answer, however late or torn, becomes words that nobody typed.
"""

import re
from typing import NamedTuple

# Esc is a key and the first letter of every sequence: so long it waits to be more.
ESCAPE_SECONDS = 0.1
# A sequence that stays half is over; a terminal sends the whole of one at once.
_HALF_SECONDS = 0.4
# A paste that nothing more comes of is over, whether its end was ever told or not.
_PASTE_SECONDS = 0.5
# What comes this soon after a paste was in it: nobody types so fast.
BURST_SECONDS = 0.05
# More at a time than this is no typing.
_MOST_TYPED = 64

_START, _END = "\x1b[200~", "\x1b[201~"
_FOCUS = ("\x1b[I", "\x1b[O")

_CSI = r"\x1b\[(?:\[[ -~]|M[^\x1b]{3}|(?!M)[ -?]*[@-~])"
_SS3 = r"\x1bO[0-9;]*[ -:<-~]"
_STRING = r"\x1b[\]P_^X][^\x00-\x06\x08-\x1f\x7f]*"
_PIECE = re.compile(
    f"(?P<typed>[^\x1b]+)"
    f"|(?P<sequence>{_CSI}|{_SS3})"
    rf"|(?P<string>{_STRING}(?:\x07|\x1b\\)|\x1b\\)"
    # Broken off by what cannot be in it: a control character, or another sequence.
    rf"|(?P<broken>\x1b\[[ -?]*(?=[^ -~])|{_STRING}(?=[\x00-\x1f\x7f](?!\Z)|[\x00-\x1a\x1c-\x1f\x7f]))"
    r"|(?P<escape>\x1b(?=\x1b))"
    r"|\x1b(?P<alt>[^\x1b\[O\]P_^X])",
    re.DOTALL,
)
_HALF = re.compile(rf"(?:\x1b(?:\[(?:[ -?]*|\[|M[^\x1b]{{0,2}})|O[0-9;]*)?|{_STRING}\x1b?)\Z", re.DOTALL)
_WHOLE = re.compile(f"{_CSI}|{_SS3}")
_PLAIN_END = re.compile(rf"{re.escape(_END)}(?=\Z|{re.escape(_START)})")
# The marks of a paste in their short writing, and what may be half of one.
_SHORT_MARK = re.compile("[\x9b\udc9b](?=20[01]~)")
_HALF_SHORT_MARK = re.compile(r"[\x9b\udc9b](?:20?|20[01])?\Z")
# What comes while a paste does, and is no part of it: the mouse, and whether the window has the keys.
_MOUSE_OR_FOCUS = re.compile(r"\x1b\[(?:<[-0-9;]*[Mm]|[IO])")

# 0x80-0x9f may begin a sequence, as a byte or a character; other bytes that are no UTF-8 are nothing.
_ONE_BYTE = {
    0x90: "\x1bP",
    0x98: "\x1bX",
    0x9B: "\x1b[",
    0x9C: "\x1b\\",
    0x9D: "\x1b]",
    0x9E: "\x1b^",
    0x9F: "\x1b_",
}
_NOT_TYPED = {code: _ONE_BYTE.get(code, "") for code in range(0x80, 0xA0)}
_NOT_TYPED |= {0xDC00 + code: _ONE_BYTE.get(code, "") for code in range(0x80, 0x100)}
_NO_TEXT = re.compile("[\udc80-\udcff]")


class Typed(NamedTuple):
    """Letters and control characters, a key each; Esc is one of them."""

    text: str


class Alt(NamedTuple):
    """A key with Alt, as terminals without another way tell of it: Esc, and at once the key."""

    sign: str


class Sequence(NamedTuple):
    """A whole sequence: of a key, the mouse, or an answer."""

    text: str


class Pasted(NamedTuple):
    """What was pasted, exactly."""

    text: str


Unit = Typed | Alt | Sequence | Pasted


class TerminalInput:
    """Is fed what was read, and told of silence. `now` is any clock in seconds that never goes back.

    Bytes that are no UTF-8 come as `surrogateescape` makes them.
    """

    def __init__(self) -> None:
        self._held = ""
        self._held_since = 0.0
        self._heard = float("-inf")
        self._paste: list[str] | None = None
        self._paste_fed = 0.0
        self._wary = False
        self._unended = False
        self._focus = self._focus_told = ""

    def feed(self, data: str, now: float) -> list[Unit]:
        """What came of this and of what was held back before it."""
        return self.silence(now) + self._with_focus(self._read(data, now))

    def silence(self, now: float) -> list[Unit]:
        """What is over because nothing followed."""
        told = self._tell_focus() if now - self._heard > BURST_SECONDS else []
        return told + self._let_go(now)

    def _with_focus(self, units: list[Unit]) -> list[Unit]:
        """Whether the window has the keys is told when it matters or has settled: each time costs the app
        milliseconds, and a window manager may change its mind a thousand times."""
        told: list[Unit] = []
        for unit in units:
            match unit:
                case Sequence("\x1b[I" | "\x1b[O" as focus):
                    self._focus = focus
                case _:
                    told += [*self._tell_focus(), unit]
        return told

    def _tell_focus(self) -> list[Unit]:
        if self._focus == self._focus_told:
            return []
        self._focus_told = self._focus
        return [Sequence(self._focus)]

    def _read(self, data: str, now: float) -> list[Unit]:
        units: list[Unit] = []
        if now - self._heard > BURST_SECONDS:
            self._wary = False
        self._heard = now
        if self._unended and self._paste is None and _goes_on(_with_long_marks(data)):
            self._paste = []
        # A single key is somebody who types because nothing happens any more.
        if self._paste is not None and not (len(data) == 1 or _WHOLE.fullmatch(data)):
            self._paste_fed = now
        before, self._held = self._held, ""
        rest = _with_long_marks(before + data)
        half = (
            "" if rest.isascii() or not (found := _HALF_SHORT_MARK.search(rest, len(rest) - 4)) else found[0]
        )
        rest = rest.removesuffix(half)
        while rest:
            if self._paste is not None:
                rest = self._go_on_pasting(rest, units)
            elif self._wary:
                rest = self._go_on_warily(rest, units)
            else:
                rest = self._read_keys(rest, now, units)
        self._held += half
        if not before or not self._held or len(data) > _MOST_TYPED:
            self._held_since = now
        return units

    def _let_go(self, now: float) -> list[Unit]:
        """What was held back, where nothing follows any more."""
        if self._paste is not None:
            if now - self._paste_fed < _PASTE_SECONDS:
                return []
            self._paste.append(self._held)
            self._held, self._unended = "", True
            return self._pasted()
        if not self._held:
            return []
        waited = now - self._held_since
        if self._held == "\x1b" and waited >= ESCAPE_SECONDS:
            self._held = ""
            return [Typed("\x1b")]
        if (
            len(self._held) == 2
            and self._held[0] == "\x1b"
            and self._held[1] != "["
            and waited >= ESCAPE_SECONDS
        ):
            sign, self._held = self._held[1], ""
            return [Alt(sign)]
        if waited >= _HALF_SECONDS:
            self._held = ""
        return []

    def _pasted(self) -> list[Unit]:
        text = _as_text("".join(self._paste or ()))
        self._paste = None
        return [Pasted(text)] if text else []

    def _go_on_pasting(self, data: str, units: list[Unit]) -> str:
        """Take what is pasted; what follows its end. Its own text may hold the mark of its end: the last
        one counts, or one that another paste comes behind."""
        plain = _PLAIN_END.search(data)
        end = plain.start() if plain else data.rfind(_END)
        assert self._paste is not None
        if end < 0:
            kept = _without_half_of(_END, data)
            self._held = data[kept:]
            self._paste.append(data[:kept])
            return ""
        self._paste.append(data[:end])
        units += self._pasted()
        self._wary, self._unended = True, False
        return data[end + len(_END) :]

    def _go_on_warily(self, data: str, units: list[Unit]) -> str:
        """Read what came right behind a paste: if its end was forged, this is the rest of it."""
        if data.startswith(_START):
            self._paste, self._paste_fed = [], self._heard
            return data[len(_START) :]
        start = data.find(_START)
        here, rest = (data, "") if start < 0 else (data[:start], data[start:])
        if (end := here.rfind(_END)) >= 0:
            units += [Pasted(text)] if (text := _as_text(here[:end].replace(_END, ""))) else []
            return data[end + len(_END) :]
        if not rest and (half := _HALF.search(here)):
            self._held, here = half.group(), here[: half.start()]
        units += [
            Sequence(match.group()) for match in _MOUSE_OR_FOCUS.finditer(here) if match.group() in _FOCUS
        ]
        here = _MOUSE_OR_FOCUS.sub("", here)
        if _WHOLE.fullmatch(here):
            units.append(Sequence(here))
        elif len(here) == 1 and here < " " and here not in "\r\n\t":
            units.append(Typed(here))
        elif here:
            units.append(Pasted(_as_text(here)))
        return rest

    def _read_keys(self, data: str, now: float, units: list[Unit]) -> str:
        """Read what was typed; what follows the beginning of a paste, if there is one."""
        start = data.find(_START)
        here, rest = (data, "") if start < 0 else (data[:start], data[start + len(_START) :])
        here = here if here.isascii() else here.translate(_NOT_TYPED)
        at = 0
        while match := _PIECE.match(here, at):
            at = match.end()
            kind, piece = match.lastgroup, match.group()
            if kind in ("typed", "escape"):
                units.append(Typed(piece))
            elif kind == "sequence" and piece != _END:
                units.append(Sequence(piece))
            elif kind == "alt":
                units.append(Alt(match["alt"]))
        half = here[at:]
        if start < 0:
            # Of an answer nothing is kept but how it began.
            self._held = half if len(half) < _MOST_TYPED else half[:3] + half[-1:]
        else:
            units += [Typed(half)] if half == "\x1b" else []
            self._paste, self._paste_fed, self._unended = [], now, False
        return rest


def _as_text(pasted: str) -> str:
    """What was pasted, bytes that are no UTF-8 marked."""
    return pasted if pasted.isascii() else _NO_TEXT.sub("\ufffd", pasted)


def _with_long_marks(text: str) -> str:
    """The text with every mark of a paste written as most terminals write it."""
    return text if text.isascii() else _SHORT_MARK.sub("\x1b[", text)


def _goes_on(data: str) -> bool:
    """Whether this is the rest of a paste that stayed out: it ends as one, or nobody types so much."""
    before = data.partition(_START)[0]
    return _END in before or len(before) > _MOST_TYPED


def _without_half_of(mark: str, text: str) -> int:
    """How much of a text is surely not the beginning of a mark."""
    for length in range(len(mark) - 1, 0, -1):
        if text.endswith(mark[:length]):
            return len(text) - length
    return len(text)
