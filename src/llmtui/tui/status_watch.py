"""Works out what the status line says of a session."""

from llmtui.chat.events import Usage
from llmtui.chat.message import Answer
from llmtui.chat.models import ModelFacts
from llmtui.chat.tokens import estimate
from llmtui.engine.needs import NotKept
from llmtui.engine.session import Session
from llmtui.tui.needs import Models
from llmtui.tui.status import Status


class StatusWatch:
    """Remembers what it was told of drafts and troubles, and the costs of what has ended."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._draft = 0.0
        self._trouble: NotKept | None = None
        self._shown: tuple[str, int] = ("", 0)

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
        output, output_estimated = self._output(session)
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
            rate=session.pace.rate if live else None,
            behind=behind,
            queued=len(session.queue),
            unsaved=self._trouble.what if self._trouble else "",
        )

    def _output(self, session: Session) -> tuple[int, bool]:
        """(tokens of the arriving answer, whether they are an estimate); they never go back."""
        live = session.live
        if live is None or live.answer is None:
            return 0, True
        usage = live.answer.usage
        if usage is not None and usage.output is not None and not usage.estimated:
            return usage.output, False
        tokens = round(session.pace.tokens)
        if self._shown[0] == live.id:
            tokens = max(tokens, self._shown[1])
        self._shown = (live.id, tokens)
        return tokens, True

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
