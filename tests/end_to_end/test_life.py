"""However the screen ends, the terminal is as it was, what was said is kept, and the exit status is right."""

import os
import re
import shlex
import shutil
import signal
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminal of this kind", allow_module_level=True)

from tests.end_to_end.faulty import MODEL, SECRET
from tests.end_to_end.home import Home, command
from tests.end_to_end.word_server import WordServer
from tests.pty.modes import Modes
from tests.pty.queries import SIZES_IN_BAND, SYNCHRONISED_OUTPUT
from tests.pty.terminal import Terminal

ROOT = Path(__file__).parents[2]
F2 = "\x1bOQ"
ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]
# As many words as a slow machine may be behind with.
SHOWN = 10
# Started as `nohup` does it.
DEAF = ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh"]
OPENED = b"\x1b[?1049h"


@contextmanager
def opened(home: Home, *argv: str | Path) -> Iterator[Terminal]:
    """A program in a terminal, in this home."""
    environment = {**home.env, "PYTHONPATH": str(ROOT)}
    with Terminal(argv or [*command(), "-m", MODEL], environment, cwd=home.path) as terminal:
        yield terminal


@contextmanager
def streaming(home: Home, server: WordServer, *argv: str | Path) -> Iterator[Terminal]:
    """The same, with an answer that is being said in it."""
    home.knows(server.address)
    with opened(home, *argv) as terminal:
        terminal.wait_for("Ask anything")
        terminal.type("go on\r")
        terminal.wait_for(f"word{SHOWN} ")
        yield terminal


def faulty(fault: str) -> list[str]:
    return [sys.executable, "-m", "tests.end_to_end.faulty", fault]


@contextmanager
def failing(home: Home, server: WordServer, fault: str) -> Iterator[Terminal]:
    """The same, and a fault of our own happens: F2 is what it waits for."""
    with streaming(home, server, *faulty(fault)) as terminal:
        terminal.type(F2)
        yield terminal


def given_back(terminal: Terminal) -> None:
    """The terminal is as it was before."""
    assert terminal.attributes == terminal.attributes_before
    modes = Modes(bytes(terminal.raw))
    assert modes.left == {}
    # And not because nothing was ever switched on.
    assert {1049, 1003, 2004} <= modes.switched.keys()


def answer_in(home: Home) -> dict[str, Any]:
    """The answer that was kept, with words from the first on."""
    [conversation] = home.conversations()
    question, answer = conversation["messages"][:2]
    assert question["parts"][-1]["text"] == "go on"
    words = answer["parts"][-1]["text"].split()
    assert words == [f"word{number}" for number in range(len(words))]
    assert len(words) > SHOWN
    found: dict[str, Any] = answer["answer"]
    return found


def after(terminal: Terminal) -> str:
    """What stands in the terminal when the screen is closed."""
    raw = bytes(terminal.raw)
    return re.sub(r"\x1b\[[?<\d]*[a-z]", "", raw[raw.rindex(b"\x1b[?1049l") :].decode())


def reports(home: Home) -> list[Path]:
    return sorted((home.path / "state").glob("crash-*.txt"))


# Ends that somebody wants


def test_quitting_gives_the_terminal_back_and_keeps_the_answer(home: Home, slow_server: WordServer) -> None:
    with streaming(home, slow_server) as terminal:
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
        given_back(terminal)
        assert "llmtui" not in after(terminal)
    assert answer_in(home)["outcome"] == "stopped"


def test_a_dumb_terminal_is_refused_with_a_way_out(home: Home) -> None:
    home.env["TERM"] = "dumb"
    with opened(home) as terminal:
        assert terminal.wait_for_exit() == 2
        assert "use llmtui ask" in terminal.text
        assert OPENED not in terminal.raw


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_gives_the_terminal_back_and_keeps_the_answer(
    home: Home, slow_server: WordServer, number: signal.Signals
) -> None:
    with streaming(home, slow_server) as terminal:
        terminal.signal(number)
        assert terminal.wait_for_exit() == 128 + number
        given_back(terminal)
        assert "llmtui" not in after(terminal)
    assert answer_in(home)["outcome"] == "stopped"
    assert reports(home) == []


def test_many_signals_at_once_are_no_more_than_one(home: Home, slow_server: WordServer) -> None:
    with streaming(home, slow_server) as terminal:
        for number in (signal.SIGTERM, *ENDING, *ENDING):
            terminal.signal(number)
        # Which of them is heard first is the system's affair.
        assert terminal.wait_for_exit() - 128 in ENDING
        given_back(terminal)
    assert answer_in(home)["outcome"] == "stopped"


def test_a_signal_while_the_screen_opens_gives_the_terminal_back(home: Home) -> None:
    with opened(home) as terminal:
        terminal.wait_for_bytes(OPENED)
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_exit() == 128 + signal.SIGTERM
        assert terminal.attributes == terminal.attributes_before
        assert Modes(bytes(terminal.raw)).left == {}


def test_a_terminal_that_tells_the_mouse_in_pixels_is_given_back_too(home: Home) -> None:
    modes = (SYNCHRONISED_OUTPUT, SIZES_IN_BAND)
    with Terminal(command(), home.env, cwd=home.path, modes=modes) as terminal:
        terminal.wait_for("Ask anything")
        terminal.wait_for_bytes(b"\x1b[?1016h")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
        given_back(terminal)


# Sleeping


@pytest.mark.parametrize("number", [signal.SIGTSTP, signal.SIGSTOP])
def test_a_screen_that_slept_goes_on_with_its_answer_and_its_keys(
    home: Home, slow_server: WordServer, number: signal.Signals
) -> None:
    with streaming(home, slow_server) as terminal:
        terminal.signal(number)
        terminal.wait_until_stopped()
        if number == signal.SIGTSTP:
            terminal.wait_for_bytes(b"\x1b[?1016l")
            given_back(terminal)
        asleep = len(terminal.raw)
        terminal.signal(signal.SIGCONT)
        terminal.wait_for_bytes(OPENED, since=asleep)
        terminal.wait_for("openai/slow")
        terminal.wait_for("go on")
        slow_server.wait_for_words(len(slow_server.said) + SHOWN)
        terminal.type("typed after sleeping")
        terminal.wait_for("typed after sleeping")
        modes = Modes(bytes(terminal.raw))
        assert {1003, 1004, 1006, 2004} <= modes.on
        assert modes.keyboards == [0, 1]
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
        given_back(terminal)
    assert answer_in(home)["outcome"] == "stopped"


def test_a_screen_told_to_go_on_that_never_slept_is_none_the_worse(
    home: Home, slow_server: WordServer
) -> None:
    with streaming(home, slow_server) as terminal:
        for _ in range(3):
            before = len(terminal.raw)
            terminal.signal(signal.SIGCONT)
            terminal.wait_for_bytes(OPENED, since=before)
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
        given_back(terminal)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_a_shell_puts_it_to_sleep_in_the_background_and_to_the_front(
    home: Home, slow_server: WordServer
) -> None:
    home.knows(slow_server.address)
    home.env["PS1"] = "shell> "
    with opened(home, "bash", "--norc", "--noprofile", "-i") as terminal:
        terminal.wait_for("shell>")
        terminal.type(f"{shlex.join(command())} -m {MODEL}\r")
        terminal.wait_for("Ask anything")
        terminal.type("go on\r")
        terminal.wait_for(f"word{SHOWN} ")
        child = child_of(terminal.process.pid)

        os.kill(child, signal.SIGTSTP)
        terminal.wait_for("Stopped")
        # The shell has a terminal of its own kind again: what is typed is seen.
        terminal.type("echo typed $((1 + 1))\r")
        terminal.wait_for("typed 2")
        asleep = len(terminal.raw)
        terminal.type("bg\r")
        # In the background it goes back to sleep: the terminal is somebody else's.
        terminal.type("until jobs | grep -q Stopped; do :; done; echo asleep $((1 + 2))\r")
        terminal.wait_for("asleep 3")
        assert OPENED not in terminal.raw[asleep:]

        terminal.type("fg\r")
        terminal.wait_for_bytes(OPENED, since=asleep)
        terminal.wait_for("openai/slow")
        slow_server.wait_for_words(len(slow_server.said) + SHOWN)
        terminal.type("typed after sleeping")
        terminal.wait_for("typed after sleeping")
        awake = len(terminal.raw)
        terminal.press("ctrl+q")
        terminal.wait_for_bytes(b"shell> ", since=awake)
        terminal.type("echo status $?\r")
        terminal.wait_for("status 0")
        assert Modes(bytes(terminal.raw)).on.isdisjoint({1003, 1004, 1006, 1016, 1049})
    assert answer_in(home)["outcome"] == "stopped"


@pytest.mark.parametrize("pause", [0.0, 0.003, 0.02, 0.08, 0.3])
def test_a_screen_that_is_told_to_end_as_it_falls_asleep_ends(
    home: Home, slow_server: WordServer, pause: float
) -> None:
    with streaming(home, slow_server) as terminal:
        terminal.signal(signal.SIGTSTP)
        # Anywhere on its way to sleep, which takes a tenth of a second: there is nothing to wait for.
        time.sleep(pause)
        terminal.signal(signal.SIGTERM)
        terminal.signal(signal.SIGCONT)
        assert terminal.wait_for_exit() == 128 + signal.SIGTERM
        given_back(terminal)
    assert answer_in(home)["outcome"] == "stopped"


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_a_screen_that_sleeps_ends_when_the_shell_kills_it(home: Home, slow_server: WordServer) -> None:
    home.knows(slow_server.address)
    home.env["PS1"] = "shell> "
    with opened(home, "bash", "--norc", "--noprofile", "-i") as terminal:
        terminal.wait_for("shell>")
        terminal.type(f"{shlex.join(command())} -m {MODEL}\r")
        terminal.wait_for("Ask anything")
        terminal.type("go on\r")
        terminal.wait_for(f"word{SHOWN} ")
        os.kill(child_of(terminal.process.pid), signal.SIGTSTP)
        terminal.wait_for("Stopped")
        asleep = len(terminal.raw)
        # It is told to end and to go on, in the background.
        terminal.type("kill %1; while kill -0 %1 2>/dev/null; do :; done; echo ended $((1 + 2))\r")
        terminal.wait_for("ended 3")
        terminal.wait_for("Exit 143")
        terminal.type("echo typed $((1 + 1))\r")
        terminal.wait_for("typed 2")
        assert OPENED not in terminal.raw[asleep:]
    assert answer_in(home)["outcome"] == "stopped"


def test_a_screen_that_is_sent_to_sleep_as_it_gives_its_terminal_back_ends(
    home: Home, slow_server: WordServer
) -> None:
    with streaming(home, slow_server, *faulty("stirred_at_the_end")) as terminal:
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
        given_back(terminal)
        assert "Traceback" not in after(terminal)
    assert answer_in(home)["outcome"] == "stopped"


def child_of(process: int) -> int:
    """The process that this one has started, and waits for."""
    return int(Path(f"/proc/{process}/task/{process}/children").read_text().split()[0])


# The terminal goes


@pytest.mark.parametrize("hearing", [True, False])
def test_a_closed_terminal_ends_it_and_keeps_the_answer(
    home: Home, slow_server: WordServer, hearing: bool
) -> None:
    with streaming(home, slow_server, *([] if hearing else DEAF), *command(), "-m", MODEL) as terminal:
        terminal.hang_up()
        assert terminal.wait_for_exit() == 128 + signal.SIGHUP
    assert answer_in(home)["outcome"] == "stopped"
    assert reports(home) == []


def test_a_closed_terminal_in_which_nothing_goes_on_ends_it_too(home: Home) -> None:
    with opened(home, *DEAF, *command()) as terminal:
        terminal.wait_for("Ask anything")
        # Another window has the keys: no cursor blinks here, and nothing is written that could fail.
        terminal.type("\x1b[O")
        terminal.hang_up()
        assert terminal.wait_for_exit() == 128 + signal.SIGHUP


def test_a_terminal_that_hangs_does_not_hold_it_up(home: Home, slow_server: WordServer) -> None:
    with streaming(home, slow_server) as terminal:
        terminal.deafen()
        # Far more than fits between the program and its terminal.
        slow_server.wait_for_words(len(slow_server.said) + 300)
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_exit() == 128 + signal.SIGTERM
        assert terminal.attributes == terminal.attributes_before
    assert answer_in(home)["outcome"] in ("stopped", "interrupted")


def test_without_a_terminal_nothing_is_opened(home: Home) -> None:
    with opened(home, "sh", "-c", 'exec "$@" </dev/null', "sh", *command()) as terminal:
        assert terminal.wait_for_exit() == 2
        assert b"\x1b" not in terminal.raw


def test_a_storm_of_sizes_is_survived(home: Home, slow_server: WordServer) -> None:
    with streaming(home, slow_server) as terminal:
        for size in range(200):
            terminal.resize(*((1, 1), (500, 500), (0, 0), (40, 15))[size % 4])
        terminal.resize(120, 40)
        # The second echo comes after all that was drawn for other sizes, which this terminal is slow to read.
        for words in ("typed after the storm", ", and again"):
            terminal.type(words)
            terminal.wait_for(words)
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
        given_back(terminal)


# Faults of our own


def no_secret(home: Home, terminal: Terminal) -> None:
    """What a fault had in its hands is nowhere but in the history."""
    assert SECRET.encode() not in terminal.raw
    for path in (home.path / "state").rglob("*"):
        assert path.is_dir() or SECRET.encode() not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("in_a_handler", "KeyError"),
        ("in_a_worker_that_ends_it", "KeyError"),
        ("that_prints_itself", "PrintableError"),
        ("without_end", "RecursionError"),
        ("right_after_a_question", "KeyError"),
    ],
)
def test_a_crash_keeps_the_answer_and_tells_where_its_report_is(
    home: Home, slow_server: WordServer, fault: str, kind: str
) -> None:
    with failing(home, slow_server, fault) as terminal:
        assert terminal.wait_for_exit() == 1
        given_back(terminal)
        [report] = reports(home)
        told = after(terminal)
        no_secret(home, terminal)
    assert told.startswith(f"llmtui: Something in llmtui went wrong ({kind}); ")
    assert told.endswith(f" is in {report}\r\n")
    assert len(told.splitlines()) == 1
    assert report.stat().st_mode & 0o777 == 0o600
    text = report.read_text()
    assert kind in text
    assert "tests/end_to_end/faulty.py:" in text
    assert str(home.path) not in text
    assert answer_in(home)["outcome"] == "stopped"


@pytest.mark.parametrize(
    ("fault", "where"),
    [
        ("in_a_worker", "a worker"),
        ("in_a_task", "a task"),
        ("in_work", "some work"),
        ("in_a_callback", "a callback"),
        ("in_a_thread", "the thread a thread"),
        ("in_passing", "passing"),
        ("in_a_command", "/wrong"),
    ],
)
def test_a_fault_beside_the_screen_is_told_and_outlived(
    home: Home, slow_server: WordServer, fault: str, where: str
) -> None:
    with failing(home, slow_server, fault) as terminal:
        terminal.wait_for("went wrong")
        terminal.type(F2)
        slow_server.wait_for_words(len(slow_server.said) + SHOWN)
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
        given_back(terminal)
        no_secret(home, terminal)
    # The same fault again is the same report.
    [report] = reports(home)
    assert where in report.read_text()
    assert answer_in(home)["outcome"] == "stopped"


def test_only_a_few_reports_are_kept(home: Home, slow_server: WordServer) -> None:
    state = home.path / "state"
    state.mkdir(mode=0o700)
    for number in range(7):
        (state / f"crash-2001010{number}-000000-000000-1.txt").touch()
    with failing(home, slow_server, "in_a_handler") as terminal:
        assert terminal.wait_for_exit() == 1
    assert len(reports(home)) == 5
    assert not reports(home)[0].name.startswith("crash-20010100")
    assert reports(home)[-1].stat().st_size > 0


def test_a_report_that_can_not_be_written_is_no_trouble(home: Home, slow_server: WordServer) -> None:
    with streaming(home, slow_server, *faulty("in_a_handler")) as terminal:
        shutil.rmtree(home.path / "state", ignore_errors=True)
        (home.path / "state").write_text("in the way")
        terminal.type(F2)
        assert terminal.wait_for_exit() == 1
        given_back(terminal)
        assert "no report of it could be written" in after(terminal)
        assert SECRET.encode() not in terminal.raw


# What hangs


def test_a_disk_that_hangs_holds_nobody_up_and_what_is_lost_is_told(
    home: Home, slow_server: WordServer
) -> None:
    with failing(home, slow_server, "of_the_disk") as terminal:
        terminal.wait_for("the disk is stuck")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 1
        given_back(terminal)
        assert "what was said last in the conversation could not be kept" in after(terminal)
    # What had come before is there.
    assert answer_in(home)["outcome"] == "interrupted"


@pytest.mark.parametrize(
    ("fault", "status", "outcome"),
    [("of_a_thread", 0, "stopped"), ("of_a_handler", 128 + signal.SIGTERM, "stopped")],
)
def test_what_hangs_holds_nobody_up(
    home: Home, slow_server: WordServer, fault: str, status: int, outcome: str
) -> None:
    with failing(home, slow_server, fault) as terminal:
        if status:
            slow_server.wait_for_words(len(slow_server.said) + SHOWN)
            terminal.signal(signal.SIGTERM)
        else:
            terminal.wait_for("a thread is stuck")
            terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == status
        given_back(terminal)
    assert answer_in(home)["outcome"] == outcome


def test_a_screen_that_does_nothing_any_more_ends_by_a_signal(home: Home, slow_server: WordServer) -> None:
    with failing(home, slow_server, "of_everything") as terminal:
        terminal.wait_for_bytes(b"everything is stuck")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_exit() == 128 + signal.SIGTERM
        given_back(terminal)
        assert "could not be kept" in after(terminal)
    assert answer_in(home)["outcome"] == "interrupted"


def test_what_is_typed_while_it_starts_is_asked(home: Home) -> None:
    with home.open() as terminal:
        # From here on Enter is Enter; there is nothing to be seen yet.
        while terminal.attributes[0] & termios.ICRNL:
            assert terminal.process.poll() is None
        assert "Ask anything" not in terminal.text
        terminal.type("where are my keys kept?\r")
        terminal.wait_for("Looked up by the built-in guide")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
        given_back(terminal)


def test_what_is_refused_before_the_screen_opens_leaves_the_terminal_as_it_was(home: Home) -> None:
    with home.open("-r", "nothing-has-this-id") as terminal:
        assert terminal.wait_for_exit() == 2
        assert terminal.attributes == terminal.attributes_before
        assert b"\x1b[?1049" not in terminal.raw
