"""How long `llmtui decode` takes for ten million bytes, starting and printing included.

It waits for nobody: its CPU time is how long it takes, and a busy machine adds nothing to that.
"""

import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure
from tests.cli.long_bodies import KINDS, long_body

_LIMIT = 2.0
_ROUNDS = 3


def figures() -> Iterator[Figure]:
    """Seconds of CPU, the best of a few rounds, for every framing."""
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
    before = _of_children()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return _of_children() - before


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
