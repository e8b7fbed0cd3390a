"""What is told of a message above and below its words: who, when, how much, how fast, how it ended."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from time import time
from typing import Literal, NamedTuple, assert_never

from rich.style import Style

from llmtui.chat.events import Usage
from llmtui.chat.local_time import local_time
from llmtui.chat.message import Answer, Message
from llmtui.chat.models import parse_model
from llmtui.chat.way import another_answered, failures, limit_words, turns, unread_words, waiting_words
from llmtui.engine.going_on import at_its_limit, can_go_on, filtered, unfinished
from llmtui.terminal import safe_line
from llmtui.tui.drawing.lines import Run
from llmtui.tui.drawing.palette import Palette

_FASTEST = 100_000

# What can be done about a message where it is told of; a branch is so many steps away.
Offer = tuple[Literal["stop", "retry", "go_on", "accept", "trim", "models"]] | tuple[Literal["branch"], int]


def _no_cost(_answer: Answer, usage: Usage) -> float | None:
    return usage.cost


def _no_name(_model: str) -> str:
    return ""


def _nobody(_message: Message) -> str:
    return ""


def _in_no_other(_message: Message) -> bool:
    return False


class Telling(NamedTuple):
    """What must be known to tell of an answer: the time (Unix seconds), dollars for tokens, the lasting name
    of a `provider/model` that also has others (empty if it has none), and who is served before an answer
    that waits for its turn; and whether an answer is arriving in another window, and not here."""

    clock: Callable[[], float] = time
    cost: Callable[[Answer, Usage], float | None] = _no_cost
    canonical: Callable[[str], str] = _no_name
    others: Callable[[Message], str] = _nobody
    elsewhere: Callable[[Message], bool] = _in_no_other

    def waiting(self, message: Message) -> str:
        """Why nothing comes just now, and for how long; empty if something may come at any moment."""
        waited = message.answer.waiting if message.answer else None
        if waited is None:
            return ""
        passed = self.clock() - message.created - waited.since
        return safe_line(waiting_words(waited, passed, self.others(message)))


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


def beside(
    message: Message, branch: tuple[int, int] | None, telling: Telling, palette: Palette
) -> tuple[list[Run], list[Run]]:
    """What stands at the right of the names: (a person's time, or the turns that an answer took; the
    branches)."""
    told: list[Run] = []
    answer = message.answer
    if took := turns(message):
        told.append(Run(safe_line(" · ".join(took)), palette.warning))
    elif answer is not None and answer.outcome != "streaming" and another_answered(answer, telling.canonical):
        told.append(Run(f"answered by {safe_line(answer.model)}", palette.warning))
    elif message.role == "user" and message.created:
        told.append(Run(f"{local_time(message.created):%H:%M}", palette.muted))
    if branch is None or branch[1] < 2:
        return told, []
    return told, [
        Run("‹", spot(palette.spot, "branch", -1)),
        Run(f" {branch[0]}/{branch[1]} ", palette.muted),
        Run("›", spot(palette.spot, "branch", 1)),
    ]


def ending(message: Message, palette: Palette, newest: bool = True) -> list[list[Run]]:
    """How an answer ended, a line for each thing there is to say of it; what can be done about it is offered
    as long as it is the newest."""
    answer = message.answer
    if answer is None or answer.outcome == "streaming":
        return []
    lines = [[Run(words, style)] for words, style in _ended(message, answer, palette)]
    offered = offers(message, palette) if newest else []
    if offered:
        lines = lines or [[]]
        lines[-1] = [*lines[-1], *offered]
    if answer.unread:
        lines.append([Run(f"⚠ {unread_words(answer.unread)}", palette.warning)])
    return lines


def offers(message: Message, palette: Palette) -> list[Run]:
    """What can be done about an answer that ended too soon, to be clicked; the keys do the same."""
    answer = message.answer
    assert answer is not None
    if answer.accepted:
        return []
    retry = ("F5 retry", "retry")
    match answer.outcome:
        case "failed" if answer.error is not None and answer.error.kind == "context":
            found = [("trim and retry", "trim"), ("Ctrl+O another model", "models"), retry]
        case "failed":
            found = [retry]
        case _ if not unfinished(message):
            return []
        case _:
            going_on = [("F6 continue", "go_on")] if can_go_on(message) else []
            found = [*going_on, retry, *([("keep", "accept")] if message.parts else [])]
    runs = []
    for words, what in found:
        runs.append(Run("  ", palette.text))
        runs.append(Run(words.replace(" ", "\N{NO-BREAK SPACE}"), spot(palette.spot, what)))
    return runs


def _ended(message: Message, answer: Answer, palette: Palette) -> Iterator[tuple[str, Style]]:
    match answer.outcome:
        case "streaming":
            return
        case "complete":
            if at_its_limit(answer):
                yield f"… {limit_words(message)}", palette.warning
            elif filtered(answer):
                yield f"… ended by the provider's filter ({safe_line(answer.finish_reason)})", palette.warning
        case "stopped":
            yield "■ stopped by you", palette.muted
        case "truncated":
            yield f"✂ {_how_it_was_cut(answer)}", palette.warning
        case "interrupted":
            yield "⚡ interrupted: llmtui ended while this was arriving", palette.warning
        case "failed":
            for why in failures(message) or ("nothing came back",):
                yield f"✗ {safe_line(why)}", palette.error
        case _:
            assert_never(answer.outcome)


def _how_it_was_cut(answer: Answer) -> str:
    """What broke an answer off; that what came is kept, and what to do, is seen beside it."""
    if answer.error is None:
        return "cut off: the stream ended early"
    if answer.error.kind == "cut":
        return safe_line(replace(answer.error, hint="").message)
    return f"cut off: {safe_line(answer.error.message)}"


def figures(message: Message, output: int, telling: Telling, palette: Palette) -> list[Run]:
    """Tokens, speed, time and cost; `output` is the tokens to show, by our own count until reported."""
    answer = message.answer
    if answer is None:
        return []
    live = answer.outcome == "streaming"
    waiting = telling.waiting(message) if live else ""
    words = [waiting] if waiting else list(_words(message, answer, output, telling, live))
    runs = []
    if live and telling.elsewhere(message):
        # Only the window that asked can stop it.
        runs = [Run("◐ in another window", palette.muted)]
    elif live:
        runs = [Run("■ stop", spot(palette.spot, "stop"))]
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
    in_one_piece = any(detour.kind == "whole" for detour in answer.detours)
    if timing.first_token is not None and total is not None and not in_one_piece:
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
    provider = name.provider if name else answer.provider
    runs = [Run(safe_line(model), palette.model)]
    if provider:
        runs.append(Run(f" · {safe_line(provider)}", palette.muted))
    return runs
