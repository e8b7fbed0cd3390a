"""What could not be saved is tried again, and all is well only when it is so everywhere."""

from llmtui.chat.events import Done, TextDelta
from llmtui.chat.kept import Kept, NotKept
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
