"""The terminal kit itself."""

import os
import sys

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminal of this kind", allow_module_level=True)

from tests.pty.queries import Queries
from tests.pty.terminal import Terminal

ENV = {"PATH": os.environ["PATH"]}


def test_what_is_typed_reaches_the_program_and_what_it_writes_the_screen() -> None:
    program = "print('name?', end=' ', flush=True); print('hello', input())"
    with Terminal([sys.executable, "-c", program], ENV, columns=40, rows=5) as terminal:
        terminal.wait_for("name?")
        terminal.type("you\r")
        assert terminal.wait_for("hello you").splitlines()[1] == "hello you"
        assert terminal.wait_for_exit() == 0


def test_the_program_owns_the_terminal_and_hears_of_its_size() -> None:
    program = (
        "import os, signal\n"
        "def told(*_): os.write(1, b'%d ' % os.get_terminal_size().columns)\n"
        "signal.signal(signal.SIGWINCH, told)\n"
        "told()\n"
        "while True: signal.pause()"
    )
    with Terminal([sys.executable, "-c", program], ENV, columns=33, rows=5) as terminal:
        terminal.wait_for("33")
        terminal.resize(44, 6)
        terminal.wait_for("44")


def test_a_killed_program_says_nothing_more() -> None:
    program = "import atexit; atexit.register(print, 'bye'); print('here', flush=True); input()"
    with Terminal([sys.executable, "-c", program], ENV) as terminal:
        terminal.wait_for("here")
        terminal.kill()
        assert terminal.wait_for_exit() == -9
        assert "bye" not in terminal.text


def test_waiting_in_vain_shows_the_screen() -> None:
    with (
        Terminal([sys.executable, "-c", "print('something else')"], ENV) as terminal,
        pytest.raises(AssertionError, match="ended and the screen does not show wanted:\nsomething else"),
    ):
        terminal.wait_for("wanted")


def test_a_program_that_asks_is_answered() -> None:
    program = (
        "import sys, tty; tty.setcbreak(0)\n"
        "print('ab', end='\\x1b[6n', flush=True)\n"
        "answer = ''\n"
        "while not answer.endswith('R'): answer += sys.stdin.read(1)\n"
        "print(repr(answer), flush=True)"
    )
    with Terminal([sys.executable, "-c", program], ENV) as terminal:
        terminal.wait_for("[1;3R")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_queries_are_found_however_the_output_is_cut(size: int) -> None:
    output = b"one\x1b[?2026$p two\x1b[>25u\x1b[c three\x1b]11;?\x1b\\ four\x1bP+q4d\x1b\\ five\x1b[?9$p"
    queries = Queries(lambda: (1, 1))
    shown, replies = b"", []
    for start in range(0, len(output), size):
        for piece, query in queries.split(output[start : start + size]):
            shown += piece
            if query:
                replies.append(queries.reply(query))
    assert shown == b"one two three four five"
    assert replies == [
        b"\x1b[?2026;2$y",
        b"\x1b[?62;22c",
        b"\x1b]11;rgb:1010/1010/1010\x1b\\",
        b"\x1b[?9;0$y",
    ]
