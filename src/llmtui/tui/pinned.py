"""Signs that terminals do not agree about: each is kept in the cells that the screen was laid out with.

An emoji with a skin tone, a variation selector or a joiner is two cells for one terminal, one or four for
another. What comes after it would stand in the wrong place, and at the end of the row something of before
would stay.
"""

import re

from rich.cells import cell_len

_SAVE, _RESTORE = "\x1b7", "\x1b8"
_TONES = "\U0001f3fb-\U0001f3ff"
_EMOJI = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
_DOUBTED = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[#*0-9]\ufe0f?\u20e3|[{_EMOJI}](?:[\ufe0f{_TONES}]|\u200d[{_EMOJI}])+"
)


def pinned(text: str) -> str:
    """The text, with such signs printed over blanks, and the cursor put where they have to end."""
    return _DOUBTED.sub(_pinned, text)


def _pinned(match: re.Match[str]) -> str:
    sign = match.group()
    cells = cell_len(sign)
    return f"{_SAVE}{' ' * cells}{_RESTORE}{_SAVE}{sign}{_RESTORE}\x1b[{cells}C"
