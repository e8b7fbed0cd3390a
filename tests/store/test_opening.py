"""A history file opens whatever state it is in, and nothing that was there is deleted."""

import asyncio
import os
import random
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from llmtui.chat.conversation import AS_THE_PROVIDER_LIKES, Conversation
from llmtui.chat.message import Answer, Message
from llmtui.chat.parts import Text
from llmtui.store.history import History
from llmtui.store.opening import open_history
from llmtui.store.salvage import salvage
from llmtui.store.schema import STEPS
from tests.store.disk import integrity

WORDS = "words enough to fill a page with conversations of people and models. " * 20


def talk(name: str, messages: int = 4) -> Conversation:
    conversation = Conversation(name, f"title of {name}")
    for number in range(messages):
        role_is_user = number % 2 == 0
        conversation = conversation.adding(
            Message(
                f"m{number}",
                "user" if role_is_user else "assistant",
                (Text(f"{name} {number} {WORDS}"),),
                f"m{number - 1}" if number else None,
                answer=None if role_is_user else Answer("p/m", outcome="complete"),
            )
        )
    return conversation


async def fill(path: Path, conversations: int) -> list[Conversation]:
    told = [talk(f"c{number}") for number in range(conversations)]
    history = History(path)
    assert await history.insert_all(told) is None
    await history.close()
    return told


async def reopened(path: Path) -> tuple[tuple[str, ...], list[Conversation]]:
    """The notices, and every conversation that is there now."""
    notices: list[str] = []
    history = History(path, told=notices.append)
    found = [await history.load(summary.id) for summary in await history.summaries()]
    assert await history.begin(talk("new")) is None, "a history must always be writable again"
    await history.close()
    return tuple(notices), [conversation for conversation in found if conversation]


def set_aside(path: Path) -> list[Path]:
    return sorted(path.parent.glob("history.corrupt-*.db"))


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def bytes_of(path: Path) -> bytes:
    return path.read_bytes()


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


async def test_a_new_history_opens_without_a_word(path: Path) -> None:
    assert await reopened(path) == ((), [])
    assert set_aside(path) == []


async def test_much_that_was_written_and_read_fills_no_memory(path: Path) -> None:
    await fill(path, 1)
    history = History(path)
    await history.opened()
    before = apsw.memory_used()
    for number in range(40):
        assert await history.insert_all([talk(f"more {number}", 40)]) is None
        assert await history.load(f"more {number}")
    assert _written(path) > 3 << 20
    assert apsw.memory_used() - before < 1 << 20
    await history.close()


async def test_an_emptied_file_is_set_aside_and_told(path: Path) -> None:
    await fill(path, 1)
    put(path, b"")
    notices, found = await reopened(path)
    assert found == []
    assert "was empty" in notices[0]
    assert [aside.stat().st_size for aside in set_aside(path)] == [0]


async def test_the_log_of_a_lost_file_is_set_aside_and_not_deleted(path: Path) -> None:
    log = path.with_name("history.db-wal")
    put(log, b"pages")
    await reopened(path)
    (aside,) = path.parent.glob("history.corrupt-*.db-wal")
    assert bytes_of(aside) == b"pages"


@pytest.mark.parametrize("garbage", [b"not a database, " * 1000, b"x", b"SQLite format 3\0" + b"\xff" * 5000])
async def test_garbage_is_set_aside_whole(path: Path, garbage: bytes) -> None:
    put(path, garbage)
    notices, found = await reopened(path)
    assert found == []
    assert "nothing in it could be read" in notices[0]
    (aside,) = set_aside(path)
    assert bytes_of(aside) == garbage
    assert aside.name in notices[0]


async def test_two_accidents_in_one_second_leave_two_files(path: Path) -> None:
    for garbage in (b"one" * 400, b"two" * 400):
        put(path, garbage)
        open_history(path, 1000.0).connection.close()
    assert sorted(aside.read_bytes()[:3] for aside in set_aside(path)) == [b"one", b"two"]


def pages(path: Path, kind: str) -> list[int]:
    """The pages of this kind, numbered from 1."""
    connection = apsw.Connection(str(path))
    try:
        found = connection.execute("SELECT pageno FROM dbstat WHERE pagetype = ? ORDER BY pageno", (kind,))
        return [int(str(page)) for (page,) in found if page != 1]
    finally:
        connection.close()


def overwrite(path: Path, page: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(content)


async def test_a_damaged_inner_page_is_survived_too(path: Path) -> None:
    await fill(path, 200)
    for page in pages(path, "internal"):
        overwrite(path, page, b"\xaa" * 4096)
        await reopened(path)
        await reopened(path)
        assert integrity(path) == "ok"
    assert set_aside(path)


@pytest.mark.parametrize("seed", range(20))
async def test_what_is_readable_in_a_damaged_file_is_saved(path: Path, seed: int) -> None:
    told = await fill(path, 40)
    dice = random.Random(seed)
    overwrite(path, dice.choice(pages(path, "leaf") + pages(path, "overflow")), dice.randbytes(4096))
    first, _ = await reopened(path)
    # A page that nobody needed yet is found out when it is: reading everything again settles it.
    second, found = await reopened(path)
    assert integrity(path) == "ok"
    # A page of texts holds a few conversations, one of an index none; that of the conversations' own rows
    # holds all their titles, but no word that was said.
    whole = {(conversation.id, conversation.messages) for conversation in found}
    assert sum((one.id, one.messages) in whole for one in told) >= len(told) - 8
    if set_aside(path):
        assert any("was damaged and was set aside" in notice for notice in first + second)


async def test_damage_that_shows_while_running_is_mended_while_running(path: Path) -> None:
    told = await fill(path, 40)
    root = pages(path, "internal")[-1]
    heard: list[str] = []
    history = History(path, told=heard.append)
    await history.opened()
    assert heard == []
    overwrite(path, root, b"\xff" * 4096)
    assert await history.load("c1") is not None
    # Who asked has an answer only after the damage was told.
    assert "was set aside" in heard[0]
    assert len(await history.summaries()) == len(told)
    assert await history.begin(talk("more")) is None
    await history.close()
    assert integrity(path) == "ok"
    assert len(set_aside(path)) == 1


async def test_damaged_letters_are_replaced_and_the_rest_is_saved(path: Path) -> None:
    await fill(path, 2)
    content = bytes_of(path)
    assert b"c1 2 words" in content
    put(path, content.replace(b"c1 2 words", b"c1 2 \xff\xfe\xfds"))
    history = History(path)
    found = await history.load("c1")
    assert found is not None
    assert found.messages[2].text.startswith("c1 2 \ufffd\ufffd\ufffds")
    assert found.messages[1] == talk("c1").messages[1]
    await history.close()


async def test_a_newer_history_is_read_and_never_written(path: Path) -> None:
    (told,) = await fill(path, 1)
    connection = apsw.Connection(str(path))
    connection.pragma("user_version", len(STEPS) + 1)
    connection.close()
    before = bytes_of(path)
    notices: list[str] = []
    history = History(path, told=notices.append)
    await history.opened()
    assert notices == [
        "This history was written by a newer llmtui, so it is only read."
        " Update llmtui to go on writing to it.",
    ]
    found = await history.load(told.id)
    assert found is not None
    assert found.messages == told.messages
    kept = await history.add(told.id, Message("x", "user"))
    assert kept is not None
    assert kept.what in notices[0].lower()
    assert history.trouble == kept
    await history.close()
    assert bytes_of(path) == before


async def test_tables_that_a_newer_llmtui_changes_meanwhile_are_not_written(path: Path) -> None:
    (told,) = await fill(path, 1)
    history = History(path)
    await history.opened()
    connection = apsw.Connection(str(path))
    connection.pragma("user_version", len(STEPS) + 1)
    connection.close()
    kept = await history.add(told.id, Message("x", "user"))
    assert kept is not None
    assert "newer llmtui" in kept.what
    await history.close()


LATER = (
    *STEPS,
    "ALTER TABLE conversation ADD COLUMN colour TEXT",
    "CREATE TABLE extra (number INTEGER) STRICT",
)


async def test_an_older_history_is_copied_and_brought_up_to_date(path: Path) -> None:
    await fill(path, 3)
    opened = open_history(path, 0.0, LATER)
    assert opened.notices == (
        "The history was brought up to date; a copy of the older one is in history-v2.bak.",
    )
    assert opened.connection.pragma("user_version") == 4
    assert opened.connection.execute("SELECT count(colour), count(*) FROM conversation").fetchall() == [
        (0, 3)
    ]
    opened.connection.close()
    copy = path.with_name("history-v2.bak")
    older = open_history(copy, 0.0)
    assert older.connection.execute("SELECT count(*) FROM message").fetchall() == [(12,)]
    older.connection.close()


async def test_the_copy_holds_what_was_only_in_the_log(path: Path) -> None:
    writer = open_history(path, 0.0).connection
    writer.execute(
        "INSERT INTO conversation VALUES (1, 'c', '', 0, 0, NULL, '', '', NULL, NULL, '', NULL, 0, NULL)"
    )
    open_history(path, 0.0, LATER).connection.close()
    copy = apsw.Connection(str(path.with_name("history-v2.bak")))
    assert copy.execute("SELECT id FROM conversation").fetchall() == [("c",)]
    copy.close()
    writer.close()


async def test_a_step_that_fails_leaves_the_older_history_as_it_was(path: Path) -> None:
    await fill(path, 2)
    broken = (*STEPS, "ALTER TABLE conversation ADD COLUMN colour TEXT; INSERT INTO nowhere VALUES (1)")
    with pytest.raises(apsw.SQLError):
        open_history(path, 0.0, broken)
    opened = open_history(path, 0.0)
    assert opened.connection.pragma("user_version") == 2
    assert opened.connection.execute("SELECT count(*) FROM conversation").fetchall() == [(2,)]
    columns = opened.connection.execute("SELECT name FROM pragma_table_info('conversation')").fetchall()
    assert ("colour",) not in columns
    opened.connection.close()


async def test_the_file_of_another_program_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    connection = apsw.Connection(str(path))
    connection.execute("CREATE TABLE bookmark (address TEXT)")
    connection.close()
    before = bytes_of(path)
    history = History(path)
    await history.opened()
    kept = await history.begin(talk("c"))
    assert kept is not None
    assert kept.what == "the history file belongs to another program"
    assert await history.summaries() == ()
    await history.close()
    assert bytes_of(path) == before


async def test_a_folder_in_the_place_of_the_file_is_told_and_not_raised(path: Path) -> None:
    put(path / "inside", b"")
    before = mode(path)
    history = History(path)
    assert await history.begin(talk("c")) is not None
    assert await history.load("c") is None
    assert history.trouble is not None
    await history.close()
    assert (path / "inside").exists()
    assert mode(path) == before


async def test_a_history_can_be_opened_later_than_the_first_try(path: Path) -> None:
    path.parent.touch()
    history = History(path)
    assert await history.begin(talk("c")) is not None
    path.parent.unlink()
    assert await history.begin(talk("c")) is None
    assert history.trouble is None
    await history.close()


async def test_a_file_that_is_moved_while_open_is_let_go_and_loses_nothing(path: Path) -> None:
    notices: list[str] = []
    history = History(path, told=notices.append)
    await history.begin(talk("before"))
    moved = path.with_name("moved.db")
    for suffix in ("", "-wal", "-shm"):
        os.replace(path.with_name(path.name + suffix), moved.with_name(moved.name + suffix))
    other = History(path)
    assert await other.begin(talk("meanwhile")) is None
    assert await history.begin(talk("after")) is None
    await history.close()
    assert any("was moved or replaced" in notice for notice in notices)
    assert {summary.id for summary in await other.summaries()} == {"meanwhile", "after"}
    await other.close()
    assert integrity(path) == integrity(moved) == "ok"
    _, found = await reopened(moved)
    assert [conversation.id for conversation in found] == ["before"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_nobody_else_can_read_the_history_whatever_the_umask(tmp_path: Path) -> None:
    script = (
        "import asyncio, os, sys, pathlib\n"
        "os.umask(0)\n"
        "from llmtui.store.history import History\n"
        "from llmtui.chat.conversation import Conversation\n"
        "async def main():\n"
        "    history = History(pathlib.Path(sys.argv[1]))\n"
        "    await history.begin(Conversation('c'))\n"
        "    os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())\n"
    )
    path = tmp_path / "deep" / "data" / "history.db"
    subprocess.run([sys.executable, "-c", script, str(path)], check=False, timeout=60)
    for folder in (path.parent, path.parent.parent):
        assert mode(folder) == 0o700
    found = {file.name: mode(file) for file in path.parent.iterdir()}
    assert set(found) == {"history.db", "history.db-wal", "history.db-shm", "history.lock"}
    assert set(found.values()) == {0o600}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
async def test_a_history_that_others_could_read_is_closed_to_them(path: Path) -> None:
    await fill(path, 1)
    os.chmod(path, 0o644)
    await reopened(path)
    assert mode(path) == 0o600


async def test_many_who_open_a_new_history_at_once_share_one(path: Path) -> None:
    histories = [History(path) for _ in range(8)]
    await asyncio.gather(*(one.begin(talk(f"c{place}", 1)) for place, one in enumerate(histories)))
    assert [one.trouble for one in histories] == [None] * 8
    assert len(await histories[0].summaries()) == 8
    for one in histories:
        await one.close()
    assert set_aside(path) == []


async def test_a_history_of_the_first_version_is_read_and_salvaged(path: Path) -> None:
    connection = open_history(path, 0.0, STEPS[:1]).connection
    connection.execute(
        "INSERT INTO conversation (id, title, created, updated, system, model, draft, messages)"
        " VALUES ('old', 'Old', 1, 1, '', 'a/b', '', 1)"
    )
    connection.execute(
        "INSERT INTO message (conversation, position, id, role, created) VALUES (1, 0, 'q', 'user', 1)"
    )
    connection.execute("INSERT INTO part (message, position, kind, text) VALUES (1, 0, 'text', 'kept')")
    connection.close()
    target = open_history(path.with_name("new.db"), 0.0).connection
    assert salvage(path, target) == (1, 1)
    target.close()
    history = History(path)
    await history.opened()
    found = await history.load("old")
    assert found is not None
    assert [message.text for message in found.messages] == ["kept"]
    assert found.fallbacks == ()
    await history.close()


@pytest.mark.parametrize(
    "written",
    [
        "{",
        "5",
        "[1]",
        '{"fallbacks": 5, "sampling": 5, "sent_from": 5, "usage": 5}',
        '{"detours": 5, "unread": "x", "continued": [], "accepted": 1}',
        '{"fallbacks": [5], "sampling": {"stop": 5, "effort": "so-so", "top_k": "x"}}',
        '{"detours": [5, {}, {"kind": "u-turn"}, {"kind": "whole", "failure": 5}, {"kind": ["whole"]}]}',
        '{"kind": "gremlins", "what": "it broke", "status": "x", "retry_after": "x"}',
    ],
)
async def test_what_cannot_be_understood_beside_the_words_takes_none_of_them_along(
    path: Path, written: str
) -> None:
    (told,) = await fill(path, 1)
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE conversation SET besides = ?1", (written,))
    connection.execute("UPDATE message SET besides = ?1, error = ?1", (written,))
    connection.close()
    history = History(path)
    found = await history.load("c0")
    assert found is not None
    assert [message.text for message in found.messages] == [message.text for message in told.messages]
    assert (found.fallbacks, found.sampling, found.sent_from) == ((), AS_THE_PROVIDER_LIKES, "")
    answer = found.messages[1].answer
    assert answer is not None
    assert (answer.detours, answer.unread, answer.continued, answer.accepted) == ((), 0, 0, False)
    if answer.error is not None:
        assert (answer.error.what, answer.error.brief) == ("it broke", "reported an error")
    await history.close()


def _written(path: Path) -> int:
    """How many bytes a history and its log take."""
    return path.stat().st_size + path.with_name(f"{path.name}-wal").stat().st_size
