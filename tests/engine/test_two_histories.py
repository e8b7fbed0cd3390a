"""One conversation in two instances that share a real history: nobody waits for ever, nobody overwrites."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from llmtui.chat.events import Done, TextDelta
from llmtui.engine.session import Session
from llmtui.engine.sessions import Sessions
from llmtui.store.history import History
from tests.engine.scripted import ScriptedLine, means, until_said


@dataclass
class Two:
    """An answer arrives `here`, until it is let `go`, and the conversation is open `there`, too."""

    path: Path
    here: Session
    there: Session
    both: Sessions
    go: asyncio.Event

    async def kept_text(self) -> str:
        """The newest answer as somebody else reads it."""
        reader = History(self.path)
        found = await reader.load(self.here.id)
        await reader.close()
        assert found is not None
        return found.messages[-1].text


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    path, go = tmp_path / "history.db", asyncio.Event()
    mine, theirs = History(path), History(path)
    line = ScriptedLine([TextDelta("so "), TextDelta("far"), go, TextDelta(" so good"), Done()])
    here = Sessions(means(line, mine)).new("openai/x")
    here.ask("How is it?")
    await until_said(here, "so far")
    await mine.flush()
    others = Sessions(means(ScriptedLine([TextDelta("and then"), Done()]), theirs))
    there = await others.resume(here.id)
    assert there is not None
    yield Two(path, here, there, others, go)
    go.set()
    await here.idle()
    await there.idle()
    await mine.close()
    await theirs.close()


async def test_what_waits_is_asked_though_a_third_one_deletes_the_conversation(two: Two) -> None:
    two.there.ask("And then?")
    assert two.there.queue == ("And then?",)
    third = History(two.path)
    assert await third.delete(two.here.id) is None
    await third.close()
    two.go.set()
    await two.here.idle()
    await two.both.catch_up(two.there)
    await two.there.idle()
    assert [message.text for message in two.there.conversation.path] == [
        *("How is it?", "so far so good"),
        *("And then?", "and then"),
    ]


async def test_being_content_with_an_answer_waits_until_it_is_there(two: Two) -> None:
    assert not two.there.accept()
    two.go.set()
    await two.here.idle()
    assert await two.kept_text() == "so far so good"
    await two.both.catch_up(two.there)
    assert two.there.accept()


async def test_an_answer_that_arrives_elsewhere_holds_up_its_own_branch_only(two: Two) -> None:
    question = two.there.conversation.path[0].id
    assert two.there.retry()
    await two.there.idle()
    assert two.there.conversation.path[-1].text == "and then"
    assert two.there.conversation.path[-1].parent == question
    assert two.there.elsewhere


async def test_a_title_given_here_stays_though_something_was_written_elsewhere_before_it_was_kept(
    two: Two,
) -> None:
    two.go.set()
    await two.here.idle()
    two.there.rename("Mine")
    # It is not handed over yet: only tasks do that.
    await two.there.catch_up()
    assert two.there.conversation.title == "Mine"


async def test_who_comes_back_to_a_conversation_sees_what_was_said_in_it_elsewhere(two: Two) -> None:
    two.go.set()
    await two.here.idle()
    await two.both.catch_up(two.there)
    # What waits here keeps it open when nobody looks.
    two.there.ask("And then?")
    two.both.leave(two.there)
    two.here.rename("Theirs")
    await two.here.keep_draft_now("x")
    told = asyncio.Event()
    forget = two.there.listen(lambda change: told.set())
    assert await two.both.resume(two.here.id) is two.there
    # Nobody waits for a disk to get back to what is here.
    await told.wait()
    forget()
    assert two.there.conversation.title == "Theirs"
