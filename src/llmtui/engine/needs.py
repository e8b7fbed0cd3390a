"""What the engine needs of its neighbours, who never meet: a line to models, and somebody who keeps."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from typing import TYPE_CHECKING, Any, Protocol

from llmtui.chat.conversation import Conversation, Summary
from llmtui.chat.events import Event
from llmtui.chat.kept import Kept as Kept
from llmtui.chat.kept import NotKept as NotKept
from llmtui.chat.message import Message
from llmtui.chat.request import Request

if TYPE_CHECKING:
    from llmtui.chat.allowance import Allowance
    from llmtui.chat.news import News


class Line(Protocol):
    """The way to every model."""

    def stream(self, request: Request, watched: asyncio.Event) -> AsyncGenerator[Event, None]:
        """The events of one answer. Trouble is an event too: this raises nothing but CancelledError,
        and closing it early closes the connection. While `watched` is not set nobody looks at the answer,
        and it may come in fewer and larger pieces."""
        ...

    def allowances(self, provider: str) -> "tuple[Allowance, ...]":
        """What a provider still allows, as its newest answer said; none where it says nothing."""
        ...


class Keeper(Protocol):
    """The history. Every write answers None when it is safely kept, or says why it is not.

    A write is done even if whoever asked for it is cancelled, and doing it again does no harm.
    """

    async def begin(self, conversation: Conversation) -> Kept:
        """Keep a new conversation, and the messages it may already have (synced)."""
        ...

    async def add(self, conversation_id: str, message: Message) -> Kept:
        """Keep one more message and make it the head. A person's message is synced to the disk before
        this returns; a streaming answer is a row from now on."""
        ...

    def checkpoint(self, conversation_id: str, message: Message) -> Kept:
        """Keep the newest state of a streaming answer, at most 100 ms from now. Never waits; a later
        snapshot of the same message replaces one still unwritten. The answer is how the newest write went."""
        ...

    async def settle(self, conversation_id: str, message: Message) -> Kept:
        """Keep the ending of an answer, synced to the disk, over any checkpoint still unwritten."""
        ...

    async def amend(self, conversation: Conversation) -> Kept:
        """Keep what a conversation says of itself: title, head, system prompt, model, sampling, draft."""
        ...

    async def load(self, conversation_id: str) -> Conversation | None:
        """The whole conversation, or None if there is none with this id."""
        ...

    def stirred(self) -> bool:
        """Whether anybody has written anything since this was last asked. Never waits."""
        ...

    async def news(self, conversation_id: str, streaming: bool) -> "News | None":
        """What others wrote into a conversation since it was last read, or None if they wrote nothing
        anywhere. `streaming` says that an answer is known to stream in another process."""
        ...

    async def summaries(self, limit: int | None = None) -> tuple[Summary, ...]:
        """The conversations, newest first, without the deleted ones."""
        ...

    async def unsent(self) -> str | None:
        """The id of the newest conversation in which nothing was sent yet, but something typed."""
        ...

    async def delete(self, conversation_id: str) -> Kept:
        """Put a conversation out of sight; `restore` brings it back."""
        ...

    async def restore(self, conversation_id: str) -> Kept:
        """Bring a deleted conversation back."""
        ...


class Running(Protocol):
    """A task under way: asyncio's own, or one of Textual's workers."""

    def cancel(self) -> object:
        """Ask it to end."""
        ...


class Start(Protocol):
    """How a task is started: the screen tells of its faults, the pipe gives asyncio's own."""

    def __call__(self, work: Coroutine[Any, Any, None], name: str) -> Running:
        """Start the work under a name."""
        ...
