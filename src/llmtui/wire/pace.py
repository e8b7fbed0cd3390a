"""How many requests and tokens a minute one provider is sent, where somebody set a limit."""

from collections import deque
from dataclasses import dataclass

_MINUTE = 60.0


@dataclass(slots=True, eq=False)
class Step:
    """One request: when it may start (by the steady clock), and its tokens, estimated until they are told."""

    start: float
    tokens: float


class Pace:
    """The requests of the last minute to one provider, and those that are to come.

    Pure: it is told the time. Who comes first starts first.
    """

    def __init__(self) -> None:
        self._steps: deque[Step] = deque()

    def step(self, requests: int | None, tokens: int | None, size: float, now: float) -> Step:
        """The next request, of `size` tokens, to start as soon as neither limit (per minute) is exceeded.

        One that is larger than the limit on tokens starts when the minute before it is empty.
        """
        while self._steps and self._steps[0].start <= now - _MINUTE:
            self._steps.popleft()
        start = max(now, self._steps[-1].start) if self._steps else now
        start = max(start, self._after_requests(requests), self._after_tokens(tokens, size))
        step = Step(start, size)
        self._steps.append(step)
        return step

    def forget(self, step: Step) -> None:
        """This request was never sent."""
        if step in self._steps:
            self._steps.remove(step)

    def _after_requests(self, most: int | None) -> float:
        if most is None or len(self._steps) < most:
            return 0.0
        return self._steps[len(self._steps) - most].start + _MINUTE

    def _after_tokens(self, most: int | None, size: float) -> float:
        if most is None:
            return 0.0
        start = 0.0
        total = size + sum(step.tokens for step in self._steps)
        for step in self._steps:
            if total <= most:
                break
            total -= step.tokens
            start = step.start + _MINUTE
        return start
