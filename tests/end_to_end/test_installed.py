"""The first minute with llmtui, with no key, no server and nothing set up. `.ci/run` runs it on the wheel."""

import sys

import pytest

from llmtui import __version__
from tests.end_to_end.home import Home

NEEDS_A_TERMINAL = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no pseudo-terminal of this kind"
)


def test_it_says_its_version(home: Home) -> None:
    assert home.run("--version").stdout == f"llmtui {__version__}\n"


def test_the_guide_answers_in_a_pipe(home: Home) -> None:
    ended = home.run("ask", "what is llmtui?")
    assert ended.returncode == 0
    assert "llmtui" in ended.stdout
    assert "guide" in ended.stderr


@NEEDS_A_TERMINAL
def test_the_guide_answers_on_the_screen(home: Home) -> None:
    with home.open() as terminal:
        terminal.wait_for("Ask anything")
        terminal.type("what is llmtui?")
        terminal.press("enter")
        terminal.wait_for("chat for the terminal")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    [conversation] = home.conversations()
    question, answer = conversation["messages"]
    assert question["parts"][-1]["text"] == "what is llmtui?"
    assert "chat for the terminal" in answer["parts"][-1]["text"].replace("\n", " ")
