"""llmtui against aimock, which thinks, calls tools, refuses and breaks off on demand.

It comes from npm: `npm install @copilotkit/aimock`, then LLMTUI_AIMOCK=node_modules/.bin/llmock.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.home import Home

MODEL = "openai/mock"
SCRIPT = {
    "fixtures": [
        {
            "match": {"userMessage": "think"},
            "response": {"reasoning": "Step by step.", "content": "It is **42**."},
        },
        {
            "match": {"userMessage": "time"},
            "response": {"toolCalls": [{"name": "get_time", "arguments": '{"tz":"UTC"}'}]},
        },
        {
            "match": {"userMessage": "refuse"},
            "response": {"error": {"message": "Rate limited", "type": "rate_limit_error"}, "status": 429},
        },
        {
            "match": {"userMessage": "break"},
            "response": {"content": "These words came through, and these did not."},
            "truncateAfterChunks": 3,
            "chunkSize": 5,
            "latency": 30,
        },
    ]
}


@pytest.fixture(scope="module")
def aimock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an aimock with our script."""
    command = os.environ.get("LLMTUI_AIMOCK") or shutil.which("llmock")
    if not command:
        pytest.skip("aimock is not installed: LLMTUI_AIMOCK names its command llmock")
    script = tmp_path_factory.mktemp("aimock") / "script.json"
    script.write_text(json.dumps(SCRIPT), encoding="utf-8")
    with subprocess.Popen(
        [Path(command).resolve(), "--port", "0", "--fixtures", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        assert server.stdout is not None
        told = ""
        for line in server.stdout:
            told += line
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                yield found[0]
                break
        else:
            pytest.fail(f"aimock did not start: {told}")
        server.terminate()


@pytest.fixture
def home_with_aimock(home: Home, aimock: str) -> Home:
    """A home where aimock is set up."""
    home.knows(aimock)
    return home


def test_reasoning_is_told_from_the_answer(home_with_aimock: Home) -> None:
    answer = home_with_aimock.json("ask", "-m", MODEL, "think")
    assert (answer["reasoning"], answer["text"]) == ("Step by step.", "It is **42**.")


def test_a_tool_call_comes_whole(home_with_aimock: Home) -> None:
    answer = home_with_aimock.json("ask", "-m", MODEL, "what time is it?")
    [call] = answer["tool_calls"]
    assert call["name"] == "get_time"
    assert json.loads(call["arguments"]) == {"tz": "UTC"}


def test_a_refusal_says_why_and_fails(home_with_aimock: Home) -> None:
    ended = home_with_aimock.run("ask", "-m", MODEL, "--json", "refuse")
    assert ended.returncode == 1
    answer = json.loads(ended.stdout)
    assert answer["outcome"] == "failed"
    assert answer["error"]["kind"] == "rate_limit"


def test_a_broken_answer_is_printed_as_far_as_it_came(home_with_aimock: Home) -> None:
    ended = home_with_aimock.run("ask", "-m", MODEL, "break")
    assert ended.returncode == 1
    assert ended.stdout.startswith("These")
    assert "did not" not in ended.stdout
