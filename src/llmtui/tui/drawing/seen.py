"""The rows of a column that are in sight, as they were drawn last."""

from textual.strip import Strip

# As many viewports of them are kept at most.
_MOST = 3


class Seen:
    """Strips by the row of the column that they show, until something about them changes."""

    def __init__(self) -> None:
        self._strips: dict[int, Strip] = {}
        self._looks: object = None

    def look(self, looks: object, first: int, height: int) -> None:
        """Somebody looks from this row on. What was drawn while things looked otherwise is forgotten, and
        what lies far away."""
        if looks != self._looks:
            self._looks = looks
            self._strips.clear()
        elif len(self._strips) > _MOST * height:
            self._strips = {
                row: strip for row, strip in self._strips.items() if first <= row < first + height
            }

    def get(self, row: int) -> Strip | None:
        """What was drawn of a row, None if it is to be drawn again."""
        return self._strips.get(row)

    def keep(self, row: int, strip: Strip) -> None:
        """A row was drawn."""
        self._strips[row] = strip

    def forget(self, first: int = 0, last: int | None = None) -> None:
        """The rows from this one on, up to the last that is named, may look otherwise now."""
        if first <= 0 and last is None:
            self._strips.clear()
            return
        for row in [row for row in self._strips if first <= row and (last is None or row <= last)]:
            del self._strips[row]
