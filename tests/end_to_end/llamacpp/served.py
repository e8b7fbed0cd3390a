"""A real llama.cpp in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LlamaServer:
    """Where it answers, and its process."""

    address: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """Kill it as power failing would."""
        self.process.kill()
        self.process.wait()


@contextmanager
def served(model: Path) -> Iterator[LlamaServer]:
    """Serve this model file until it is left."""
    log = model.with_name("log.txt")
    with (
        log.open("ab") as telling,
        subprocess.Popen(
            [sys.executable, Path(__file__).parent / "serve.py", model],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=telling,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address, log.read_text(errors="replace")
        try:
            yield LlamaServer(address, process)
        finally:
            process.terminate()
