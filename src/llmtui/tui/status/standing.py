"""How things stand, in words: what `/status` shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import time

from llmtui.chat.allowance import Allowance
from llmtui.chat.conversation import Conversation
from llmtui.chat.failure import Failure
from llmtui.chat.message import Message
from llmtui.chat.models import GUIDE, ModelFacts
from llmtui.chat.way import cause
from llmtui.engine.session import Session
from llmtui.engine.trimming import left_out
from llmtui.terminal import safe_line
from llmtui.tui.status.line import Status, counted, money

_GUIDE = GUIDE.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Row:
    """A name and what is to be said of it; without a name it goes on with the row above."""

    name: str
    words: str


def standing(
    status: Status,
    session: Session,
    streaming: Sequence[Session],
    facts: ModelFacts | None,
    history: str,
    now: float | None = None,
) -> list[Row]:
    """All rows; `status` is what the status line says, `streaming` all sessions with an answer under way,
    `now` in Unix seconds."""
    now = time() if now is None else now
    conversation = session.conversation
    rows = [Row("Model", safe_line(conversation.model) or "none is chosen")]
    if facts is not None and facts.title:
        rows.append(Row("", safe_line(facts.title)))
    chain = [safe_line(model) for model in session.chain if model != "none"]
    rows.append(Row("When it fails", f"{', then '.join(chain)}" if chain else "no other model is asked"))
    rows.append(Row("Context", _context(status, facts)))
    if out := left_out(conversation):
        rows.append(
            Row("", f"the oldest {out} turn{'s are' if out > 1 else ' is'} not sent (/trim 0 sends all)")
        )
    rows.append(Row("Tokens", _tokens(conversation.messages)))
    if status.cost is not None:
        rows.append(Row("Cost", f"{'' if status.cost_whole else 'at least '}{money(status.cost)}"))
    line = session.means.line
    rows += _limits({name: line.allowances(name) for name in _providers(conversation)}, now)
    rows += _under_way(session, streaming)
    rows += [
        Row("Cooling down", f"{safe_line(name)}: {cause(failure)}, {seconds:.0f} s")
        for name, (failure, seconds) in session.means.cooling.now.items()
    ]
    rows.append(Row("History", f"NOT SAVED: {status.unsaved}" if status.unsaved else safe_line(history)))
    return rows


def cooling_words(cooled: Mapping[str, tuple[Failure, float]]) -> dict[str, str]:
    """What the list of models says of providers that cool down."""
    return {
        name: f"cooling down: {cause(failure)}, {seconds:.0f} s"
        for name, (failure, seconds) in cooled.items()
    }


def _context(status: Status, facts: ModelFacts | None) -> str:
    about = "≈ " if status.context_estimated else ""
    if facts is None or not facts.context:
        return f"{about}{counted(status.context)} tokens; the model's limit is not known"
    share = 100 * status.context / facts.context
    return f"{about}{counted(status.context)} of {counted(facts.context)} tokens, {share:.0f} %"


def _tokens(messages: Sequence[Message]) -> str:
    """What the whole conversation has used, every branch of it."""
    usages = [message.answer.usage for message in messages if message.answer and message.answer.usage]
    if not usages:
        return "none yet"
    about = "≈ " if any(usage.estimated for usage in usages) else ""
    read = sum(usage.read or 0 for usage in usages)
    made = sum(usage.made or 0 for usage in usages)
    return f"{about}{counted(read)} read, {counted(made)} made, all branches together"


def _providers(conversation: Conversation) -> list[str]:
    """Whose limits count: of the provider that was asked last, which another may have answered for, and of
    the one that is asked next."""
    answers = [message.answer for message in conversation.path if message.answer]
    last = answers[-1].provider if answers else ""
    chosen = conversation.model.partition("/")[0]
    # The guide has no limits.
    return list(dict.fromkeys(name for name in (last, chosen) if name and name != _GUIDE))


def _limits(allowed: Mapping[str, Sequence[Allowance]], now: float) -> Iterator[Row]:
    for provider, allowances in allowed.items():
        yield from _allowed(provider, allowances, now)
    silent = [safe_line(provider) for provider, allowances in allowed.items() if not allowances]
    if silent:
        has = "has" if len(silent) == 1 else "have"
        yield Row("Limits", f"{' and '.join(silent)} {has} said nothing of them")
    elif not allowed:
        yield Row("Limits", "none known")


def _allowed(provider: str, allowances: Sequence[Allowance], now: float) -> Iterator[Row]:
    for place, allowance in enumerate(allowances):
        words = [safe_line(allowance.of)]
        if allowance.remaining is not None:
            of = f" of {counted(allowance.limit)}" if allowance.limit is not None else ""
            words.append(f"{counted(allowance.remaining)}{of} left")
        elif allowance.limit is not None:
            words.append(f"{counted(allowance.limit)} allowed")
        if allowance.resets is not None:
            left = allowance.at + allowance.resets - now
            words.append(f"new in {left:.0f} s" if left > 0 else "new by now")
        yield Row("" if place else f"Limits of {safe_line(provider)}", " · ".join(words))


def _under_way(session: Session, streaming: Sequence[Session]) -> Iterator[Row]:
    waiting = [one for one in streaming if _waits_for_its_turn(one)]
    words = f"{len(streaming) - len(waiting)} arriving"
    if waiting:
        words += f", {len(waiting)} waiting for {'its' if len(waiting) == 1 else 'their'} turn"
    yield Row("Answers", words)
    if session.queue:
        yield Row("", f"{len(session.queue)} of your messages queued here")


def _waits_for_its_turn(session: Session) -> bool:
    answer = session.live.answer if session.live else None
    return answer is not None and answer.waiting is not None and answer.waiting.why == "turn"
