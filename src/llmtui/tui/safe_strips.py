"""The last line of defence: whatever any widget draws, no control character and no unsafe link gets out.

Textual writes what is in a segment straight to the terminal, ESC included. Everything that the screen
draws goes through `Strip.render`; there, and only there, it can be stopped for every widget at once.
"""

import re
from collections.abc import Callable

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from llmtui.terminal import UNSAFE, is_written, safe_link
from llmtui.tui.pinned import pinned

# Here also tabs and newlines, which would leave the row.
_COMMANDS = re.compile(f"[\t\n{UNSAFE}]")
_PLAIN = Style.null()
_render = Strip.render
_render_style = Strip.render_style.__func__  # type: ignore[attr-defined]  # mypy does not see through classmethod


def guard() -> Callable[[], None]:
    """Let nothing but words out from now on, in every app of this process; the way back, for tests."""

    def undo() -> None:
        Strip.render = _render  # type: ignore[method-assign]
        Strip.render_style = classmethod(_render_style)  # type: ignore[method-assign, assignment]

    Strip.render = _all_styled  # type: ignore[method-assign, assignment]
    Strip.render_style = classmethod(_safely)  # type: ignore[method-assign, assignment]
    return undo


def _all_styled(strip: Strip, console: Console) -> str:
    """Textual writes what has no style as it is, without asking `render_style`."""
    if strip._render_cache is None and any(style is None for _, style, _ in strip):
        strip = Strip([Segment(text, style or _PLAIN) for text, style, _ in strip])
    return _render(strip, console)


def _safely(cls: type[Strip], style: Style, text: str, color_system: ColorSystem) -> str:
    if not (text.isascii() and text.isprintable()):
        text = pinned(_COMMANDS.sub(_blank, text))
    # Terminals want addresses in ASCII, and not all of them check.
    if style.link and not (style.link.isascii() and safe_link(style.link)):
        style = style.update_link(None)
    rendered: str = _render_style(cls, style, text, color_system)
    return rendered


def _blank(match: re.Match[str]) -> str:
    """In its place as much room as the row was laid out with."""
    sign = match.group()
    return sign if is_written(match.string, match.start()) else " " * cell_len(sign)
