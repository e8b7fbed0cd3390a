"""What goes on behind the screen, whichever widgets come and go."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Working:
    """Tasks that nobody ends but who started them.

    Textual's workers are cancelled with their app, also before they have begun: then nobody could end the
    answer that was to be made.
    """

    def __init__(self, failed: Callable[[BaseException, str], None]) -> None:
        """`failed` hears of what ends with an exception, and what it was called."""
        self._failed = failed
        # asyncio holds its tasks only weakly.
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Let this go on by itself."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed(error, task.get_name())
