"""What a double click takes for a word."""

import re
from functools import cache

# In this order: an address, a path, a name or a number with what is inside of it, and scripts that are
# written without spaces, a run of one script for want of a dictionary.
_HAN = "\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_HIRAGANA = "\u3041-\u309f"
_KATAKANA = "\u30a0-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_UNSPACED = _HAN + _HIRAGANA + _KATAKANA
_LETTER = rf"[^\W{_UNSPACED}]"
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f\u200d\ufe0f"
)
_NAME = rf"(?:{_LETTER}|[{_MARKS}])"


_WORD = rf"""
  (?:https?://|mailto:)[^\s<>"'`\u3000-\u303f]*[\w/=#&]
| (?:~|\.{{1,2}}|[\w@][\w.@+-]*|(?<![\w/]))/(?:[\w.@+~/-]*[\w/])?
| -{{1,2}}{_LETTER}{_NAME}*(?:-{_NAME}+)*
| {_NAME}+(?:[.'’·-]{_NAME}+)*
| [{_HAN}]+ | [{_HIRAGANA}]+ | [{_KATAKANA}]+
| \s+
| ([^\w\s])\1*
"""


@cache
def _words() -> re.Pattern[str]:
    # It takes 10 ms to compile: not before the first paint.
    return re.compile(_WORD, re.VERBOSE)


def word_at(text: str, index: int) -> tuple[int, int]:
    """From where to where in a line the word reaches that this character belongs to."""
    for match in _words().finditer(text):
        if match.start() <= index < match.end():
            return match.span()
        if match.start() > index:
            break
    return index, min(index + 1, len(text))


def starts(text: str) -> list[int]:
    """Where in a line its words begin: what is neither space nor drawn between words."""
    return [match.start() for match in _words().finditer(text) if not match.group().isspace()]
