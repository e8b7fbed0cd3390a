"""About how many rows a text will take, so that a scrollbar is honest about what nobody has laid yet."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, Self

from rich.cells import cell_len

# What is shorter fits into one row of any page that is wide enough to read.
_SHORT = 36
# Lines are broken at spaces: this much of each row stays empty, in the mean.
_RAGGED = 3
# A row of a table is as high as its fullest cell, which has only its column.
_CROWDED = 2

# So much of a long text is read, in so many places.
_SAMPLED, _SAMPLES = 3_000, 6

# Of ten thousand messages so many are read, the others are like them for as many letters and lines.
_READ = 400


class Extent(NamedTuple):
    """What of a text its height depends on at any width: its lines, and the cells of those that may not fit
    into one row, those of tables apart; and how much more of the same there is."""

    lines: int
    long: tuple[int, ...] = ()
    crowded: tuple[int, ...] = ()
    times: float = 1.0

    @classmethod
    def of(cls, text: str) -> Self:
        """Read once for each text; of a long one, samples."""
        if len(text) > 2 * _SAMPLED:
            return cls._sampled(text)
        lines = text.strip("\n").split("\n")
        # The line that closes a fence is not drawn.
        count = max(1, len(lines) - text.count("```") // 2)
        measure = len if text.isascii() else cell_len
        if "|" not in text or "\n|" not in text:
            return cls(count, tuple([cells for cells in map(measure, lines) if cells > _SHORT]))
        rows = [(measure(line), line.startswith("|")) for line in lines]
        long = tuple([cells for cells, crowded in rows if cells > _SHORT and not crowded])
        return cls(count, long, tuple([cells for cells, crowded in rows if cells > _SHORT and crowded]))

    @classmethod
    def _sampled(cls, text: str) -> Self:
        step = len(text) // _SAMPLES
        size = _SAMPLED // _SAMPLES
        read = "".join([text[start : start + size] for start in range(step // 2, len(text) - size, step)])
        sample = cls.of(read)
        return sample._replace(times=len(text) / len(read))

    def rows(self, width: int) -> int:
        """About how many rows that makes."""
        room = max(1, width - _RAGGED)
        rows = self.lines + sum([(cells - 1) // room for cells in self.long])
        if self.crowded:
            rows += sum([_CROWDED * ((cells - 1) // width) for cells in self.crowded])
        return round(self.times * rows)


class Guessed(Protocol):
    """Something whose height can be estimated with some care, or guessed from its size."""

    def estimate(self, width: int) -> int:
        """About how many rows."""
        ...

    def guess(self, width: int) -> tuple[int, int]:
        """(rows that it certainly has, rows that it has more or less) at a glance."""
        ...


def estimates(views: Sequence[Guessed], width: int) -> list[int]:
    """About how many rows each of them has: some of every age are read, and tell how far guesses are off."""
    if len(views) <= 2 * _READ:
        return [view.estimate(width) for view in views]
    every = 2 * len(views) // _READ
    read = {*range(len(views) - _READ // 2, len(views)), *range(0, len(views), every)}
    known = {place: views[place].estimate(width) for place in read}
    certain, rough = map(sum, zip(*(views[place].guess(width) for place in read), strict=True))
    off = max(0.0, (sum(known.values()) - certain) / (rough or 1))
    rows = []
    for place, view in enumerate(views):
        if place in known:
            rows.append(known[place])
        else:
            sure, more = view.guess(width)
            rows.append(sure + round(off * more))
    return rows
