"""What a command is: a name, keys, a sentence of help, and what it does."""

import re
from typing import ClassVar, Protocol

from llmtui.commands.desk import Desk


class Command(Protocol):
    """One thing that the app can be asked to do.

    The docstring's first line is the help. `keys` are Textual key names, separated by commas, empty for
    none; `takes` shows what may follow the name, empty for nothing.
    """

    name: ClassVar[str]
    keys: ClassVar[str]
    takes: ClassVar[str]

    async def run(self, desk: Desk, words: str) -> None:
        """Do it; `words` is what followed the name, stripped."""
        ...

    def complete(self, desk: Desk) -> tuple[str, ...]:
        """What `words` could be, for completion."""
        ...


class Plain:
    """What most commands have in common: no key, nothing to take, nothing to complete."""

    name: ClassVar[str]
    keys: ClassVar[str] = ""
    takes: ClassVar[str] = ""

    def complete(self, desk: Desk) -> tuple[str, ...]:
        return ()


def help_of(command: Command) -> str:
    """The one line of help of a command; what is to be typed stands in quotes."""
    line = (type(command).__doc__ or "").strip().partition("\n")[0].rstrip(".")
    return re.sub("`([^`]*)`", r"“\1”", line)
