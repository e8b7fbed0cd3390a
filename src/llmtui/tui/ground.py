"""Rows with nothing on them: one that is drawn serves for all that look the same.

Textual draws each by itself, also those of a container that other widgets cover: a twentieth of the first
paint.
"""

from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


def empty_row(widget: Widget, width: int) -> Strip:
    """A row of the widget's ground."""
    row = Strip.blank(width, widget.rich_style)
    # Textual's own `BLANK` leaves them out: without colours its rows would have some.
    for line_filter in widget.get_line_filters():
        row = row.apply_filter(line_filter, widget.background_colors[1])
    return row


def empty_rows(widget: Widget, crop: Region) -> list[Strip]:
    """What is seen of a widget that shows nothing itself."""
    return [empty_row(widget, crop.width)] * crop.height


class Beside(Horizontal):
    """Holds widgets side by side."""

    def render_lines(self, crop: Region) -> list[Strip]:
        return empty_rows(self, crop)


class Below(Vertical):
    """Holds widgets one below the other."""

    def render_lines(self, crop: Region) -> list[Strip]:
        return empty_rows(self, crop)
