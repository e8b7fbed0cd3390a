"""What may happen while something is being kept: the keeper takes its time, and refuses orphans."""

import asyncio

from llmtui.chat.events import Done, TextDelta
from llmtui.chat.kept import Kept, NotKept
from llmtui.chat.message import Message
from tests.engine.scripted import RememberingKeeper, ScriptedLine, sessions, until_said

MODEL = "openai/gpt-4o-mini"
HELLO = (TextDelta("Hello"), Done("stop"))


class SlowKeeper(RememberingKeeper):
    """Adds and settles only while its gates are open; knows no message without its parent."""

    def __init__(self) -> None:
        super().__init__()
        self.adding, self.settling = asyncio.Event(), asyncio.Event()
        self.reached = asyncio.Event()
        self.adding.set()
        self.settling.set()
        self.heads: list[tuple[str | None, bool]] = []

    async def add(self, conversation_id: str, message: Message) -> Kept:
        assert message.parent is None or message.parent in self.conversations[conversation_id].by_id
        if not self.adding.is_set():
            self.reached.set()
        # As the real one: done even if whoever asked is cancelled.
        self._put(conversation_id, message)
        await self.adding.wait()
        return self._done(f"add {message.role}")

    async def settle(self, conversation_id: str, message: Message) -> Kept:
        if not self.settling.is_set():
            self.reached.set()
        await self.settling.wait()
        return await super().settle(conversation_id, message)

    async def amend(self, conversation):  # type: ignore[no-untyped-def]
        known = conversation.head in self.conversations[conversation.id].by_id
        self.heads.append((conversation.head, known))
        return await super().amend(conversation)


async def test_stopping_while_a_later_question_is_being_kept_keeps_the_tree_whole() -> None:
    keeper = SlowKeeper()
    session = sessions(ScriptedLine(HELLO, HELLO, HELLO), keeper).new(MODEL)
    session.ask("First")
    await session.idle()
    keeper.adding.clear()
    keeper.reached.clear()
    session.ask("Second")
    await keeper.reached.wait()
    session.stop()
    await asyncio.sleep(0)
    keeper.adding.set()
    await session.idle()
    session.ask("Third")
    await session.idle()

    kept = keeper.conversations[session.id]
    assert [message.text for message in kept.path] == ["First", "Hello", "Second", "", "Third", "Hello"]
    assert [message.id for message in kept.path] == [message.id for message in session.conversation.path]


async def test_what_is_amended_never_points_at_a_message_that_is_not_kept() -> None:
    keeper = SlowKeeper()
    waiting = asyncio.Event()
    session = sessions(ScriptedLine(HELLO, (waiting, *HELLO)), keeper).new(MODEL)
    session.ask("First")
    await session.idle()
    session.ask("Second")
    await session.keep_draft_now("typing on")
    waiting.set()
    await session.idle()
    assert keeper.heads
    assert all(known for _, known in keeper.heads)


async def test_what_is_sent_while_an_ending_is_being_kept_waits_its_turn() -> None:
    keeper = SlowKeeper()
    line = ScriptedLine(HELLO, HELLO, HELLO)
    session = sessions(line, keeper).new(MODEL)
    keeper.settling.clear()
    session.ask("First")
    session.ask("Second")
    await keeper.reached.wait()
    session.ask("Third")
    keeper.settling.set()
    await session.idle()
    said = [message.text for message in session.conversation.path if message.role == "user"]
    assert said == ["First", "Second", "Third"]


async def test_a_queue_is_part_of_the_draft_on_disk_only() -> None:
    keeper = SlowKeeper()
    more = asyncio.Event()
    session = sessions(ScriptedLine((TextDelta("A"), more, Done()), HELLO), keeper).new(MODEL)
    session.ask("First")
    await until_said(session, "A")
    session.ask("Second")
    await session.keep_draft_now("third")
    assert session.conversation.draft == "third"
    assert keeper.conversations[session.id].draft == "Second\n\nthird"
    more.set()
    await session.idle()
    await session.keep_draft_now("third!")
    assert keeper.conversations[session.id].draft == "third!"


async def test_closing_keeps_what_could_not_be_kept_before() -> None:
    keeper = SlowKeeper()
    every = sessions(ScriptedLine(HELLO, HELLO), keeper)
    session = every.new(MODEL)
    session.ask("First")
    await session.idle()
    keeper.refusal = NotKept("disk full")
    session.ask("Second")
    await session.idle()
    assert session.only_here
    every.leave(session)
    keeper.refusal = None
    await every.close()
    assert not session.only_here
    assert len(keeper.conversations[session.id].path) == 4


async def test_a_conversation_that_is_deleted_while_it_streams_stops() -> None:
    keeper = SlowKeeper()
    line = ScriptedLine((TextDelta("A"), asyncio.Event()))
    every = sessions(line, keeper)
    session = every.new(MODEL)
    session.ask("First")
    await until_said(session, "A")
    assert await every.delete(session.id) is None
    assert keeper.deleted == {session.id}
    assert not every.streaming
    assert line.closed == 1


async def test_a_listener_that_fails_costs_nobody_the_ending() -> None:
    failures: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context["message"]))
    session = sessions(ScriptedLine(HELLO), SlowKeeper()).new(MODEL)

    def fail(_: object) -> None:
        raise RuntimeError

    session.listen(fail)
    session.ask("First")
    await session.idle()
    assert session.conversation.path[-1].text == "Hello"
    assert failures
