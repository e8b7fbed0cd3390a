"""The way out: every word is kept first, once, and nobody waits longer for a disk than is promised."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from llmtui.crash import Faults
from llmtui.engine.sessions import Sessions
from llmtui.leaving import KEEPING_SECONDS


class Leaving:
    """Knows whether the app is on its way out, and what could not be kept."""

    def __init__(self, sessions: Sessions, faults: Faults) -> None:
        self._sessions = sessions
        self._faults = faults
        self._keeping: asyncio.Task[None] | None = None
        self.begun: Callable[[int], None] = lambda status: None
        """Is told the exit status as soon as the app is leaving."""
        self.crashed: BaseException | None = None
        self.not_kept = ""

    @property
    def under_way(self) -> bool:
        """Whether everything is being kept, or is kept already."""
        return self._keeping is not None

    @property
    def losing(self) -> str:
        """What would be lost if it ended now, in a sentence; empty if nothing would."""
        count = len(self._sessions.unkept)
        if not count:
            return ""
        where = "the conversation" if count == 1 else f"{count} conversations"
        return f"the disk does not answer: what was said last in {where} could not be kept"

    async def all_kept(self, finish: Callable[[], Coroutine[Any, Any, None]], status: int = 0) -> None:
        """Keep every word and `finish`, once: the end may come in two ways at a time, and one of them cancel
        the other."""
        self.begun(status)
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep(finish), name="keeping everything")
        await asyncio.shield(self._keeping)

    async def _keep(self, finish: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            async with asyncio.timeout(KEEPING_SECONDS):
                await self._sessions.close()
                await finish()
        except TimeoutError:
            late = "the disk does not answer: what was typed last may not be kept"
            self.not_kept = self.losing or late
        except Exception as error:
            self._faults.hear(error, "keeping everything")
            self.not_kept = self.losing
        else:
            self.not_kept = self.losing
