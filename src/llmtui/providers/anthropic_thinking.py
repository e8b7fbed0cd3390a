"""How hard to think, said as each of the models that speak Anthropic's dialect takes it."""

from collections.abc import Mapping
from dataclasses import dataclass

from llmtui.chat.conversation import Effort, Sampling
from llmtui.providers.claude_models import Claude, claude_named

_LEAST_BUDGET = 1024

# Tokens for models that know a budget and no effort. With room for words after it, the largest fits into
# what the smallest of them may write.
_BUDGETS: Mapping[Effort, int] = {
    "minimal": 1024,
    "low": 2048,
    "medium": 8192,
    "high": 16_384,
    "xhigh": 23_808,
    "max": 23_808,
}

_ROOM_FOR_WORDS = 8192


@dataclass(frozen=True, slots=True)
class Thinking:
    """What a request says of thinking: the fields for it, whether it is on, and the limit on new tokens."""

    fields: Mapping[str, object]
    on: bool
    max_tokens: int


def thinking_for(model: str, sampling: Sampling) -> Thinking:
    """The wish for more or less thinking as this model takes it.

    A budget is of at least 1024 tokens and leaves room below the limit: a limit that is no larger counts
    the words alone.
    """
    claude = claude_named(model)
    off = sampling.thinking_tokens == 0 or sampling.effort == "none"
    budget = sampling.thinking_tokens
    effort = None if off else _effort(sampling, claude)
    limit = sampling.max_tokens or (claude.limit if claude else _ROOM_FOR_WORDS)
    if off:
        return _without(claude, limit)
    if claude is not None and not claude.takes_budget:
        budget = None
    if budget is None and effort is not None and (claude is None or not claude.adapts):
        budget, effort = _BUDGETS[effort], None
    if budget is not None:
        budget = max(budget, _LEAST_BUDGET)
        if sampling.max_tokens is None:
            limit = max(limit, budget + _ROOM_FOR_WORDS)
        elif limit <= budget:
            limit += budget
        return Thinking({"thinking": {"type": "enabled", "budget_tokens": budget}}, True, limit)
    if effort is not None:
        adaptive = {"thinking": _adaptive(), "output_config": {"effort": effort}}
        return Thinking(adaptive, True, limit)
    if claude is not None and claude.thinks_unasked:
        return Thinking({"thinking": _adaptive()}, True, limit)
    return Thinking({}, False, limit)


def _adaptive() -> dict[str, object]:
    # The newer models think in secret unless a summary is asked for.
    return {"type": "adaptive", "display": "summarized"}


def _without(claude: Claude | None, limit: int) -> Thinking:
    if claude is None:
        return Thinking({"thinking": {"type": "disabled"}}, False, limit)
    if claude.off == "never":
        # It cannot stop thinking: as little as it can is nearest to the wish.
        return Thinking({"thinking": _adaptive(), "output_config": {"effort": "low"}}, True, limit)
    if claude.version < (3, 7):
        return Thinking({}, False, limit)
    return Thinking({"thinking": {"type": claude.off}}, False, limit)


def _effort(sampling: Sampling, claude: Claude | None) -> Effort | None:
    """The effort wished for, in a word that Anthropic has."""
    effort = sampling.effort
    tokens = sampling.thinking_tokens
    if effort is None and tokens and claude is not None and not claude.takes_budget:
        # Where no budget can be set, the smallest effort that may spend it comes nearest.
        effort = next((word for word, budget in _BUDGETS.items() if tokens <= budget), "max")
    return "low" if effort == "minimal" and claude is not None and claude.adapts else effort
