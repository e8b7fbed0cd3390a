"""When something was, by the clock of whoever reads: also where no calendar has such a time."""

from datetime import datetime

# Unix seconds that every system has a date for, wherever its clock stands: from 1970 until the year 3000.
_FIRST, _LAST = 86_400.0, 32_503_593_600.0


def local_time(seconds: float) -> datetime:
    """The time at these Unix seconds. A file may claim any: one beyond the calendar is the nearest in it."""
    return datetime.fromtimestamp(min(max(_FIRST, seconds), _LAST))
