"""What can be said of a model by hand or kept in a file: the fields of its facts, and what fits into each."""

from collections.abc import Mapping

_COUNT = "a whole number of tokens"
_PRICE = "dollars per million tokens"
_FLAG = "true or false"
_TEXT = "a text"

FACTS: Mapping[str, str] = {
    "title": _TEXT,
    "context": _COUNT,
    "output_limit": _COUNT,
    "input_price": _PRICE,
    "output_price": _PRICE,
    "cached_price": _PRICE,
    "cache_write_price": _PRICE,
    "reasoning": _FLAG,
    "tools": _FLAG,
    "images": _FLAG,
    "files": _FLAG,
    "audio": _FLAG,
    "streaming": _FLAG,
    "canonical": _TEXT,
}
"""The fields of `ModelFacts` beside its name, each with what it must be, in words."""


def fits(field: str, value: object) -> bool:
    """Whether a field of this name can hold the value."""
    match FACTS.get(field):
        case "a text":
            return isinstance(value, str)
        case "true or false":
            return isinstance(value, bool)
        case "a whole number of tokens":
            return isinstance(value, int) and not isinstance(value, bool) and value > 0
        case "dollars per million tokens":
            return (
                isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")
            )
        case _:
            return False
