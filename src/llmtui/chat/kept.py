"""The answer to every write: it is safely kept, or why it is not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotKept:
    """What could not be saved, in words for a person: `the disk is full`, and what to do next."""

    what: str
    hint: str = ""


Kept = NotKept | None
