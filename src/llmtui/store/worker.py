"""The thread that owns the history file: what it is asked, in order, and between that the checkpoints."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from llmtui.chat.kept import Kept
from llmtui.chat.message import Message
from llmtui.store.refusals import FINAL

if TYPE_CHECKING:
    from llmtui.store.file import HistoryFile, Key

# Seconds between two checkpoints, and before one that failed is tried again.
CHECKPOINT_SECONDS = 0.1
RETRY_SECONDS = 1.0

Found = TypeVar("Found")
Job = Callable[["HistoryFile"], object]


class Worker:
    """Starts with the first thing it is asked and ends with `close`; the file is made on its thread."""

    def __init__(self, make: "Callable[[], HistoryFile]", told: Callable[[str], None]) -> None:
        """`told` hears each notice of the file on the thread, before whoever asked has an answer."""
        self.trouble: Kept = None
        self._notices: tuple[str, ...] = ()
        self._make, self._told = make, told
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closing = False
        # Shared with the askers: the newest state of each message that is not written yet.
        self._lock = threading.Lock()
        self._snapshots: dict[Key, Message] = {}
        # The thread's own.
        self._flush_at = 0.0
        self._over = False

    def hand_over(self, job: Job | None) -> bool:
        """Have this done, after all that was asked before; None only wakes. False if it is too late."""
        with self._lock:
            if self._closing:
                return False
            self._start()
            self._jobs.put(job)
        return True

    async def ask(self, job: "Callable[[HistoryFile], Found]", otherwise: Found) -> Found:
        """What the job finds; `otherwise` after closing. It is done even if the asker leaves before."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Found] = loop.create_future()

        def work(file: "HistoryFile") -> None:
            try:
                answer = partial(_answer, waiting, job(file))
            except Exception as error:
                answer = partial(_fail, waiting, error)
            self._look_at(file)
            # Nobody waits any more where the loop has ended.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(answer)

        return await waiting if self.hand_over(work) else otherwise

    def keep(self, key: "Key", message: Message) -> None:
        """Write this state of a message soon; a newer one replaces it until then. Never waits."""
        with self._lock:
            first = not self._snapshots
            self._snapshots[key] = message
        if first:
            self.hand_over(None)

    def add(self, file: "HistoryFile", key: "Key", message: Message) -> Kept:
        """On the thread: write a message; if it has ended already, over what waits of it."""
        if not message.streaming:
            self._forget(key)
        return file.add(key[0], message)

    def settle(self, file: "HistoryFile", key: "Key", message: Message) -> Kept:
        """On the thread: write the ending over what waits of this message; if it fails, it waits itself."""
        self._forget(key)
        kept = file.settle(key, message)
        if kept is not None and kept not in FINAL:
            with self._lock:
                self._snapshots[key] = message
            self._flush_at = time.monotonic() + RETRY_SECONDS
        return kept

    def flush(self, file: "HistoryFile") -> Kept:
        """On the thread: write all that waits; what fails waits on, unless a newer state has come."""
        with self._lock:
            taken, self._snapshots = self._snapshots, {}
        kept = file.keep(taken) if taken else None
        if kept is not None and kept not in FINAL:
            with self._lock:
                self._snapshots = taken | self._snapshots
        self._flush_at = time.monotonic() + (CHECKPOINT_SECONDS if kept is None else RETRY_SECONDS)
        return kept

    async def close(self) -> None:
        """Write all that waits and end the thread. Again is no trouble."""
        with self._lock:
            thread, closing, self._closing = self._thread, self._closing, True
        if thread is None or closing:
            return
        loop = asyncio.get_running_loop()
        ended = loop.create_future()

        def end(file: "HistoryFile") -> None:
            self.flush(file)
            file.close()
            self._over = True
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_answer, ended, None)

        self._jobs.put(end)
        await ended
        thread.join()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="llmtui history", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        file = self._make()
        while not self._over:
            job = self._next_job()
            failing = self.trouble is not None
            try:
                if self._snapshots and time.monotonic() >= self._flush_at:
                    self.flush(file)
                if job:
                    job(file)
            except Exception as error:
                from llmtui.store.trouble import in_words

                file.trouble = in_words(error)
            self._look_at(file)
            if failing and self.trouble is None:
                # What failed before has its turn before anybody is told that all is well.
                self._flush_at = 0.0

    def _forget(self, key: "Key") -> None:
        with self._lock:
            self._snapshots.pop(key, None)

    def _look_at(self, file: "HistoryFile") -> None:
        before = len(self._notices)
        self.trouble, self._notices = file.trouble, file.notices
        for notice in self._notices[before:]:
            self._told(notice)

    def _next_job(self) -> Job | None:
        """Wait for the next thing to do, or until something unwritten is due."""
        wait = max(0.0, self._flush_at - time.monotonic()) if self._snapshots else None
        try:
            return self._jobs.get(timeout=wait)
        except Empty:
            return None


def _answer(waiting: "asyncio.Future[Found]", found: Found) -> None:
    if not waiting.done():
        waiting.set_result(found)


def _fail(waiting: "asyncio.Future[Found]", error: Exception) -> None:
    if not waiting.done():
        waiting.set_exception(error)
