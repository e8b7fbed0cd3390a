"""One conversation being had: what is asked, what streams, what waits its turn."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

from llmtui.chat.conversation import Conversation, Sampling, title_from
from llmtui.chat.events import (
    Done,
    Ending,
    Failed,
    Stopped,
    Usage,
    UsageReported,
)
from llmtui.chat.failure import Failure
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.models import ModelName, parse_model
from llmtui.chat.parts import Text
from llmtui.chat.request import Request
from llmtui.engine.changes import Change, Listener, Said, Turned, Unsaved
from llmtui.engine.context import TokenCount, request_for
from llmtui.engine.means import Means
from llmtui.engine.needs import Kept, Running

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
        self._begun = kept
        self._listeners: list[Listener] = []
        self._queue: tuple[str, ...] = ()
        self._running: Running | None = None
        self._live: Message | None = None
        # From the question until the ending is kept: what is sent meanwhile waits.
        self._busy = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._unkept: tuple[Message, ...] = ()
        self._trouble: Kept = None
        self._holding = False
        self._added = False
        self.count = TokenCount()
        self.streaming_allowed = True

    # What it is now

    @property
    def conversation(self) -> Conversation:
        """The conversation, with the newest state of a streaming answer in it."""
        return self._conversation.replacing(self._live) if self._live else self._conversation

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
    def only_here(self) -> bool:
        """Whether there are words here that could not be kept anywhere yet."""
        return bool(self._unkept)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell this listener of every change from now on; call what is returned to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def idle(self) -> None:
        """Wait until nothing streams and nothing is queued to go on its own."""
        await self._idle.wait()

    # What can be done with it

    def ask(self, text: str) -> None:
        """Ask this next: at once, or, while an answer is arriving, after it."""
        if self._busy:
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
        if self._busy or not self._queue:
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
        at = self._conversation.by_id.get(message_id or self._conversation.head or "")
        while at is not None and at.role != "user":
            at = self._conversation.by_id.get(at.parent) if at.parent else None
        if at is None:
            return False
        self._conversation = replace(self._conversation, head=at.id)
        self._begin_answer(at.id, None)
        return True

    def look_at(self, message_id: str) -> None:
        """Make the branch that runs through this message the one looked at, unless an answer is arriving."""
        if not self._busy and message_id in self._conversation.by_id:
            self._amend(replace(self._conversation, head=self._conversation.leaf(message_id)))

    def rename(self, title: str) -> None:
        self._amend(replace(self._conversation, title=title))

    def choose_model(self, model: str) -> None:
        """The `provider/model` that is asked from the next message on."""
        self._amend(replace(self._conversation, model=model))

    def instruct(self, system: str) -> None:
        """The system prompt from the next message on."""
        self._amend(replace(self._conversation, system=system))

    def sample(self, sampling: Sampling) -> None:
        """How the model is to choose its words from the next message on."""
        self._amend(replace(self._conversation, sampling=sampling))

    def keep_draft(self, draft: str) -> None:
        """What is being typed, so that it is there after a crash too; what is queued is kept with it."""
        if self._drafted(draft):
            self._means.start(self._keep_amended(), f"draft {self.id}")

    async def keep_draft_now(self, draft: str) -> None:
        """The same, and come back when it is kept."""
        if self._drafted(draft):
            await self._keep_amended()

    async def keep_the_rest(self) -> None:
        """Try once more to keep what could not be kept until now."""
        if self._unkept:
            await self._keep(None)

    def _drafted(self, draft: str) -> bool:
        """Take the draft over; whether that is news for the keeper."""
        news = draft != self._conversation.draft
        self._conversation = replace(self._conversation, draft=draft)
        return news and (self._begun or bool(draft))

    def _queue_up(self, queue: tuple[str, ...]) -> None:
        """What waits has changed: it is shown, and kept as a part of the draft."""
        self._queue = queue
        self._turned()
        if self._begun:
            self._means.start(self._keep_amended(), f"queue {self.id}")

    # How an answer comes about

    def _begin_answer(self, question_id: str, new_question: Message | None) -> None:
        self._busy, self._holding, self._added = True, False, False
        if new_question is not None:
            self._unkept = (*self._unkept, new_question)
        self._live = Message(
            id=self._means.new_id(),
            role="assistant",
            parent=question_id,
            created=self._means.now(),
            answer=Answer(requested=self._conversation.model),
        )
        name = parse_model(self._conversation.model)
        request = request_for(self._conversation, name, self.streaming_allowed) if name else None
        self._conversation = self._conversation.adding(self._live)
        self._idle.clear()
        # First the work, then the words about it: it begins when this returns.
        work = self._answer(self._live, name, request)
        self._running = self._means.start(work, f"answer {self._live.id}")
        self._turned()

    async def _answer(self, message: Message, name: ModelName | None, request: Request | None) -> None:
        """The task of one answer. This is the only place where a message ends."""
        asked = self._means.monotonic()
        ending: Ending
        try:
            await self._keep(None)
            asked = self._means.monotonic()
            if name is None or request is None:
                ending = Failed(_NO_MODEL)
            else:
                assert message.answer is not None
                self._live = replace(message, answer=replace(message.answer, provider=name.provider))
                ending = await self._fold(request, asked)
        except asyncio.CancelledError:
            ending = Stopped()
        except Exception as error:
            ending = Failed(
                Failure("bug", f"llmtui went wrong ({type(error).__name__})", hint="Please report this")
            )
        await asyncio.shield(self._end(ending, self._means.monotonic() - asked))

    async def _fold(self, request: Request, asked: float) -> Ending:
        """Take events until the ending, and give that back."""
        clock, checkpoint = self._means.monotonic, self._means.keeper.checkpoint
        first, breath = True, asked
        async with aclosing(self._means.line.stream(request)) as events:
            async for event in events:
                if isinstance(event, Done | Failed | Stopped):
                    return event
                now = clock()
                assert self._live is not None
                self._live = live = after(self._live, event, now - asked)
                if first:
                    first = False
                    await self._keep(live)
                else:
                    checkpoint(self.id, live)
                self._tell(Said(self.id, live, event))
                if now - breath > _LONGEST_BREATH:
                    await asyncio.sleep(_REST)
                    breath = clock()
        return Failed(_CUT)

    async def _end(self, ending: Ending, at: float) -> None:
        assert self._live is not None
        live = self._live
        usage = self._final_usage(live)
        if usage is not None:
            live = after(live, UsageReported(usage), at)
        live = after(live, ending, at)
        self._live, self._running = None, None
        self._conversation = replace(self._conversation.replacing(live), updated=self._means.now())
        await self._keep_ending(live)
        self._busy = False
        self._tell(Said(self.id, live, ending))
        self._turned()
        if isinstance(ending, Failed) or self._holding or not self.ask_queued():
            self._idle.set()

    def _final_usage(self, live: Message) -> Usage | None:
        """What to say of the tokens at the end: learns from a report, estimates where there is none."""
        assert live.answer is not None
        said, thought = self.count.output(live)
        reported = live.answer.usage
        calibration, model = self._means.calibration, live.answer.requested
        if reported is not None:
            if reported.made is not None and not reported.estimated:
                calibration.learn(model, said + thought, reported.made)
            return None
        if not live.parts:
            return None
        branch = self._conversation.path[:-1]
        asked, _ = self.count.context(branch, self._conversation.system)
        output = round((said + thought) * calibration.ratios.get(model, 1.0))
        return Usage(asked, output, round(thought) or None, None, asked + output, estimated=True)

    # How it is kept and told

    async def _keep(self, message: Message | None) -> None:
        """Keep one more message, and before it whatever could not be kept until now.

        For a question this returns when it is safe on the disk: no byte goes to the network before.
        """
        self._unkept = self._unkept if message is None else (*self._unkept, message)
        kept = None
        while self._unkept and kept is None:
            first = self._unkept[0]
            kept = await (self._means.keeper.add(self.id, first) if self._begun else self._begin(first))
            if kept is None:
                self._unkept = self._unkept[1:]
                self._added = self._added or first.role == "assistant"
        self._saved(kept)

    async def _begin(self, first: Message) -> Kept:
        """Keep the conversation with its first message, and what was changed of it meanwhile."""
        begun = replace(self._conversation, messages=(first,), head=first.id, draft="")
        kept = await self._means.keeper.begin(begun)
        self._begun = kept is None
        now = self._as_kept()
        if kept is None and replace(now, messages=(first,), head=first.id, draft="") != begun:
            kept = await self._means.keeper.amend(now)
        return kept

    async def _keep_ending(self, live: Message) -> None:
        if self._added and not self._unkept:
            self._saved(await self._means.keeper.settle(self.id, live))
        else:
            # It was never kept, or not yet: it takes its turn, as it is now.
            self._unkept = tuple(message for message in self._unkept if message.id != live.id)
            await self._keep(live)

    def _amend(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._turned()
        if self._begun:
            self._means.start(self._keep_amended(), f"amend {self.id}")

    def _as_kept(self) -> Conversation:
        """The conversation as it is written down: what is queued is a draft again, and the head is a
        message that is written down already."""
        draft = (
            "\n\n".join((*self._queue, self._conversation.draft)) if self._queue else self._conversation.draft
        )
        head, unkept = self._conversation.head, {message.id for message in self._unkept}
        if self._busy and not self._added and head is not None:
            head = self._conversation.by_id[head].parent
        while head in unkept:
            head = self._conversation.by_id[head].parent
        return replace(self._conversation, head=head, draft=draft)

    async def _keep_amended(self) -> None:
        if self._begun:
            self._saved(await self._means.keeper.amend(self._as_kept()))
        elif not self._conversation.messages:
            # Something is typed where nothing was sent yet.
            kept = await self._means.keeper.begin(self._as_kept())
            self._begun = self._begun or kept is None
            self._saved(kept)

    def _saved(self, kept: Kept) -> None:
        if kept != self._trouble:
            self._trouble = kept
            self._tell(Unsaved(kept))

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
