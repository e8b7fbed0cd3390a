"""The answer to every write: it is safely kept, or why it is not."""

from typing import NamedTuple


class NotKept(NamedTuple):
    """What could not be saved, in words for a person: `the disk is full`, and what to do next."""

    what: str
    hint: str = ""


Kept = NotKept | None
