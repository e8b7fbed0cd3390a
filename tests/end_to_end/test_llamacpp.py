"""llmtui against a real llama.cpp: in a pipe, and a whole session on the screen."""

import sys

import pytest

from tests.end_to_end.home import Home
from tests.end_to_end.llamacpp.scripted import PLAIN, THOUGHT, THOUGHTFUL

MODEL = "openai/scripted"
NEEDS_A_TERMINAL = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no pseudo-terminal of this kind"
)


@pytest.fixture
def home_with_server(home: Home, llama_server: str) -> Home:
    """A home where llama.cpp is set up the way most people would: by two variables."""
    home.knows(llama_server)
    return home


def test_the_answer_alone_is_on_standard_output(home_with_server: Home) -> None:
    ended = home_with_server.run("ask", "-m", MODEL, "hello")
    assert ended.returncode == 0
    assert ended.stdout.rstrip("\n") == PLAIN.rstrip("\n")


def test_what_is_piped_in_is_part_of_the_question(home_with_server: Home) -> None:
    ended = home_with_server.run("ask", "-m", MODEL, "please", stdin="think")
    assert THOUGHTFUL in ended.stdout


def test_reasoning_and_usage_are_told_apart(home_with_server: Home) -> None:
    answer = home_with_server.json("ask", "-m", MODEL, "please think")
    assert answer["reasoning"].strip() == THOUGHT
    assert answer["text"].strip() == THOUGHTFUL
    assert answer["outcome"] == "complete"
    assert answer["error"] is None
    usage = answer["usage"]
    assert not usage["estimated"]
    assert usage["total"] == usage["input"] + usage["output"]
    assert 0 < answer["timing"]["first_token_s"] <= answer["timing"]["total_s"]


def test_reasoning_and_usage_are_printed_when_asked_for(home_with_server: Home) -> None:
    printed = home_with_server.run("ask", "-m", MODEL, "--reasoning", "--usage", "please think")
    told = printed.stdout + printed.stderr
    for heading in ("Model", "Reasoning", "Response", "Usage Statistics"):
        assert heading in told
    assert THOUGHT in told


def test_an_answer_in_one_piece_is_the_same(home_with_server: Home) -> None:
    streamed = home_with_server.json("ask", "-m", MODEL, "hello")
    whole = home_with_server.json("ask", "-m", MODEL, "--no-stream", "hello")
    assert (
        whole["text"] == streamed["text"] == PLAIN.rstrip("\n") or whole["text"] == streamed["text"] == PLAIN
    )


@NEEDS_A_TERMINAL
def test_a_day_with_llmtui(home_with_server: Home) -> None:
    """Ask, think, stop mid-answer, switch the model, quit, come back, go on."""
    home = home_with_server
    with home.open("-m", MODEL) as terminal:
        terminal.wait_for("Ask anything")
        terminal.type("hello there")
        terminal.press("enter")
        terminal.wait_for("print('hi')")

        terminal.type("please think")
        terminal.press("enter")
        terminal.wait_for("Thought for")
        terminal.wait_for(THOUGHTFUL)

        terminal.type("something long")
        terminal.press("enter")
        terminal.wait_for("word42")
        terminal.press("escape")
        terminal.wait_for("stopped")

        terminal.type("/model builtin/guide")
        terminal.press("enter")
        terminal.wait_for(lambda text: "builtin/guide" in text.splitlines()[-1])
        terminal.type("what is llmtui?")
        terminal.press("enter")
        terminal.wait_for("which is not an LLM")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0

    [conversation] = home.conversations()
    answers = [message["answer"] for message in conversation["messages"] if message["role"] == "assistant"]
    assert [answer["outcome"] for answer in answers] == ["complete", "complete", "stopped", "complete"]
    assert [answer["requested"] for answer in answers] == [MODEL, MODEL, MODEL, "builtin/guide"]
    stopped = conversation["messages"][5]["parts"][-1]["text"].split()
    assert len(stopped) > 42
    assert stopped == [f"word{number % 1200}" for number in range(len(stopped))]

    with home.open("-c", "-m", MODEL, rows=600) as terminal:
        terminal.wait_for("chat for the terminal")
        for said in ("hello there", "print('hi')", "please think", THOUGHTFUL, "word42", "stopped"):
            terminal.wait_for(said)
        terminal.type("hello once more")
        terminal.press("enter")
        terminal.wait_for(lambda text: text.count("print('hi')") == 2)
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    [conversation] = home.conversations()
    assert len(conversation["messages"]) == 10
