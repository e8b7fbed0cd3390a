"""The life of the screen in its terminal: however it ends, the terminal is as it was, what was said is kept,
it takes less than two seconds, and the exit status tells how it was."""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty
from typing import Any

from llmtui.crash import sentence, write_report
from llmtui.leaving import AFTER_A_SIGNAL, Deadline, heard_signals
from llmtui.terminal import safe_line
from llmtui.tui.app import LlmtuiApp
from llmtui.tui.terminal.as_found import AsFound, nobody_there, say

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
# What a closed terminal says to whoever is in it, SIGHUP, has this number everywhere.
_HUNG_UP = AFTER_A_SIGNAL + 1


def live(app: LlmtuiApp, mouse: bool, found: AsFound) -> int:
    """Run the app in this terminal, which was `found` so, until it ends; the exit status: 0, 1 after a crash
    or where something could not be kept, 128 and the number of the signal that ended it."""
    life = _Life(app, found)
    # Until the last word: a second Ctrl+C must not cut off what is to be said.
    with heard_signals(life.end_by_signal, *_SIGNALS), _heard_faults(life.hear):
        try:
            asyncio.run(life.run(mouse))
        except (Exception, KeyboardInterrupt) as error:
            app.leaving.crashed = app.leaving.crashed or error
        life.found.give_back()
        return life.told()


class _Life:
    """One app, from the first look at its terminal to its last words."""

    def __init__(self, app: LlmtuiApp, found: AsFound) -> None:
        self.app = app
        self.found = found
        self._deadline = Deadline(self._last_words)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._arrived = self._hung_up = False
        app.arrived, app.leaving.begun = self._arrive, self._deadline.begin

    async def run(self, mouse: bool) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._task_failed)
        await self.app.run_async(mouse=mouse)

    def end_by_signal(self, number: int) -> None:
        """Leave, whatever is going on: this is called between any two steps of it."""
        self._end(AFTER_A_SIGNAL + number)

    def hear(self, error: BaseException, where: str) -> None:
        """A fault that nobody met, in any thread; one in what writes to the terminal: it is gone."""
        if isinstance(error, OSError) and where.endswith("textual-output"):
            self._hang_up()
        else:
            self.app.faults.hear(error, where)

    def told(self) -> int:
        """Say what is to be said after the screen has closed; the exit status."""
        if self._hung_up:
            nobody_there()
        for words in self._words(self.app.leaving.not_kept):
            with suppress(OSError):
                print(words, file=sys.stderr, flush=True)
        return self._status(self.app.return_code or 0)

    def _words(self, lost: str) -> Iterator[str]:
        leaving = self.app.leaving
        if leaving.crashed is not None:
            report = write_report(leaving.crashed, "the screen", self.app.around.paths.state)
            yield f"llmtui: {safe_line(sentence(leaving.crashed, report))}"
        if lost:
            yield f"llmtui: {safe_line(lost)}"
        for notice in self.app.around.notices.taken():
            yield f"llmtui: {safe_line(notice)}"

    def _status(self, status: int) -> int:
        leaving = self.app.leaving
        return 1 if leaving.crashed is not None else status or int(bool(leaving.not_kept or leaving.losing))

    def _arrive(self) -> None:
        """The screen is there."""
        self._arrived = True
        if sys.platform != "win32":
            from llmtui.tui.terminal.stopping import Stopping, watch_the_line

            Stopping(
                self.app,
                lambda: self.app.driver,
                self.found,
                lambda: self._deadline.begun,
                self._write_no_more,
            )
            watch_the_line(self._hang_up)
        if self._deadline.begun:
            self.app.end(self._deadline.status)

    def _end(self, status: int) -> None:
        first = not self._deadline.begun
        self._deadline.begin(status)
        # Before it has arrived there is nothing to keep, and it leaves as soon as it has.
        if first and self._arrived and self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self.app.end, status)

    def _hang_up(self) -> None:
        """Nobody sees the screen any more: what is written to it goes nowhere, and nobody waits for it."""
        self._hung_up = True
        self._write_no_more()
        self._end(_HUNG_UP)

    def _write_no_more(self) -> None:
        driver: Any = self.app.driver
        writer = getattr(driver, "_writer_thread", None)
        if writer is not None and not isinstance(writer, _Nowhere):
            driver._writer_thread = _Nowhere()
            with suppress(Empty):
                while True:
                    writer._queue.get_nowait()

    def _task_failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        task = context.get("task") or context.get("future")
        name = task.get_name() if isinstance(task, asyncio.Task) else "a callback"
        if isinstance(error, Exception):
            self.hear(error, name)

    def _last_words(self) -> None:
        """It takes too long, and something hangs: give the terminal back, and say what is lost."""
        leaving = self.app.leaving
        self._deadline.status = self._status(self._deadline.status)
        self.found.give_back()
        for words in self._words(leaving.not_kept or leaving.losing):
            say(f"{words}\n".encode())


class _Nowhere:
    """Takes what is written to a terminal that is gone, in the place of Textual's thread for it."""

    def write(self, text: str) -> None:
        return None

    def flush(self) -> None:
        return None

    def stop(self) -> None:
        return None


@contextmanager
def _heard_faults(hear: Callable[[BaseException, str], None]) -> Iterator[None]:
    """Call `hear` for what goes wrong in threads, and where nobody is told, as in the end of an object."""

    def in_a_thread(failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None and not isinstance(failed.exc_value, SystemExit):
            hear(failed.exc_value, f"the thread {failed.thread.name if failed.thread else '?'}")

    def in_passing(failed: "sys.UnraisableHookArgs") -> None:
        if failed.exc_value is not None:
            hear(failed.exc_value, "passing")

    threads, passing = threading.excepthook, sys.unraisablehook
    threading.excepthook, sys.unraisablehook = in_a_thread, in_passing
    try:
        yield
    finally:
        threading.excepthook, sys.unraisablehook = threads, passing
