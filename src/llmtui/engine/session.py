"""One conversation being had: what is asked, what streams, what waits its turn."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

from llmtui.chat.conversation import Conversation, Sampling, title_from
from llmtui.chat.events import Done, Ending, Failed, Stopped, UsageReported
from llmtui.chat.failure import Failure
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.models import parse_model
from llmtui.chat.parts import Text
from llmtui.chat.request import GO_ON, Request
from llmtui.engine.beside import streaming_elsewhere, with_news
from llmtui.engine.chain import asked_in_turn
from llmtui.engine.changes import Change, Listener, Said, Turned, Unsaved
from llmtui.engine.context import TokenCount, final_usage, requests_for
from llmtui.engine.going_on import beginning, can_go_on, said_before, unsigned
from llmtui.engine.keeping import Keeping
from llmtui.engine.means import Means
from llmtui.engine.needs import Kept, Running
from llmtui.engine.silence import Silence
from llmtui.engine.trimming import first_sent

# While a fast stream is folded, everybody else gets the loop this often and for so long (seconds): a draw
# takes several turns of the loop, and none may have to wait for the stream between two of them.
_LONGEST_BREATH = 0.012
_REST = 0.002

_NO_MODEL = Failure("configuration", "no model is chosen", hint="Choose one with /model or -m provider/model")
_CUT = Failure("cut", "the answer ended without its end mark", hint="What arrived is kept. Try again")


class Session:
    """Owns the task that streams an answer, folds its events, keeps them and tells.

    Nothing here waits for a screen: leaving a screen does not end an answer.
    """

    def __init__(self, conversation: Conversation, means: Means, kept: bool) -> None:
        """`kept` says whether the keeper has this conversation already."""
        self._conversation = conversation
        self._means = means
        self._queue: tuple[str, ...] = ()
        self._keeping = Keeping(means.keeper, self._written, self._told_of_saving, kept)
        self._listeners: list[Listener] = []
        self._running: Running | None = None
        self._live: Message | None = None
        # From the question until the ending is kept: what is sent meanwhile waits.
        self._busy = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._holding = False
        self.count = TokenCount()
        self.silence = Silence(means.monotonic)
        self.streaming_allowed = True
        # Answers that are arriving in this conversation in another process.
        self._elsewhere = streaming_elsewhere(conversation, None)
        self._watched = asyncio.Event()
        self._watched.set()

    # What it is now

    @property
    def conversation(self) -> Conversation:
        """The conversation, with the newest state of a streaming answer in it."""
        return self._conversation.replacing(self._live) if self._live else self._conversation

    @property
    def settled(self) -> Conversation:
        """The conversation, an answer that is arriving being as empty as it began: the same value as long as
        nothing but that answer changes."""
        return self._conversation

    @property
    def id(self) -> str:
        return self._conversation.id

    @property
    def live(self) -> Message | None:
        """The answer that is arriving, if one is."""
        return self._live

    @property
    def queue(self) -> tuple[str, ...]:
        """What was sent while an answer was arriving, oldest first."""
        return self._queue

    @property
    def asked(self) -> bool:
        """Whether anything was ever said here."""
        return bool(self._conversation.messages)

    @property
    def busy(self) -> bool:
        """Whether an answer is arriving, or being kept."""
        return self._busy

    @property
    def elsewhere(self) -> bool:
        """Whether an answer is arriving in it in another process."""
        return bool(self._elsewhere)

    def arrives_elsewhere(self, message_id: str) -> bool:
        """Whether this answer is arriving in another process."""
        return message_id in self._elsewhere

    @property
    def only_here(self) -> bool:
        """Whether there are words here that could not be kept anywhere yet."""
        return self._keeping.only_here

    @property
    def unsaved(self) -> Kept:
        """Why something of it is not saved; None if everything is."""
        return self._keeping.trouble

    @property
    def chain(self) -> tuple[str, ...]:
        """The models that are asked in turn if the one chosen fails: the conversation's own, else those set
        for all."""
        return self._conversation.fallbacks or self._means.fallbacks

    @property
    def means(self) -> Means:
        """What it works with."""
        return self._means

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell this listener of every change from now on; call what is returned to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def watch(self, watched: bool) -> None:
        """Whether somebody looks at it: what nobody sees arrives in larger pieces, and costs less."""
        if watched:
            self._watched.set()
        else:
            self._watched.clear()

    async def idle(self) -> None:
        """Wait until nothing streams and nothing is queued to go on its own."""
        await self._idle.wait()

    # What can be done with it

    def ask(self, text: str) -> None:
        """Ask this next: at once, or, while an answer is arriving, after it."""
        if self._busy or self._conversation.head in self._elsewhere:
            self._queue_up((*self._queue, text))
            return
        question = Message(
            id=self._means.new_id(),
            role="user",
            parts=(Text(text),),
            parent=self._conversation.head,
            created=self._means.now(),
        )
        conversation = self._conversation
        if not conversation.title:
            conversation = replace(conversation, title=title_from(text))
        self._conversation = replace(conversation.adding(question), updated=question.created)
        self._begin_answer(question.id, question)

    def ask_queued(self) -> bool:
        """Send what has waited longest, if nothing streams; False if nothing waits."""
        if self._busy or not self._queue or self._conversation.head in self._elsewhere:
            return False
        first, rest = self._queue[0], self._queue[1:]
        self.ask(first)
        self._queue_up(rest)
        return True

    def unqueue(self) -> str | None:
        """Take the newest waiting message back, to be edited; None if nothing waits."""
        if not self._queue:
            return None
        text = self._queue[-1]
        self._queue_up(self._queue[:-1])
        return text

    def stop(self, hold: bool = False) -> bool:
        """End the arriving answer and keep every word of it; False if none is arriving.

        With `hold` what is queued does not go on after it.
        """
        self._holding = self._holding or hold
        if self._running is None:
            return False
        # A task that has not taken its first step would be cancelled before it could end the message.
        asyncio.get_running_loop().call_soon(self._running.cancel)
        return True

    def retry(self, message_id: str | None = None) -> bool:
        """Ask again for an answer (the head's, if not told which): a new branch beside the old one."""
        if self._busy:
            return False
        at = self._message(message_id)
        while at is not None and at.role != "user":
            at = self._conversation.by_id.get(at.parent) if at.parent else None
        if at is None:
            return False
        self._conversation = replace(self._conversation, head=at.id)
        self._begin_answer(at.id, None)
        return True

    def go_on(self, message_id: str | None = None) -> bool:
        """Go on with an answer that ended too soon (the head's, if not told which); False if none can be.

        Where its provider can be given the beginning of an answer, a new branch begins with these words;
        else the model is asked, visibly, to go on.
        """
        cut = self._message(message_id)
        if self._busy or cut is None or not can_go_on(cut):
            return False
        name = parse_model(self._model_for(cut))
        if name is not None and cut.parent is not None and self._means.prefills(name.provider):
            self._conversation = replace(self._conversation, head=cut.parent)
            self._begin_answer(cut.parent, None, replace(cut, parts=beginning(cut)))
        else:
            self._conversation = replace(self._conversation, head=cut.id)
            self.ask(GO_ON)
        return True

    def accept(self, message_id: str | None = None) -> bool:
        """Be content with an answer as far as it came; False if there is nothing to be content with."""
        message = self._message(message_id)
        if self._busy or message is None or message.answer is None or message.streaming:
            return False
        accepted = replace(message, answer=replace(message.answer, accepted=True))
        self._conversation = self._conversation.replacing(accepted)
        self._means.start(self._keeping.end(accepted), f"accept {message.id}")
        self._turned()
        return True

    def look_at(self, message_id: str) -> None:
        """Make the branch that runs through this message the one looked at, unless an answer is arriving."""
        if not self._busy and message_id in self._conversation.by_id:
            self._amend(replace(self._conversation, head=self._conversation.leaf(message_id)))

    def rename(self, title: str) -> None:
        self._amend(replace(self._conversation, title=title))

    def choose_model(self, model: str) -> None:
        """The `provider/model` that is asked from the next message on, even if its provider cools down."""
        if name := parse_model(model):
            self._means.cooling.warm(name.provider)
        self._amend(replace(self._conversation, model=model))

    def fall_back_on(self, models: tuple[str, ...]) -> None:
        """The models that are asked in turn when the one chosen fails; none for those set for all."""
        self._amend(replace(self._conversation, fallbacks=models))

    def trim(self, turns: int | None = None) -> int:
        """Leave the oldest turns out of what is sent from now on, half of them if not told how many; how many
        turns of this branch are left out now."""
        first, left_out = first_sent(self._conversation, turns)
        self._amend(replace(self._conversation, sent_from=first))
        return left_out

    def instruct(self, system: str) -> None:
        """The system prompt from the next message on."""
        self._amend(replace(self._conversation, system=system))

    def sample(self, sampling: Sampling) -> None:
        """How the model is to choose its words from the next message on."""
        self._amend(replace(self._conversation, sampling=sampling))

    def keep_draft(self, draft: str) -> None:
        """What is being typed, so that it is there after a crash too; what is queued is kept with it."""
        if self._drafted(draft):
            self._means.start(self._keeping.amend(), f"draft {self.id}")

    async def keep_draft_now(self, draft: str) -> None:
        """The same, and come back when it is kept."""
        if self._drafted(draft):
            await self._keeping.amend()

    async def keep_the_rest(self) -> None:
        """Try once more to keep what could not be kept until now."""
        if self._keeping.only_here:
            await self._keeping.keep()

    async def catch_up(self) -> bool:
        """Take in what another process wrote into this conversation; whether any process wrote anything."""
        news = await self._means.keeper.news(self.id, self.elsewhere)
        if news is None:
            return False
        before, elsewhere = self._conversation, self._elsewhere
        conversation = with_news(before, news, self._live, elsewhere)
        # A title of ours that could not be written down yet is newer than theirs.
        if news.title and before.title == self._keeping.title:
            self._keeping.title = news.title
            conversation = replace(conversation, title=news.title)
        self._conversation = conversation
        if conversation.messages is not before.messages:
            self._elsewhere = streaming_elsewhere(conversation, self._live)
        if conversation != before:
            self._turned()
        if elsewhere - self._elsewhere:
            self.ask_queued()
        return True

    def _message(self, message_id: str | None) -> Message | None:
        return self._conversation.by_id.get(message_id or self._conversation.head or "")

    def _drafted(self, draft: str) -> bool:
        """Take the draft over; whether that is news for the keeper."""
        news = draft != self._conversation.draft
        self._conversation = replace(self._conversation, draft=draft)
        return news and (self._keeping.begun or bool(draft))

    def _queue_up(self, queue: tuple[str, ...]) -> None:
        """What waits has changed: it is shown, and kept as a part of the draft."""
        self._queue = queue
        self._turned()
        if self._keeping.begun:
            self._means.start(self._keeping.amend(), f"queue {self.id}")

    # How an answer comes about

    def _begin_answer(
        self, question_id: str, new_question: Message | None, cut: Message | None = None
    ) -> None:
        """Ask for an answer to a question, or, with `cut`, for the rest of that answer to it."""
        self._busy, self._holding = True, False
        model = self._model_for(cut)
        begun = unsigned(cut.parts) if cut else ()
        self._live = Message(
            id=self._means.new_id(),
            role="assistant",
            parts=begun,
            parent=question_id,
            created=self._means.now(),
            answer=Answer(requested=model, continued=said_before(begun)),
        )
        self._keeping.expect(new_question, self._live)
        asking = replace(self._conversation, model=model)
        requests = requests_for(asking, self.chain, self._means, self.streaming_allowed, cut)
        self._conversation = self._conversation.adding(self._live)
        self._idle.clear()
        # First the work, then the words about it: it begins when this returns.
        self._running = self._means.start(self._answer(self._live, requests), f"answer {self._live.id}")
        self._turned()

    def _model_for(self, cut: Message | None) -> str:
        """The model to ask: the one chosen, or, for the rest of an answer, the one fallen back on for it."""
        chosen = self._conversation.model
        if cut is None or cut.answer is None or cut.answer.requested != chosen:
            return chosen
        return cut.answer.asked

    async def _answer(self, message: Message, requests: tuple[Request, ...]) -> None:
        """The task of one answer. This is the only place where a message ends."""
        asked = self._means.monotonic()
        ending: Ending
        try:
            await self._keeping.keep()
            asked = self._means.monotonic()
            if not requests:
                ending = Failed(_NO_MODEL)
            else:
                assert message.answer is not None
                provider = requests[0].model.provider
                self._live = replace(message, answer=replace(message.answer, provider=provider))
                ending = await self._fold(requests, asked)
        except asyncio.CancelledError:
            ending = Stopped()
        except Exception as error:
            ending = Failed(
                Failure("bug", f"llmtui went wrong ({type(error).__name__})", hint="Please report this")
            )
        await asyncio.shield(self._end(ending, self._means.monotonic() - asked))

    async def _fold(self, requests: tuple[Request, ...], asked: float) -> Ending:
        """Take events until the ending, and give that back."""
        clock, checkpoint = self._means.monotonic, self._means.keeper.checkpoint
        first, breath = True, asked
        self.silence.begin()
        async with aclosing(
            asked_in_turn(requests, self._means.line, self._means.cooling, self._watched)
        ) as events:
            async for event in events:
                if isinstance(event, Done | Failed | Stopped):
                    return event
                now = clock()
                assert self._live is not None
                self._live = live = after(self._live, event, now - asked)
                self.silence.hear(event, now)
                if first:
                    first = False
                    await self._keeping.keep(live)
                else:
                    self._keeping.heard(checkpoint(self.id, live))
                self._tell(Said(self.id, live, event))
                if now - breath > _LONGEST_BREATH:
                    await asyncio.sleep(_REST)
                    breath = clock()
        return Failed(_CUT)

    async def _end(self, ending: Ending, at: float) -> None:
        assert self._live is not None
        live = self._live
        usage = final_usage(self._conversation, live, self.count, self._means.calibration)
        if usage is not None:
            live = after(live, UsageReported(usage), at)
        live = after(live, ending, at)
        self._live, self._running = None, None
        self._conversation = replace(self._conversation.replacing(live), updated=self._means.now())
        await self._keeping.end(live)
        self._busy = False
        self._tell(Said(self.id, live, ending))
        self._turned()
        if isinstance(ending, Failed) or self._holding or not self.ask_queued():
            self._idle.set()

    # How it is kept and told

    def _written(self) -> Conversation:
        """The conversation as it is written down: what is queued is a draft again."""
        if not self._queue:
            return self._conversation
        return replace(self._conversation, draft="\n\n".join((*self._queue, self._conversation.draft)))

    def _amend(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._turned()
        if self._keeping.begun:
            self._means.start(self._keeping.amend(), f"amend {self.id}")

    def _told_of_saving(self, trouble: Kept) -> None:
        self._tell(Unsaved(trouble))

    def _turned(self) -> None:
        self._tell(Turned(self.conversation, self._queue))

    def _tell(self, change: Change) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(change)
            except Exception as error:
                # Whoever listens badly must not cost anybody the ending of an answer.
                context = {"message": "a listener of a session failed", "exception": error}
                asyncio.get_running_loop().call_exception_handler(context)
