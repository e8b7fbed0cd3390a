"""JSON from a provider, read so that nothing but ValueError can come of it, and JSON for one."""

import json
import re
from collections.abc import Iterator

# Every escape sequence of JSON, so that an escaped backslash before a u is not taken for a surrogate.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
# Without blanks, and every letter as itself.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
# So many items of a list are written at once.
_AT_ONCE = 100


def parse(data: str | bytes) -> object:
    """The JSON value, lone surrogates in it replaced by U+FFFD. Raises ValueError if it is no JSON."""
    text = _without_surrogates(data) if isinstance(data, str) else data.decode("utf-8", "replace")
    # Some put a mark of the byte order before it all.
    text = text.removeprefix("\ufeff")
    if "\\u" in text:
        text = _ESCAPE.sub(_without_lone_surrogate, text)
    try:
        value: object = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep at line 1 column 1") from None
    return value


def json_bytes(value: object) -> bytes:
    """The value as JSON; a question mark for what cannot be written in UTF-8.

    What a list of ten thousand messages takes meanwhile stays with the process: it is written piece by piece.
    """
    return b"".join([piece.encode("utf-8", "replace") for piece in _pieces(value)])


def _pieces(value: object) -> Iterator[str]:
    """The value's JSON: of an object field by field, and of a long list in it some items at a time."""
    if not (isinstance(value, dict) and value):
        yield _ENCODER.encode(value)
        return
    before = "{"
    for name, field in value.items():
        yield f"{before}{_ENCODER.encode(name)}:"
        if isinstance(field, list) and len(field) > _AT_ONCE:
            yield from _slices(field)
        else:
            yield _ENCODER.encode(field)
        before = ","
    yield "}"


def _slices(items: list[object]) -> Iterator[str]:
    before = "["
    for start in range(0, len(items), _AT_ONCE):
        yield before + _ENCODER.encode(items[start : start + _AT_ONCE])[1:-1]
        before = ","
    yield "]"


def json_text(value: object) -> str:
    """What a provider said, as JSON again; empty if it is nested too deep."""
    try:
        return _ENCODER.encode(value)
    except RecursionError:
        return ""


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


def _without_surrogates(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
