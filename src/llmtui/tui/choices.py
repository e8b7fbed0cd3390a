"""What the panels offer: models, conversations, themes."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from textual.content import Content

from llmtui.chat.conversation import Summary
from llmtui.chat.models import ModelFacts
from llmtui.config import Remembered
from llmtui.terminal import safe_line
from llmtui.tui.picker import Choice
from llmtui.tui.sidebar import day_name
from llmtui.tui.status import shortened


def model_choices(known: Sequence[ModelFacts], remembered: Remembered, current: str) -> list[Choice]:
    """Favourites, then recents and the one in use, then every provider's models."""
    by_name = {str(facts.name): facts for facts in known}
    first = [(name, "Favourites") for name in remembered.favourites]
    recents = dict.fromkeys((current, *remembered.recents))
    first += [(name, "Recent") for name in recents if name and name not in remembered.favourites]
    named = {name for name, _ in first}
    rest = [(name, facts.name.provider) for name, facts in by_name.items() if name not in named]
    stars = set(remembered.favourites)
    return [
        Choice(name, _model_label(name, by_name.get(name), name in stars, name == current), name, group)
        for name, group in (*first, *rest)
    ]


def conversation_choices(summaries: Sequence[Summary], today: date) -> list[Choice]:
    """Every conversation by its title, newest first."""
    return [
        Choice(
            summary.id,
            Content.assemble(
                safe_line(summary.title) or "untitled",
                (f"  {summary.messages} messages · {safe_line(summary.model)}", "$text-muted"),
            ),
            f"{summary.title} {summary.model}",
            day_name(datetime.fromtimestamp(summary.updated).date(), today),
        )
        for summary in summaries
    ]


def theme_choices(names: Sequence[str]) -> list[Choice]:
    return [Choice(name, Content(safe_line(name)), name) for name in names]


def _model_label(name: str, facts: ModelFacts | None, starred: bool, current: bool) -> Content:
    words = [*(["in use"] if current else []), *(_told(facts) if facts else ())]
    told = "  " + " · ".join(words) if words else ""
    return Content.assemble(("★ " if starred else "  ", "$warning"), safe_line(name), (told, "$text-muted"))


def _told(facts: ModelFacts) -> Iterator[str]:
    if facts.context:
        yield f"{shortened(facts.context)} context"
    if facts.input_price is not None and facts.output_price is not None:
        free = facts.input_price == facts.output_price == 0
        yield "free" if free else f"${facts.input_price:g} in, ${facts.output_price:g} out per 1M"
    for able, word in ((facts.reasoning, "reasons"), (facts.tools, "tools"), (facts.images, "sees")):
        if able:
            yield word
