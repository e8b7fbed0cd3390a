"""What is pasted stays as it is, and what could act or deceive in it is seen: while it is edited, a sign
stands in for each, as wide as what it shows."""

import re
from functools import cache

from llmtui.terminal import UNSAFE, is_written, safe_text, unsafe

# The end of the last plane: of all that is for private use, what no font and no program is known to use.
_FIRST, LAST_SIGN = 0x10E000, 0x10F7FF
_STANDS_IN = re.compile(f"[{chr(_FIRST)}-{chr(LAST_SIGN)}]")
_UNKNOWN = "\ufffd"


def standing_in(text: str) -> str:
    """The text with a sign for each character that is not for showing. Lines end with a newline each."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unsafe().sub(_stand_in, text)


def as_meant(text: str) -> str:
    """The text that signs stand in for."""
    return (
        text
        if text.isascii()
        else _STANDS_IN.sub(lambda sign: _signs()[1].get(sign.group(), sign.group()), text)
    )


def as_seen(text: str) -> str:
    """What is shown of it: each sign in one cell."""
    return text if text.isascii() else _STANDS_IN.sub(_seen, text)


def _stand_in(match: re.Match[str]) -> str:
    sign = match.group()
    return sign if is_written(match.string, match.start()) else _signs()[0].get(sign, _UNKNOWN)


def _seen(match: re.Match[str]) -> str:
    sign = match.group()
    meant = _signs()[1].get(sign)
    shown = safe_text(meant) if meant else sign
    return shown if len(shown) == 1 else _UNKNOWN


@cache
def _signs() -> tuple[dict[str, str], dict[str, str]]:
    """What stands in for what, and the way back. Lone surrogates are nothing that could be sent."""
    ranges = re.findall("(.)(?:-(.))?", UNSAFE, re.DOTALL)
    codes = (code for first, last in ranges for code in range(ord(first), ord(last or first) + 1))
    unsafe = [chr(code) for code in codes if not 0xD800 <= code < 0xE000]
    there = {sign: chr(_FIRST + place) for place, sign in enumerate(unsafe)}
    return there, {stands_in: sign for sign, stands_in in there.items()}
