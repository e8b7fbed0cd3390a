"""What one request met on its way, beside the events of its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from llmtui.wire.pace import Step


class Closable(Protocol):
    """A connection."""

    async def aclose(self) -> None:
        """Close it."""
        ...


@dataclass(slots=True)
class Trip:
    """Filled in while the request is under way: it decides whether, and when, it may be sent again.

    `sent`: wholly written, so that the other side may have begun to work; `status` and `headers` (names in
    lower case) as soon as they are here; `received` counts the bytes of its body; `trouble` is what broke it
    off; `step` is its place in the pace of its provider, if that has one; `opening` is a connection that is
    not yet encrypted.
    """

    sent: bool = False
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    received: int = 0
    trouble: Exception | None = None
    step: Step | None = None
    opening: Closable | None = None
