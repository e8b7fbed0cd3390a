"""Every conversation that is open: the one on the screen, and those that stream behind it."""

import asyncio
from collections.abc import Callable

from llmtui.chat.conversation import Conversation
from llmtui.engine.changes import Change, Listener, Turned, Unsaved
from llmtui.engine.means import Means
from llmtui.engine.needs import Keeper, Kept
from llmtui.engine.session import Session


class Sessions:
    """Opens a conversation once: whoever asks for it again gets the same session, still streaming."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._open: dict[str, Session] = {}
        self._left: set[str] = set()
        self._listeners: list[Listener] = []

    @property
    def keeper(self) -> Keeper:
        """The history, for what concerns no single session: lists, deletions."""
        return self._means.keeper

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell this listener of every change in every open conversation; call what is returned to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def new(self, model: str = "", system: str = "") -> Session:
        """A conversation in which nothing was said yet; it is kept from its first message on."""
        now = self._means.now()
        conversation = Conversation(
            id=self._means.new_id(), created=now, updated=now, model=model, system=system
        )
        return self._add(Session(conversation, self._means, kept=False))

    async def resume(self, conversation_id: str) -> Session | None:
        """The session of a kept conversation, or None if there is none with this id."""
        self._left.discard(conversation_id)
        if session := self._open.get(conversation_id):
            session.watch(True)
            # Of one that nobody looked at only what it waited for was taken in.
            self._means.start(_catch_up(session), f"catch up {session.id}")
            return session
        conversation = await self._means.keeper.load(conversation_id)
        if conversation is None:
            return None
        return self._open.get(conversation_id) or self._add(Session(conversation, self._means, kept=True))

    @property
    def streaming(self) -> tuple[Session, ...]:
        """The sessions in which an answer is arriving now."""
        return tuple(session for session in self._open.values() if session.busy)

    @property
    def unkept(self) -> tuple[Session, ...]:
        """The sessions with words that are nowhere but here."""
        return tuple(session for session in self._open.values() if session.busy or session.only_here)

    @property
    def elsewhere(self) -> bool:
        """Whether an answer is arriving in another process, in any conversation that is open here."""
        return any(session.elsewhere for session in self._open.values())

    async def catch_up(self, looked_at: Session) -> bool:
        """Take in what another process wrote, into the session looked at and those that wait for an answer
        from there; whether any process wrote anything."""
        waiting = [session for session in self._open.values() if session.elsewhere or session is looked_at]
        return any([await session.catch_up() for session in waiting])

    def leave(self, session: Session) -> None:
        """Nobody looks at it any more: let go of it, at once or when it has nothing left to do."""
        session.watch(False)
        self._left.add(session.id)
        self._let_go()

    def _let_go(self) -> None:
        for conversation_id in tuple(self._left):
            session = self._open.get(conversation_id)
            if session is None or not (session.busy or session.queue or session.only_here):
                self._open.pop(conversation_id, None)
                self._left.discard(conversation_id)

    async def delete(self, conversation_id: str) -> Kept:
        """Put a conversation out of sight; an answer that is arriving in it is stopped, and kept."""
        session = self._open.get(conversation_id)
        if session is not None:
            session.stop(hold=True)
            await session.idle()
        kept = await self.keeper.delete(conversation_id)
        if kept is None:
            self._open.pop(conversation_id, None)
        return kept

    async def close(self) -> None:
        """Stop every answer, and come back when every word of it is kept."""
        stopping = self.streaming
        for session in stopping:
            session.stop(hold=True)
        await asyncio.gather(*(session.idle() for session in stopping))
        await self.keep_the_rest()

    async def keep_the_rest(self) -> None:
        """Try once more to keep what could not be kept until now, in every conversation at rest."""
        for session in tuple(self._open.values()):
            if not session.busy:
                await session.keep_the_rest()

    def _add(self, session: Session) -> Session:
        self._open[session.id] = session
        session.listen(self._tell)
        return session

    def _tell(self, change: Change) -> None:
        if isinstance(change, Turned):
            self._let_go()
        if change == Unsaved(None):
            # All is well only when it is in every conversation.
            troubles = (session.unsaved for session in self._open.values())
            change = Unsaved(next(filter(None, troubles), None))
        for listener in tuple(self._listeners):
            listener(change)


async def _catch_up(session: Session) -> None:
    # A task of its own: nobody waits for a disk to get back to what is here.
    await session.catch_up()
