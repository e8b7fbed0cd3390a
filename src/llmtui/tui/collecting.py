"""When Python's garbage collector looks, and at what: at what is new, while nobody waits for it.

A full collection reads every object there is, of the modules, the widgets and the conversation: 60 to 80 ms
in the middle of an answer, which is the slowest that a key was ever answered.
"""

import gc


def leave_be() -> None:
    """What there is now is here to stay: do not read it again. It takes no time."""
    gc.freeze()


def look() -> None:
    """Collect what came since the last time, and leave the rest be: a few milliseconds after an answer."""
    gc.collect()
    gc.freeze()
