"""What could not be saved is tried again, and all is well only when it is so everywhere."""

import asyncio

from llmtui.chat.conversation import Conversation
from llmtui.chat.events import Done, TextDelta
from llmtui.chat.kept import Kept, NotKept
from llmtui.chat.news import News
from llmtui.engine.changes import Change, Unsaved
from tests.engine.scripted import RememberingKeeper, ScriptedLine, sessions

FULL = NotKept("the disk is full")
HELLO = (TextDelta("Hello"), Done("stop"))


async def test_all_is_well_only_when_it_is_in_every_conversation() -> None:
    keeper = RememberingKeeper()
    opened = sessions(ScriptedLine(HELLO, HELLO), keeper)
    told: list[Kept] = []

    def hear(change: Change) -> None:
        if isinstance(change, Unsaved):
            told.append(change.trouble)

    opened.listen(hear)
    one, two = opened.new("p/m"), opened.new("p/m")
    keeper.refusal = FULL
    for session in (one, two):
        session.ask("Hi")
        await session.idle()
    keeper.refusal = None
    await one.keep_the_rest()
    assert (one.unsaved, two.unsaved, told[-1]) == (None, FULL, FULL)
    await two.keep_the_rest()
    assert told[-1] is None
    assert {key: len(kept.messages) for key, kept in keeper.conversations.items()} == {one.id: 2, two.id: 2}


async def test_a_title_that_could_not_be_kept_is_kept_later() -> None:
    keeper = RememberingKeeper()
    opened = sessions(ScriptedLine(HELLO), keeper)
    session = opened.new("p/m")
    session.ask("Hi")
    await session.idle()
    keeper.refusal = FULL
    session.rename("Greetings")
    await session.keep_draft_now("half a sentence")
    assert session.only_here
    keeper.refusal = None
    await opened.keep_the_rest()
    assert not session.only_here
    assert session.unsaved is None


class Neighboured(RememberingKeeper):
    """Somebody else writes into the same history."""

    def __init__(self) -> None:
        super().__init__()
        self.told: News | None = None

    async def news(self, conversation_id: str, streaming: bool) -> News | None:
        return self.told


async def test_a_title_that_could_not_be_kept_is_not_taken_back_by_who_has_written_elsewhere() -> None:
    keeper = Neighboured()
    opened = sessions(ScriptedLine(HELLO), keeper)
    session = opened.new("p/m")
    session.ask("Hi")
    await session.idle()
    keeper.refusal, keeper.told = FULL, News("Hi")
    session.rename("Greetings")
    await session.keep_draft_now("half a sentence")
    await session.catch_up()
    assert session.conversation.title == "Greetings"
    keeper.refusal = None
    await opened.keep_the_rest()
    assert keeper.conversations[session.id].title == "Greetings"
    # It is in the history by now: who renames it there means this one.
    keeper.told = News("Salutations")
    await session.catch_up()
    assert session.conversation.title == "Salutations"


async def test_what_is_said_of_a_conversation_while_it_is_first_kept_is_kept_later_if_not_at_once() -> None:
    keeper = SlowlyBeginning()
    opened = sessions(ScriptedLine(HELLO), keeper)
    session = opened.new("p/m")
    session.ask("Hi")
    await keeper.beginning.wait()
    session.rename("Greetings")
    keeper.amendable = False
    keeper.go.set()
    await session.idle()
    assert session.unsaved == FULL
    keeper.amendable = True
    await opened.keep_the_rest()
    assert keeper.conversations[session.id].title == "Greetings"


class SlowlyBeginning(RememberingKeeper):
    """Takes its time to begin a conversation, and may not be able to write what is said of it."""

    def __init__(self) -> None:
        super().__init__()
        self.beginning, self.go, self.amendable = asyncio.Event(), asyncio.Event(), True

    async def begin(self, conversation: Conversation) -> Kept:
        self.beginning.set()
        await self.go.wait()
        return await super().begin(conversation)

    async def amend(self, conversation: Conversation) -> Kept:
        return await super().amend(conversation) if self.amendable else FULL
