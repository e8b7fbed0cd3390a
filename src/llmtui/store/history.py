"""The history: what was said, kept on one thread of its own, so that nobody who asks ever waits for a disk.

It fits the engine's `Keeper`. No method raises: a write answers `Kept`, a read what there is.
"""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from llmtui.chat.conversation import Conversation, Summary
from llmtui.chat.kept import Kept
from llmtui.chat.message import Message
from llmtui.store.refusals import CLOSED
from llmtui.store.worker import Worker

if TYPE_CHECKING:
    from llmtui.chat.news import News
    from llmtui.store.file import HistoryFile


class History:
    """One SQLite file of conversations. Making this is instant: the file is opened by its thread, when
    `open` or the first question asks for it. Several processes may have one file open.

    `clock` gives Unix seconds. `told` hears each notice when it happens, in the history's thread.
    """

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.time,
        told: Callable[[str], None] = lambda notice: None,
    ) -> None:
        def make() -> "HistoryFile":
            # SQLite is loaded by the thread that uses it: the first paint does not wait for it either.
            from llmtui.store.file import HistoryFile

            return HistoryFile(path, clock)

        self._worker = Worker(make, told)
        # What is written is appended here first; its size and its time tell that it was.
        self._log = path.with_name(f"{path.name}-wal")
        self._seen = (0, 0)

    @property
    def trouble(self) -> Kept:
        """Why the newest write was not kept; None once a write has succeeded again."""
        return self._worker.trouble

    def open(self) -> None:
        """Begin to open the file; returns at once."""
        self._worker.hand_over(lambda file: file.open())

    async def opened(self) -> None:
        """Wait until the file is open, or could not be opened."""
        await self._worker.ask(lambda file: file.open(), None)

    async def flush(self) -> Kept:
        """Write every pending checkpoint now, before the process is put to sleep for example."""
        return await self._worker.ask(self._worker.flush, CLOSED)

    async def close(self) -> None:
        """Write everything that is pending, and let go of the file. Nothing is kept after that."""
        await self._worker.close()

    # The Keeper

    async def begin(self, conversation: Conversation) -> Kept:
        """Keep a new conversation with its messages, on the disk when this returns; again is no trouble."""
        return await self._worker.ask(lambda file: file.begin(conversation), CLOSED)

    async def add(self, conversation_id: str, message: Message) -> Kept:
        """Keep one more message and make it the head; on the disk when this returns, unless it streams."""
        worker, key = self._worker, (conversation_id, message.id)
        return await worker.ask(lambda file: worker.add(file, key, message), CLOSED)

    def checkpoint(self, conversation_id: str, message: Message) -> Kept:
        """Keep the newest state of a streaming message, at most 100 ms from now. Never waits: what it answers
        is how the newest write went."""
        self._worker.keep((conversation_id, message.id), message)
        return self._worker.trouble

    async def settle(self, conversation_id: str, message: Message) -> Kept:
        """Keep the ending, on the disk when this returns. One that fails is tried again until it succeeds."""
        worker, key = self._worker, (conversation_id, message.id)
        return await worker.ask(lambda file: worker.settle(file, key, message), CLOSED)

    async def amend(self, conversation: Conversation) -> Kept:
        """Keep what has changed of what the conversation says of itself; never its messages."""
        return await self._worker.ask(lambda file: file.amend(conversation), CLOSED)

    async def load(self, conversation_id: str) -> Conversation | None:
        """The whole conversation, or None if there is none with this id, or it is deleted."""
        return await self._worker.ask(lambda file: file.load(conversation_id), None)

    def stirred(self) -> bool:
        """Whether anybody has written into the file since this was last asked. It takes a few microseconds,
        and nothing of SQLite's."""
        try:
            log = os.stat(self._log)
        except OSError:
            return False
        stirred, self._seen = self._seen, (log.st_size, log.st_mtime_ns)
        return stirred != self._seen

    async def news(self, conversation_id: str, streaming: bool) -> "News | None":
        """What others wrote into a conversation since it was last read, or None if they wrote nothing
        anywhere. `streaming` says that an answer is known to stream in another process."""
        return await self._worker.ask(lambda file: file.news(conversation_id, streaming), None)

    async def summaries(self, limit: int | None = None) -> tuple[Summary, ...]:
        """The conversations that have messages and are not deleted, newest first."""
        return await self._worker.ask(lambda file: file.summaries(limit), ())

    async def unsent(self) -> str | None:
        """The id of the newest conversation in which nothing was sent yet, but something typed."""
        return await self._worker.ask(lambda file: file.unsent(), None)

    async def delete(self, conversation_id: str) -> Kept:
        """Put a conversation out of sight; 30 days later it is gone."""
        return await self._worker.ask(lambda file: file.mark_deleted(conversation_id, True), CLOSED)

    async def restore(self, conversation_id: str) -> Kept:
        """Bring a deleted conversation back."""
        return await self._worker.ask(lambda file: file.mark_deleted(conversation_id, False), CLOSED)

    # Beyond it

    async def newest(self) -> str | None:
        """The id of the conversation that was written in last."""
        return next((summary.id for summary in await self.summaries(1)), None)

    async def find(self, prefix: str) -> tuple[str, ...]:
        """The ids that begin with this, newest first; only the one that is exactly this, if there is one."""
        return await self._worker.ask(lambda file: file.find(prefix), ())

    async def insert_all(self, conversations: Iterable[Conversation]) -> Kept:
        """Keep all of them or none. Nothing that is here is overwritten: what is here already is not doubled,
        and a different conversation with an id that is taken comes under a new one."""
        told = tuple(conversations)
        return await self._worker.ask(lambda file: file.insert_all(told), CLOSED)

    async def back_up(self, target: Path, told: Callable[[int, int], None] | None = None) -> Kept:
        """Copy everything into this file, in the place of what is there; whoever writes meanwhile may go on.
        `told` hears, in the history's thread, how many pages are done, and of how many."""
        return await self._worker.ask(lambda file: file.back_up(target, told), CLOSED)
