"""What the history has to say of itself, on its way from the history's thread to whoever shows it."""

import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress

from llmtui.terminal import safe_line


class Notices:
    """Keeps every notice until it is shown, once: damage is found while anything is being done."""

    def __init__(self) -> None:
        # Both ends of it may be used in different threads at a time.
        self._waiting: deque[str] = deque()
        self._stir: Callable[[], None] = lambda: None

    def hear(self, notice: str) -> None:
        """In the history's thread: this happened."""
        self._waiting.append(notice)
        # Whoever listens may be gone: then it is shown where the rest is taken.
        with suppress(RuntimeError):
            self._stir()

    def listen(self, stir: Callable[[], None]) -> None:
        """Have `stir` called now if something waits, and in the history's thread whenever more does."""
        self._stir = stir
        if self._waiting:
            stir()

    def taken(self) -> Iterator[str]:
        """What was not shown before; whoever takes it shows it."""
        while self._waiting:
            yield self._waiting.popleft()

    def narrate(self) -> None:
        """Show on stderr what was not shown before."""
        for notice in self.taken():
            print(f"llmtui: {safe_line(notice)}", file=sys.stderr)
