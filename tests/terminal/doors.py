"""Run as a program: goes through the front door again and again, as the JSON file that it is given tells.

Each step is what stands after `llmtui`, and may change the environment and `config.toml` before. What takes a
process each time at home takes one in all here.
"""

import json
import os
import sys
from pathlib import Path

from llmtui.cli import main


def through(steps: Path) -> None:
    """Take one step after the other, and say where each ends."""
    config = Path(os.environ["LLMTUI_CONFIG_DIR"]) / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    for number, step in enumerate(json.loads(steps.read_text(encoding="utf-8"))):
        os.environ.update(step["environ"])
        config.write_text(step["config"], encoding="utf-8")
        try:
            status: object = main(step["argv"])
        except SystemExit as ended:
            status = ended.code
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(1, f"\n--- {number} ended with {status}\n".encode())
        for name in step["environ"]:
            del os.environ[name]


if __name__ == "__main__":
    through(Path(sys.argv[1]))
