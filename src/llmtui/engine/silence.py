"""How long nothing was heard of an answer that is waited for."""

from collections.abc import Callable

from llmtui.chat.events import Detoured, Event, Waiting


class Silence:
    """Counts from the moment a request was sent, or the last thing was heard."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds."""
        self._clock = clock
        self._since: float | None = None
        self.spoken = False

    def begin(self) -> None:
        """A request is sent."""
        self._since, self.spoken = self._clock(), False

    def hear(self, event: Event, now: float) -> None:
        """Something was heard at this time of the clock."""
        match event:
            case Waiting(why="retry" | "pace" | "turn", seconds=seconds):
                # While nothing is sent nothing can be heard, and nobody knows how long a turn takes to come.
                self._since, self.spoken = (now + seconds if seconds else None), False
            case Waiting() | Detoured():
                self._since, self.spoken = now, False
            case _:
                self._since, self.spoken = now, True

    @property
    def seconds(self) -> float:
        """For how long it has been silent: 0 while nothing is expected."""
        return 0.0 if self._since is None else max(0.0, self._clock() - self._since)
