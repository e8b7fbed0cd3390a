"""What to say of a piece of a stream that is of the wrong type."""

from llmtui.chat.events import Unread


def misread(place: str, value: object) -> Unread:
    """The flag for what stands at a place where words, or a way to them, should be."""
    return Unread(f"{place} is {_kind(value)}")


def is_misread(value: object) -> bool:
    """Whether this is no words, and not just nothing either."""
    return not isinstance(value, str | None) and value != [] and value != {}


def _kind(value: object) -> str:
    match value:
        case None:
            return "missing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"
