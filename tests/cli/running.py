"""llmtui run in a process of its own, while this one plays the server."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.wire.server import LoopbackServer

NOBODY = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    status: int
    out: str
    narration: str


class Person:
    """Somebody with a home of their own, and a server they have a key for."""

    def __init__(self, folder: Path, server: LoopbackServer | None = None) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        self.folder = folder
        self.env = {
            **kept,
            "HOME": str(folder),
            "LLMTUI_CONFIG_DIR": str(folder / "config"),
            "LLMTUI_DATA_DIR": str(folder / "data"),
            "LLMTUI_STATE_DIR": str(folder / "state"),
            "OLLAMA_HOST": NOBODY,
            "PYTHONUTF8": "1",
        }
        if server is not None:
            self.env |= {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "sk-canary"}

    async def start(self, *arguments: str, stdin: bytes | None = b"") -> asyncio.subprocess.Process:
        """Start llmtui; without `stdin` its input stays open."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "llmtui",
            *arguments,
            env=self.env,
            cwd=self.folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        if stdin is not None:
            assert process.stdin is not None
            process.stdin.write(stdin)
            process.stdin.close()
        return process

    async def run(self, *arguments: str, stdin: str = "") -> Ended:
        """Run llmtui to its end."""
        process = await self.start(*arguments, stdin=stdin.encode())
        return await ended(process)

    def configure(self, text: str) -> None:
        """Write config.toml."""
        path = self.folder / "config" / "config.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


async def ended(process: asyncio.subprocess.Process) -> Ended:
    """Wait for the end of a run."""
    assert process.stdout is not None
    assert process.stderr is not None
    out, narration = await asyncio.gather(process.stdout.read(), process.stderr.read())
    return Ended(await process.wait(), out.decode(), narration.decode())
