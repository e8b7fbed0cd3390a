"""Works out what the status line says of a session."""

from collections.abc import Callable
from time import time

from llmtui.chat.events import Usage
from llmtui.chat.message import Answer, Message
from llmtui.chat.models import ModelFacts
from llmtui.chat.tokens import Tally, estimate
from llmtui.engine.needs import NotKept
from llmtui.engine.session import Session
from llmtui.tui.needs import Models
from llmtui.tui.status import Status

# A rate of less than this is a rate of nothing.
_TELLING_SECONDS = 0.2


class StatusWatch:
    """Remembers what it was told of drafts and troubles, and counts the arriving answer as it grows."""

    def __init__(self, models: Models, clock: Callable[[], float] = time) -> None:
        """`clock` gives Unix seconds."""
        self._models = models
        self._clock = clock
        self._draft = 0.0
        self._trouble: NotKept | None = None
        self._live = ""
        self._said, self._thought = Tally(), Tally()
        self._shown = 0

    def typed(self, draft: str) -> None:
        self._draft = estimate(draft) if draft and not draft.startswith("/") else 0.0

    def unsaved(self, trouble: NotKept | None) -> None:
        self._trouble = trouble

    def status(self, session: Session, behind: int) -> Status:
        """What to say of this session while `behind` others stream."""
        conversation, live = session.conversation, session.live
        facts = self._models.facts(conversation.model)
        settled = conversation.path[:-1] if live else conversation.path
        context, estimated = session.count.context(settled, conversation.system)
        output, output_estimated = self._output(live)
        draft = round(self._draft)
        return Status(
            model=conversation.model,
            context=context + output,
            context_estimated=estimated or (live is not None and output_estimated),
            context_limit=facts.context if facts else None,
            draft_tokens=draft,
            draft_cost=_price(facts, context + draft, 0) if draft else None,
            cost=self._cost(session, facts, context, output),
            streaming=live is not None,
            output=output,
            output_estimated=output_estimated,
            rate=self._rate(live, output),
            behind=behind,
            queued=len(session.queue),
            unsaved=self._trouble.what if self._trouble else "",
        )

    def _output(self, live: Message | None) -> tuple[int, bool]:
        """(tokens of the arriving answer, whether they are an estimate); they never go back."""
        if live is None or live.answer is None:
            return 0, True
        usage = live.answer.usage
        if usage is not None and usage.made is not None and not usage.estimated:
            return usage.made, False
        if live.id != self._live:
            self._live, self._shown = live.id, 0
            self._said, self._thought = Tally(), Tally()
        tokens = round(self._said.of(live.text) + self._thought.of(live.reasoning))
        self._shown = max(tokens, self._shown)
        return self._shown, True

    def _rate(self, live: Message | None, output: int) -> float | None:
        """Tokens a second since the first one; None until that says something."""
        first = live.answer.timing.first_token if live and live.answer else None
        if live is None or first is None:
            return None
        spent = self._clock() - live.created - first
        return output / spent if spent > _TELLING_SECONDS else None

    def _cost(self, session: Session, now: ModelFacts | None, context: int, output: int) -> float | None:
        """What the branch has cost, as far as prices are known; None if none is."""
        known = [
            cost
            for message in session.conversation.path
            if message.answer
            and (cost := self.cost_of(message.answer.requested, message.answer.usage)) is not None
        ]
        if session.live and (arriving := _price(now, context, output)) is not None:
            known.append(arriving)
        return sum(known) if known else None

    def cost_of_answer(self, answer: Answer, usage: Usage) -> float | None:
        """What an answer costs with this usage, which may be a live one."""
        return self.cost_of(answer.requested, usage)

    def cost_of(self, model: str, usage: Usage | None) -> float | None:
        """What one answer cost: as its provider says, else from the model's prices."""
        if usage is None:
            return None
        if usage.cost is not None:
            return usage.cost
        return _price(self._models.facts(model), usage.input or 0, usage.output or 0)


def _price(facts: ModelFacts | None, read: int, written: int) -> float | None:
    if facts is None or facts.input_price is None or facts.output_price is None:
        return None
    return (read * facts.input_price + written * facts.output_price) / 1_000_000
