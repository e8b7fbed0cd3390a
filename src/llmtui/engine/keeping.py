"""How one conversation is kept: what could not be written down yet takes its turn."""

from collections.abc import Callable
from dataclasses import replace

from llmtui.chat.conversation import Conversation
from llmtui.chat.message import Message
from llmtui.engine.needs import Keeper, Kept


class Keeping:
    """Hands a conversation's messages to the keeper in their order, and what is not kept once more."""

    def __init__(
        self, keeper: Keeper, now: Callable[[], Conversation], told: Callable[[Kept], None], begun: bool
    ) -> None:
        """`now` gives the conversation as it is to be written down; `told` hears when saving begins to fail
        and when it works again; `begun` says whether the keeper has this conversation already."""
        self._keeper = keeper
        self._now = now
        self._told = told
        self._unkept: tuple[Message, ...] = ()
        # Endings that were not kept, and whether what the conversation says of itself was not.
        self._unsettled: tuple[Message, ...] = ()
        self._unamended = False
        self._arriving = ""
        self._trouble: Kept = None
        self.begun = begun
        self.title = now().title if begun else ""
        """The title as the keeper has it."""

    @property
    def only_here(self) -> bool:
        """Whether there is something that could not be kept anywhere yet."""
        return bool(self._unkept or self._unsettled or self._unamended)

    @property
    def trouble(self) -> Kept:
        """Why the newest write was not kept; None once everything is."""
        return self._trouble

    def expect(self, question: Message | None, answer: Message) -> None:
        """A question that is to be kept next, if it is a new one, and the answer that will be."""
        self._arriving = answer.id
        if question is not None:
            self._unkept = (*self._unkept, question)

    async def keep(self, message: Message | None = None) -> None:
        """Keep one more message, and before it whatever could not be kept until now.

        For a question this returns when it is safe on the disk: no byte goes to the network before.
        """
        self._unkept = self._unkept if message is None else (*self._unkept, message)
        kept = None
        while self._unkept and kept is None:
            first = self._unkept[0]
            conversation_id = self._now().id
            kept = await (self._keeper.add(conversation_id, first) if self.begun else self._begin(first))
            if kept is None:
                # Somebody else may have kept it meanwhile, or have put a newer state in its place.
                self._unkept = tuple(message for message in self._unkept if message is not first)
                if first.id == self._arriving:
                    self._arriving = ""
        self._saved(kept if kept is not None else await self._keep_what_failed())

    async def end(self, answer: Message) -> None:
        """Keep how an answer ended, or what a person made of its end."""
        if answer.id != self._arriving and not self._unkept:
            self._unsettled = tuple(message for message in self._unsettled if message.id != answer.id)
            self._unsettled = (*self._unsettled, answer)
            self._saved(await self._keep_what_failed())
        else:
            # It was never kept, or not yet: it takes its turn, as it is now.
            self._unkept = tuple(message for message in self._unkept if message.id != answer.id)
            await self.keep(answer)

    async def amend(self) -> None:
        """Keep what the conversation says of itself; before its first message is kept, with that one."""
        self._unamended = True
        if self.begun or not self._now().messages:
            self._saved(await self._keep_what_failed())

    def heard(self, trouble: Kept) -> None:
        """What the keeper said when it took a checkpoint: whether its newest write was kept."""
        if trouble != self._trouble and (trouble is not None or not self.only_here):
            self._saved(trouble)

    async def _keep_what_failed(self) -> Kept:
        """Endings first, then what the conversation says of itself, if only of what is typed in it."""
        for answer in self._unsettled:
            kept = await self._keeper.settle(self._now().id, answer)
            if kept is not None:
                return kept
            self._unsettled = tuple(message for message in self._unsettled if message is not answer)
        if not self._unamended:
            return None
        self._unamended = False
        now = self._as_kept()
        if self.begun:
            kept = await self._keeper.amend(now)
        else:
            kept = await self._keeper.begin(now)
            self.begun = self.begun or kept is None
        if kept is None:
            self.title = now.title
        self._unamended = self._unamended or kept is not None
        return kept

    async def _begin(self, first: Message) -> Kept:
        """Keep the conversation with its first message; what was changed of it meanwhile takes its turn."""
        begun = replace(self._now(), messages=(first,), head=first.id, draft="")
        kept = await self._keeper.begin(begun)
        if kept is None:
            self.begun, self.title = True, begun.title
            now = replace(self._as_kept(), messages=(first,), head=first.id, draft="")
            self._unamended = self._unamended or now != begun
        return kept

    def _as_kept(self) -> Conversation:
        """The conversation with a head that is written down already."""
        now = self._now()
        missing = {message.id for message in self._unkept} | {self._arriving}
        head = now.head
        while head in missing:
            head = now.by_id[head].parent
        return replace(now, head=head)

    def _saved(self, kept: Kept) -> None:
        if kept != self._trouble:
            self._trouble = kept
            self._told(kept)
