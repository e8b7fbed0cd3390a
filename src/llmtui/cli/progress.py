"""`llmtui ask --progress`: about how many tokens have come, and how fast they come."""

from collections.abc import Callable
from time import monotonic
from typing import TextIO

from llmtui.chat.events import ReasoningDelta, RefusalDelta, TextDelta, ToolCallDelta
from llmtui.chat.message import Message
from llmtui.engine.changes import Change, Said
from llmtui.engine.context import TokenCount

_IN_PLACE_EVERY = 0.1
_A_LINE_EVERY = 1.0


class Progress:
    """Hears a session and narrates, in seconds of the clock.

    On a terminal one line is written over and over, unless the answer is `spoken` there too: then it ends
    with the first word. Elsewhere there is a line a second.
    """

    def __init__(self, narration: TextIO, spoken: bool, clock: Callable[[], float] = monotonic) -> None:
        self._narration, self._clock = narration, clock
        self._in_place = narration.isatty()
        self._spoken = spoken and self._in_place
        self._every = _IN_PLACE_EVERY if self._in_place else _A_LINE_EVERY
        self._count = TokenCount()
        self._began: float | None = None
        self._due = 0.0
        self._written = 0

    def hear(self, change: Change) -> None:
        """A listener; to be told before whoever prints the words."""
        match change:
            case Said(_, message, TextDelta() | ReasoningDelta() | RefusalDelta() | ToolCallDelta() as delta):
                now = self._clock()
                if self._began is None:
                    self._began, self._due = now, now + self._every
                if self._spoken and isinstance(delta, TextDelta):
                    self.clear()
                elif now >= self._due:
                    self._due = now + self._every
                    self._write(self._so_far(message, now - self._began))
            case _:
                self.clear()

    def finish(self, message: Message) -> None:
        """Say what it was in all."""
        self.clear()
        answer = message.answer
        if answer is None or answer.timing.total is None:
            return
        counted = answer.usage.made if answer.usage else None
        made = round(sum(self._count.output(message))) if counted is None else counted
        about = "" if answer.usage and counted is not None and not answer.usage.estimated else "≈"
        first = answer.timing.first_token
        seconds = answer.timing.total - (first or 0.0)
        rate = f", {made / seconds:,.0f} tok/s" if first is not None and seconds > 0 else ""
        self._say(f"llmtui: {about}{made:,} tokens in {answer.timing.total:.1f} s{rate}\n")

    def clear(self) -> None:
        """Take the line away, as something else is to be written."""
        if self._written:
            self._say("\r" + " " * self._written + "\r")
            self._written = 0

    def _so_far(self, message: Message, seconds: float) -> str:
        said, thought = self._count.output(message)
        rate = f", {(said + thought) / seconds:,.0f} tok/s" if seconds > 0 else ""
        return f"llmtui: ≈{said + thought:,.0f} tokens{rate}"

    def _write(self, line: str) -> None:
        if not self._in_place:
            self._say(line + "\n")
            return
        self._say("\r" + line.ljust(self._written))
        self._written = len(line)

    def _say(self, text: str) -> None:
        try:
            self._narration.write(text)
            self._narration.flush()
        except OSError:
            # Nobody listens to the narration.
            pass
