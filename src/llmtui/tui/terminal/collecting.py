"""When Python's garbage collector looks, and at what: at what is new, while nobody waits for it.

A full collection reads every object there is, of the modules, the widgets and the conversation: 60 to 80 ms
in the middle of an answer, which is the slowest that a key was ever answered.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

# What is left be and dies later is not found: some 10 KB of an answer, for Textual's layouts hold themselves.
# After so many answers all there is is looked at, in the first moment in which none is arriving.
_MOST_ANSWERS = 16
_ended: list[None] = []


def leave_be() -> None:
    """What there is now is here to stay: do not read it again. It takes no time."""
    gc.freeze()


@contextmanager
def opening() -> Iterator[None]:
    """What is made meanwhile is here to stay: two full collections while 10,000 messages were opened took a
    fifth of that time."""
    looks = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if looks:
            gc.enable()


def keep_up() -> None:
    """Collect what is very new, and leave the rest be: every second of an answer, so that no full collection
    finds all the lines of a long one (40 to 60 ms for 50 KB)."""
    gc.collect(1)
    gc.freeze()


def answered() -> None:
    """An answer has ended: some of it is garbage, or will be."""
    _ended.append(None)


def look() -> None:
    """Collect what came since the last time, and leave the rest be: a few milliseconds after an answer.

    Now and then all there is is looked at. Memory that is free is given back: 1 ms of 16 MB in pieces."""
    if len(_ended) >= _MOST_ANSWERS:
        _ended.clear()
        gc.unfreeze()
    gc.collect()
    gc.freeze()
    _giving_back()()


@cache
def _giving_back() -> Callable[[], object]:
    """What gives free memory back to the system: the C library keeps the pieces that long requests leave,
    1.3 MB in a thousand turns."""
    try:
        from ctypes import CDLL

        trim = CDLL(None).malloc_trim
    except (ImportError, OSError, TypeError, AttributeError):
        # Only GNU's has it.
        return lambda: None
    return lambda: trim(0)
