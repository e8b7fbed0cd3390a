"""What one request met on its way, beside the events of its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Trip:
    """Filled in while the request is under way: it decides whether, and when, it may be sent again.

    `sent`: wholly written, so that the other side may have begun to work; `status` and `headers` (names in
    lower case) as soon as they are here, `at` Unix seconds; `trouble` is what broke it off.
    """

    sent: bool = False
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    at: float = 0.0
    trouble: Exception | None = None
