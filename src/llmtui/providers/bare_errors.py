"""Errors that do not call themselves one, inside an answer that began well."""

from collections.abc import Mapping


def is_bare_error(payload: Mapping[str, object]) -> bool:
    """Whether an object that has nothing of its dialect in it is an error without an `error`.

    Frameworks say `{"detail": …}`, proxies and some providers `{"message": …}`. An event of an unknown kind
    may have a message too, so where a kind is named, a code must stand beside it.
    """
    detail, message = payload.get("detail"), payload.get("message")
    if detail and isinstance(detail, str | list):
        return True
    if not message or not isinstance(message, str):
        return False
    return not isinstance(payload.get("type"), str) or "code" in payload
