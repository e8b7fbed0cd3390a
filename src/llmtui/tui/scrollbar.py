"""The transcript's scrollbar: it is drawn again when it looks otherwise, not whenever a line is added."""

from math import ceil

from textual.geometry import Region
from textual.scrollbar import ScrollBar
from textual.strip import Strip


class SteadyScrollBar(ScrollBar):
    """Fits Textual's, which makes all its lines anew for every row that a conversation grows by."""

    _seen: tuple[object, ...] = ()
    _lines: list[Strip]

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines in a region: those of the last time as long as the thumb is where it was."""
        looks = (crop, self._thumb(crop.height), self.mouse_over, self.grabbed is None, self.app.theme)
        if looks != self._seen:
            self._seen, self._lines = looks, super().render_lines(crop)
        return self._lines

    def _thumb(self, height: int) -> tuple[int, int]:
        """Where the thumb begins and ends, in eighths of a cell: as finely as it can be drawn."""
        virtual, window = self.window_virtual_size, self.window_size
        if not window or virtual <= window:
            return 0, 0
        size = max(1.0, window * height / virtual)
        start = int((height - size) * self.position / (virtual - window) * 8)
        return start, start + ceil(size * 8)
