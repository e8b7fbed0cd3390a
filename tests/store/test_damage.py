"""What can happen to a history's files: truncated, overwritten, without a log, beside somebody else's."""

import asyncio
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import apsw
import pytest

from llmtui.chat.conversation import Conversation
from llmtui.chat.message import Message
from llmtui.chat.parts import Text
from llmtui.store.history import History
from llmtui.store.rescue import finish_rescue
from tests.store.disk import FOR_EVER, failing_disk, integrity
from tests.store.test_opening import (
    bytes_of,
    fill,
    overwrite,
    pages,
    put,
    reopened,
    set_aside,
    talk,
)

PAGE = 4096
SEEDS = range(int(os.environ.get("LLMTUI_DAMAGES", "8")))


async def killed_in_the_midst(path: Path) -> History:
    """A history in use; its files are copied while it is, as a dead process leaves them."""
    history = History(path)
    for number in range(6):
        assert await history.begin(talk(f"c{number}")) is None
    assert path.with_name("history.db-wal").stat().st_size > 0
    return history


async def left_behind(path: Path, *suffixes: str) -> Path:
    """A copy of the files of a history in use, of those with these suffixes."""
    history = await killed_in_the_midst(path)
    other = path.parent.with_name("left") / "history.db"
    os.mkdir(other.parent)
    for suffix in suffixes:
        shutil.copyfile(f"{path}{suffix}", f"{other}{suffix}")
    await history.close()
    return other


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_file_that_was_cut_off_anywhere_is_gone_on_with(path: Path, seed: int) -> None:
    await fill(path, 40)
    os.truncate(path, random.Random(seed).randrange(1, len(bytes_of(path))))
    before = bytes_of(path)
    first, _ = await reopened(path)
    second, found = await reopened(path)
    assert integrity(path) == "ok"
    assert any("set aside" in notice for notice in first + second)
    assert before in [bytes_of(aside) for aside in set_aside(path)]
    assert "new" in {conversation.id for conversation in found}


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_file_with_twenty_damaged_pages_is_gone_on_with(path: Path, seed: int) -> None:
    told = await fill(path, 60)
    dice = random.Random(seed)
    count = len(bytes_of(path)) // PAGE
    for page in dice.sample(range(count), min(20, count)):
        with path.open("r+b") as file:
            file.seek(page * PAGE + dice.randrange(PAGE - 64))
            file.write(dice.randbytes(64))
    await reopened(path)
    _, found = await reopened(path)
    assert integrity(path) == "ok"
    assert len(found) >= len(told) // 4 or set_aside(path)
    assert "new" in {conversation.id for conversation in found}


async def test_without_its_log_a_history_is_as_it_was_written_last(path: Path) -> None:
    left = await left_behind(path, "")
    notices, found = await reopened(left)
    assert (notices, found) == ((), [])
    assert integrity(left) == "ok"


async def test_a_stale_index_of_the_log_is_no_trouble(path: Path) -> None:
    left = await left_behind(path, "", "-wal")
    left.with_name("history.db-shm").write_bytes(random.Random(1).randbytes(32768))
    _, found = await reopened(left)
    assert sorted(one.id for one in found) == [f"c{number}" for number in range(6)]
    assert integrity(left) == "ok"


async def test_a_damaged_log_takes_only_what_was_in_it(path: Path) -> None:
    left = await left_behind(path, "", "-wal")
    log = left.with_name("history.db-wal")
    content = bytearray(bytes_of(log))
    content[len(content) // 2] ^= 0xFF
    log.write_bytes(content)
    _, found = await reopened(left)
    ids = sorted(one.id for one in found)
    assert ids == [f"c{number}" for number in range(len(ids))]
    assert ids
    assert integrity(left) == "ok"


async def test_a_rescue_that_was_broken_off_is_ended(path: Path) -> None:
    told = await fill(path, 2)
    whole = path.with_name("history.db.rescued")
    os.replace(path, whole)
    put(path, b"damaged")
    notices, found = await reopened(path)
    assert "set aside" in notices[0]
    assert [one.messages for one in reversed(found)] == [one.messages for one in told]
    assert [bytes_of(aside) for aside in set_aside(path)] == [b"damaged"]
    assert finish_rescue(path, 0.0) == ""


AS_NOBODY = """
import asyncio, os, pathlib, sys
path = pathlib.Path(sys.argv[1])
from llmtui.store.file import HistoryFile
from llmtui.store.history import History
from llmtui.chat.message import Message
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
async def main():
    notices = []
    history = History(path, told=notices.append)
    await history.opened()
    print(" ".join(notices))
    found = await history.load("c0")
    print(len(found.messages) if found else 0)
    kept = await history.add("c0", Message("x", "user"))
    print(kept.what if kept else None)
    await history.close()
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555), (0o000, 0o555)])
def test_what_may_not_be_written_is_read_by_whoever_it_is(file: int, folder: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        # The other user has to come as far as the file.
        os.chmod(place, 0o711)
        path = Path(place) / "data" / "history.db"
        asyncio.run(fill(path, 1))
        os.chmod(path, file)
        os.chmod(path.parent, folder)
        command = [sys.executable, "-c", AS_NOBODY, str(path)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert ended.returncode == 0, ended.stderr
        notice, messages, refused = ended.stdout.splitlines()
        if file:
            assert "may not be written" in notice
            assert (messages, "may not be written" in refused) == ("4", True)
        else:
            assert (messages, refused) == ("0", "the history cannot be opened")
        assert set_aside(path) == []
        os.chmod(path.parent, 0o700)


async def test_a_damaged_history_waits_for_room_and_is_not_set_aside_without_it(path: Path) -> None:
    told = await fill(path, 40)
    overwrite(path, pages(path, "internal")[-1], b"\xff" * PAGE)
    with failing_disk() as disk:
        disk.fail(1, FOR_EVER, apsw.FullError)
        notices: list[str] = []
        history = History(path, told=notices.append)
        for conversation in told:
            await history.load(conversation.id)
        kept = await history.add("c0", Message("x", "user", (Text("more"),)))
        assert kept is None or kept.what == "the disk is full"
        assert set_aside(path) == []
        disk.heal()
        for conversation in told:
            await history.load(conversation.id)
        assert await history.begin(Conversation("after")) is None
        assert len(set_aside(path)) == 1
        assert "could be read" in notices[-1]
        await history.close()
    assert integrity(path) == "ok"
