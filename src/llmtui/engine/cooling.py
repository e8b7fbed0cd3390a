"""Providers that failed lately, and are passed over for a while where another is there."""

import time
from collections.abc import Callable
from typing import NamedTuple

from llmtui.chat.failure import Failure, FailureKind

USUAL_SECONDS = 60.0

# What is wrong with a provider, and not with one model of it or with what was asked.
_THE_PROVIDER: frozenset[FailureKind] = frozenset(
    {"auth", "credit", "rate_limit", "server", "connection", "timeout"}
)


class Cooled(NamedTuple):
    """Why a provider cools down, and until when, by the clock of its `Cooling`."""

    failure: Failure
    until: float


class Cooling:
    """Remembers which providers failed: for as long as they asked for, else for a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds."""
        self._clock = clock
        self._cooled: dict[str, Cooled] = {}

    def failed(self, provider: str, failure: Failure) -> None:
        """It failed; whether that cools it down depends on whose the trouble is."""
        if failure.kind in _THE_PROVIDER:
            seconds = USUAL_SECONDS if failure.retry_after is None else failure.retry_after
            self._cooled[provider] = Cooled(failure, self._clock() + seconds)

    def warm(self, provider: str) -> None:
        """It answered, or somebody chose it by hand: nothing is held against it any more."""
        self._cooled.pop(provider, None)

    def of(self, provider: str) -> Failure | None:
        """Why it cools down now, None if it does not."""
        cooled = self._cooled.get(provider)
        return cooled.failure if cooled and cooled.until > self._clock() else None

    @property
    def now(self) -> dict[str, tuple[Failure, float]]:
        """Every provider that cools down: why, and for how many seconds more."""
        at = self._clock()
        return {
            name: (cooled.failure, cooled.until - at)
            for name, cooled in self._cooled.items()
            if cooled.until > at
        }
