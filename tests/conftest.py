"""Every test starts from a machine where nothing is set up."""

import gc
import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

# No example has to be quick: speed is held in benchmarks/, and a busy machine is no fault.
settings.register_profile("llmtui", deadline=None)
settings.load_profile("llmtui")

# A shell that starts something in the background has it ignore these, and so do all that it starts.
_HEARD = ("SIGINT", "SIGQUIT", "SIGHUP", "SIGTERM", "SIGTSTP")
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


@pytest.fixture(autouse=True, scope="session")
def _every_signal_is_heard() -> Iterator[None]:
    """Whoever runs the tests may ignore signals; what they start is not to inherit that."""
    ignored = [
        number
        for name in _HEARD
        if (number := getattr(signal, name, None)) and signal.getsignal(number) is signal.SIG_IGN
    ]
    for number in ignored:
        usual = signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL
        signal.signal(number, usual)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


@pytest.fixture(autouse=True)
def _nothing_is_kept_from_the_garbage_collector() -> Iterator[None]:
    """An app leaves alone what there is when it has started; the next test's app is another."""
    yield
    gc.unfreeze()
