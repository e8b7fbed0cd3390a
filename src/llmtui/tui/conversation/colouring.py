"""Code that a draw had no time to colour is coloured while nobody waits, a slice at a time."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmtui.tui.drawing.paint import Code


# A key is answered in several turns of the loop, and each of them may have to wait for a slice.
_SLICE_SECONDS = _PAUSE_SECONDS = 0.002


class Colouring:
    """What is to be coloured; nothing runs when that is nothing."""

    def __init__(self, done: Callable[[], object]) -> None:
        """`done` is called when there are colours to be seen."""
        self._done = done
        self._codes: list[Code] = []
        self._task: asyncio.Task[None] | None = None

    async def over(self) -> None:
        """Wait until all has its colours."""
        if self._task is not None:
            await self._task

    def want(self, code: "Code") -> None:
        """Colour this too."""
        if not any(code is wanted for wanted in self._codes):
            self._codes.append(code)
        if self._task is None:
            self._task = asyncio.create_task(self._work(), name="colouring")

    async def _work(self) -> None:
        from llmtui.tui.drawing.lexers import at_hand, find_lexer

        loop = asyncio.get_running_loop()
        while self._codes:
            # What was wanted last is what is looked at.
            code = self._codes[-1]
            if not at_hand(code.language):
                await loop.run_in_executor(None, find_lexer, code.language)
            if code.catch_up(_SLICE_SECONDS):
                self._codes.remove(code)
                self._done()
            # Between two slices keys are answered.
            await asyncio.sleep(_PAUSE_SECONDS)
        self._task = None
