"""The last line of defence: what may be written to the terminal, whatever drew it (`textual_fixes.guard`)."""

import re

from rich.cells import cell_len

from llmtui.terminal import UNSAFE, is_written, safe_link
from llmtui.tui.pinned import pinned

# Here also tabs and newlines, which would leave the row.
_COMMANDS = re.compile(f"[\t\n{UNSAFE}]")


def safe_signs(text: str) -> str:
    """The text without what commands a terminal or deceives, and with what terminals measure in different
    ways in its place."""
    return pinned(_COMMANDS.sub(_blank, text))


def is_safe_target(link: str) -> bool:
    """Whether the terminal may be told of this link. It wants ASCII, and not every terminal checks."""
    return link.isascii() and safe_link(link) is not None


def _blank(match: re.Match[str]) -> str:
    """In its place as much room as the row was laid out with."""
    sign = match.group()
    return sign if is_written(match.string, match.start()) else " " * cell_len(sign)
