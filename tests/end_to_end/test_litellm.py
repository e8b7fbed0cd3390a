"""llmtui against a real LiteLLM proxy, whose models are mocked.

It is large (800 MB): `pip install 'litellm[proxy]'` somewhere, then LLMTUI_LITELLM names its command litellm.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.end_to_end.home import Home

KEY = "sk-litellm-canary"
SAID = "Hello **world** from a proxy, with `code`."
CONFIG = f"""\
model_list:
  - model_name: fake-gpt
    litellm_params:
      model: openai/gpt-4o-mini
      api_key: sk-none
      mock_response: "{SAID}"
  - model_name: fake-busy
    litellm_params:
      model: openai/gpt-4o-mini
      api_key: sk-none
      mock_response: "litellm.RateLimitError"
general_settings:
  master_key: {KEY}
"""
STARTS_WITHIN = 120


@pytest.fixture(scope="module")
def litellm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a LiteLLM proxy with our models."""
    command = os.environ.get("LLMTUI_LITELLM") or shutil.which("litellm")
    if not command:
        pytest.skip("LiteLLM is not installed: LLMTUI_LITELLM names its command litellm")
    folder = tmp_path_factory.mktemp("litellm")
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        (folder / "log.txt").open("wb") as log,
        subprocess.Popen(
            [Path(command).resolve(), "--config", "config.yaml", "--host", "127.0.0.1", "--port", str(port)],
            cwd=folder,
            env={**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
            stdout=log,
            stderr=log,
        ) as server,
    ):
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{address}/health/liveliness", server, folder / "log.txt")
            yield address
        finally:
            server.terminate()


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    patience = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < patience and server.poll() is None:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.5)
    pytest.fail(f"LiteLLM did not start: {log.read_text(errors='replace')[-2000:]}")


@pytest.fixture
def home_with_litellm(home: Home, litellm: str) -> Home:
    """A home where the proxy is set up as the manual says."""
    home.env |= {"LITELLM_PROXY_API_BASE": f"{litellm}/v1", "LITELLM_PROXY_API_KEY": KEY}
    return home


@pytest.mark.parametrize("how", [(), ("--no-stream",)], ids=["streamed", "whole"])
def test_it_answers(home_with_litellm: Home, how: tuple[str, ...]) -> None:
    answer = home_with_litellm.json("ask", "-m", "litellm/fake-gpt", *how, "hello")
    assert answer["text"] == SAID
    assert (answer["outcome"], answer["finish_reason"]) == ("complete", "stop")
    assert answer["usage"]["total"] == answer["usage"]["input"] + answer["usage"]["output"]


def test_its_models_are_listed(home_with_litellm: Home) -> None:
    listed = json.loads(home_with_litellm.run("models", "--json").stdout)
    names = {model["name"] for model in listed}
    assert {"litellm/fake-gpt", "litellm/fake-busy"} <= names


def test_its_own_errors_are_told(home_with_litellm: Home) -> None:
    ended = home_with_litellm.run("ask", "-m", "litellm/fake-busy", "--json", "hello")
    assert ended.returncode == 1
    assert json.loads(ended.stdout)["error"]["kind"] == "rate_limit"


def test_a_wrong_key_is_told(home_with_litellm: Home) -> None:
    home_with_litellm.env["LITELLM_PROXY_API_KEY"] = "sk-wrong"
    ended = home_with_litellm.run("ask", "-m", "litellm/fake-gpt", "--json", "hello")
    assert json.loads(ended.stdout)["error"]["kind"] == "auth"
    assert "sk-wrong" not in ended.stdout + ended.stderr


def test_a_model_that_it_does_not_have_is_told(home_with_litellm: Home) -> None:
    ended = home_with_litellm.run("ask", "-m", "litellm/nobody", "--json", "hello")
    assert ended.returncode == 1
    assert json.loads(ended.stdout)["outcome"] == "failed"
    assert "nobody" in json.loads(ended.stdout)["error"]["message"]
