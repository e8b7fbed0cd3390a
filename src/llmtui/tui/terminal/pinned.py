"""Signs that terminals do not agree about: each is kept in the cells that the screen was laid out with.

An emoji with a skin tone, a variation selector or a joiner is two cells for one terminal, one or four for
another. What comes after it would stand in the wrong place, and at the end of the row something of before
would stay.
"""

import re
from functools import cache

from rich.cells import cell_len

_SAVE, _RESTORE = "\x1b7", "\x1b8"
_TONES = "\U0001f3fb-\U0001f3ff"
_EMOJI = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
_FLAGS = "\U0001f1e6-\U0001f1ff"
# In each of those signs there is one of these.
_TELLING = frozenset(map(chr, (0x200D, 0x20E3, 0xFE0F, *range(0x1F1E6, 0x1F200), *range(0x1F3FB, 0x1F400))))


def pinned(text: str) -> str:
    """The text, with such signs printed over blanks, and the cursor put where they have to end."""
    return text if _TELLING.isdisjoint(text) else _doubted().sub(_pinned, text)


@cache
def _doubted() -> re.Pattern[str]:
    return re.compile(
        f"[{_FLAGS}]{{2}}|[#*0-9]\ufe0f?\u20e3|[{_EMOJI}](?:[\ufe0f{_TONES}]|\u200d[{_EMOJI}])+"
    )


def _pinned(match: re.Match[str]) -> str:
    sign = match.group()
    cells = cell_len(sign)
    return f"{_SAVE}{' ' * cells}{_RESTORE}{_SAVE}{sign}{_RESTORE}\x1b[{cells}C"
