"""`llmtui serve`, started as a person starts it."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.end_to_end.home import Home, command

_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs."""

    process: asyncio.subprocess.Process
    url: str

    @property
    def address(self) -> str:
        return self.url.partition("/?")[0]

    def children(self) -> list[int]:
        """The processes that it has started and that are still there."""
        pid = self.process.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    async def interrupt(self) -> int:
        """Ctrl+C; the exit status."""
        self.process.send_signal(signal.SIGINT)
        return await asyncio.wait_for(self.process.wait(), _PATIENCE)


@asynccontextmanager
async def serving(home: Home, *arguments: str) -> AsyncIterator[Served]:
    """A server on a free port, which has ended when this is left."""
    process = await asyncio.create_subprocess_exec(
        *command(),
        "serve",
        "--port",
        "0",
        *arguments,
        env=home.env,
        cwd=home.path,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), _PATIENCE)
        yield Served(process, line.decode().strip())
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.wait(), _PATIENCE)
