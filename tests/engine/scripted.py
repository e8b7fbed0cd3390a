"""A line whose answers are scripted, a keeper that remembers what it was given, and the means of both."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Collection, Coroutine, Sequence
from dataclasses import replace
from typing import Any

from llmtui.chat.allowance import Allowance
from llmtui.chat.conversation import Conversation, Summary
from llmtui.chat.events import Event
from llmtui.chat.kept import Kept, NotKept
from llmtui.chat.message import Message
from llmtui.chat.news import News
from llmtui.chat.request import Request
from llmtui.engine.changes import Change, Said
from llmtui.engine.means import Means
from llmtui.engine.needs import Keeper
from llmtui.engine.session import Session
from llmtui.engine.sessions import Sessions

Step = Event | asyncio.Event

# No two sessions of a test may make the same id, even over the same keeper.
_IDS = itertools.count()


class ScriptedLine:
    """Each request takes the next script; an asyncio.Event in it is waited for."""

    def __init__(self, *scripts: Sequence[Step]) -> None:
        self.scripts = list(scripts)
        self.requests: list[Request] = []
        self.watched: list[asyncio.Event] = []
        self.closed = 0
        self.allowed: dict[str, tuple[Allowance, ...]] = {}

    def allowances(self, provider: str) -> tuple[Allowance, ...]:
        return self.allowed.get(provider, ())

    async def stream(self, request: Request, watched: asyncio.Event) -> AsyncGenerator[Event, None]:
        self.requests.append(request)
        self.watched.append(watched)
        try:
            for step in self.scripts.pop(0):
                if isinstance(step, asyncio.Event):
                    await step.wait()
                else:
                    yield step
        finally:
            self.closed += 1


class RememberingKeeper:
    """Keeps conversations in memory, and a log of what was done, in order."""

    def __init__(self) -> None:
        self.conversations: dict[str, Conversation] = {}
        self.deleted: set[str] = set()
        self.log: list[str] = []
        self.refusal: NotKept | None = None

    def _done(self, what: str) -> Kept:
        self.log.append(what)
        return self.refusal

    async def begin(self, conversation: Conversation) -> Kept:
        if self.refusal is None:
            self.conversations[conversation.id] = conversation
        return self._done("begin")

    async def add(self, conversation_id: str, message: Message) -> Kept:
        if self.refusal is None:
            self._put(conversation_id, message)
        return self._done(f"add {message.role}")

    def _put(self, conversation_id: str, message: Message) -> None:
        kept = self.conversations[conversation_id]
        known = message.id in kept.by_id
        self.conversations[conversation_id] = kept.replacing(message) if known else kept.adding(message)

    def checkpoint(self, conversation_id: str, message: Message) -> None:
        self.log.append("checkpoint")

    async def settle(self, conversation_id: str, message: Message) -> Kept:
        if self.refusal is None:
            self._put(conversation_id, message)
        assert message.answer is not None
        return self._done(f"settle {message.answer.outcome}")

    async def amend(self, conversation: Conversation) -> Kept:
        kept = self.conversations[conversation.id]
        self.conversations[conversation.id] = replace(
            conversation, messages=kept.messages, updated=kept.updated
        )
        return self._done("amend")

    async def load(self, conversation_id: str) -> Conversation | None:
        return self.conversations.get(conversation_id)

    def stirred(self) -> bool:
        return False

    async def news(self, conversation_id: str, streaming: bool) -> News | None:
        return None

    async def summaries(self, limit: int | None = None) -> tuple[Summary, ...]:
        return tuple(
            Summary(kept.id, kept.title, kept.updated, len(kept.messages), kept.model)
            for kept in self.conversations.values()
            if kept.messages and kept.id not in self.deleted
        )[:limit]

    async def unsent(self) -> str | None:
        found = [kept for kept in self.conversations.values() if not kept.messages and kept.draft]
        return next((kept.id for kept in reversed(found) if kept.id not in self.deleted), None)

    async def delete(self, conversation_id: str) -> Kept:
        self.deleted.add(conversation_id)
        return self._done("delete")

    async def restore(self, conversation_id: str) -> Kept:
        self.deleted.discard(conversation_id)
        return self._done("restore")


def means(
    line: ScriptedLine,
    keeper: Keeper,
    fallbacks: tuple[str, ...] = (),
    routes: Collection[str] = (),
    prefills: Collection[str] = (),
) -> Means:
    """Means with a clock that moves one second each time it is read, and ids that count."""
    running: set[asyncio.Task[None]] = set()
    ticks = iter(range(1_000_000))

    def start(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work, name=name)
        running.add(task)
        task.add_done_callback(running.discard)
        return task

    return Means(
        line,
        keeper,
        start,
        monotonic=lambda: float(next(ticks)),
        now=lambda: 1000.0,
        new_id=lambda: f"id{next(_IDS)}",
        fallbacks=fallbacks,
        routes=lambda provider: provider in routes,
        prefills=lambda provider: provider in prefills,
    )


def sessions(line: ScriptedLine, keeper: RememberingKeeper) -> Sessions:
    return Sessions(means(line, keeper))


async def until_said(session: Session, text: str) -> None:
    """Wait for the arriving answer to hold this text, unless it does already."""
    if session.live is not None and text in session.live.text:
        return
    said = asyncio.Event()

    def hear(change: Change) -> None:
        if isinstance(change, Said) and text in change.message.text:
            said.set()

    forget = session.listen(hear)
    await said.wait()
    forget()
