"""llmtui as a person starts it, in a home of its own, and the servers that it talks to."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.end_to_end.home import Home
from tests.end_to_end.llamacpp.scripted import write_scripted_model
from tests.end_to_end.llamacpp.served import LlamaServer, served
from tests.end_to_end.word_server import WordServer


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Nothing is set up here."""
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def scripted_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model file that llama.cpp serves."""
    if find_spec("xllamacpp") is None:
        # The gate says where it must be there: .ci/run.
        assert os.environ.get("LLMTUI_END_TO_END") != "required", "xllamacpp is not installed"
        pytest.skip("xllamacpp is not installed: it has wheels for Linux on x86_64")
    model = tmp_path_factory.mktemp("llamacpp") / "scripted.gguf"
    write_scripted_model(model)
    return model


@pytest.fixture(scope="session")
def llama_server(scripted_model: Path) -> Iterator[str]:
    """The address of a real llama.cpp that serves the scripted model."""
    with served(scripted_model) as server:
        yield server.address


@pytest.fixture
def mortal_server(scripted_model: Path) -> Iterator[LlamaServer]:
    """A real llama.cpp for one test alone, which may kill it."""
    with served(scripted_model) as server:
        yield server


@pytest.fixture
def slow_server() -> Iterator[WordServer]:
    """A server that takes its time."""
    with WordServer(words=2000, pace=0.005) as server:
        yield server
