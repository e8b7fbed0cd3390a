"""Works out what the status line says of a session."""

from collections.abc import Callable
from time import time

from llmtui.chat.costs import cost_of, payee
from llmtui.chat.events import Usage
from llmtui.chat.message import Answer, Message
from llmtui.chat.models import GUIDE
from llmtui.chat.tokens import Tally, estimate
from llmtui.config import USUAL_TIMEOUTS, Timeouts
from llmtui.engine.needs import NotKept
from llmtui.engine.session import Session
from llmtui.tui.needs import Models
from llmtui.tui.status.bookkeeping import Bookkeeping
from llmtui.tui.status.line import Status

# A rate of less than this is a rate of nothing.
_TELLING_SECONDS = 0.2
# A silence of this many seconds is one that somebody wonders about.
_WONDERING_SECONDS = 10


class StatusWatch:
    """Remembers what it was told of drafts and troubles, and counts the arriving answer as it grows."""

    def __init__(
        self, models: Models, timeouts: Timeouts = USUAL_TIMEOUTS, clock: Callable[[], float] = time
    ) -> None:
        """`timeouts` are those after which an answer is given up; `clock` gives Unix seconds."""
        self._timeouts = timeouts
        self._models = models
        self._clock = clock
        self._books = Bookkeeping(models.facts)
        self._draft = 0.0
        self._trouble: NotKept | None = None
        self._live = ""
        self._said, self._thought = Tally(), Tally()
        self._shown = 0

    def typed(self, draft: str, pasted: float) -> None:
        """What can be edited of the draft, and the tokens of the rest."""
        self._draft = estimate(draft) + pasted if draft and not draft.startswith("/") else 0.0

    def unsaved(self, trouble: NotKept | None) -> None:
        self._trouble = trouble

    def status(self, session: Session, behind: int, waiting: str = "") -> Status:
        """What to say of this session while `behind` others stream; `waiting` is why nothing comes."""
        conversation, live = session.settled, session.live
        facts = self._models.facts(conversation.model)
        context, estimated = self._books.context(conversation, live is not None, session.count)
        output, output_estimated = self._output(live)
        draft = round(self._draft)
        bill = self._books.bill(conversation)
        if live is not None:
            bill = bill.plus(cost_of(Usage(context, output), facts))
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
            waiting=waiting,
            silence="" if waiting or live is None else self._silence(session),
            output=output,
            output_estimated=output_estimated,
            rate=self._rate(live, output),
            behind=behind,
            queued=len(session.queue),
            held=live is None and not session.elsewhere,
            unsaved=self._trouble.what if self._trouble else "",
        )

    def _silence(self, session: Session) -> str:
        """How long nothing was heard; and how long is still waited, once half of the patience is over."""
        silence = session.silence
        patience = self._timeouts.idle if silence.spoken else self._timeouts.first_event
        passed = int(silence.seconds)
        late = passed * 2 >= patience
        if session.conversation.model == GUIDE or not (late or passed >= _WONDERING_SECONDS):
            return ""
        left = f"; gives up in {max(0, round(patience) - passed)} s" if late else ""
        return f"no word for {passed} s{left}"

    def _output(self, live: Message | None) -> tuple[int, bool]:
        """(tokens of the arriving answer, whether they are an estimate); they never go back."""
        if live is None or live.answer is None:
            return 0, True
        if live.id != self._live:
            self._live, self._shown = live.id, 0
            self._said, self._thought = Tally(), Tally()
        usage = live.answer.usage
        if usage is not None and usage.made is not None and not usage.estimated:
            self._shown = max(usage.made, self._shown)
            return self._shown, self._shown != usage.made
        said, thought = live.new
        tokens = round(self._said.of(said) + self._thought.of(thought))
        self._shown = max(tokens, self._shown)
        return self._shown, True

    def _rate(self, live: Message | None, output: int) -> float | None:
        """Tokens a second since the first one; None until that says something."""
        first = live.answer.timing.first_token if live and live.answer else None
        if live is None or first is None:
            return None
        spent = self._clock() - live.created - first
        return output / spent if spent > _TELLING_SECONDS else None

    def canonical(self, model: str) -> str:
        """The lasting name of a `provider/model` that also has others, empty if none is known."""
        facts = self._models.facts(model)
        return facts.canonical if facts else ""

    def cost_of_answer(self, answer: Answer, usage: Usage) -> float | None:
        """What an answer costs with this usage, which may be a live one."""
        return cost_of(usage, payee(answer, self._models.facts))
