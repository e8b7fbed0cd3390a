"""A text becomes a file of the reader's: whole or not at all, and never in the place of another."""

import os
import signal
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from llmtui.tui.outside import saving

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other limits and permissions")


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file grows beyond this: what a full disk does, with another error number."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@posix
def test_what_finds_no_room_leaves_no_part_of_a_file(tmp_path: Path) -> None:
    with room_for(5000), pytest.raises(OSError, match="too large"):
        saving.write(tmp_path / "a.md", "x" * 100_000)
    assert os.listdir(tmp_path) == []


@posix
def test_what_finds_no_room_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("before")
    with room_for(5000), pytest.raises(OSError, match="too large"):
        saving.write(tmp_path / "a.md", "x" * 100_000, over=True)
    assert os.listdir(tmp_path) == ["a.md"]
    assert (tmp_path / "a.md").read_text() == "before"


def test_nothing_is_written_over_unless_that_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("before")
    with pytest.raises(FileExistsError):
        saving.write(tmp_path / "a.md", "after")
    assert (tmp_path / "a.md").read_text() == "before"
    saving.write(tmp_path / "a.md", "after", over=True)
    assert (tmp_path / "a.md").read_text() == "after\n"
    saving.write(tmp_path / "b.md", "new", over=True)
    assert sorted(os.listdir(tmp_path)) == ["a.md", "b.md"]


@posix
def test_a_link_stays_a_link_and_a_file_keeps_who_may_read_it(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("before")
    (tmp_path / "there").chmod(0o640)
    (tmp_path / "link").symlink_to("there")
    with pytest.raises(FileExistsError):
        saving.write(tmp_path / "link", "after")
    saving.write(tmp_path / "link", "after", over=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there").read_text() == "after\n"
    assert stat.S_IMODE((tmp_path / "there").stat().st_mode) == 0o640


@posix
def test_nobody_can_read_on_the_way_what_only_its_owner_may_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("before")
    (tmp_path / "a.md").chmod(0o600)
    modes: list[int] = []

    def look(_number: int, _frame: object) -> None:
        """In the middle of writing, for there is no room for more."""
        modes.extend(stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob(".llmtui-*"))

    umask, before = os.umask(0), signal.signal(signal.SIGXFSZ, look)
    try:
        with room_for(5000), pytest.raises(OSError, match="too large"):
            saving.write(tmp_path / "a.md", "x" * 100_000, over=True)
    finally:
        os.umask(umask)
        signal.signal(signal.SIGXFSZ, before)
    assert modes == [0o600]


@posix
def test_a_new_file_may_be_read_by_whom_the_umask_says(tmp_path: Path) -> None:
    umask = os.umask(0o027)
    try:
        saving.write(tmp_path / "a.md", "new")
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "a.md").stat().st_mode) == 0o640


def test_what_is_no_file_is_not_written_over(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        saving.write(tmp_path, "x", over=True)
