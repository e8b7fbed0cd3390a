"""Works out what the status line says of a session."""

from collections.abc import Callable
from time import time

from llmtui.chat.costs import Bill, bill_of, cost_of
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
        bill = self._bill(session, facts, context, output)
        return Status(
            model=conversation.model,
            context=context + output,
            context_estimated=estimated or (live is not None and output_estimated),
            context_limit=facts.context if facts else None,
            draft_tokens=draft,
            draft_cost=cost_of(Usage(context + draft, 0), facts) if draft else None,
            cost=bill.amount,
            cost_whole=bill.whole,
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

    def _bill(self, session: Session, now: ModelFacts | None, context: int, output: int) -> Bill:
        """What the conversation has cost, every branch of it, as far as prices are known."""
        bill = bill_of(session.conversation.messages, self._models.facts)
        return bill.plus(cost_of(Usage(context, output), now)) if session.live else bill

    def cost_of_answer(self, answer: Answer, usage: Usage) -> float | None:
        """What an answer costs with this usage, which may be a live one."""
        return cost_of(usage, self._models.facts(answer.asked))
