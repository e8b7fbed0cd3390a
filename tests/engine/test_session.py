"""Asking, stopping, retrying and queueing, and what is kept of it."""

import asyncio

from llmtui.chat.events import (
    Done,
    Failed,
    ModelReported,
    ReasoningDelta,
    TextDelta,
    Usage,
    UsageReported,
)
from llmtui.chat.failure import Failure
from llmtui.chat.kept import NotKept
from llmtui.engine.changes import Change, Said, Turned, Unsaved
from llmtui.engine.session import Session
from tests.engine.scripted import RememberingKeeper, ScriptedLine, means, sessions, until_said

MODEL = "openai/gpt-4o-mini"
HELLO = (TextDelta("Hel"), TextDelta("lo"), Done("stop"))


def outcome(session: Session) -> str:
    answer = session.conversation.path[-1].answer
    assert answer is not None
    return answer.outcome


async def test_an_answer_is_folded_kept_and_told() -> None:
    line, keeper = ScriptedLine((ModelReported("gpt-4o-mini-2024"), *HELLO)), RememberingKeeper()
    session = sessions(line, keeper).new(MODEL)
    heard: list[Change] = []
    session.listen(heard.append)

    session.ask("Hi there")
    await session.idle()

    question, answer = session.conversation.path
    assert (question.role, question.text) == ("user", "Hi there")
    assert answer.text == "Hello"
    assert answer.answer is not None
    assert answer.answer.model == "gpt-4o-mini-2024"
    assert answer.answer.requested == MODEL
    assert answer.answer.outcome == "complete"
    assert keeper.conversations[session.id].path == session.conversation.path
    assert [change.event for change in heard if isinstance(change, Said)] == [
        ModelReported("gpt-4o-mini-2024"),
        *HELLO,
    ]
    assert session.conversation.title == "Hi there"


async def test_the_question_is_kept_before_anything_goes_to_the_line() -> None:
    keeper = RememberingKeeper()

    class Watching(ScriptedLine):
        async def stream(self, request, watched):  # type: ignore[no-untyped-def]
            keeper.log.append("line")
            async for event in super().stream(request, watched):
                yield event

    session = sessions(Watching(HELLO, HELLO), keeper).new(MODEL)
    for _ in range(2):
        session.ask("Hi")
        await session.idle()

    steps = [step for step in keeper.log if step != "checkpoint"]
    assert steps == [
        "begin",
        "line",
        "add assistant",
        "settle complete",
        "add user",
        "line",
        "add assistant",
        "settle complete",
    ]


async def test_stopping_keeps_every_word() -> None:
    line, keeper = (
        ScriptedLine((TextDelta("Half of "), TextDelta("it"), asyncio.Event())),
        RememberingKeeper(),
    )
    session = sessions(line, keeper).new(MODEL)
    session.ask("Tell me everything")
    await until_said(session, "Half of it")

    assert session.stop()
    await session.idle()

    assert session.conversation.path[-1].text == "Half of it"
    assert outcome(session) == "stopped"
    assert keeper.log[-1] == "settle stopped"
    assert line.closed == 1
    assert not session.stop()


async def test_stopping_at_once_still_keeps_the_question_and_ends_the_answer() -> None:
    line, keeper = ScriptedLine((asyncio.Event(),)), RememberingKeeper()
    session = sessions(line, keeper).new(MODEL)
    session.ask("Never mind")
    session.stop()
    await session.idle()

    assert outcome(session) == "stopped"
    assert keeper.conversations[session.id].path[0].text == "Never mind"


async def test_a_failure_after_words_is_a_truncation_and_keeps_them() -> None:
    cut = Failure("cut", "the stream ended")
    session = sessions(ScriptedLine((TextDelta("Half"), Failed(cut))), RememberingKeeper()).new(MODEL)
    session.ask("Go")
    await session.idle()

    assert session.conversation.path[-1].text == "Half"
    assert outcome(session) == "truncated"


async def test_a_line_that_ends_without_an_ending_is_a_cut() -> None:
    session = sessions(ScriptedLine((TextDelta("Half"),)), RememberingKeeper()).new(MODEL)
    session.ask("Go")
    await session.idle()

    answer = session.conversation.path[-1].answer
    assert answer is not None
    assert answer.error is not None
    assert (answer.outcome, answer.error.kind) == ("truncated", "cut")


async def test_a_line_that_breaks_is_a_failure_and_not_a_crash() -> None:
    class Broken(ScriptedLine):
        async def stream(self, request, watched):  # type: ignore[no-untyped-def]
            yield TextDelta("Half")
            raise RuntimeError("sk-secret")

    session = sessions(Broken(), RememberingKeeper()).new(MODEL)
    session.ask("Go")
    await session.idle()

    answer = session.conversation.path[-1].answer
    assert answer is not None
    assert answer.error is not None
    assert answer.error.kind == "bug"
    assert "sk-secret" not in answer.error.message


async def test_without_a_model_the_answer_says_how_to_choose_one() -> None:
    line = ScriptedLine()
    session = sessions(line, RememberingKeeper()).new("")
    session.ask("Hi")
    await session.idle()

    answer = session.conversation.path[-1].answer
    assert answer is not None
    assert answer.error is not None
    assert "/model" in answer.error.hint
    assert not line.requests


async def test_sending_while_an_answer_arrives_queues_and_goes_on_after_it() -> None:
    more = asyncio.Event()
    line = ScriptedLine((TextDelta("One"), more, Done()), (TextDelta("Two"), Done()))
    session = sessions(line, RememberingKeeper()).new(MODEL)
    session.ask("First")
    await until_said(session, "One")
    session.ask("Second")
    assert session.queue == ("Second",)

    more.set()
    await session.idle()

    assert [message.text for message in session.conversation.path] == ["First", "One", "Second", "Two"]
    assert not list(session.queue)
    assert [message.text for message in line.requests[1].messages] == ["First", "One", "Second"]


async def test_the_newest_queued_message_can_be_taken_back() -> None:
    line = ScriptedLine((TextDelta("One"), asyncio.Event()))
    session = sessions(line, RememberingKeeper()).new(MODEL)
    session.ask("First")
    await until_said(session, "One")
    session.ask("Second")
    session.ask("Third")

    assert session.unqueue() == "Third"
    assert session.queue == ("Second",)
    session.stop(hold=True)
    await session.idle()


async def test_what_is_queued_waits_after_a_failure() -> None:
    more = asyncio.Event()
    down = Failed(Failure("server", "it is down"))
    line = ScriptedLine((TextDelta("One"), more, down), HELLO)
    session = sessions(line, RememberingKeeper()).new(MODEL)
    session.ask("First")
    await until_said(session, "One")
    session.ask("Second")
    more.set()
    await session.idle()

    assert session.queue == ("Second",)
    assert session.ask_queued()
    await session.idle()
    assert session.conversation.path[-1].text == "Hello"


async def test_retrying_makes_a_branch_beside_the_old_answer() -> None:
    line = ScriptedLine((TextDelta("One"), Done()), (TextDelta("Other"), Done()))
    keeper = RememberingKeeper()
    session = sessions(line, keeper).new(MODEL)
    session.ask("Go")
    await session.idle()
    first = session.conversation.path[-1]

    assert session.retry()
    await session.idle()

    second = session.conversation.path[-1]
    assert session.conversation.siblings(first.id) == (first.id, second.id)
    assert second.text == "Other"
    assert [message.text for message in line.requests[1].messages] == ["Go"]
    session.look_at(first.id)
    assert session.conversation.path[-1].text == "One"


async def test_an_answer_that_failed_before_it_said_anything_is_not_sent_again() -> None:
    line = ScriptedLine((Failed(Failure("server", "down")),), HELLO)
    session = sessions(line, RememberingKeeper()).new(MODEL)
    session.ask("First")
    await session.idle()
    session.ask("Second")
    await session.idle()

    assert [message.text for message in line.requests[1].messages] == ["First", "Second"]


async def test_the_model_can_change_in_the_middle() -> None:
    line = ScriptedLine(HELLO, HELLO)
    session = sessions(line, RememberingKeeper()).new(MODEL)
    session.ask("First")
    await session.idle()
    session.choose_model("groq/llama")
    session.ask("Second")
    await session.idle()

    assert [str(request.model) for request in line.requests] == [MODEL, "groq/llama"]
    asked = [message.answer.requested for message in session.conversation.path if message.answer]
    assert asked == [MODEL, "groq/llama"]


async def test_what_cannot_be_saved_is_told_kept_in_memory_and_saved_later() -> None:
    keeper = RememberingKeeper()
    keeper.refusal = NotKept("disk full", "Free some space")
    session = sessions(ScriptedLine(HELLO, HELLO), keeper).new(MODEL)
    heard: list[Change] = []
    session.listen(heard.append)

    session.ask("First")
    await session.idle()
    assert Unsaved(keeper.refusal) in heard
    assert session.conversation.path[-1].text == "Hello"

    keeper.refusal = None
    session.ask("Second")
    await session.idle()
    assert heard[-1] != Unsaved(None)
    assert Unsaved(None) in heard
    assert [message.text for message in keeper.conversations[session.id].path] == [
        "First",
        "Hello",
        "Second",
        "Hello",
    ]


async def test_tokens_are_estimated_where_the_provider_does_not_count_them() -> None:
    session = sessions(ScriptedLine(HELLO), RememberingKeeper()).new(MODEL)
    session.ask("Hi")
    await session.idle()
    answer = session.conversation.path[-1].answer
    assert answer is not None
    assert answer.usage is not None
    assert answer.usage.estimated
    assert answer.usage.output == 1


async def test_reported_usage_stays_as_it_was_reported() -> None:
    usage = Usage(input=10, output=20, total=30)
    line = ScriptedLine((TextDelta("Hello"), UsageReported(usage), Done()))
    session = sessions(line, RememberingKeeper()).new(MODEL)
    session.ask("Hi")
    await session.idle()
    answer = session.conversation.path[-1].answer
    assert answer is not None
    assert answer.usage == usage
    assert session.count.context(session.conversation.path) == (30, False)


async def test_several_conversations_stream_at_once_and_closing_keeps_them_all() -> None:
    stuck = asyncio.Event()
    line = ScriptedLine((TextDelta("A"), stuck), (TextDelta("B"), stuck))
    keeper = RememberingKeeper()
    both = sessions(line, keeper)
    one, other = both.new(MODEL), both.new(MODEL)
    one.ask("One")
    other.ask("Other")
    await asyncio.gather(until_said(one, "A"), until_said(other, "B"))
    assert set(both.streaming) == {one, other}

    await both.close()

    assert [outcome(one), outcome(other)] == ["stopped", "stopped"]
    assert keeper.conversations[one.id].path[-1].text == "A"


async def test_leaving_a_streaming_session_does_not_end_its_answer() -> None:
    more = asyncio.Event()
    line = ScriptedLine((TextDelta("A"), more, TextDelta("B"), Done()))
    keeper = RememberingKeeper()
    all_open = sessions(line, keeper)
    session = all_open.new(MODEL)
    session.ask("Go")
    await until_said(session, "A")
    all_open.leave(session)
    assert await all_open.resume(session.id) is session
    more.set()
    await session.idle()
    assert session.conversation.path[-1].text == "AB"


async def test_reasoning_has_a_duration() -> None:
    line = ScriptedLine((ReasoningDelta("Hm"), ReasoningDelta("m"), TextDelta("Yes"), Done()))
    session = sessions(line, RememberingKeeper()).new(MODEL)
    session.ask("Go")
    await session.idle()
    answer = session.conversation.path[-1]
    assert (answer.reasoning, answer.text) == ("Hmm", "Yes")
    assert answer.answer is not None
    assert answer.answer.timing.first_token is not None
    assert answer.answer.timing.total is not None


async def test_a_kept_conversation_goes_on_where_it_was() -> None:
    keeper = RememberingKeeper()
    first = sessions(ScriptedLine(HELLO), keeper)
    session = first.new(MODEL, "Be brief")
    session.ask("Go")
    await session.idle()
    line = ScriptedLine(HELLO)
    again = await sessions(line, keeper).resume(session.id)
    assert again is not None
    again.ask("On")
    await again.idle()
    assert [message.text for message in line.requests[0].messages] == ["Go", "Hello", "On"]
    assert line.requests[0].system == "Be brief"
    assert await sessions(line, keeper).resume("nothing") is None


async def test_queued_words_are_part_of_the_draft() -> None:
    keeper = RememberingKeeper()
    line = ScriptedLine((TextDelta("A"), asyncio.Event()))
    session = Session(sessions(line, keeper).new(MODEL).conversation, means(line, keeper), kept=False)
    session.ask("One")
    await until_said(session, "A")
    session.ask("Two")
    await session.keep_draft_now("Three")
    assert keeper.conversations[session.id].draft == "Two\n\nThree"
    session.stop(hold=True)
    await session.idle()


async def test_listeners_see_the_conversation_turn() -> None:
    session = sessions(ScriptedLine(HELLO), RememberingKeeper()).new(MODEL)
    heard: list[Change] = []
    forget = session.listen(heard.append)
    session.rename("Another title")
    assert isinstance(heard[-1], Turned)
    assert heard[-1].conversation.title == "Another title"
    forget()
    session.rename("A third")
    assert len(heard) == 1


async def test_an_answer_is_watched_until_nobody_looks_and_from_when_somebody_looks_again() -> None:
    going_on = asyncio.Event()
    line = ScriptedLine([TextDelta("Half"), going_on, Done("stop")])
    all_open = sessions(line, RememberingKeeper())
    session = all_open.new(MODEL)
    session.ask("Go")
    await until_said(session, "Half")
    [watched] = line.watched
    assert watched.is_set()
    all_open.leave(session)
    assert not watched.is_set()
    await all_open.resume(session.id)
    assert watched.is_set()
    going_on.set()
    await session.idle()
