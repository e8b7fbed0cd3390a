"""llmtui as a person starts it, in a home of its own, and the servers that it talks to."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.end_to_end.home import Home
from tests.end_to_end.llamacpp.scripted import write_scripted_model
from tests.end_to_end.word_server import WordServer

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Nothing is set up here."""
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def llama_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real llama.cpp that serves the scripted model."""
    if find_spec("xllamacpp") is None:
        # The gate says where it must be there: .ci/run.
        assert os.environ.get("LLMTUI_END_TO_END") != "required", "xllamacpp is not installed"
        pytest.skip("xllamacpp is not installed: it has wheels for Linux on x86_64")
    directory = tmp_path_factory.mktemp("llamacpp")
    model = directory / "scripted.gguf"
    write_scripted_model(model)
    with (
        (directory / "log.txt").open("wb") as log,
        subprocess.Popen(
            [sys.executable, Path(__file__).parent / "llamacpp" / "serve.py", model],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as server,
    ):
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        assert address, (directory / "log.txt").read_text(errors="replace")
        yield address
        server.terminate()


@pytest.fixture
def slow_server() -> Iterator[WordServer]:
    """A server that takes its time."""
    with WordServer(words=2000, pace=0.005) as server:
        yield server
