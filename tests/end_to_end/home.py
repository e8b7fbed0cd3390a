"""A person's home directory, and llmtui started in it."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.pty.terminal import Terminal


def command() -> list[str]:
    """How llmtui is started: LLMTUI_COMMAND if it is set (an installed wheel), else from this checkout."""
    given = os.environ.get("LLMTUI_COMMAND")
    return shlex.split(given) if given else [sys.executable, "-m", "llmtui"]


class Home:
    """An empty home. Nothing of the environment comes through but what finding programs needs."""

    def __init__(self, path: Path) -> None:
        path.mkdir()
        self.path = path
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ}
        # The built-in local servers are looked for where nobody listens.
        nobody = "http://127.0.0.1:9"
        self.env = {
            **kept,
            "HOME": str(path),
            "USERPROFILE": str(path),
            "LLMTUI_CONFIG_DIR": str(path / "config"),
            "LLMTUI_DATA_DIR": str(path / "data"),
            "LLMTUI_STATE_DIR": str(path / "state"),
            "OLLAMA_HOST": nobody,
            "INFERENCE_GATEWAY_URL": f"{nobody}/v1",
            "PYTHONUTF8": "1",
        }

    def knows(self, address: str) -> None:
        """An OpenAI-like server at this address, as most people would set it up."""
        self.env |= {"OPENAI_BASE_URL": f"{address}/v1", "OPENAI_API_KEY": "x"}

    def configure(self, text: str) -> None:
        """Write config.toml."""
        path = self.path / "config" / "config.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    @property
    def history(self) -> Path:
        """The file with every conversation."""
        return self.path / "data" / "history.db"

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run llmtui to its end, in a pipe."""
        return subprocess.run(
            [*command(), *arguments],
            env=self.env,
            cwd=self.path,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )

    def json(self, *arguments: str) -> Any:
        """What llmtui answers with `--json`."""
        ended = self.run(*arguments, "--json")
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    def conversations(self) -> list[dict[str, Any]]:
        """Every conversation that is kept, as its export says it."""
        ended = self.run("history", "export", "--all", "--format", "json")
        assert ended.returncode == 0, ended.stderr
        conversations: list[dict[str, Any]] = json.loads(ended.stdout)["conversations"]
        return conversations

    def open(self, *arguments: str, columns: int = 120, rows: int = 40) -> "Terminal":
        """Open the screen in a terminal."""
        from tests.pty.terminal import Terminal

        return Terminal([*command(), *arguments], self.env, columns, rows, cwd=self.path)
