"""Keys that Textual 8.2 reads wrongly, and what they are."""

from enum import Enum
from typing import Any, cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS


class _Missing(Enum):
    """Keys that Textual has no name for."""

    ALT_ENTER = "alt+enter"


def mend() -> None:
    """Read ESC CR as Alt+Enter: Textual drops the Alt, and a chat would send by accident."""
    cast(dict[str, Any], ANSI_SEQUENCES_KEYS)["\x1b\r"] = (_Missing.ALT_ENTER,)


NEWLINE_KEYS = frozenset({"ctrl+j", "shift+enter", "shift+\r", "alt+enter"})
"""What makes a new line while Enter sends: `shift+\\r` is Shift+Enter as tmux and xterm report it."""

CONTROL_ENTER = frozenset({"ctrl+enter", "ctrl+\r"})
