"""A name for a file, made of a title."""

_LONGEST = 60


def file_name(title: str) -> str:
    """The title's letters and digits with hyphens between the words; without an ending."""
    letters = "".join(sign if sign.isalnum() else " " for sign in title)
    return "-".join(letters.lower().split())[:_LONGEST].strip("-") or "conversation"
