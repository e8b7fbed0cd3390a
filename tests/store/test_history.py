"""What is kept comes back, as it was, to whoever asks."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from llmtui.chat.conversation import Conversation, Sampling
from llmtui.chat.detour import Detour
from llmtui.chat.events import (
    Done,
    Event,
    Failed,
    ModelReported,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
    Usage,
    UsageReported,
)
from llmtui.chat.failure import Failure
from llmtui.chat.kept import NotKept
from llmtui.chat.message import Answer, Message, Outcome, Timing, after
from llmtui.chat.parts import File, Image, Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.engine.needs import Keeper
from llmtui.store.history import History

DAY = 24 * 3600.0


class Clock:
    def __init__(self, at: float = 1_000_000.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def question(name: str = "q", text: str = "Why?", parent: str | None = None) -> Message:
    return Message(name, "user", (Text(text),), parent, 5.0)


def answering(name: str = "a", parent: str = "q") -> Message:
    return Message(name, "assistant", (), parent, 6.0, Answer("groq/llama", "groq"))


async def streaming(history: History, conversation: str = "c") -> Message:
    """A conversation with a question, and its answer about to stream."""
    await history.begin(Conversation(conversation))
    await history.add(conversation, question())
    answer = answering()
    await history.add(conversation, answer)
    return answer


async def the_message(history: History, name: str = "a", conversation: str = "c") -> Message:
    found = await history.load(conversation)
    assert found is not None
    return found.by_id[name]


async def checkpointed(history: History, message: Message) -> Message:
    """The message as it is kept once its checkpoint is written."""
    history.checkpoint("c", message)
    assert await history.flush() is None
    return await the_message(history, message.id)


async def test_the_history_is_the_keeper_that_the_engine_needs(history: History) -> None:
    keeper: Keeper = history
    assert await keeper.summaries() == ()


async def test_nothing_is_done_until_it_is_asked_for(path: Path) -> None:
    history = History(path)
    await history.close()
    assert not path.parent.exists()


async def test_everything_that_was_said_comes_back_as_it_was(path: Path) -> None:
    usage = Usage(1, 2, 3, 4, 5, True, 0.25, 6, True, True)
    error = Failure("server", "it broke", "host:1", "Try again.", 503, "<html>\x1b[31m", 7.5)
    detours = (
        Detour("fallback", "openai/m", error),
        Detour("without", "groq/llama", error, "stream_options"),
    )
    whole = Conversation(
        id="c",
        title="Bread — 面包",
        created=1.5,
        updated=2.5,
        system="Be kind.",
        model="groq/llama",
        sampling=Sampling(0.25, 100, 0.5, 7, 8, ("END",), "high", 0),
        draft="and then",
        fallbacks=("groq/llama", "ollama/l"),
        sent_from="q",
    )
    for message in (
        Message("s", "system", (Text("rules"),)),
        Message("q", "user", (Text("look"), Image("image/png", b"\x00\xff", "a.png")), "s", 1.0),
        Message("q2", "user", (File("a.txt", "text/plain", b""),), "s", 1.0),
        Message(
            "a",
            "assistant",
            (
                Reasoning("hm", 0.5, 1.5, "sig"),
                Text("so\0 it is"),
                ToolCall("1", "run", '{"a":', "proof"),
                Refusal("no"),
            ),
            "q",
            2.0,
            Answer(
                "groq/llama",
                "groq",
                "llama-3",
                "host",
                usage,
                Timing(0.5, 9.0),
                "truncated",
                "x",
                error,
                detours,
                unread=2,
                continued=3,
                accepted=True,
            ),
        ),
        Message("t", "tool", (ToolResult("1", "done", is_error=True),), "a", 3.0),
        Message("b", "assistant", (), "q", 2.0, Answer("", usage=Usage(), outcome="failed")),
    ):
        whole = whole.adding(message)
    whole = replace(whole, head="q2")
    first = History(path)
    assert await first.begin(whole) is None
    assert await first.load("c") == whole
    await first.close()
    second = History(path)
    assert await second.load("c") == whole
    assert await second.load("d") is None
    await second.close()


async def test_a_message_that_is_added_becomes_the_head(path: Path, clock: Clock) -> None:
    history = History(path, clock)
    await history.begin(Conversation("c"))
    clock.at = 77.0
    assert await history.add("c", question()) is None
    found = await history.load("c")
    assert found is not None
    assert (found.head, found.updated, found.messages) == ("q", 77.0, (question(),))
    await history.close()


async def test_the_same_message_id_in_two_conversations_is_two_messages(history: History) -> None:
    for name in ("c", "d"):
        await history.begin(Conversation(name))
        assert await history.add(name, question(text=name)) is None
    assert (await the_message(history, "q", "c")).text == "c"
    assert (await the_message(history, "q", "d")).text == "d"


async def test_a_streaming_answer_is_kept_with_all_that_it_said_so_far(history: History) -> None:
    answer = await streaming(history)
    events: list[Event] = [
        ModelReported("llama-3.3", "host"),
        ReasoningDelta("so "),
        ReasoningDelta("it ", "sig"),
        TextDelta("I will "),
        ToolCallDelta(0, "1", "run", '{"a"'),
        ToolCallDelta(1, "2", "walk", "{"),
        ToolCallDelta(0, arguments=": 1}"),
        TextDelta("see é\0 面"),
        TextDelta("包"),
        UsageReported(Usage(1, 2)),
        ToolCallDelta(1, arguments="}"),
    ]
    for at, event in enumerate(events, 1):
        answer = after(answer, event, float(at))
        assert await checkpointed(history, answer) == answer
    (summary,) = await history.summaries()
    assert summary.streaming


async def test_only_the_newest_of_many_checkpoints_matters(history: History) -> None:
    answer = await streaming(history)
    for number in range(1000):
        answer = after(answer, TextDelta(f"{number} "))
        history.checkpoint("c", answer)
    assert await history.flush() is None
    assert await the_message(history) == answer


async def test_a_checkpoint_is_written_by_itself_within_a_moment(path: Path) -> None:
    history = History(path)
    answer = after(await streaming(history), TextDelta("word"))
    history.checkpoint("c", answer)
    # Asked through a second history, so that nothing but time makes the first one write.
    other = History(path)
    for _ in range(500):
        if (await the_message(other)).text == "word":
            break
        await asyncio.sleep(0.01)
    else:
        pytest.fail("no checkpoint was written in 5 seconds")
    await other.close()
    await history.close()


async def test_a_part_that_was_rewritten_or_taken_back_is_kept_as_it_is_now(history: History) -> None:
    answer = replace(await streaming(history), parts=(Text("one"), Text("two"), Text("three")))
    await checkpointed(history, answer)
    for parts in ((Text("one!"), Text("2"), Text("three")), (Reasoning("one", 1.0),), ()):
        answer = replace(answer, parts=parts)
        assert await checkpointed(history, answer) == answer


async def test_the_ending_replaces_every_checkpoint(history: History) -> None:
    answer = await streaming(history)
    for number in range(5):
        answer = after(answer, TextDelta(f"{number} "))
        history.checkpoint("c", answer)
        await checkpointed(history, answer)
    history.checkpoint("c", answer)
    ended = after(answer, Done("stop"), 3.0)
    assert await history.settle("c", ended) is None
    assert await the_message(history) == ended
    (summary,) = await history.summaries()
    assert not summary.streaming


async def test_a_failure_is_kept_with_its_reason(history: History) -> None:
    answer = await streaming(history)
    ended = after(answer, Failed(Failure("timeout", "no word for 30 s", "host")), 30.0)
    await history.settle("c", ended)
    assert await the_message(history) == ended


async def test_closing_writes_what_is_pending_and_calls_it_interrupted(path: Path) -> None:
    first = History(path)
    answer = after(await streaming(first), TextDelta("half a "))
    first.checkpoint("c", answer)
    answer = after(answer, TextDelta("sentence"))
    first.checkpoint("c", answer)
    await first.close()
    second = History(path)
    found = await the_message(second)
    assert found.text == "half a sentence"
    assert found.answer is not None
    assert found.answer.outcome == "interrupted"
    await second.close()


async def test_a_checkpoint_of_a_message_that_was_never_added_waits_for_its_adding(history: History) -> None:
    await history.begin(Conversation("c"))
    history.checkpoint("c", answering(parent="q"))
    history.checkpoint("nowhere", answering())
    await history.add("c", question())
    await history.add("c", answering())
    found = await history.load("c")
    assert found is not None
    assert [message.id for message in found.messages] == ["q", "a"]


async def test_saying_the_same_twice_is_no_trouble(history: History) -> None:
    conversation = Conversation("c", "t").adding(question())
    assert await history.begin(conversation) is None
    assert await history.begin(conversation) is None
    assert await history.add("c", question()) is None
    assert (await history.load("c") or Conversation("")).messages == (question(),)


async def test_half_characters_are_mended_and_never_an_error(history: History) -> None:
    broken = "a\ud83d b\udc00 c\ud83d\ude00"
    await history.begin(Conversation("c", broken, head=broken, system=broken, model=broken, draft=broken))
    assert await history.add("c", question(text=broken)) is None
    answer = answering()
    await history.add("c", answer)
    history.checkpoint("c", after(answer, TextDelta(broken)))
    ended = after(after(answer, TextDelta(broken)), Failed(Failure("server", broken, detail=broken)))
    assert await history.settle("c", ended) is None
    found = await history.load("c")
    assert found is not None
    assert found.title == found.system == found.messages[0].text == "a\ufffd b\ufffd c😀"
    assert found.messages[1].answer is not None
    assert found.messages[1].answer.error == Failure("server", found.title, detail=found.title)
    assert await history.load("\udcff") is None
    assert await history.find("\udcff") == ()


async def test_numbers_that_are_none_or_too_long_are_no_error(history: History) -> None:
    usage = Usage(10**30, -(10**30), cost=float("nan"))
    answer = replace(
        answering(), answer=Answer("p/m", usage=usage, timing=Timing(float("inf")), outcome="complete")
    )
    conversation = Conversation("c", created=float("nan"), updated=float("-inf"))
    assert await history.begin(conversation.adding(replace(answer, created=float("inf")))) is None
    found = await the_message(history)
    assert found.answer is not None
    assert found.answer.usage == Usage(2**63 - 1, -(2**63))


async def test_a_conversation_that_is_not_here_is_told_and_not_raised(history: History) -> None:
    for kept in (
        await history.add("c", question()),
        await history.settle("c", answering()),
        await history.amend(Conversation("c")),
        await history.delete("c"),
        await history.restore("c"),
    ):
        assert isinstance(kept, NotKept)
        assert kept.what == "this conversation is not in the history"
    assert await history.begin(Conversation("c")) is None
    assert history.trouble is None


async def test_amending_changes_what_a_conversation_says_of_itself_and_no_message(history: History) -> None:
    conversation = Conversation("c", "t").adding(question())
    await history.begin(conversation)
    await history.add("c", question("q2"))
    changed = replace(
        conversation, title="T", system="s", model="m", sampling=Sampling(1.0, 2), draft="d", head=None
    )
    assert await history.amend(changed) is None
    found = await history.load("c")
    assert found is not None
    assert found == replace(changed, messages=(question(), question("q2")), updated=found.updated)


async def test_the_list_is_newest_first_without_the_empty_and_the_deleted(path: Path, clock: Clock) -> None:
    history = History(path, clock)
    for name in ("a", "b", "c", "empty", "deleted"):
        clock.at += 1
        await history.begin(Conversation(name, f"title {name}", model="p/m"))
        if name != "empty":
            await history.add(name, question())
    await history.delete("deleted")
    clock.at += 1
    await history.add("a", question("q2", parent="q"))
    assert [summary.id for summary in await history.summaries()] == ["a", "c", "b"]
    first, *_ = await history.summaries(1)
    assert (first.title, first.updated, first.messages, first.model) == ("title a", clock.at, 2, "p/m")
    assert await history.newest() == "a"
    await history.close()


async def test_what_is_deleted_is_out_of_sight_until_it_is_restored(history: History) -> None:
    await history.begin(Conversation("c").adding(question()))
    assert await history.delete("c") is None
    assert await history.summaries() == ()
    assert await history.load("c") is None
    assert await history.find("c") == ()
    assert await history.newest() is None
    assert await history.restore("c") is None
    assert await the_message(history, "q") == question()


async def test_going_on_with_a_deleted_conversation_brings_it_back(history: History) -> None:
    await history.begin(Conversation("c").adding(question()))
    await history.delete("c")
    await history.add("c", question("q2"))
    assert [summary.messages for summary in await history.summaries()] == [2]


async def test_what_was_deleted_long_ago_is_gone_with_all_that_was_in_it(path: Path, clock: Clock) -> None:
    history = History(path, clock)
    for name in ("old", "young"):
        await history.begin(Conversation(name).adding(question()))
        await history.delete(name)
        clock.at += 20 * DAY
    await history.close()
    later = History(path, clock)
    assert await later.restore("old") is not None
    assert await later.restore("young") is None
    await later.close()


async def test_an_id_is_found_by_its_beginning(history: History) -> None:
    for name in ("abc", "abd", "ab", "b%", "b_"):
        await history.begin(Conversation(name).adding(question()))
    assert set(await history.find("ab")) == {"ab"}
    assert set(await history.find("a")) == {"abc", "abd", "ab"}
    assert await history.find("b%") == ("b%",)
    assert await history.find("%") == ()
    assert len(await history.find("")) == 5


async def test_an_import_comes_whole_and_never_over_what_is_here(history: History) -> None:
    here = Conversation("c", "mine").adding(question(text="mine"))
    await history.begin(here)
    other = Conversation("c", "theirs").adding(question(text="theirs"))
    new = Conversation("d", "new").adding(question()).adding(answering())
    assert await history.insert_all([other, new, here]) is None
    assert await history.load("c") == here
    assert sorted(summary.title for summary in await history.summaries()) == ["mine", "new", "theirs"]
    imported = await the_message(history, "a", "d")
    assert imported.answer is not None
    outcome: Outcome = imported.answer.outcome
    assert outcome == "interrupted"


async def test_importing_the_same_again_doubles_nothing_and_brings_back_the_deleted(history: History) -> None:
    told = [Conversation(name, name).adding(question()) for name in ("c", "d")]
    await history.insert_all(told)
    await history.delete("d")
    await history.add("c", question("q2"))
    assert await history.insert_all(told) is None
    assert sorted(summary.id for summary in await history.summaries()) == ["c", "d"]
    assert len((await history.load("c") or told[0]).messages) == 2


async def test_after_closing_nothing_is_kept_and_everybody_is_told(path: Path) -> None:
    history = History(path)
    await history.begin(Conversation("c"))
    await history.close()
    await history.close()
    assert await history.add("c", question()) == NotKept("the history is closed")
    assert await history.load("c") is None
    history.checkpoint("c", answering())


async def test_what_was_asked_is_done_even_if_the_asker_is_cancelled(history: History) -> None:
    await history.begin(Conversation("c"))
    adding = asyncio.create_task(history.add("c", question()))
    await asyncio.sleep(0)
    adding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await adding
    assert await the_message(history, "q") == question()


@pytest.fixture
def ids() -> Iterator[str]:
    return (f"m{number}" for number in count())


async def test_a_conversation_of_any_length_is_read_in_as_many_statements(
    path: Path, ids: Iterator[str]
) -> None:
    import apsw

    from llmtui.store import reading

    history = History(path)
    await history.begin(Conversation("short").adding(question()))
    long = Conversation("long")
    for name in (next(ids) for _ in range(300)):
        long = long.adding(question(name))
    await history.begin(long)
    await history.close()
    connection = apsw.Connection(str(path))
    asked: list[str] = []

    def note(cursor: apsw.Cursor, sql: str, bindings: object) -> bool:
        asked.append(sql)
        return True

    connection.exec_trace = note
    for name in ("short", "long"):
        asked.clear()
        assert reading.conversation(connection, name) is not None
        assert len(asked) == 4
    connection.close()


async def test_what_was_typed_and_never_sent_is_found_again(tmp_path: Path) -> None:
    history = History(tmp_path / "history.db")
    assert await history.unsent() is None
    await history.begin(Conversation("old", draft="first"))
    await history.begin(Conversation("new", draft="second", updated=5.0))
    assert await history.unsent() == "new"
    await history.delete("new")
    assert await history.unsent() == "old"
    assert await history.summaries() == ()
    await history.close()
