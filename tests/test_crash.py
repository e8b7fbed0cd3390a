"""What is written down of a fault: where it was, and not a word of whoever had it."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.crash import Faults, report_of, sentence, write_report

SECRET = "sk-canary-4f1d9c0b7a6e5d4c3b2a1908"


def wrong(value: object, depth: int = 0) -> None:
    if depth:
        wrong(value, depth - 1)
    try:
        int(str(value))
    except ValueError as error:
        raise RuntimeError(f"not {value}") from error


def error_of(value: object, depth: int = 0) -> BaseException:
    try:
        wrong(value, depth)
    except RuntimeError as error:
        return error
    raise AssertionError


@given(st.text(min_size=12).map(lambda text: f"§{text}§"))
def test_no_value_and_no_message_is_in_a_report(value: str) -> None:
    assert "§" not in report_of(error_of(value), "a test")


def test_a_report_has_every_place_that_led_to_it_and_what_went_before() -> None:
    lines = report_of(error_of("x"), "a test").splitlines()
    assert "in a test" in lines
    assert "RuntimeError" in lines
    assert "after ValueError" in lines
    assert any("test_crash.py:" in line and line.endswith("in wrong") for line in lines)


def test_the_parts_of_a_group_are_named() -> None:
    report = report_of(BaseExceptionGroup("of two", [error_of("x"), KeyError("y")]), "a test")
    assert "with RuntimeError" in report
    assert "with KeyError" in report


def test_a_recursion_without_end_makes_a_short_report() -> None:
    def again() -> None:
        again()

    with pytest.raises(RecursionError) as failed:
        again()
    assert len(report_of(failed.value, "a test").splitlines()) < 300


def test_a_report_is_for_its_owner_alone_and_only_a_few_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    paths = [write_report(error_of("x"), "a test", folder) for _ in range(8)]
    kept = sorted(folder.iterdir())
    assert kept == paths[-5:]
    if sys.platform != "win32":
        assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_can_not_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    assert write_report(error_of("x"), "a test", tmp_path / "state") is None
    assert "no report" in sentence(error_of("x"), None)


def test_the_same_fault_is_told_once_and_many_are_told_no_more(tmp_path: Path) -> None:
    told: list[str] = []
    faults = Faults(tmp_path, told.append)
    for _ in range(3):
        faults.hear(error_of("x"), "a test")
    assert len(told) == 1
    for kind in (KeyError, IndexError, TypeError, OSError, EOFError, NameError, LookupError):
        faults.hear(kind(), "a test")
    assert len(told) == 5
    assert len(list(tmp_path.iterdir())) == 5


def test_a_fault_of_the_command_line_is_a_report_and_a_sentence(tmp_path: Path) -> None:
    # A prompt that is no text at all gets as far as it can.
    program = (
        "import sys; from llmtui.cli import arguments, main\n"
        "class Arguments:\n"
        "    log_level, hears = '', False\n"
        "    def run(self, arguments):\n"
        f"        key = {SECRET!r}\n"
        "        raise LookupError(key)\n"
        "arguments.read_arguments = lambda argv: Arguments()\n"
        "sys.exit(main([]))\n"
    )
    state = tmp_path / "state"
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={"LLMTUI_STATE_DIR": str(state), "HOME": str(tmp_path), "PATH": ""},
        capture_output=True,
        encoding="utf-8",
    )
    [report] = state.iterdir()
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.startswith("llmtui: Something in llmtui went wrong (LookupError)")
    assert ended.stderr.endswith(f"{report}\n")
    assert SECRET not in ended.stderr + report.read_text(encoding="utf-8")
    assert "LookupError" in report.read_text(encoding="utf-8")
