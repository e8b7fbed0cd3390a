"""The name that was likely meant by one that nobody has."""

from collections.abc import Collection


def did_you_mean(name: str, names: Collection[str]) -> str:
    """` Did you mean groq?`, to go on a sentence with; empty where no name is near.

    What was written is not repeated: it may be a secret in the wrong place.
    """
    from difflib import get_close_matches

    found = get_close_matches(name.strip().lower(), sorted(names), 1)
    return f" Did you mean {found[0]}?" if found else ""
