"""What a Claude model accepts, told from its name: Anthropic refuses whole requests for a field too many."""

import re
from dataclasses import dataclass
from typing import Literal

Off = Literal["disabled", "between_tools", "never"]

# `claude-opus-4-1-20250805`, `claude-3-7-sonnet`, `anthropic/claude-haiku-4.5`, `claude-opus-4@20250514`.
_NAME = re.compile(r"claude-(?:([a-z]+)-)?(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)(?:-([a-z]+))?")

_NEWEST = (99, 0)


@dataclass(frozen=True, slots=True)
class Claude:
    """One model: its family (`opus`) and its version, (4, 6) say; one without a number is the newest."""

    family: str
    version: tuple[int, int]

    @property
    def adapts(self) -> bool:
        """Whether it decides by itself how long to think, and is told by effort alone how hard."""
        return self.version >= (4, 6)

    @property
    def takes_budget(self) -> bool:
        """Whether the tokens for thinking can be set."""
        return self.version < (4, 7)

    @property
    def thinks_unasked(self) -> bool:
        """Whether it thinks if nothing is said of thinking."""
        return self.version >= (5, 0)

    @property
    def takes_temperature(self) -> bool:
        """Whether temperature, top_p and top_k may be set at all."""
        return self.version < (4, 7)

    @property
    def binds_thoughts(self) -> bool:
        """Whether it refuses a thought that belongs to another model, or to another beginning of the talk."""
        return self.version > (5, 0)

    @property
    def off(self) -> Off:
        """How to ask it not to think; some always do."""
        if self.family in ("fable", "mythos") or (self.family == "opus" and self.version >= (5, 5)):
            return "never"
        return "between_tools" if self.family == "sonnet" and self.version >= (5, 5) else "disabled"

    @property
    def limit(self) -> int:
        """A limit of new tokens that it accepts and that long answers and their thoughts fit in."""
        if self.version < (3, 5):
            return 4096
        return 8192 if self.version < (3, 7) else 32_000


def claude_named(model: str) -> Claude | None:
    """What this name says, whichever platform gave it; None for what is no Claude."""
    name = model.lower()
    if "claude" not in name:
        return None
    found = _NAME.search(name)
    if found is None:
        family = name.partition("claude-")[2].partition("-")[0]
        return Claude(family, _NEWEST)
    before, major, minor, behind = found.groups()
    return Claude(before or behind or "", (int(major), int(minor or 0)))
