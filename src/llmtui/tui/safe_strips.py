"""The last line of defence: whatever any widget draws, no control character and no unsafe link gets out.

Textual writes what is in a segment straight to the terminal, ESC included. Everything that the screen
draws goes through `Strip.render_style`; there, and only there, it can be stopped for every widget at once.
"""

import re
from collections.abc import Callable

from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

from llmtui.terminal import is_written, safe_link
from llmtui.tui.pinned import pinned

_COMMANDS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e01ef]"
)
_render_style = Strip.render_style.__func__  # type: ignore[attr-defined]  # mypy does not see through classmethod


def guard() -> Callable[[], None]:
    """Let nothing but words out from now on, in every app of this process; the way back, for tests."""

    def undo() -> None:
        Strip.render_style = classmethod(_render_style)  # type: ignore[method-assign, assignment]

    Strip.render_style = classmethod(_safely)  # type: ignore[method-assign, assignment]
    return undo


def _safely(cls: type[Strip], style: Style, text: str, color_system: ColorSystem) -> str:
    if not (text.isascii() and text.isprintable()):
        text = pinned(_COMMANDS.sub(_blank, text))
    if style.link and safe_link(style.link) is None:
        style = style.update_link(None)
    rendered: str = _render_style(cls, style, text, color_system)
    return rendered


def _blank(match: re.Match[str]) -> str:
    sign = match.group()
    return sign if sign >= "\U000e0000" and is_written(match.string, match.start()) else " "
