"""Turn after turn, nothing is held but what was said: no file, no thread, no task, and little memory."""

import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.end_to_end.home import Home, command
from tests.pty.terminal import Terminal
from tests.threaded_server import Quiet, ThreadedServer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what a process holds is read from /proc")

# `make soak` has ten thousand turns.
TURNS = int(os.environ.get("LLMTUI_TURNS", "60"))
# The first turns load what all others use.
WARM = TURNS // 6
# So many turns, and the next one begins a conversation of its own, as most people do.
FEW = min(50, TURNS // 12)
# What takes a moment is not there each time that is counted; a draft may be on its way all the while.
_COUNTS = 3
_UNDER_WAY = 2
# So few turns say nothing of a slope, of a file's size, or of a start.
ENOUGH_TURNS = 2_000
_WORDS = "Nothing **new** under the `sun`. " * 8
# What a database of nothing is: its pages, indexes and log.
_EMPTY_FILE = 256 << 10
_MOST_BYTES_FOR_A_LETTER = 3
_MOST_SECONDS_MORE_TO_START = 1.0


class Held(NamedTuple):
    """What a process holds."""

    files: int
    threads: int
    tasks: int
    kilobytes: int


def held(terminal: Terminal, counted: Path) -> Held:
    """What the program holds once it has looked for what nobody needs, a second after the last answer."""
    threading.Event().wait(1.5)
    tasks = min(tasks_counted(terminal, counted) for _ in range(_COUNTS))
    process = Path(f"/proc/{terminal.process.pid}")
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines() if ":" in line)
    return Held(
        len(list((process / "fd").iterdir())),
        int(status["Threads"]),
        tasks,
        int(status["VmRSS"].split()[0]),
    )


def tasks_counted(terminal: Terminal, counted: Path) -> int:
    """The tasks that there are at this moment."""
    counted.unlink(missing_ok=True)
    terminal.signal(signal.SIGUSR1)
    while not counted.exists():
        terminal.type(" \x7f")  # whoever hears a signal must be awake
        threading.Event().wait(0.01)
    return int(counted.read_text())


def quick_server() -> ThreadedServer:
    """Answers at once, each time with a last word of its own, and remembers nothing."""
    answers = iter(range(10**9))

    class Handler(Quiet, BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._send("application/json", json.dumps({"object": "list", "data": [{"id": "quick"}]}))

        def do_POST(self) -> None:
            left = int(self.headers["Content-Length"])
            while left > 0:
                left -= len(self.rfile.read(min(left, 1 << 16)))
            words = [_WORDS, f"END{next(answers)}."]
            deltas = [{"choices": [{"index": 0, "delta": {"content": word}}]} for word in words]
            lines = [f"data: {json.dumps(delta)}\n\n" for delta in deltas]
            self._send("text/event-stream", "".join([*lines, "data: [DONE]\n\n"]))

        def _send(self, kind: str, body: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

    return ThreadedServer(Handler)


def written(home: Home) -> int:
    """The bytes on the disk."""
    return sum(file.stat().st_size for file in home.history.parent.iterdir())


def seconds_to_start(home: Home, tmp_path: Path, folder: Path) -> float:
    """How long it takes until a person may type, with what is kept there, at best."""
    env = {**home.env, "LLMTUI_DATA_DIR": str(folder)}
    taken = []
    for _ in range(3):
        began = time.monotonic()
        with Terminal([*command(), "-m", "openai/quick"], env, cwd=tmp_path, drawn=False) as terminal:
            terminal.wait_for_bytes(b"sk anything")
            taken.append(time.monotonic() - began)
            terminal.press("ctrl+q")
            assert terminal.wait_for_exit() == 0
    return min(taken)


@pytest.mark.parametrize(
    ("turns_each", "most_kb_a_turn"),
    [
        # All of it is in memory: the words, 0.3 KB, and what is known of each of the two messages.
        pytest.param(TURNS, 5.0, id="one endless conversation"),
        # What is looked at no more is let go of: caches grow, and memory in pieces. The promise is 1.0.
        pytest.param(FEW, 3.0, id="many short conversations"),
    ],
)
def test_turn_after_turn_nothing_is_held_but_what_was_said(
    home: Home, tmp_path: Path, turns_each: int, most_kb_a_turn: float
) -> None:
    counted = tmp_path / "counted.txt"
    samples: list[tuple[int, Held]] = []
    letters = 0
    with quick_server() as server:
        home.knows(server.address)
        env = {
            **home.env,
            "TEXTUAL_DRIVER": "tests.pty.counting:CountingDriver",
            "LLMTUI_COUNTED": str(counted),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        argv = [*command(), "-m", "openai/quick"]
        with Terminal(argv, env, columns=100, rows=30, cwd=home.path, drawn=False) as terminal:
            terminal.wait_for_bytes(b"sk anything")
            for turn in range(TURNS):
                if turn and turn % turns_each == 0:
                    terminal.press("ctrl+n")
                since = len(terminal.raw)
                terminal.type(f"turn {turn}\r")
                terminal.wait_for_bytes(f"END{turn}.".encode(), since=since)
                letters += len(f"turn {turn}{_WORDS}END{turn}.")
                # A bound on what this process holds itself.
                del terminal.raw[:since]
                if turn >= WARM and turn % (TURNS // 6) == 0:
                    samples.append((turn, held(terminal, counted)))
            terminal.press("ctrl+q")
            assert terminal.wait_for_exit() == 0
        print(*samples, f"{written(home)} bytes written for {letters} letters", sep="\n")
        (first_turn, first), (last_turn, last) = samples[0], samples[-1]
        # A connection that is kept for the next question, or not any more.
        assert abs(last.files - first.files) <= 1
        assert last.threads <= first.threads
        assert last.tasks <= first.tasks + _UNDER_WAY
        if TURNS >= ENOUGH_TURNS:
            slope = (last.kilobytes - first.kilobytes) / (last_turn - first_turn)
            full, empty = (
                seconds_to_start(home, tmp_path, at) for at in (home.history.parent, tmp_path / "empty")
            )
            print(f"{slope:.2f} KB a turn; starts in {full:.2f} s, with nothing kept in {empty:.2f} s")
            assert slope <= most_kb_a_turn
            assert written(home) - _EMPTY_FILE <= _MOST_BYTES_FOR_A_LETTER * letters
            assert full - empty <= _MOST_SECONDS_MORE_TO_START
