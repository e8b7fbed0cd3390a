"""Places in nested JSON, by dotted paths: `capabilities.vision`."""

from collections.abc import Mapping

from llmtui.providers.payload import count_in


def flag_at(item: Mapping[str, object], *paths: str) -> bool | None:
    return next((found for path in paths if isinstance(found := value_at(item, path), bool)), None)


def count_at(item: Mapping[str, object], *paths: str) -> int | None:
    return next((count for path in paths if (count := count_in(value_at(item, path)))), None)


def list_at(item: Mapping[str, object], path: str) -> list[object]:
    found = value_at(item, path)
    return found if isinstance(found, list) else []


def value_at(item: object, path: str) -> object:
    """What is at a dotted path of nested objects; None if nothing is."""
    for name in path.split("."):
        item = item.get(name) if isinstance(item, dict) else None
    return item
