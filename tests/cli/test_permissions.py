"""Whatever the umask: what llmtui makes is for its owner alone."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import Person

OPEN_TO_ALL = "import os, sys; os.umask(0); os.execv(sys.executable, sys.argv[1:])"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_nobody_else_may_read_what_is_made_under_an_open_umask(tmp_path: Path) -> None:
    person = Person(tmp_path)
    person.env |= {name: f"{tmp_path}/deep/er/{name}" for name in person.env if name.endswith("_DIR")}
    backup = str(tmp_path / "deep" / "backup.db")
    for arguments, said in (
        (("ask", "-m", "builtin/guide", "How do I quit?"), ""),
        (("keys", "set", "groq"), "gsk-canary"),
        (("models",), ""),
        (("history", "backup", backup), ""),
    ):
        ended = subprocess.run(
            [sys.executable, "-c", OPEN_TO_ALL, sys.executable, "-m", "llmtui", *arguments],
            env=person.env,
            cwd=tmp_path,
            input=said,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        assert ended.returncode == 0, (arguments, ended.stderr)
    made = [*(tmp_path / "deep").rglob("*")]
    assert {"history.db", "keys.json", "backup.db"} <= {path.name for path in made}
    open_to_others = {str(path): oct(path.stat().st_mode) for path in made if path.stat().st_mode & 0o077}
    assert open_to_others == {}
    assert all(stat.S_IMODE(path.stat().st_mode) in (0o600, 0o700) for path in made)
