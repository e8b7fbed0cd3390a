"""How Anthropic counts tokens: first in the beginning of a message, then again, and better, at its end."""

from llmtui.chat.events import Usage
from llmtui.providers.payload import amount_in, count_in

_COUNTS = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")


class TokenCounts:
    """The counts of one answer: a later one replaces an earlier, and what a later report leaves out stays."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._reasoning: int | None = None
        self._cost: float | None = None

    def add(self, report: object) -> Usage | None:
        """The usage with this report in it; None if nothing is new."""
        if not isinstance(report, dict):
            return None
        before = self.usage
        for name in _COUNTS:
            if (count := count_in(report.get(name))) is not None:
                self._counts[name] = count
        details = report.get("output_tokens_details")
        if isinstance(details, dict) and (count := count_in(details.get("thinking_tokens"))) is not None:
            self._reasoning = count
        if (cost := amount_in(report.get("cost"))) is not None:
            self._cost = cost
        now = self.usage
        return now if now != before else None

    @property
    def usage(self) -> Usage | None:
        """The usage so far, None as long as nothing was counted."""
        if not self._counts:
            return None
        given, made, cached, written = (self._counts.get(name) for name in _COUNTS)
        return Usage(
            given,
            made,
            self._reasoning,
            cached,
            cost=self._cost,
            cache_written=written,
            cached_apart=True,
        )
