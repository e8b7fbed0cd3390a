"""Reads what a program writes to a terminal, strictly: whatever is not on the list below is foreign.

The list holds what Textual writes of its own accord (its Linux driver, its compositor, pointer shapes,
`App.copy_to_clipboard`), what `tui.pinned` adds, and links that the panel of links would open. It is
written down anew here and shares nothing with the program, so that both cannot be wrong in the same way.

A colour is a colour, whoever chose it: what looks like Textual's own is found by `echoed`.
"""

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

Where = Literal["ground", "escape", "csi", "string", "string escape"]

# Modes that Textual's driver switches: reports of keys, mouse and focus, marks around a paste, wrapping, the
# cursor, the other screen, whole frames, sizes told in the stream.
_MODES = "7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048"
_SCREEN_CSI = re.compile(
    r"(?:[0-9]{1,3}(?:;[0-9]{1,3}){0,24})?m"  # colours and styles
    r"|[0-9]+;[0-9]+H"  # where the next words or the cursor go
    r"|[0-9]+C"  # `tui.pinned`: behind an emoji that terminals measure in different ways
    rf"|\?(?:{_MODES})[hl]"
    r"|\?(?:2026|2048)\$p"  # does the terminal know this mode?
    r"|>[0-9]+u|<u"  # the kitty keyboard, on and off
)
_SCREEN_ESCAPES = "78"  # `tui.pinned` keeps the place of the cursor and comes back
# A host of letters that every program reads as the same one, and no letter that takes a file along.
_LINK = re.compile(
    r"8;(?:;|id=[0-9]+(?:-[0-9]+)?;(?:"
    r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?(?:[/?#][!-\[\]-~]*)?"
    r"|mailto:(?!.*[?&][Aa][Tt][Tt][Aa][Cc][Hh])[!-\[\]-~]+))"
)
_POINTER = re.compile(r"22;[a-z-]{1,20}")
_CLIPBOARD = re.compile(r"52;c;([A-Za-z0-9+/]*={0,2})")

# Most of all that is written, read in one go.
_WORDS = re.compile("([ -~]+)")
_COLOURS_AND_WORDS = re.compile(r"(?:\x1b\[[0-9]{1,3}(?:;[0-9]{1,3}){0,24}m)*([ -~]+)")
_FLAGS = tuple(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in country) + "\U000e007f"
    for country in ("gbeng", "gbsct", "gbwls")
)
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df]")
_INVISIBLE = {0x115F, 0x1160, 0x2028, 0x2029, 0x3164, 0xFFA0, *range(0x2060, 0x2070), *range(0xFFF0, 0xFFFC)}
# Joiners and selectors of forms, by what may stand before them: no Latin, Greek, Cyrillic or Hebrew letter.
_FORMS = range(0xFE00, 0xFE10)
_JOINS = {0x200C, 0x200D}
_NEVER = {0x17B4, 0x17B5, 0x1D159}
# Format characters that may be: signs drawn over Arabic, Syriac and Kaithi numbers and
# between hieroglyphs.
_DRAWN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD} | set(
    range(0x13430, 0x13460)
)


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something that nobody but an attacker would send; `near` is what was written around it."""

    what: str
    near: str


class Oracle:
    """One terminal's worth of output, in pieces of any size.

    `plain` is a program that writes lines and nothing else. `copied` are the texts that the user copied: no
    others may reach the clipboard. `overwrites` says that a line may be written again from its start.
    """

    def __init__(
        self, *, plain: bool = False, copied: Collection[str] = (), overwrites: bool = False
    ) -> None:
        self.foreign: list[Foreign] = []
        self.words = ""
        self._plain, self._copied, self._overwrites = plain, copied, overwrites
        self._ordinary = _WORDS if plain else _COLOURS_AND_WORDS
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._where: Where = "ground"
        self._held = ""
        self._kind = ""
        self._said: list[str] = []
        self._after_return = False
        self._ways: dict[Where, Callable[[str], None]] = {
            "ground": self._ground,
            "escape": self._escape,
            "csi": self._csi,
            "string": self._string,
            "string escape": self._string_escape,
        }

    def feed(self, data: bytes) -> None:
        """Read on."""
        text, at = self._decoder.decode(data), 0
        while at < len(text):
            ordinary = None
            if self._where == "ground" and not self._after_return:
                ordinary = self._ordinary.match(text, at)
            if ordinary is not None:
                self._said.append(ordinary[1])
                at = ordinary.end()
            else:
                self._ways[self._where](text[at])
                at += 1

    def end(self) -> list[Foreign]:
        """Nothing more comes: all that is foreign, what was begun and not ended too."""
        for sign in self._decoder.decode(b"", final=True):
            self._ways[self._where](sign)
        if self._where != "ground":
            self._complain(f"an unfinished {self._where}", self._held)
        self.words = "".join(self._said)
        return self.foreign

    def _ground(self, sign: str) -> None:
        if self._after_return and sign != "\n" and not self._overwrites:
            self._complain("a return to the start of the line", sign)
        self._after_return = sign == "\r"
        if sign == "\x1b":
            self._where, self._held = "escape", ""
        elif sign in "\r\n" or (sign == "\t" and self._plain):
            self._said.append(sign)
        elif trouble := _trouble(sign, "".join(self._said[-8:])[-8:]):
            self._complain(trouble, sign)
        else:
            self._said.append(sign)

    def _escape(self, sign: str) -> None:
        if sign == "[":
            self._where, self._held = "csi", ""
        elif sign in "]P_^X":
            self._where, self._kind, self._held = "string", sign, ""
        else:
            self._where = "ground"
            if self._plain or sign not in _SCREEN_ESCAPES:
                self._complain("an escape", sign)

    def _csi(self, sign: str) -> None:
        self._held += sign
        if "@" <= sign <= "~":
            self._where = "ground"
            if self._plain or not _SCREEN_CSI.fullmatch(self._held):
                self._complain("a control sequence", self._held)
        elif not " " <= sign <= "?":
            self._where = "ground"
            self._complain("a broken control sequence", self._held)

    def _string(self, sign: str) -> None:
        if sign == "\x1b":
            self._where = "string escape"
        elif sign == "\x07" and self._kind == "]":
            self._end_of_string("\x07")
        elif not sign.isprintable():
            self._where = "ground"
            self._complain(f"{sign!r} in a string", self._held)
        else:
            self._held += sign

    def _string_escape(self, sign: str) -> None:
        if sign == "\\":
            self._end_of_string("\x1b\\")
        else:
            self._where = "ground"
            self._complain("an escape in a string", self._held + sign)

    def _end_of_string(self, terminator: str) -> None:
        self._where = "ground"
        held = self._held
        match terminator:
            case "\x1b\\":
                fine = _LINK.fullmatch(held) is not None
            case _:
                fine = _POINTER.fullmatch(held) is not None or self._was_copied(held)
        if self._plain or self._kind != "]" or not fine:
            self._complain(f"a string ({self._kind})", held)

    def _was_copied(self, held: str) -> bool:
        if (found := _CLIPBOARD.fullmatch(held)) is None:
            return False
        try:
            return base64.b64decode(found[1], validate=True).decode() in self._copied
        except (binascii.Error, UnicodeDecodeError):
            return False

    def _complain(self, what: str, held: str) -> None:
        near = "".join(self._said[-8:])[-40:]
        self.foreign.append(Foreign(what, f"{near!r} {held!r}"))


def _trouble(sign: str, before: str) -> str:
    """What is wrong with a sign that is to be seen; empty if nothing is."""
    code = ord(sign)
    if sign.isascii():
        return "" if sign.isprintable() else f"the control {sign!r}"
    if "\udc80" <= sign <= "\udcff":
        return "a byte that is not UTF-8"
    category = unicodedata.category(sign)
    if category == "Cc":
        return f"the C1 control {sign!r}"
    if category in ("Cs", "Zl", "Zp") or code in _INVISIBLE or code in _NEVER:
        return f"the invisible U+{code:04X}"
    if 0xE0100 <= code <= 0xE01EF:
        return "" if _HAN.fullmatch(before[-1:]) else f"the invisible U+{code:04X}"
    if 0xE0000 <= code <= 0xE0FFF:
        return "" if _of_a_flag(before, sign) else f"the tag U+{code:04X}"
    if code == 0x34F or code in _FORMS or code in _JOINS:
        return "" if _may_carry(before[-1:], code) else f"the invisible U+{code:04X}"
    if sign == "\u200b":
        return "" if _UNSPACED.fullmatch(before[-1:]) else "the invisible U+200B"
    if category == "Cf" and code not in _DRAWN:
        return f"the invisible U+{code:04X}"
    return ""


def _may_carry(base: str, code: int) -> bool:
    """Whether this sign can be said to change the one before it. What follows is not known yet: a digit may
    become a key, and what stands at the beginning of a row may belong to the row before."""
    if not base or base.isspace():
        return code in _JOINS
    if code == 0x34F:
        return unicodedata.category(base) == "Mn"
    if code in _FORMS:
        return base in "0123456789#*ℹ〰" or unicodedata.category(base) in ("So", "Sm", "Po", "Lo", "Sk")
    return unicodedata.category(base) in ("Lo", "Mn", "Mc", "So", "Sk") or base == "\ufe0f"


def _of_a_flag(before: str, sign: str) -> bool:
    written = before[before.rfind("\U0001f3f4") :] + sign if "\U0001f3f4" in before else ""
    return bool(written) and any(flag.startswith(written) for flag in _FLAGS)


def foreign_in(
    data: bytes, *, plain: bool = False, copied: Collection[str] = (), overwrites: bool = False
) -> list[Foreign]:
    """All that is foreign in a whole output."""
    oracle = Oracle(plain=plain, copied=copied, overwrites=overwrites)
    oracle.feed(data)
    return oracle.end()


def echoed(data: bytes, payloads: Collection[str]) -> list[str]:
    """The payloads with a command in them that were written as they came."""
    return [
        payload
        for payload in payloads
        # A colour may well come after the same word.
        if re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", payload.rstrip("\x1b[]"))
        and payload.encode("utf-8", "replace") in data
    ]
