"""What is told of a message above and below its words: who, when, how much, how fast, how it ended."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from time import time
from typing import assert_never

from rich.style import Style

from llmtui.chat.events import Usage
from llmtui.chat.message import Answer, Message
from llmtui.chat.models import parse_model
from llmtui.terminal import safe_line
from llmtui.tui.lines import Run
from llmtui.tui.palette import Palette

# What providers add to a model's name without meaning another model: dates, `:free`, `-latest`.
_DRESSING = re.compile(r"(?:[-@]\d{4}-?\d{2}-?\d{2}|[-@]\d{4}|[-:]latest|:free|-preview|-\d{3})+$")
_FASTEST = 100_000


def _no_cost(_answer: Answer, usage: Usage) -> float | None:
    return usage.cost


@dataclass(frozen=True, slots=True)
class Telling:
    """What must be known to tell of an answer: the time (Unix seconds), and dollars for tokens."""

    clock: Callable[[], float] = time
    cost: Callable[[Answer, Usage], float | None] = _no_cost


def spot(style: Style, *what: object) -> Style:
    """The style with a place to click in it."""
    return style + Style(meta={"spot": what})


def names(message: Message, palette: Palette) -> list[Run]:
    """Who speaks."""
    match message.role:
        case "user":
            return [Run("You", palette.you)]
        case "assistant":
            return _model_names(message.answer, palette)
        case "system":
            return [Run("System", palette.muted)]
        case "tool":
            return [Run("Tool", palette.muted)]
        case _:
            assert_never(message.role)


def beside(message: Message, branch: tuple[int, int] | None, palette: Palette) -> list[Run]:
    """What stands at the right of the names: a person's time, another model's name, the branches."""
    runs: list[Run] = []
    answer = message.answer
    if answer is not None and answer.outcome != "streaming" and another(answer):
        runs.append(Run(f"answered by {safe_line(answer.model)}", palette.warning))
    elif message.role == "user" and message.created:
        runs.append(Run(f"{datetime.fromtimestamp(message.created):%H:%M}", palette.muted))
    if branch is not None and branch[1] > 1:
        if runs:
            runs.append(Run("  ", palette.text))
        runs.append(Run("‹", spot(palette.spot, "branch", -1)))
        runs.append(Run(f" {branch[0]}/{branch[1]} ", palette.muted))
        runs.append(Run("›", spot(palette.spot, "branch", 1)))
    return runs


def another(answer: Answer) -> bool:
    """Whether the model that answered is clearly not the one that was asked, dates and prefixes aside."""
    name = parse_model(answer.requested)
    if not answer.model or name is None:
        return False
    asked, told = _bare(name.model), _bare(answer.model)
    return not (asked.startswith(told) or told.startswith(asked))


def ending(message: Message, palette: Palette) -> list[Run]:
    """How an answer ended, in words, if there is something to say of it."""
    answer = message.answer
    if answer is None:
        return []
    reason = safe_line(answer.error.message) if answer.error else ""
    retry = [Run("  ", palette.text), Run("F5\N{NO-BREAK SPACE}retry", spot(palette.spot, "retry"))]
    match answer.outcome:
        case "streaming":
            return []
        case "complete":
            if answer.finish_reason != "length":
                return []
            return [Run("… ended at its token limit", palette.warning)]
        case "stopped":
            return [Run("■ stopped by you", palette.muted)]
        case "truncated":
            return [Run(f"✂ cut off: {reason or 'the stream ended early'}", palette.warning), *retry]
        case "interrupted":
            words = "⚡ interrupted: llmtui ended while this was arriving"
            return [Run(words, palette.warning), *retry]
        case "failed":
            return [Run(f"✗ {reason or 'nothing came back'}", palette.error), *retry]
        case _:
            assert_never(answer.outcome)


def figures(message: Message, output: int, telling: Telling, palette: Palette) -> list[Run]:
    """Tokens, speed, time and cost; `output` is the tokens to show, by our own count until reported."""
    answer = message.answer
    if answer is None:
        return []
    live = answer.outcome == "streaming"
    words = list(_words(message, answer, output, telling, live))
    runs = [Run("■ stop", spot(palette.spot, "stop"))] if live else []
    if words:
        runs.append(Run((" · " if live else "") + " · ".join(words), palette.muted))
    return runs


def seconds(amount: float) -> str:
    """A duration for a person: `0.4 s`, `12 s`, `1 min 5 s`."""
    if amount < 9.95:
        return f"{amount:.1f} s"
    whole = round(amount)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"


def _words(message: Message, answer: Answer, output: int, telling: Telling, live: bool) -> Iterator[str]:
    usage, timing = answer.usage or Usage(), answer.timing
    exact = usage.made is not None and not usage.estimated
    if live and timing.first_token is None:
        yield "waiting for the first token"
        return
    counts = []
    if usage.read is not None:
        counts.append(f"↑{'≈' if usage.estimated else ''}{usage.read:,}")
    if output:
        counts.append(f"↓{'' if exact else '≈'}{output:,}")
    if counts:
        yield " ".join(counts)
    total = timing.total
    if live and message.created:
        total = telling.clock() - message.created
    if timing.first_token is not None and total is not None:
        spent = total - timing.first_token
        if spent > 0 and 1 <= output / spent < _FASTEST:
            yield f"{output / spent:,.0f} tok/s"
    if timing.first_token is not None:
        first = seconds(timing.first_token)
        yield f"first token {first}" if live else f"{first} to first token"
    if timing.total is not None:
        yield seconds(timing.total)
    known = usage if exact else replace(usage, output=output, reasoning_apart=False, estimated=True)
    cost = telling.cost(answer, known)
    if cost is not None:
        yield f"${cost:.4f}" if cost < 1 else f"${cost:,.2f}"


def _model_names(answer: Answer | None, palette: Palette) -> list[Run]:
    if answer is None:
        return [Run("Assistant", palette.model)]
    name = parse_model(answer.requested)
    model = name.model if name else answer.requested or answer.model or "Assistant"
    provider = answer.provider or (name.provider if name else "")
    runs = [Run(safe_line(model), palette.model)]
    if provider:
        runs.append(Run(f" · {safe_line(provider)}", palette.muted))
    return runs


def _bare(model: str) -> str:
    """A model's name without maker, date and case."""
    return _DRESSING.sub("", model.lower().rsplit("/", 1)[-1].removesuffix(".gguf")).replace(".", "-")
