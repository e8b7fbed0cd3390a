"""What a provider still allows, as its newest answer said."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """One limit of a provider: `of` requests, tokens, input-tokens … in its own word.

    `resets` is in seconds from `at`, which is in Unix seconds; None where the provider did not say.
    """

    of: str
    limit: int | None
    remaining: int | None
    resets: float | None
    at: float
