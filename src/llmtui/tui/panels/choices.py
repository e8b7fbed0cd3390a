"""What the panels offer: models, conversations, themes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from textual.content import Content

from llmtui.chat.conversation import Summary
from llmtui.chat.local_time import local_time
from llmtui.chat.models import ModelFacts
from llmtui.config import Remembered
from llmtui.terminal import safe_line
from llmtui.tui.panels.picker import Choice
from llmtui.tui.sidebar import day_name
from llmtui.tui.status.line import shortened

NONE_COOLS: Mapping[str, str] = {}


def model_choices(
    known: Sequence[ModelFacts],
    remembered: Remembered,
    current: str,
    servers: Collection[str] = (),
    cooling: Mapping[str, str] = NONE_COOLS,
) -> list[Choice]:
    """Favourites, then recents and the one in use, then every provider's models.

    `servers` are the providers on this machine, whose models nobody pays for; `cooling` says of those that
    failed lately why they cool down, and for how long.
    """
    by_name = {str(facts.name): facts for facts in known}
    first = [(name, "Favourites") for name in remembered.favourites]
    recents = dict.fromkeys((current, *remembered.recents))
    first += [(name, "Recent") for name in recents if name and name not in remembered.favourites]
    named = {name for name, _ in first}
    rest = [(name, facts.name.provider) for name, facts in by_name.items() if name not in named]
    stars = set(remembered.favourites)
    return [
        Choice(
            name,
            partial(
                _model_label,
                name,
                by_name.get(name),
                name in stars,
                name == current,
                servers,
                cooling.get(name.partition("/")[0], ""),
            ),
            name,
            group,
        )
        for name, group in (*first, *rest)
    ]


def conversation_choices(summaries: Sequence[Summary], today: date) -> list[Choice]:
    """Every conversation by its title, newest first."""
    return [
        Choice(
            summary.id,
            partial(_conversation_label, summary),
            f"{summary.title} {summary.model}",
            day_name(local_time(summary.updated).date(), today),
        )
        for summary in summaries
    ]


def theme_choices(names: Sequence[str]) -> list[Choice]:
    return [Choice(name, partial(Content, safe_line(name)), name) for name in names]


def age_told(seconds: float) -> str:
    """How old lists are: `just now`, `5 min old`, `3 h old`, `2 days old`."""
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min old"
    return f"{seconds / 3600:.0f} h old" if seconds < 2 * 86_400 else f"{seconds / 86_400:.0f} days old"


def _conversation_label(summary: Summary) -> Content:
    return Content.assemble(
        safe_line(summary.title) or "untitled",
        (f"  {summary.messages} messages · {safe_line(summary.model)}", "$text-muted"),
    )


def _model_label(
    name: str,
    facts: ModelFacts | None,
    starred: bool,
    current: bool,
    servers: Collection[str],
    cooling: str,
) -> Content:
    words = [*(["in use"] if current else []), *(_told(facts, servers) if facts else ())]
    told = "  " + " · ".join(words) if words else ""
    return Content.assemble(
        ("★ " if starred else "  ", "$warning"),
        safe_line(name),
        (f"  {cooling}" if cooling else "", "$warning"),
        (told, "$text-muted"),
    )


def _told(facts: ModelFacts, servers: Collection[str]) -> Iterator[str]:
    """What is known, and in words what is not; an ability that nobody speaks of is neither."""
    provider = facts.name.provider
    if provider == "builtin":
        return
    yield f"{shortened(facts.context)} context" if facts.context else "context unknown"
    if facts.input_price is not None and facts.output_price is not None:
        free = facts.input_price == facts.output_price == 0
        yield "free" if free else f"${facts.input_price:g} in, ${facts.output_price:g} out per 1M"
    elif provider not in servers:
        yield "price unknown"
    abilities = (
        (facts.reasoning, "reasons"),
        (facts.tools, "tools"),
        (facts.images, "sees"),
        (facts.audio, "hears"),
        (facts.files, "reads files"),
    )
    for able, word in abilities:
        if able:
            yield word
    if facts.streaming is False:
        yield "does not stream"
