"""Copies reach every clipboard that there is, and what is said of them is true."""

import asyncio
import base64
import os
import subprocess
import sys
from collections.abc import Coroutine, Iterator, Mapping
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from llmtui.commands.desk import Tone
from llmtui.tui.outside.clipboard import Clipboard
from llmtui.tui.outside.clipboard_ways import system_tool, terminal
from tests.pty.terminal import Terminal

ROOT = Path(__file__).parents[2]
posix = pytest.mark.skipif(sys.platform == "win32", reason="the tools of these tests are shell scripts")


class Desk:
    """A terminal that remembers what it was handed, and everything that was said."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.handed: list[str] = []
        self.said: list[tuple[str, Tone]] = []
        self._work: list[asyncio.Task[None]] = []
        self.clipboard = Clipboard(environ, self.handed.append, self._tell, self._start)

    async def copy(self, text: str, what: str = "the answer") -> str:
        """Copy, and give back what was said of it."""
        self.clipboard.take(text, what)
        await asyncio.gather(*self._work)
        return self.said[-1][0]

    def _tell(self, text: str, tone: Tone) -> None:
        self.said.append((text, tone))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._work.append(asyncio.create_task(work))


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder for tools, and for what they were given."""
    folder = tmp_path / "tools"
    folder.mkdir()
    return folder


def tool(folder: Path, name: str, script: str) -> Path:
    """A tool of this name; the file that it may write to."""
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return folder / f"{name}.got"


def keeping(folder: Path, name: str) -> Path:
    """A tool that keeps what it reads."""
    return tool(folder, name, f'cat > "{folder}/{name}.got"')


def at_a_desk(folder: Path, **more: str) -> dict[str, str]:
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "TERM": "xterm-256color", **more}


@posix
async def test_a_copy_goes_to_the_terminal_and_to_the_systems_own_tool(tools: Path) -> None:
    got = keeping(tools, "wl-copy")
    desk = Desk(at_a_desk(tools, WAYLAND_DISPLAY="wayland-0"))
    text = "\tünïcode 你好\n\tand a tab"
    assert await desk.copy(text) == "Copied the answer (22 characters) with wl-copy"
    assert got.read_text(encoding="utf-8") == text
    assert desk.handed == [text]


@posix
async def test_over_ssh_only_the_terminal_is_at_the_readers_side(tools: Path) -> None:
    got = keeping(tools, "xclip")
    desk = Desk(at_a_desk(tools, DISPLAY=":0", SSH_CONNECTION="10.0.0.1 5 10.0.0.2 22"))
    said = await desk.copy("words")
    assert said.startswith("Sent the answer (5 characters) to the terminal for the clipboard. Not every")
    assert "/save" in said
    assert not got.exists()


@posix
async def test_a_tool_that_fails_is_told_and_the_terminal_has_the_text_all_the_same(tools: Path) -> None:
    tool(tools, "xclip", "cat >/dev/null; exit 3")
    desk = Desk(at_a_desk(tools, DISPLAY=":0"))
    said = await desk.copy("words")
    assert "Sent the answer" in said
    assert "xclip did not take it (exit 3)" in said
    assert desk.said[-1][1] == "warning"
    assert desk.handed == ["words"]


@posix
async def test_a_tool_that_hangs_is_not_waited_for_for_ever(tools: Path) -> None:
    tool(tools, "xclip", "exec sleep 600")
    desk = Desk(at_a_desk(tools, DISPLAY=":0"))
    assert "xclip did not answer in 2 s" in await desk.copy("words")


@posix
async def test_what_a_tool_leaves_behind_to_hold_the_clipboard_is_not_waited_for(tools: Path) -> None:
    got = tool(tools, "xclip", f'cat > "{tools}/xclip.got"; sleep 600 & echo $! > "{tools}/keeper"')
    desk = Desk(at_a_desk(tools, DISPLAY=":0"))
    assert await desk.copy("words") == "Copied the answer (5 characters) with xclip"
    assert got.read_text() == "words"
    os.kill(int((tools / "keeper").read_text()), 15)


@posix
async def test_the_last_of_several_copies_is_the_one_that_stays(tools: Path) -> None:
    got = keeping(tools, "wl-copy")
    desk = Desk(at_a_desk(tools, WAYLAND_DISPLAY="wayland-0"))
    for word in ("one", "two", "three"):
        desk.clipboard.take(word, "it")
    await desk.copy("four")
    assert got.read_text() == "four"


async def test_the_doubt_about_a_terminal_is_told_once() -> None:
    desk = Desk({"TERM": "xterm-256color"})
    assert "Not every terminal" in await desk.copy("a")
    assert await desk.copy("b") == "Sent the answer (1 character) to the terminal for the clipboard"


async def test_a_terminal_that_is_known_to_take_nothing_is_not_said_to_have_taken_it() -> None:
    for environ in (
        {"TERM_PROGRAM": "Apple_Terminal"},
        {"TERM": "linux"},
        {"STY": "1.pts", "TERM": "screen"},
    ):
        desk = Desk(environ)
        said = await desk.copy("words")
        assert said.startswith("Not copied: the answer")
        assert "/save writes it to a file" in said
        assert desk.said[0][1] == "warning"
        assert desk.handed == []


async def test_a_text_that_terminals_cut_or_drop_is_told_before_it_is_missed() -> None:
    desk = Desk({"TERM": "xterm-256color"})
    assert "It may cut what is this long" in await desk.copy("x" * 80_000)
    assert len(desk.handed) == 1
    assert "It is too long for a terminal" in await desk.copy("x" * 2_000_000)
    assert len(desk.handed) == 1


async def test_half_a_surrogate_pair_is_no_reason_to_fall_over() -> None:
    desk = Desk({"TERM": "xterm-kitty"})
    assert await desk.copy("a\ud83db") == "Sent the answer (3 characters) to kitty for the clipboard"
    assert desk.handed == ["a?b"]


async def test_hidden_characters_are_copied_as_they_are_and_told() -> None:
    desk = Desk({"TERM": "foot"})
    text = "ls\u202e\x1b[201~ -la"
    assert "hidden characters" in await desk.copy(text)
    assert desk.handed == [text]
    assert "hidden" not in await desk.copy("ls\r\n\tls")


def test_the_tool_is_that_of_the_system() -> None:
    def found(**environ: str) -> str | None:
        tool = system_tool(environ, environ.pop("on", "linux"), lambda name: name)
        return tool.name if tool else None

    assert found(WAYLAND_DISPLAY="w", DISPLAY=":0") == "wl-copy"
    assert found(DISPLAY=":0") == "xclip"
    assert found(on="darwin") == "pbcopy"
    assert found(on="win32") == "clip.exe"
    assert found(WSL_DISTRO_NAME="Debian", DISPLAY=":0") == "clip.exe"
    assert found(TERMUX_VERSION="1") == "termux-clipboard-set"
    assert found() is None
    assert found(on="darwin", SSH_TTY="/dev/pts/1") is None


def test_a_terminal_inside_tmux_is_not_taken_for_screen() -> None:
    assert terminal({"TERM": "screen-256color", "TMUX": "x", "STY": "1"}).taking == "perhaps"
    assert terminal({"WT_SESSION": "1"}).name == "Windows Terminal"


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[list[str]]:
    """The beginning of a command for a tmux of its own."""
    if which("tmux") is None:
        pytest.skip("there is no tmux")
    command = ["tmux", "-S", str(tmp_path / "socket"), "-f", "/dev/null"]
    asked(command, "new-session", "-d", "-x", "80", "-y", "24", "sleep 600")
    yield command
    asked(command, "kill-server")


def asked(tmux: list[str], *command: str) -> str:
    return subprocess.run([*tmux, *command], check=True, capture_output=True, text=True).stdout


@posix
@pytest.mark.parametrize("setting", ["external", "off"])
async def test_tmux_is_handed_what_it_would_not_take_from_a_program(
    setting: str, tmux: list[str], tools: Path
) -> None:
    asked(tmux, "set-option", "-g", "set-clipboard", setting)
    desk = Desk(at_a_desk(tools, TMUX=f"{tmux[2]},1,0"))
    said = await desk.copy("some\nwords")
    assert "with tmux" in said
    assert ("set-clipboard is off" in said) is (setting == "off")
    assert asked(tmux, "show-buffer") == "some\nwords"


@posix
def test_a_real_terminal_is_sent_the_copy_and_the_real_tool_gets_it(tools: Path, tmp_path: Path) -> None:
    got = keeping(tools, "wl-copy")
    places = {f"LLMTUI_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "STATE")}
    environ = at_a_desk(tools, WAYLAND_DISPLAY="w", HOME=str(tmp_path), PYTHONPATH=str(ROOT), **places)
    with Terminal([sys.executable, "-m", "llmtui", "-m", "builtin/guide"], environ) as screen:
        screen.wait_for("Ask anything")
        screen.type("what is llmtui?\r")
        screen.wait_for("first token")
        screen.type("/copy question\r")
        screen.wait_for("Copied the question (15 characters) with wl-copy")
        screen.press("ctrl+q")
        screen.wait_for_exit()
        sent = base64.b64encode(b"what is llmtui?")
        assert b"\x1b]52;c;" + sent + b"\x07" in screen.raw
    assert got.read_text() == "what is llmtui?"
