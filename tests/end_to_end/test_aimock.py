"""llmtui against aimock, which thinks, calls tools, refuses and breaks off on demand.

It comes from npm: `npm install @copilotkit/aimock`, then LLMTUI_AIMOCK=node_modules/.bin/llmock.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.end_to_end.home import Home

BROKEN = "These words came through, and these did not."
# How a person would describe each of its dialects in config.toml; `{}` is where aimock answers.
TABLES: Mapping[str, str] = {
    "chat": 'dialect = "openai-chat"\nbase_url = "{}/v1"',
    "responses": 'dialect = "openai-responses"\nbase_url = "{}/v1"',
    "claude": 'dialect = "anthropic"\nauth = "x-api-key"\nbase_url = "{}/v1"',
    "google": 'dialect = "gemini"\nauth = "x-goog-api-key"\nbase_url = "{}/v1beta"',
}
EVERY_DIALECT = pytest.mark.parametrize("provider", TABLES)
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
            "response": {"content": BROKEN},
            "truncateAfterChunks": 3,
            "chunkSize": 5,
            "latency": 30,
        },
        {
            "match": {"userMessage": "vanish"},
            "response": {"content": BROKEN},
            "disconnectAfterMs": 100,
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
    """A home where each of aimock's dialects is a provider."""
    home.configure(
        "\n".join(f"[providers.{name}]\n{table.format(aimock)}\n" for name, table in TABLES.items())
    )
    return home


@EVERY_DIALECT
def test_reasoning_is_told_from_the_answer(home_with_aimock: Home, provider: str) -> None:
    answer = home_with_aimock.json("ask", "-m", f"{provider}/mock", "think")
    assert (answer["reasoning"], answer["text"]) == ("Step by step.", "It is **42**.")
    assert (answer["outcome"], answer["error"]) == ("complete", None)


@EVERY_DIALECT
def test_an_answer_in_one_piece_is_the_same(home_with_aimock: Home, provider: str) -> None:
    answer = home_with_aimock.json("ask", "-m", f"{provider}/mock", "--no-stream", "think")
    assert (answer["reasoning"], answer["text"]) == ("Step by step.", "It is **42**.")


@EVERY_DIALECT
def test_a_tool_call_comes_whole(home_with_aimock: Home, provider: str) -> None:
    answer = home_with_aimock.json("ask", "-m", f"{provider}/mock", "what time is it?")
    [call] = answer["tool_calls"]
    assert call["name"] == "get_time"
    assert json.loads(call["arguments"]) == {"tz": "UTC"}


@EVERY_DIALECT
def test_a_refusal_is_tried_again_and_then_said(home_with_aimock: Home, provider: str) -> None:
    ended = home_with_aimock.run("ask", "-m", f"{provider}/mock", "--json", "refuse")
    assert ended.returncode == 1
    answer = json.loads(ended.stdout)
    assert answer["outcome"] == "failed"
    assert answer["error"]["kind"] == "rate_limit"
    assert "Rate limited" in answer["error"]["message"]


@EVERY_DIALECT
def test_a_broken_answer_is_printed_as_far_as_it_came(home_with_aimock: Home, provider: str) -> None:
    ended = home_with_aimock.run("ask", "-m", f"{provider}/mock", "break")
    assert ended.returncode == 1
    assert BROKEN.startswith(ended.stdout.strip())
    assert "did not" not in ended.stdout
    assert "127.0.0.1" in ended.stderr


@EVERY_DIALECT
def test_a_lost_connection_is_told(home_with_aimock: Home, provider: str) -> None:
    ended = home_with_aimock.run("ask", "-m", f"{provider}/mock", "vanish")
    assert ended.returncode == 1
    assert BROKEN.startswith(ended.stdout.strip())
    assert "Traceback" not in ended.stderr
