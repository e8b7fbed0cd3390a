"""The garbage collector looks at what is new, while nobody waits for it."""

import ctypes
import gc
import sys
import weakref
from pathlib import Path

import pytest

from llmtui.tui.terminal import collecting


class Knot:
    """Something that holds itself."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_there_is_left_be_and_what_came_later_is_collected() -> None:
    before = Knot()
    collecting.leave_be()
    frozen = gc.get_freeze_count()
    after = weakref.ref(Knot())
    collecting.look()
    assert after() is None
    assert gc.get_freeze_count() >= frozen > 0
    assert before.itself is before


def test_what_died_after_it_was_left_be_is_found_now_and_then() -> None:
    knot = Knot()
    there = weakref.ref(knot)
    collecting.look()
    del knot
    collecting.look()
    for _ in range(16):
        collecting.answered()
    collecting.look()
    assert there() is None


def resident() -> int:
    """The megabytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 >> 20


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="only GNU's C library can, and what a process holds is read from /proc",
)
def test_memory_between_what_stays_is_given_back() -> None:
    pieces = [bytes(3000) for _ in range(20_000)]
    stays = pieces[-1]
    del pieces
    held = resident()
    collecting.look()
    assert held - resident() > 30
    assert len(stays) == 3000


def test_what_dies_at_once_while_an_answer_comes_is_collected_and_the_rest_left_be() -> None:
    stays, dies = Knot(), weakref.ref(Knot())
    collecting.keep_up()
    assert dies() is None
    assert all(stays is not found for found in gc.get_objects())


def test_what_is_opened_is_left_be_and_then_it_is_looked_as_before() -> None:
    with collecting.opening():
        stays = Knot()
        assert not gc.isenabled()
    assert gc.isenabled()
    assert all(stays is not found for found in gc.get_objects())
    gc.disable()
    try:
        with collecting.opening():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
