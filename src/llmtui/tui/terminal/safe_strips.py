"""The last line of defence: what may be written to the terminal, whatever drew it (`textual_fixes.guard`)."""

import re
from functools import lru_cache

from rich.cells import cell_len

from llmtui.terminal import UNSAFE, is_written
from llmtui.tui.terminal.pinned import pinned

_DISGUISED = re.compile("https?://[^/?#]*@", re.IGNORECASE)
# Here also tabs and newlines, which would leave the row.
_COMMANDS = re.compile(f"[\t\n{UNSAFE}]")


def safe_signs(text: str) -> str:
    """The text without what commands a terminal or deceives, and with what terminals measure in different
    ways in its place."""
    return pinned(_COMMANDS.sub(_blank, text))


@lru_cache(512)
def is_safe_target(link: str) -> bool:
    """Whether the terminal may be told of this link, which it may open without a question of ours.

    It wants ASCII, and not every terminal checks. What may be taken for another host is not for it, and
    nothing that would not be opened if it were asked of us.
    """
    # Loaded with the first link.
    from llmtui.tui.outside.link_target import target_of

    return link.isascii() and not _DISGUISED.match(link) and bool(target_of(link).url)


def _blank(match: re.Match[str]) -> str:
    """In its place as much room as the row was laid out with."""
    sign = match.group()
    return sign if is_written(match.string, match.start()) else " " * cell_len(sign)
