"""JSON from a provider, read so that nothing but ValueError can come of it."""

import re

from pydantic_core import from_json

# Every escape sequence of JSON, so that an escaped backslash before a u is not taken for a surrogate.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def parse(data: str | bytes) -> object:
    """The JSON value, lone surrogates in it replaced by U+FFFD. Raises ValueError if it is no JSON."""
    try:
        value: object = from_json(data)
    except ValueError:
        text = data if isinstance(data, str) else data.decode("utf-8", "replace")
        # Some put a mark of the byte order before it all.
        text = text.removeprefix("\ufeff")
        mended = _ESCAPE.sub(_without_lone_surrogate, text).encode("utf-8", "replace")
        value = from_json(mended)
    return value


def text_in(value: object) -> str:
    """The value if it is a string, else the empty string."""
    return value if isinstance(value, str) else ""


def count_in(value: object) -> int | None:
    """The value if it is a whole number that can count something, else None."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return None


def amount_in(value: object) -> float | None:
    """The value if it is a finite amount, written as a number or as a string, else None."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf"):
        return float(value)
    return None


def _without_lone_surrogate(escape: re.Match[str]) -> str:
    return "\\ufffd" if escape.group(1) else escape.group()
