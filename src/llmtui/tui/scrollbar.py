"""The transcript's scrollbar: it is drawn again when it looks otherwise, not whenever a line is added."""

from collections.abc import Iterator
from math import ceil

from rich.segment import Segment
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip


class SteadyScrollBar(ScrollBar):
    """Fits Textual's, which makes all its lines anew for every row that a conversation grows by."""

    _seen: tuple[object, ...] = ()
    _lines: list[Strip]

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines in a region: those of the last time as long as the thumb is where it was."""
        looks = (crop, self._thumb(crop.height), self.mouse_over, self.grabbed is None, self.app.theme)
        if looks != self._seen:
            self._seen, self._lines = looks, list(self._drawn(crop))
        return self._lines

    def _drawn(self, crop: Region) -> Iterator[Strip]:
        """The lines as Textual makes them, but each kind of cell is made once."""
        bar = self.render()
        if not isinstance(bar, ScrollBarRender) or crop != self.size.region:
            yield from super().render_lines(crop)
            return
        style = self.app.console.get_style(bar.style)
        assert style.color is not None
        assert style.bgcolor is not None
        cells = bar.render_bar(
            crop.height,
            bar.virtual_size,
            bar.window_size,
            bar.position,
            bar.thickness,
            bar.vertical,
            style.bgcolor,
            style.color,
        )
        made: dict[Segment, Strip] = {}
        base = self.visual_style.rich_style
        filters, background = self.get_line_filters(), self.background_colors[1]
        for cell in cells.segments:
            if cell not in made:
                strip = Strip([*Segment.apply_style([cell], base)], crop.width)
                for line_filter in filters:
                    strip = strip.apply_filter(line_filter, background)
                made[cell] = strip
            yield made[cell]

    def _thumb(self, height: int) -> tuple[int, int]:
        """Where the thumb begins and ends, in eighths of a cell: as finely as it can be drawn."""
        virtual, window = self.window_virtual_size, self.window_size
        if not window or virtual <= window:
            return 0, 0
        size = max(1.0, window * height / virtual)
        start = int((height - size) * self.position / (virtual - window) * 8)
        return start, start + ceil(size * 8)
