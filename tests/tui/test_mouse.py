"""The mouse is llmtui's or the terminal's, and the status line says which."""

import sys
from pathlib import Path

import pytest

from llmtui.tui.status.line import Status, status_parts
from tests.pty.terminal import Terminal
from tests.tui.stage import app, say, screen_text, shown

ROOT = Path(__file__).parents[2]
F10 = "\x1b[21~"
TAKEN, LET_GO = b"\x1b[?1003h", b"\x1b[?1003l"


def environ(home: Path) -> dict[str, str]:
    places = {f"LLMTUI_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "STATE")}
    return {"HOME": str(home), "PYTHONPATH": str(ROOT), **places}


posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminal of this kind")


@posix
def test_a_key_lets_go_of_the_mouse_and_takes_it_back(tmp_path: Path) -> None:
    with Terminal([sys.executable, "-m", "llmtui"], environ(tmp_path)) as screen:
        screen.wait_for("Ask anything")
        screen.wait_for(lambda _: TAKEN in screen.raw)
        before = len(screen.raw)
        screen.type(F10)
        screen.wait_for("mouse off")
        assert LET_GO in screen.raw[before:]
        assert TAKEN not in screen.raw[before:]
        before = len(screen.raw)
        screen.type(F10)
        screen.wait_until_gone("mouse off")
        assert TAKEN in screen.raw[before:]
        screen.press("ctrl+q")
        screen.wait_for_exit()


@posix
def test_who_never_wants_to_give_the_mouse_away_writes_so(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text("mouse = false\n", encoding="utf-8")
    with Terminal([sys.executable, "-m", "llmtui"], environ(tmp_path)) as screen:
        screen.wait_for("mouse off")
        assert TAKEN not in screen.raw
        screen.type(F10)
        screen.wait_until_gone("mouse off")
        assert TAKEN in screen.raw
        screen.press("ctrl+q")
        screen.wait_for_exit()
        assert LET_GO in screen.raw


async def test_where_the_mouse_can_not_be_switched_that_is_said(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=(100, 30), notifications=True) as pilot:
        await say(pilot, "/mouse off")
        await shown(stage, "The mouse can not be switched here")
        assert "mouse off" not in screen_text(stage)


def test_the_status_line_says_that_the_mouse_is_off() -> None:
    assert "mouse off" in [words for _, words, _ in status_parts(Status(mouse=False))]
    assert "mouse off" not in [words for _, words, _ in status_parts(Status())]
