"""Every test starts from a machine where nothing is set up."""

import gc
import os
from collections.abc import Iterator

import pytest

_OURS = {"LLM_PROVIDER", "LLM_MODEL", "OPENAI_BASE_URL", "OLLAMA_HOST", "INFERENCE_GATEWAY_URL", "NO_COLOR"}


@pytest.fixture(autouse=True, scope="session")
def _a_machine_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No key, no server and no proxy of the developer's, and none of their conversations."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name in _OURS or name.upper().endswith(("_API_KEY", "_PROXY")) or name.startswith("TEXTUAL"):
                patch.delenv(name)
        home = tmp_path_factory.mktemp("home")
        for kind in ("CONFIG", "DATA", "STATE"):
            patch.setenv(f"LLMTUI_{kind}_DIR", str(home / kind.lower()))
        yield


@pytest.fixture(autouse=True)
def _nothing_is_kept_from_the_garbage_collector() -> Iterator[None]:
    """An app leaves alone what there is when it has started; the next test's app is another."""
    yield
    gc.unfreeze()
