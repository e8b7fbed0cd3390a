"""How long `llmtui decode` takes for ten million bytes, starting and printing included."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure
from tests.cli.long_bodies import KINDS, long_body

_LIMIT = 2.0
_ROUNDS = 3


def figures() -> Iterator[Figure]:
    """Seconds of the clock, the best of a few rounds, for every framing."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            dialect, body = long_body(kind)
            recorded = Path(folder) / "body"
            recorded.write_bytes(body)
            command = [
                sys.executable,
                "-m",
                "llmtui",
                "decode",
                "--dialect",
                dialect,
                "--json",
                str(recorded),
            ]
            yield Figure(f"10 MB, {kind}", min(_seconds(command) for _ in range(_ROUNDS)), "s", _LIMIT)


def _seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start
