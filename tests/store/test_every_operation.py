"""A real session with a real history on a disk whose n-th operation fails, for every n, once and for ever."""

import asyncio
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import apsw
import pytest

from llmtui.chat.archive import from_json, to_json
from llmtui.chat.conversation import Conversation
from llmtui.chat.events import Done, TextDelta
from llmtui.chat.kept import Kept
from llmtui.engine.changes import Change, Said, Unsaved
from llmtui.engine.means import Means
from llmtui.engine.sessions import Sessions
from llmtui.store import opening, worker
from llmtui.store.history import History
from tests.engine.scripted import ScriptedLine, Step
from tests.store.disk import FAULTS, FOR_EVER, Disk, failing_disk

# The gate tries every thirteenth operation, beginning with another one for each fault; 1 tries them all.
STRIDE = int(os.environ.get("LLMTUI_STRIDE", "13"))


class Talk:
    """A person who talks, branches, renames, deletes and takes it back; what they were told of saving."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.history = History(path)
        self.gates = [asyncio.Event() for _ in range(3)]
        self.line = ScriptedLine(*([self.said(number) for number in range(3)]))
        self.told: list[Kept] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.sessions = Sessions(Means(self.line, self.history, self.start))
        self.sessions.listen(self.hear)
        self.deletions: list[Kept] = []
        self.midst = asyncio.Event()

    def said(self, number: int) -> tuple[Step, ...]:
        return (
            TextDelta(f"answer {number} begins, "),
            TextDelta("goes on, " * 300),
            self.gates[number],
            TextDelta("and ends."),
            Done("stop"),
        )

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def hear(self, change: Change) -> None:
        match change:
            case Unsaved(trouble):
                self.told.append(trouble)
            case Said(_, message, TextDelta(text)) if "goes on" in text:
                assert message.streaming
                self.midst.set()
            case _:
                pass

    async def done(self) -> None:
        while self.tasks:
            await asyncio.gather(*self.tasks)

    async def answered(self, number: int) -> None:
        """Come back when this answer has ended; in the midst of it, its checkpoints are written."""
        await self.midst.wait()
        self.midst.clear()
        await self.history.flush()
        self.gates[number].set()
        await self.session.idle()
        await self.done()

    async def talk(self) -> None:
        self.session = self.sessions.new("p/m")
        self.session.ask("first question")
        await self.answered(0)
        self.session.rename("another title")
        await self.done()
        self.session.retry()
        await self.answered(1)
        self.session.look_at(self.session.conversation.messages[1].id)
        await self.done()
        self.session.ask("second question")
        await self.answered(2)
        self.session.keep_draft("half a sentence")
        await self.done()
        self.deletions.append(await self.history.delete(self.session.id))
        self.deletions.append(await self.history.restore(self.session.id))
        await self.history.summaries()

    async def make_up(self) -> None:
        """What the screen does every few seconds as long as something is not saved."""
        await self.sessions.keep_the_rest()
        await self.history.flush()
        await self.history.restore(self.session.id)


def as_kept(conversation: Conversation) -> list[object]:
    about = (conversation.title, conversation.head, conversation.draft)
    return [*about, *sorted(conversation.messages, key=lambda message: message.id)]


async def talk_on(disk: Disk, path: Path, first: int, last: int, error: type[apsw.Error]) -> tuple[int, Talk]:
    """Talk while the operations from first to last fail; how many there were, and who talked."""
    talk = Talk(path)
    disk.fail(first, last, error)
    await talk.talk()
    done = disk.done
    failed_at_the_end = last == FOR_EVER and done >= first
    if failed_at_the_end:
        troubles = [*talk.told[-1:], *talk.deletions, talk.history.trouble]
        trouble = next(filter(None, troubles), None)
        assert trouble is not None, "a disk that fails for good is told, and stays told"
        assert trouble.what
        assert not trouble.what.endswith(".")
    conversation = talk.session.conversation
    # Every word is in memory, and can be exported elsewhere.
    assert [message.text[-9:] for message in conversation.messages if message.answer] == ["and ends."] * 3
    assert from_json(to_json([conversation]))
    disk.heal()
    await talk.make_up()
    assert not talk.told or talk.told[-1] is None, "all is well again, and that is told too"
    assert talk.history.trouble is None
    await talk.sessions.close()
    await talk.history.close()
    reader = History(path)
    found = await reader.load(conversation.id)
    assert found is not None, reader.trouble
    assert as_kept(found) == as_kept(conversation)
    await reader.close()
    return done, talk


# SQLite's Python half tells errors of a file that nobody holds any more to whoever is there.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("last", ["once", "for ever"])
@pytest.mark.parametrize("error", FAULTS)
async def test_whichever_operation_fails_every_word_is_kept_in_the_end(
    tmp_path: Path, error: type[apsw.Error], last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_MS", 0)
    # Only what this test does tries again: what happens does not depend on the time.
    monkeypatch.setattr(worker, "RETRY_SECONDS", 3600.0)
    monkeypatch.setattr(worker, "CHECKPOINT_SECONDS", 3600.0)
    # No file is busy or read-only for those who read it; a busy one cannot be locked.
    reads, locks = error not in (apsw.BusyError, apsw.ReadOnlyError), error is apsw.BusyError
    with failing_disk(reads, locks) as disk:
        number = 1 + FAULTS.index(error) % STRIDE
        tried = 0
        while True:
            path = tmp_path / str(number) / "history.db"
            done, _ = await talk_on(disk, path, number, number if last == "once" else FOR_EVER, error)
            tried += 1
            if done < number:
                break
            number += STRIDE
        assert tried * STRIDE > 30
