"""Where among ten thousand messages a row is: sums of heights that can be changed one at a time."""

from collections.abc import Iterable
from typing import Self


class Heights:
    """The heights of things one below the other (a Fenwick tree): every question takes O(log n)."""

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._heights = list(heights)
        self._sums = [0, *self._heights]
        for place in range(1, len(self._sums)):
            above = place + (place & -place)
            if above < len(self._sums):
                self._sums[above] += self._sums[place]
        self._total = sum(self._heights)
        # Rows are asked for one after the other: where the last one was found, and the first row there.
        self._place = self._first = 0

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, place: int) -> int:
        return self._heights[place]

    def copy(self) -> Self:
        """The same heights, which others may change."""
        same = type(self)()
        same._heights, same._sums, same._total = list(self._heights), list(self._sums), self._total
        return same

    def append(self, height: int) -> None:
        """One more at the end."""
        self._heights.append(height)
        self._total += height
        place = len(self._heights)
        low = place - (place & -place)
        self._sums.append(self.above(place - 1) - self.above(low) + height)

    def set(self, place: int, height: int) -> int:
        """A new height for the one at this place; by how much it grew."""
        grown = height - self._heights[place]
        if grown:
            self._heights[place] = height
            self._total += grown
            if place < self._place:
                self._first += grown
            at = place + 1
            while at < len(self._sums):
                self._sums[at] += grown
                at += at & -at
        return grown

    def above(self, place: int) -> int:
        """The rows above the one at this place."""
        total = 0
        while place > 0:
            total += self._sums[place]
            place -= place & -place
        return total

    @property
    def total(self) -> int:
        """All the rows."""
        return self._total

    def at(self, row: int) -> tuple[int, int]:
        """Which one this row is in, and which of its rows it is; the last one for a row below them all."""
        inside = row - self._first
        if inside >= 0 and self._heights and inside < self._heights[self._place]:
            return self._place, inside
        place, step = 0, 1 << len(self._heights).bit_length()
        left = max(0, row)
        while step:
            following = place + step
            if following < len(self._sums) and self._sums[following] <= left:
                place = following
                left -= self._sums[following]
            step >>= 1
        if place >= len(self._heights):
            place = len(self._heights) - 1
            left = max(0, row) - self.above(place)
        self._place, self._first = max(0, place), max(0, row) - left
        return place, left
