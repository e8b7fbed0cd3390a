"""What a session works with: its neighbours and its clocks, given from outside."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from llmtui.chat.tokens import Calibration
from llmtui.engine.cooling import Cooling
from llmtui.engine.needs import Keeper, Line, Start


def short_id() -> str:
    """A new id that a person can type: twelve hexadecimal digits."""
    return os.urandom(6).hex()


def never(_provider: str) -> bool:
    """What no provider can do, as far as anybody knows."""
    return False


@dataclass(frozen=True, slots=True)
class Means:
    """`monotonic` and `now` give seconds; `calibration` learns from what providers report.

    `fallbacks` is the chain of conversations that have none of their own. `routes` says whether a provider
    falls back on others of its models by itself, `prefills` whether it can be given the beginning of an
    answer to go on with.
    """

    line: Line
    keeper: Keeper
    start: Start
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    new_id: Callable[[], str] = short_id
    calibration: Calibration = field(default_factory=Calibration)
    cooling: Cooling = field(default_factory=Cooling)
    fallbacks: tuple[str, ...] = ()
    routes: Callable[[str], bool] = never
    prefills: Callable[[str], bool] = never
