"""Half characters: JSON can carry them, and neither UTF-8 nor SQLite can."""


def without_lone_surrogates(text: str) -> str:
    """The text with every lone surrogate replaced by U+FFFD; two halves that belong together are joined."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
