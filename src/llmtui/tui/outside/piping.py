"""Runs a command that the reader typed, with a text on its input."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from llmtui.terminal import safe_text

MOST_BYTES = 200_000
SECONDS = 120.0
_PIECE = 1 << 16
_LOOK_SECONDS = 0.1
_REST_SECONDS = 0.3
# How programs colour what they say: to be read without it.
_DRESSED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Piped:
    """What a command said, and how it ended; `status` is None while it runs or where it was stopped."""

    output: str
    more: int = 0
    status: int | None = None
    stopped: bool = False
    late: bool = False

    @property
    def ending(self) -> str:
        """How it ended, in words."""
        if self.late:
            return f"stopped after {SECONDS:.0f} s"
        if self.stopped:
            return "stopped"
        if self.status is None:
            return "running"
        if self.status < 0:
            return f"killed by signal {-self.status}"
        return "done" if self.status == 0 else f"exit status {self.status}"


class Pipe:
    """One command under way."""

    def __init__(self, command: str, text: str, environ: Mapping[str, str], folder: Path) -> None:
        """`environ` is what the command inherits."""
        self.command = command
        self._text = text
        self._environ = environ
        self._folder = folder
        self._child: Process | None = None
        self._kept = bytearray()
        self._more = 0
        self._stopped = False
        self._late = False

    @property
    def state(self) -> Piped:
        """What it has said so far."""
        status = self._child.returncode if self._child else None
        return Piped(readable(bytes(self._kept)), self._more, status, self._stopped, self._late)

    async def run(self, changed: Callable[[], None]) -> Piped:
        """Run it to its end, or to the end of patience; `changed` is called when it says something.

        Raises OSError where there is no shell or no such folder.
        """
        # A session of its own: it has no terminal to write to, and ends with all that it started.
        self._child = child = await asyncio.create_subprocess_shell(
            self.command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
            env=self._environ,
            cwd=self._folder,
            start_new_session=True,
        )
        feeding = asyncio.create_task(self._feed(child))
        reading = asyncio.create_task(self._read(child, changed))
        ending = asyncio.create_task(child.wait())
        try:
            async with asyncio.timeout(SECONDS):
                # Some Pythons end `wait` only when nobody has the output open any more, and what a command
                # leaves behind, such as the keeper of a clipboard, may have it open for ever.
                while child.returncode is None:
                    await asyncio.wait({ending}, timeout=_LOOK_SECONDS)
                await asyncio.wait({reading}, timeout=_REST_SECONDS)
        except TimeoutError:
            self._late = True
        finally:
            if child.returncode is None:
                self._kill(child)
            for task in (feeding, reading, ending):
                task.cancel()
        return self.state

    def stop(self) -> None:
        """End it now."""
        if self._child is not None and self._child.returncode is None:
            self._stopped = True
            self._kill(self._child)

    def _kill(self, child: Process) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform != "win32":
                os.killpg(child.pid, signal.SIGKILL)
            else:
                child.kill()

    async def _feed(self, child: Process) -> None:
        assert child.stdin is not None
        # A command need not read what it is given.
        with suppress(BrokenPipeError, ConnectionResetError):
            child.stdin.write(f"{self._text}\n".encode("utf-8", "replace"))
            await child.stdin.drain()
        with suppress(BrokenPipeError, ConnectionResetError):
            child.stdin.close()

    async def _read(self, child: Process, changed: Callable[[], None]) -> None:
        assert child.stdout is not None
        while piece := await child.stdout.read(_PIECE):
            room = MOST_BYTES - len(self._kept)
            self._kept += piece[:room]
            self._more += len(piece[max(0, room) :])
            changed()


def readable(output: bytes) -> str:
    """What a program said, without its colours, and with nothing that commands a terminal."""
    return safe_text(_DRESSED.sub("", output.decode("utf-8", "replace"))).expandtabs(8)
