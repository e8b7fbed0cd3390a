"""llmtui against a real llama.cpp in each of the dialects that it speaks, and what it does when that dies."""

import json
import subprocess
from collections.abc import Mapping

import pytest

from tests.end_to_end.home import Home, command
from tests.end_to_end.llamacpp.scripted import LONG, PLAIN, THOUGHT, THOUGHTFUL
from tests.end_to_end.llamacpp.served import LlamaServer

# How a person would describe each endpoint in config.toml; `{}` is where llama.cpp answers.
TABLES: Mapping[str, str] = {
    "chat": 'dialect = "openai-chat"\nbase_url = "{}/v1"',
    "responses": 'dialect = "openai-responses"\nbase_url = "{}/v1"',
    "completions": 'dialect = "openai-completions"\nbase_url = "{}/v1"',
    "messages": 'dialect = "anthropic"\nbase_url = "{}/v1"',
}
# Each word is a token of the scripted model, and the end is another.
TOKENS = len(PLAIN.split(" ")) + 1
CHATTING = ("chat", "responses", "messages")
"""The endpoints where llama.cpp fills in the model's template; the fourth goes on with a bare text."""


@pytest.fixture
def home_with_dialects(home: Home, llama_server: str) -> Home:
    """A home where each endpoint of llama.cpp is a provider."""
    home.configure(
        "\n".join(f"[providers.{name}]\n{table.format(llama_server)}\n" for name, table in TABLES.items())
    )
    return home


@pytest.mark.parametrize("endpoint", CHATTING)
@pytest.mark.parametrize("how", [(), ("--no-stream",)], ids=["streamed", "whole"])
def test_every_endpoint_says_the_same(home_with_dialects: Home, endpoint: str, how: tuple[str, ...]) -> None:
    answer = home_with_dialects.json("ask", "-m", f"{endpoint}/scripted", *how, "hello")
    assert answer["text"].strip() == PLAIN.strip()
    assert (answer["outcome"], answer["error"]) == ("complete", None)
    assert not answer["usage"]["estimated"]
    assert answer["usage"]["output"] == TOKENS


@pytest.mark.parametrize("endpoint", CHATTING)
def test_every_endpoint_tells_reasoning_from_the_answer(home_with_dialects: Home, endpoint: str) -> None:
    answer = home_with_dialects.json("ask", "-m", f"{endpoint}/scripted", "please think")
    assert answer["reasoning"].strip() == THOUGHT
    assert answer["text"].strip() == THOUGHTFUL
    assert answer["outcome"] == "complete"


@pytest.mark.parametrize("endpoint", CHATTING)
def test_a_conversation_goes_on_in_every_dialect(home_with_dialects: Home, endpoint: str) -> None:
    home = home_with_dialects
    home.json("ask", "-m", f"{endpoint}/scripted", "please think")
    answer = home.json("ask", "-c", "hello")
    assert answer["text"].strip() == PLAIN.strip()
    [conversation] = home.conversations()
    assert len(conversation["messages"]) == 4


def test_an_answer_may_come_over_another_dialect_than_the_one_before(home_with_dialects: Home) -> None:
    home = home_with_dialects
    home.json("ask", "-m", "messages/scripted", "please think")
    for endpoint in CHATTING:
        answer = home.json("ask", "-c", "-m", f"{endpoint}/scripted", "hello")
        assert answer["text"].strip() == PLAIN.strip()
        assert answer["error"] is None


def test_a_bare_text_is_gone_on_with(home_with_dialects: Home) -> None:
    answer = home_with_dialects.json("ask", "-m", "completions/scripted", "hello")
    assert answer["error"] is None, answer
    assert answer["outcome"] == "complete"
    assert not answer["usage"]["estimated"]


def test_what_its_context_holds_is_known_from_the_server(home_with_dialects: Home) -> None:
    listed = json.loads(home_with_dialects.run("models", "--json").stdout)
    contexts = [model["context"] for model in listed if model["provider"] == "chat"]
    # It names its model by the file.
    assert contexts == [16384]


@pytest.mark.parametrize("endpoint", CHATTING)
def test_a_server_that_is_killed_in_mid_answer_costs_nothing_that_was_said(
    home: Home, mortal_server: LlamaServer, endpoint: str
) -> None:
    home.configure(f"[providers.{endpoint}]\n{TABLES[endpoint].format(mortal_server.address)}\n")
    with subprocess.Popen(
        [*command(), "ask", "-m", f"{endpoint}/scripted", "something long"],
        env=home.env,
        cwd=home.path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as asking:
        assert asking.stdout is not None
        assert asking.stderr is not None
        said = asking.stdout.read(400)
        mortal_server.kill()
        said += asking.stdout.read()
        narration = asking.stderr.read()
        assert asking.wait(30) == 1
    assert LONG.strip().startswith(said.strip()[:5000])
    assert mortal_server.address.removeprefix("http://") in narration
    assert "Traceback" not in narration
    [conversation] = home.conversations()
    answer = conversation["messages"][-1]
    assert answer["answer"]["outcome"] == "truncated"
    assert answer["parts"][-1]["text"].strip() == said.strip()
