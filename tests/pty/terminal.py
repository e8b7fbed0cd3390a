"""Runs a program in a pseudo-terminal and answers it as a real terminal would."""

import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyte

from tests.pty.queries import SYNCHRONISED_OUTPUT, Queries

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "page up": "\x1b[5~",
    "page down": "\x1b[6~",
    "f1": "\x1bOP",
    "f5": "\x1b[15~",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}

# The child makes the terminal its own and becomes the program. A fork with a function to run in between
# would do too, but not in a process that has threads.
_BECOME = (
    "import fcntl, os, sys, termios\n"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
    "os.execvp(sys.argv[1], sys.argv[1:])\n"
)


class Terminal:
    """One program in one terminal. Leaving it (`with`) ends the program if it still runs."""

    def __init__(
        self,
        argv: Sequence[str | Path],
        env: Mapping[str, str],
        columns: int = 120,
        rows: int = 40,
        cwd: Path | None = None,
        drawn: bool = True,
        modes: Collection[int] = (SYNCHRONISED_OUTPUT,),
    ) -> None:
        """Without `drawn` no screen is kept, which takes most of the time: only bytes can be waited for.
        `modes` are the private modes that this terminal says it has."""
        self.raw = bytearray()
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen) if drawn else None
        self._queries = Queries(self._cursor, modes)
        self._changed = threading.Condition()
        self._over = self._hung_up = False
        self._master, slave = os.openpty()
        self._told, self._tell = os.pipe()
        self._reading = True
        self._set_size(columns, rows)
        self.attributes_before = self.attributes
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-E", "-c", _BECOME, *map(str, argv)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={"TERM": "xterm-256color", "COLORTERM": "truecolor", **env},
            cwd=cwd,
            start_new_session=True,
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.kill()
        self._reader.join(10)
        self.deafen()
        os.close(self._tell)
        os.close(self._told)
        if not self._hung_up:
            os.close(self._master)

    @property
    def text(self) -> str:
        """What the screen shows, a line per row, without trailing blanks."""
        with self._changed:
            return self._text()

    def type(self, text: str) -> None:
        """Type this, as a keyboard would: one write, no haste."""
        self.send(text.encode())

    def send(self, data: bytes) -> None:
        """Send any bytes, however many."""
        while data:
            data = data[os.write(self._master, data) :]

    def press(self, *keys: str) -> None:
        """Press keys by name, such as `enter` or `ctrl+q`."""
        for key in keys:
            self.type(KEYS[key])

    def paste(self, text: str) -> None:
        """Paste this, between the marks of a bracketed paste."""
        self.type(f"\x1b[200~{text}\x1b[201~")

    def wait_for(self, wanted: str | Callable[[str], object], timeout: float = 30) -> str:
        """Wait until the screen shows a text, or satisfies a predicate; the screen's text then."""
        return self._wait(wanted if callable(wanted) else lambda text: wanted in text, wanted, timeout)

    def wait_until_gone(self, unwanted: str, timeout: float = 30) -> str:
        """Wait until the screen shows this no longer; the screen's text then."""
        return self._wait(lambda text: unwanted not in text, f"no {unwanted!r}", timeout)

    def wait_for_exit(self, timeout: float = 30) -> int:
        """Wait until the program has ended and all it wrote is read; its exit status."""
        status = self.process.wait(timeout)
        self._reader.join(timeout)
        assert not self._reader.is_alive(), f"what it wrote is not read in {timeout} s"
        return status

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal this large; the program is told, as by a window manager."""
        with self._changed:
            self._screen.resize(rows, columns)
        self._set_size(columns, rows)

    def wait_for_bytes(self, wanted: bytes, timeout: float = 30, since: int = 0) -> None:
        """Wait until the program has written this, after so many bytes of other things."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.raw.find(wanted, since) >= 0, timeout), (
                f"{wanted!r} was not written, but\n{bytes(self.raw[since:])!r}"
            )

    def signal(self, number: int) -> None:
        """Send the program a signal, and to nobody else."""
        self.process.send_signal(number)

    def wait_until_stopped(self) -> None:
        """Wait until the program is put to sleep, by SIGSTOP or by itself."""
        found = os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        assert found, "there is no program"
        assert found.si_code == os.CLD_STOPPED, "the program has ended"
        # The next one is to be another stop.
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)

    def deafen(self) -> None:
        """Read no more of what the program writes, as a terminal that hangs."""
        if self._reading:
            self._reading = False
            os.write(self._tell, b".")
            self._reader.join(10)

    def hang_up(self) -> None:
        """Close the terminal, as a window that is closed or a line that is lost."""
        self.deafen()
        self._hung_up = True
        os.close(self._master)

    @property
    def attributes(self) -> list[Any]:
        """How the terminal reads and writes lines, as `stty -a` tells it."""
        return termios.tcgetattr(self._master)

    def kill(self) -> None:
        """Kill the program as power failing would: it gets no chance to say anything."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def _wait(self, true_of: Callable[[str], object], wanted: object, timeout: float) -> str:
        with self._changed:
            self._changed.wait_for(lambda: true_of(self._text()) or self._over, timeout)
            text = self._text()
            if not true_of(text):
                end = "the program ended" if self._over else f"{timeout} s have passed"
                raise AssertionError(f"{end} and the screen does not show {wanted}:\n{text}")
            return text

    def _read(self) -> None:
        while True:
            ready, _, _ = select.select([self._master, self._told], [], [])
            if self._told in ready:
                return
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:  # how Linux says that nobody has the other side open
                data = b""
            with self._changed:
                self.raw += data
                replies = []
                for piece, query in self._queries.split(data):
                    if self._stream is not None:
                        self._stream.feed(piece)
                    if query:
                        replies.append(self._queries.reply(query))
                self._over = not data
                self._changed.notify_all()
            if not data:
                return
            for reply in replies:
                os.write(self._master, reply)

    def _text(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def _cursor(self) -> tuple[int, int]:
        return self._screen.cursor.y + 1, min(self._screen.cursor.x, self._screen.columns - 1) + 1

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
