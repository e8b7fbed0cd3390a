"""Whose turn it is to stream: so many at once from one provider, so many in all, first come first served."""

import asyncio
from collections import Counter
from types import TracebackType


class Turns:
    """Turns to stream. Who waits for a busy provider does not keep those back who want another one."""

    def __init__(self, in_all: int) -> None:
        self._in_all = in_all
        self._queue: list[Turn] = []
        self._taken: Counter[str] = Counter()

    def join(self, provider: str, at_once: int) -> "Turn":
        """A place in the queue for a provider that gives so many answers at once; it may have come already.

        To be entered with `with`: leaving gives the turn, or the place in the queue, back.
        """
        turn = Turn(self, provider, at_once)
        self._queue.append(turn)
        self._call()
        return turn

    @property
    def streaming(self) -> int:
        """How many turns are taken."""
        return self._taken.total()

    @property
    def queued(self) -> int:
        """How many wait for theirs."""
        return len(self._queue)

    def _call(self) -> None:
        """Call everybody who can go, in the order in which they came."""
        waiting = []
        for turn in self._queue:
            if self.streaming < self._in_all and self._taken[turn.provider] < turn.at_once:
                self._taken[turn.provider] += 1
                turn.come.set()
            else:
                waiting.append(turn)
        self._queue = waiting

    def _leave(self, turn: "Turn") -> None:
        if turn.come.is_set():
            self._taken[turn.provider] -= 1
            if not self._taken[turn.provider]:
                del self._taken[turn.provider]
            self._call()
        else:
            self._queue.remove(turn)


class Turn:
    """One place in the queue; `come` is set when it is this one's turn."""

    def __init__(self, turns: Turns, provider: str, at_once: int) -> None:
        self._turns = turns
        self.provider = provider
        self.at_once = max(1, at_once)
        self.come = asyncio.Event()

    def __enter__(self) -> "Turn":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._turns._leave(self)
