"""How OpenAI's dialect counts tokens, and what its speakers leave out of their counts."""

from llmtui.chat.events import Usage
from llmtui.providers.payload import amount_in, count_in


def usage_from(report: object) -> Usage | None:
    """A `usage` object as a Usage; None if it counts nothing."""
    if not isinstance(report, dict):
        return None
    given = count_in(report.get("prompt_tokens"))
    made = count_in(report.get("completion_tokens"))
    total = count_in(report.get("total_tokens"))
    if given is None and made is None and total is None:
        return None
    reasoning = _detail(report, "completion_tokens_details", "reasoning_tokens")
    if reasoning is None:
        reasoning = count_in(report.get("reasoning_tokens"))
    cached = _detail(report, "prompt_tokens_details", "cached_tokens")
    if cached is None:
        cached = count_in(report.get("prompt_cache_hit_tokens"))
    if cached is None:
        # Together writes 0 here where it does not count them at all.
        cached = count_in(report.get("cached_tokens")) or None
    # xAI and Gemini leave reasoning out of the output; the total shows it.
    beside = (total or 0) - (given or 0) - (made or 0)
    return Usage(
        given,
        made,
        reasoning,
        cached,
        total,
        cost=amount_in(report.get("cost")),
        reasoning_apart=bool(reasoning) and beside == reasoning,
        cached_apart=bool(cached) and beside == cached != reasoning,
    )


def usage_of_responses(report: object) -> Usage | None:
    """The `usage` of a response, in which everything is counted in; None if it counts nothing."""
    if not isinstance(report, dict):
        return None
    given = count_in(report.get("input_tokens"))
    made = count_in(report.get("output_tokens"))
    total = count_in(report.get("total_tokens"))
    if given is None and made is None and total is None:
        return None
    return Usage(
        given,
        made,
        _detail(report, "output_tokens_details", "reasoning_tokens"),
        _detail(report, "input_tokens_details", "cached_tokens"),
        total,
        cost=amount_in(report.get("cost")),
        cache_written=_detail(report, "input_tokens_details", "cache_write_tokens"),
    )


def _detail(report: dict[str, object], group: str, name: str) -> int | None:
    details = report.get(group)
    return count_in(details.get(name)) if isinstance(details, dict) else None
