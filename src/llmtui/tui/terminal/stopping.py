"""A screen that is put to sleep (`kill -TSTP`, `kill -STOP`) gives the terminal back, and comes back whole.

Textual's own way stops in the middle of whatever runs, and begins twice when it was stopped by SIGSTOP: then
it takes the raw terminal for the one it found, and leaves it raw at the end.
"""

import asyncio
import os
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

from textual.app import App
from textual.driver import Driver

from llmtui.tui.terminal.as_found import AsFound

# Nobody asks for this on Windows, which has no such signals.
assert sys.platform != "win32"


class Stopping:
    """Hears SIGTSTP and SIGCONT for one app, in the place of its driver."""

    def __init__(
        self,
        app: App[None],
        driver: Callable[[], Driver | None],
        found: AsFound,
        leaving: Callable[[], bool],
        write_no_more: Callable[[], None],
    ) -> None:
        """`leaving` says whether the app is on its way out, `write_no_more` keeps it off the terminal."""
        self._app = app
        self._driver = driver
        self._found = found
        self._leaving = leaving
        self._write_no_more = write_no_more
        self._tired = self._asleep = False
        self._loop = asyncio.get_running_loop()
        signal.signal(signal.SIGTSTP, lambda _number, _frame: self._hear(True, self._sleep))
        signal.signal(signal.SIGCONT, lambda _number, _frame: self._hear(False, self._wake))
        # Who ends in the background must not stop at the door: with a handler a change of how the terminal
        # reads lines fails, and without one it puts the process to sleep.
        signal.signal(signal.SIGTTOU, lambda _number, _frame: None)

    def _hear(self, tired: bool, act: Callable[[], None]) -> None:
        """Act between two turns of the loop: a signal may come while the screen is being written."""
        self._tired = tired
        # The loop is over while the terminal is given back: who ends is not put to sleep.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(act)

    def _sleep(self) -> None:
        if not self._tired or self._leaving():
            # Told to go on, or to end, before this was its turn: nobody would wake it again.
            return
        self._close_screen()
        self._asleep = True
        # That took its time: the same may have come meanwhile.
        if self._leaving():
            self._write_no_more()
        elif self._tired:
            os.kill(os.getpid(), signal.SIGSTOP)

    def _wake(self) -> None:
        driver = self._driver()
        if driver is None or not driver.can_suspend:
            return
        if self._leaving():
            # `kill %1` in a shell. What it gave back when it fell asleep is somebody else's now.
            if self._asleep:
                self._write_no_more()
            return
        if _in_background():
            # Whoever writes to a terminal that somebody else has is stopped by it.
            os.kill(os.getpid(), signal.SIGSTOP)
            return
        if not self._asleep:
            # SIGSTOP asks nobody: the terminal has seen others since.
            self._close_screen()
        self._asleep = False
        self._found.look_again()
        driver.resume_application_mode()
        self._app.refresh(layout=True)

    def _close_screen(self) -> None:
        driver = self._driver()
        if driver is not None and driver.can_suspend and not self._asleep:
            driver.suspend_application_mode()
            self._found.give_back()


def _in_background() -> bool:
    try:
        return os.tcgetpgrp(0) != os.getpgrp()
    except OSError:
        return False


def watch_the_line(gone: Callable[[], None]) -> None:
    """Call `gone` when the terminal is closed, also where no signal says so: Textual would read on."""
    if not hasattr(select, "epoll") or not os.isatty(0):
        return
    # Asked for nothing, it wakes only for a line that is hung up, and costs nothing until then.
    line = select.epoll()
    line.register(0, 0)
    loop = asyncio.get_running_loop()

    def hung_up() -> None:
        loop.remove_reader(line.fileno())
        line.close()
        gone()

    loop.add_reader(line.fileno(), hung_up)
