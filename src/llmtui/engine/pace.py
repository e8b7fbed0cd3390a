"""How fast an answer arrives, counted piece by piece so that its length costs nothing."""

from llmtui.chat.events import Delta, ReasoningDelta, TextDelta, ToolCallDelta
from llmtui.chat.tokens import estimate


class Pace:
    """Estimated tokens so far, and when the first and the newest came (seconds since asking)."""

    def __init__(self) -> None:
        self.tokens = 0.0
        self.first: float | None = None
        self.newest = 0.0

    def count(self, delta: Delta, at: float) -> None:
        """One more piece, `at` seconds after asking."""
        match delta:
            case TextDelta(text) | ReasoningDelta(text):
                self.tokens += estimate(text)
            case ToolCallDelta():
                self.tokens += estimate(delta.name + delta.arguments)
        if self.first is None:
            self.first = at
        self.newest = at

    @property
    def rate(self) -> float | None:
        """Tokens a second since the first one; None until that says something."""
        if self.first is None or self.newest - self.first < 0.2:
            return None
        return self.tokens / (self.newest - self.first)
