"""One session: a process with llmtui in it, which hears and shows through pipes."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from llmtui.web.packets import opening

# It keeps every word in less than a second; who has not ended by then hangs.
LONGEST_END = 5.0
_LONGEST_DRAIN = 1.0
_READY = b"__GANGLION__\n"
_LONGEST_PRELUDE = 10
_LARGEST = 64 * 1024 * 1024
_LAST_WORDS = 4096

# They tell of the terminal that the server was started in, which is not where the person looks.
_OF_A_TERMINAL = (
    *("TMUX", "TMUX_PANE", "STY", "WT_SESSION", "COLUMNS", "LINES", "ROWS"),
    *("TERM_PROGRAM_VERSION", "TEXTUAL", "TEXTUAL_LOG"),
)


def surroundings(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of every session: that of the server, and nothing of any request."""
    kept = {name: value for name, value in environ.items() if name not in _OF_A_TERMINAL}
    return kept | {
        "TEXTUAL_DRIVER": "llmtui.tui.terminal.browser:BrowserDriver",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "TERM_PROGRAM": "llmtui-serve",
    }


class Session:
    """A process that was started; `end` it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        self._process = process
        self._stdin, self._stdout = process.stdin, process.stdout
        self._last_words = asyncio.create_task(_tail(process.stderr))
        self._ending: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, command: Sequence[str], environ: Mapping[str, str]) -> "Session":
        """Start a process. It is alone in its group: Ctrl+C at the server is told it by the server."""
        return cls(
            await asyncio.create_subprocess_exec(
                *command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=dict(environ),
                start_new_session=True,
            )
        )

    async def hear(self, packet: bytes) -> None:
        """Hand what was typed to the process; nobody may be there any more."""
        with suppress(ConnectionError, RuntimeError):
            self._stdin.write(packet)
            await self._stdin.drain()

    async def shown(self) -> AsyncIterator[bytes | str]:
        """What the process shows until it ends: bytes for the terminal in the page, text for the page."""
        if not await self._is_ready():
            return
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await self._stdout.readexactly(5)
                size = int.from_bytes(head[1:], "big")
                if size > _LARGEST:
                    return
                payload = await self._stdout.readexactly(size)
                if head[:1] == b"D":
                    yield payload
                elif head[:1] == b"M" and (told := opening(payload)):
                    yield told

    async def _is_ready(self) -> bool:
        for _ in range(_LONGEST_PRELUDE):
            with suppress(ValueError):
                line = await self._stdout.readline()
                if line in (_READY, b""):
                    return line == _READY
        return False

    async def end(self, longest: float = LONGEST_END) -> None:
        """Let the process keep what it has and end; it is killed when it takes too long."""
        if self._ending is None:
            self._ending = asyncio.create_task(self._end(longest))
        await asyncio.shield(self._ending)

    async def _end(self, longest: float) -> None:
        # Windows would kill it here; the end of its input is the other way to tell it.
        self._stdin.close()
        if sys.platform != "win32":
            with suppress(ProcessLookupError):
                self._process.terminate()
        drained = asyncio.create_task(self._drain())
        try:
            await asyncio.wait_for(self._process.wait(), longest)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        # A child of the process may have its output still, and no reason to end.
        with suppress(TimeoutError):
            await asyncio.wait_for(drained, _LONGEST_DRAIN)
        # asyncio closes it when all its pipes are, and has no other way.
        process: Any = self._process
        process._transport.close()

    async def _drain(self) -> None:
        """Read on, so that a process that has something to show can end."""
        with suppress(RuntimeError, ConnectionError):
            while await self._stdout.read(65536):
                pass

    async def last_words(self) -> str:
        """What the process complained of, if it failed."""
        words = await self._last_words
        return words.decode("utf-8", "replace") if self._process.returncode else ""


async def _tail(stream: asyncio.StreamReader) -> bytes:
    kept = b""
    while heard := await stream.read(_LAST_WORDS):
        kept = (kept + heard)[-_LAST_WORDS:]
    return kept
