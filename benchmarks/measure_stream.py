"""How quickly a question leaves, and how quickly an answer arrives on the screen."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, best_of
from llmtui.chat.events import Event, TextDelta
from llmtui.chat.message import Answer, Message, after
from tests.end_to_end.home import Home
from tests.end_to_end.word_server import WordServer
from tests.pty.terminal import Terminal

_WORDS = 20_000


def figures() -> Iterator[Figure]:
    """Folding an answer; and through the whole program: Enter to the wire, and the wire to the screen."""
    deltas = [TextDelta(f"word{number} ") for number in range(_WORDS)]
    yield Figure(f"folding {_WORDS:,} deltas", best_of(3, lambda: _fold(deltas)), "s", 1)
    with tempfile.TemporaryDirectory() as directory, WordServer(_WORDS, pace=0) as server:
        home = Home(Path(directory) / "home")
        home.knows(server.address)
        with home.open("-m", "openai/words") as terminal:
            terminal.wait_for("Ask anything")
            first = _ask(terminal, "go on")
            terminal.wait_for(f"word{_WORDS - 1}", timeout=120)
            shown = time.monotonic()
            again = _ask(terminal, "and again")
            server.wait_for_questions(2)
    # Who asks at once after the first paint waits for what is loaded behind it.
    yield Figure("Enter to the wire, at once after the start", (server.heard[0] - first) * 1000, "ms")
    yield Figure("Enter to the wire, from then on", (server.heard[1] - again) * 1000, "ms", 30)
    yield Figure(f"{_WORDS:,} tokens at full rate, on the screen", shown - server.heard[0], "s", 4)


def _ask(terminal: Terminal, question: str) -> float:
    """When Enter was pressed."""
    terminal.type(question)
    terminal.wait_for(question)
    entered = time.monotonic()
    terminal.press("enter")
    return entered


def _fold(events: list[TextDelta]) -> None:
    message = Message("m", "assistant", answer=Answer("words/words"))
    event: Event
    for event in events:
        message = after(message, event)
