"""LaTeX as text that can be read: `\\frac{a}{b}` is a/b, `x^2` is x², `\\sum_{i=1}^{n}` is ∑ᵢ₌₁ⁿ.

What is not understood stays as it was written, in its place, so that nothing is said that was not meant.
"""

from functools import lru_cache

from llmtui.chat.maths_commands import read_command
from llmtui.chat.maths_pieces import NotMaths, joined
from llmtui.chat.maths_reader import Reader
from llmtui.chat.maths_rows import read_rows

_LONGEST = 4_000


@lru_cache(maxsize=512)
def readable(latex: str) -> str | None:
    """A formula on one line, None if it cannot be read."""
    if len(latex) > _LONGEST:
        return None
    try:
        reader = Reader(latex, read_command)
        pieces = reader.pieces()
        reader.expect_end()
    except NotMaths:
        return None
    return " ".join(joined(pieces).split()) or None


@lru_cache(maxsize=128)
def readable_rows(latex: str) -> tuple[str, ...] | None:
    """A formula that stands alone, on as many lines as it needs, None if it cannot be read."""
    if len(latex) > _LONGEST:
        return None
    try:
        reader = Reader(latex, read_command)
        rows = read_rows(reader)
        reader.expect_end()
    except NotMaths:
        return None
    return tuple(row.rstrip() for row in rows) if any(row.strip() for row in rows) else None
