"""Whoever opens a damaged history by any door is told that it was set aside, and what was saved of it."""

import os
import random
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.home import Home
from tests.end_to_end.word_server import WordServer

PAGE = 4096
DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "no database": lambda content: b"not a database" * 300,
    "emptied": lambda content: b"",
    "a page": lambda content: content[:PAGE] + random.Random(2).randbytes(PAGE) + content[2 * PAGE :],
}
DOORS = {
    "ask": ("ask", "-m", "builtin/guide", "hello"),
    "ask in pieces": ("ask", "-m", "builtin/guide", "--events", "hello"),
    "ask going on": ("ask", "-m", "builtin/guide", "-c", "hello"),
    "list": ("history", "list"),
    "export": ("history", "export", "--all"),
}


def talked(home: Home) -> None:
    for question in ("one", "two"):
        assert home.run("ask", "-m", "builtin/guide", question).returncode == 0


def hurt(home: Home, damage: Callable[[bytes], bytes]) -> None:
    """The whole file is hurt, and nothing beside it could make it good."""
    home.history.write_bytes(damage(home.history.read_bytes()))
    for beside in ("-wal", "-shm"):
        Path(f"{home.history}{beside}").unlink(missing_ok=True)


def aside(home: Home) -> list[str]:
    return sorted(path.name for path in home.history.parent.glob("history.corrupt-*.db"))


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("kind", DAMAGE)
def test_every_command_says_that_the_history_was_set_aside(home: Home, kind: str, door: str) -> None:
    talked(home)
    hurt(home, DAMAGE[kind])
    ended = home.run(*DOORS[door])
    assert aside(home)
    for name in aside(home):
        assert ended.stderr.count(name) == 1, ended.stderr
    if kind != "emptied":
        told = r"(nothing in it|[0-9]+ conversations with [0-9]+ messages) could be read"
        assert re.search(told, ended.stderr), "and how much was saved"
    assert "set aside" not in home.run("history", "list").stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminal of this kind")
def test_the_screen_warns_when_it_finds_the_history_damaged_at_its_start(home: Home) -> None:
    talked(home)
    hurt(home, DAMAGE["a page"])
    with home.open("-m", "builtin/guide") as terminal:
        terminal.wait_for("set aside")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminal of this kind")
def test_the_screen_warns_when_the_history_is_damaged_while_it_runs(home: Home) -> None:
    with WordServer(3, 0) as server:
        home.knows(server.address)
        for question in ("one", "two"):
            assert home.run("ask", "-m", "openai/word", question).returncode == 0
        with home.open("-m", "openai/word") as terminal:
            terminal.wait_for("Ask anything")
            terminal.wait_for("two")
            with home.history.open("r+b") as file:
                file.seek(PAGE)
                file.write(b"\xff" * (os.path.getsize(home.history) - PAGE))
            terminal.type("three\r")
            terminal.wait_for("set aside")
            terminal.press("ctrl+q")
            assert terminal.wait_for_exit() == 0
    assert len(aside(home)) == 1
