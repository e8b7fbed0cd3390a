"""What a session works with: its neighbours and its clocks, given from outside."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from llmtui.chat.tokens import Calibration
from llmtui.engine.needs import Keeper, Line, Start


def short_id() -> str:
    """A new id that a person can type: twelve hexadecimal digits."""
    return os.urandom(6).hex()


@dataclass(frozen=True, slots=True)
class Means:
    """`monotonic` and `now` give seconds; `calibration` learns from what providers report."""

    line: Line
    keeper: Keeper
    start: Start
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    new_id: Callable[[], str] = short_id
    calibration: Calibration = field(default_factory=Calibration)
