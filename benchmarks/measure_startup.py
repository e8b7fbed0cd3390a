"""How long it takes until something can be read, from a cold start."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, best_of
from tests.end_to_end.home import Home
from tests.pty.terminal import Terminal

_ROUNDS = 7

# The least that a Textual screen with something to type in can be.
_FLOOR = """\
from textual.app import App
from textual.widgets import TextArea
class Floor(App):
    def compose(self):
        yield TextArea(placeholder="Ask anything")
Floor().run()
"""


def figures() -> Iterator[Figure]:
    """Milliseconds to an answer in a pipe and to the first screen, beside what the machine allows."""
    with tempfile.TemporaryDirectory() as directory:
        home = Home(Path(directory) / "home")
        bare = best_of(_ROUNDS, lambda: subprocess.run([sys.executable, "-c", ""], check=True))
        yield Figure("python itself", bare * 1000, "ms")
        version = best_of(_ROUNDS, lambda: home.run("--version"))
        yield Figure("llmtui --version", version * 1000, "ms", 150)
        answer = best_of(_ROUNDS, lambda: home.run("ask", "what is llmtui?"))
        yield Figure("llmtui ask, answered by the guide", answer * 1000, "ms")

        floor = best_of(_ROUNDS, lambda: _paint(Terminal([sys.executable, "-c", _FLOOR], home.env)))
        yield Figure("a bare Textual app, to its first paint", floor * 1000, "ms")
        screen = best_of(_ROUNDS, lambda: _paint(home.open()))
        yield Figure("llmtui, to its first paint", screen * 1000, "ms")
        yield Figure("llmtui beside the bare app", screen / floor, "×", 1.5)


def _paint(terminal: Terminal) -> None:
    with terminal:
        terminal.wait_for("Ask anything")
