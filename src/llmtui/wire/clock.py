"""What time it is, how it passes, and chance: given to the line, so that a test may have its own."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """`wall` is in Unix seconds and may jump, `steady` never goes back; `chance` is in 0 … 1."""

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random


USUAL_CLOCK = Clock()
