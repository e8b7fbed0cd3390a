"""A disk that fails: nothing is raised, nothing is lost, and it is made up for when it is well again."""

import os
from pathlib import Path

import apsw
import pytest

from llmtui.chat.conversation import Conversation
from llmtui.chat.events import Done, TextDelta
from llmtui.chat.kept import Kept, NotKept
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.parts import Text
from llmtui.store import worker
from llmtui.store.history import History
from llmtui.store.trouble import in_words
from tests.store.disk import failing_disk

QUESTION = Message("q", "user", (Text("Why?"),))
ANSWER = Message("a", "assistant", (), "q", 0.0, Answer("p/m"))
SAID = after(ANSWER, TextDelta("Because. " * 1000))
ENDED = after(SAID, Done("stop"))


async def talk(history: History) -> list[Kept]:
    """One turn, as the engine has it: a message that was not kept is added before the next."""
    kept = [await history.begin(Conversation("c", "t"))]
    unkept = [QUESTION, ANSWER]
    for _ in range(2):
        while unkept and kept[-1] is None:
            kept.append(await history.add("c", unkept[0]))
            if kept[-1] is None:
                unkept.pop(0)
        history.checkpoint("c", SAID)
        await history.flush()
    kept.append(await history.settle("c", ENDED) if not unkept else NotKept("not yet"))
    kept.append(await history.amend(Conversation("c", "T", head="a")))
    await history.load("c")
    await history.summaries()
    return kept


def integrity(path: Path) -> object:
    connection = apsw.Connection(str(path))
    try:
        return connection.pragma("integrity_check")
    finally:
        connection.close()


@pytest.mark.parametrize("error", [apsw.FullError, apsw.IOError])
async def test_whichever_operation_fails_nothing_is_raised_and_the_next_try_succeeds(
    tmp_path: Path, error: type[apsw.Error]
) -> None:
    with failing_disk() as disk:
        number, failed = 0, True
        while failed:
            number += 1
            path = tmp_path / str(number) / "history.db"
            disk.done, disk.first, disk.last, disk.error = 0, number, number, error
            history = History(path)
            kept = await talk(history)
            failed = disk.done >= number
            assert all(isinstance(answer, NotKept | None) for answer in kept)
            disk.last = -1
            assert await talk(history) == [None] * 5
            assert history.trouble is None
            found = await history.load("c")
            assert found is not None
            assert (found.title, found.messages) == ("T", (QUESTION, ENDED))
            await history.close()
            assert integrity(path) == "ok"
        # As many operations as a turn has, opening included, were each failed once.
        assert number > 20


async def test_a_disk_that_fails_for_good_is_told_each_time_and_what_was_kept_stays(path: Path) -> None:
    with failing_disk() as disk:
        history = History(path)
        await history.begin(Conversation("c", "t"))
        await history.add("c", QUESTION)
        disk.first, disk.last = 0, 10**9
        for writing in (
            history.begin(Conversation("d")),
            history.add("c", ANSWER),
            history.settle("c", ENDED),
            history.amend(Conversation("c", "T")),
            history.delete("c"),
            history.insert_all([Conversation("d")]),
        ):
            kept = await writing
            assert kept is not None
            assert kept.what == "the disk is full"
            assert kept.hint
            history.checkpoint("c", SAID)
            await history.flush()
            assert history.trouble == kept
        found = await history.load("c")
        assert found is not None
        assert found.messages == (QUESTION,)
        await history.close()
        disk.last = -1
    assert integrity(path) == "ok"


async def test_an_ending_that_could_not_be_kept_is_kept_as_soon_as_there_is_room(path: Path) -> None:
    with failing_disk() as disk:
        history = History(path)
        await history.begin(Conversation("c", "t"))
        await history.add("c", QUESTION)
        await history.add("c", ANSWER)
        disk.first, disk.last = 0, 10**9
        history.checkpoint("c", SAID)
        assert await history.flush() is not None
        assert await history.settle("c", ENDED) is not None
        disk.last = -1
        assert await history.flush() is None
        assert history.trouble is None
        found = await history.load("c")
        assert found is not None
        assert found.messages == (QUESTION, ENDED)
        await history.close()


async def test_what_waits_is_written_after_the_next_thing_that_succeeds(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So long that only the success of something else can be what makes it try again.
    monkeypatch.setattr(worker, "RETRY_SECONDS", 3600.0)
    with failing_disk() as disk:
        history = History(path)
        await history.begin(Conversation("c", "t"))
        await history.add("c", ANSWER)
        disk.first, disk.last = 0, 10**9
        assert await history.settle("c", ENDED) is not None
        disk.last = -1
        assert await history.begin(Conversation("d")) is None
        assert (await history.load("c") or Conversation("")).messages == (ENDED,)
        await history.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize(("file", "folder"), [(0o400, 0o700), (0o600, 0o500), (0o400, 0o500)])
async def test_a_history_that_may_not_be_written_is_read(path: Path, file: int, folder: int) -> None:
    history = History(path)
    await history.begin(Conversation("c").adding(QUESTION))
    await history.close()
    os.chmod(path, file)
    os.chmod(path.parent, folder)
    notices: list[str] = []
    history = History(path, told=notices.append)
    await history.opened()
    assert "may not be written" in notices[0]
    assert (await history.load("c") or Conversation("")).messages == (QUESTION,)
    kept = await history.add("c", ANSWER)
    assert kept is not None
    assert "may not be written" in kept.what
    await history.close()
    os.chmod(path.parent, 0o700)
    os.chmod(path, 0o600)
    history = History(path)
    assert await history.add("c", ANSWER) is None
    await history.close()


@pytest.mark.parametrize(
    "error",
    [
        apsw.FullError(),
        apsw.IOError(),
        apsw.BusyError(),
        apsw.ReadOnlyError(),
        apsw.CantOpenError(),
        apsw.CorruptError(),
        apsw.TooBigError(),
        apsw.MisuseError(),
        PermissionError(13, "Permission denied", "/secret/place"),
        OSError(5, "Input/output error", "/secret/place"),
    ],
)
def test_every_trouble_is_a_clause_for_a_person_without_a_path(error: Exception) -> None:
    told = in_words(error)
    assert told.what
    assert not told.what.endswith(".")
    assert "/secret" not in told.what + told.hint
    assert not told.hint or told.hint.endswith(".")
