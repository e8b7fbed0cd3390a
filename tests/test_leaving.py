"""A process that leaves ends, whatever hangs, in a process of its own."""

import subprocess
import sys

import pytest

if sys.platform == "win32":
    pytest.skip("there are no such signals here", allow_module_level=True)

_BEGIN = """\
import os, signal, threading, time
from llmtui.leaving import Deadline, heard_signals
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _BEGIN + program], capture_output=True, encoding="utf-8", timeout=30
    )


def test_what_hangs_is_ended_with_the_status_that_was_meant() -> None:
    ended = run("Deadline(lambda: os.write(1, b'last words')).begin(143); threading.Event().wait()")
    assert (ended.returncode, ended.stdout) == (143, "last words")


def test_last_words_that_hang_hold_nothing_up() -> None:
    ended = run("Deadline(threading.Event().wait).begin(129); time.sleep(60)")
    assert ended.returncode == 129


def test_a_thread_that_hangs_does_not_hold_up_an_end_that_is_done() -> None:
    ended = run("threading.Thread(target=threading.Event().wait).start(); Deadline(lambda: None).begin(0)")
    assert ended.returncode == 0


def test_the_first_status_stays() -> None:
    ended = run("late = Deadline(lambda: None); late.begin(143); late.begin(129); time.sleep(60)")
    assert ended.returncode == 143


def test_signals_are_given_back_if_none_was_heard() -> None:
    ended = run(
        "before = signal.getsignal(signal.SIGTERM)\n"
        "with heard_signals(print, 'SIGTERM', 'SIGNOTHING'): pass\n"
        "assert signal.getsignal(signal.SIGTERM) is before"
    )
    assert (ended.returncode, ended.stdout) == (0, "")


def test_who_was_told_to_leave_need_not_be_told_again() -> None:
    ended = run(
        "with heard_signals(print, 'SIGINT', 'SIGTERM', 'SIGNOTHING'): signal.raise_signal(signal.SIGTERM)\n"
        "for _ in range(3): signal.raise_signal(signal.SIGTERM), signal.raise_signal(signal.SIGINT)"
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "15\n", "")


def test_a_signal_that_is_ignored_stays_so() -> None:
    ended = run(
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "with heard_signals(print, 'SIGHUP'): signal.raise_signal(signal.SIGHUP)"
    )
    assert (ended.returncode, ended.stdout) == (0, "")
