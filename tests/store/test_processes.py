"""Several processes on one history, and processes that die."""

import asyncio
import os
import random
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from llmtui.chat.conversation import Conversation
from llmtui.chat.events import Done, TextDelta
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.parts import Text
from llmtui.store.history import History
from llmtui.store.owner import lives, this_process
from tests.store.disk import integrity

TALKING = Path(__file__).with_name("talking.py")
KILLS = int(os.environ.get("LLMTUI_KILLS", "20"))
WRITERS = int(os.environ.get("LLMTUI_WRITERS", "2"))
WRITES = int(os.environ.get("LLMTUI_WRITES", "100"))
LONGEST_WAIT_SECONDS = 1.0
# At most this much of what was streamed may be lost: the checkpoint's 100 ms, and room for a busy machine.
AT_RISK_SECONDS = 0.25


def start(*words: object) -> "subprocess.Popen[str]":
    command = [sys.executable, str(TALKING), *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def said_until_killed(path: Path, seconds: float) -> tuple[list[list[str]], float]:
    """What the process said before it was killed, so long after its first question, and when that was."""
    process = start("stream", path)
    assert process.stdout is not None
    lines: list[str] = []
    while not (lines and lines[-1].startswith("kept")):
        lines.append(process.stdout.readline())
    time.sleep(seconds)
    process.kill()
    killed = time.time()
    rest, _ = process.communicate(timeout=30)
    # A last line without its end was never said.
    return [
        line.split() for line in "".join([*lines, rest]).splitlines(keepends=True) if line[-1] == "\n"
    ], killed


async def test_killed_at_any_moment_everything_older_than_a_moment_is_there(path: Path) -> None:
    dice = random.Random(20261121)
    for _ in range(KILLS):
        said, killed = await asyncio.to_thread(said_until_killed, path, dice.uniform(0.0, 0.6))
        notices: list[str] = []
        history = History(path, told=notices.append)
        loaded = {line[1]: await history.load(line[1]) for line in said}
        talks = {name: found for name, found in loaded.items() if found is not None}
        assert talks.keys() == loaded.keys()
        assert notices == []
        for line in said:
            match line:
                case ["kept", talk, name]:
                    kept = talks[talk].by_id[name]
                    assert kept.answer is None or kept.answer.outcome == "complete"
                case ["word", talk, name, word, at] if float(at) < killed - AT_RISK_SECONDS:
                    message = talks[talk].by_id[name]
                    assert re.search(rf"\b{word} ", message.reasoning + message.text), line
        for message in (message for found in talks.values() for message in found.messages):
            words = [int(word) for word in (message.reasoning + message.text).split() if word.isdigit()]
            if message.answer:
                assert words == list(range(len(words))), (
                    "nothing is lost in the middle, and nothing is doubled"
                )
                assert message.answer.outcome in ("complete", "interrupted")
        assert not any(summary.streaming for summary in await history.summaries())
        await history.close()
        assert integrity(path) == "ok"


async def test_processes_that_write_at_once_lose_nothing_and_wait_for_no_second(path: Path) -> None:
    names = [f"writer{number}" for number in range(WRITERS)]
    processes = [start("write", path, name, WRITES) for name in names]
    answers = [await asyncio.to_thread(process.communicate, timeout=300) for process in processes]
    for told, _ in answers:
        troubles, slowest = told.split()
        assert int(troubles) == 0
        assert float(slowest) < LONGEST_WAIT_SECONDS
    history = History(path)
    found = await history.load("shared")
    assert found is not None
    for name in names:
        mine = [message.text for message in found.messages if message.id.startswith(name)]
        assert mine == [f"{name} says {number}" for number in range(WRITES)]
    await history.close()
    assert integrity(path) == "ok"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
async def test_a_disk_without_room_loses_nothing_and_is_made_up_for(path: Path) -> None:
    process = start("fill", path)
    told, _ = await asyncio.to_thread(process.communicate, timeout=60)
    trouble, refused, readable, after_all, whole = told.splitlines()
    assert trouble in ("the disk is full", "the disk reported an error")
    assert refused == trouble
    assert readable == "2"
    assert after_all == "None"
    assert whole == "True"
    assert integrity(path) == "ok"


async def test_the_answer_of_a_living_process_is_left_to_it(path: Path) -> None:
    mine, other = History(path), History(path)
    await mine.begin(Conversation("c"))
    answer = Message("a", "assistant", (), answer=Answer("p/m"))
    await mine.add("c", answer)
    await other.opened()
    found = await other.load("c")
    assert found is not None
    assert found.messages[0].streaming
    await other.close()
    ended = after(after(answer, TextDelta("said")), Done())
    assert await mine.settle("c", ended) is None
    assert (await mine.load("c") or found).messages == (ended,)
    await mine.close()


async def test_an_answer_taken_for_dead_is_whole_again_when_its_process_ends_it(path: Path) -> None:
    mine = History(path)
    await mine.begin(Conversation("c"))
    answer = Message("a", "assistant", (), answer=Answer("p/m"))
    await mine.add("c", answer)
    answer = after(answer, TextDelta("some "))
    mine.checkpoint("c", answer)
    await mine.flush()
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE message SET owner = '1:2:another boot'")
    connection.close()
    other = History(path)
    await other.opened()
    interrupted = (await other.load("c") or Conversation("")).messages[0]
    assert interrupted.answer is not None
    assert (interrupted.text, interrupted.answer.outcome) == ("some ", "interrupted")
    for word in ("more ", "words"):
        answer = after(answer, TextDelta(word))
        mine.checkpoint("c", answer)
        await mine.flush()
        assert (await other.load("c") or Conversation("")).messages[0].text == answer.text
    ended = after(answer, Done())
    await mine.settle("c", ended)
    assert (await other.load("c") or Conversation("")).messages == (ended,)
    await other.close()
    await mine.close()


async def test_two_who_change_different_things_of_one_conversation_keep_both(path: Path) -> None:
    one, two = History(path), History(path)
    await one.begin(Conversation("c", "first title").adding(Message("q", "user", (Text("Why?"),))))
    seen = await two.load("c")
    assert seen is not None
    await one.amend(replace(seen, title="better title"))
    await two.amend(replace(seen, draft="half a sentence"))
    await one.add("c", Message("q2", "user", (Text("And?"),), "q"))
    found = await two.load("c")
    assert found is not None
    assert (found.title, found.draft, found.head) == ("better title", "half a sentence", "q2")
    await one.close()
    await two.close()


def test_a_process_lives_until_it_has_ended_and_its_number_is_not_enough() -> None:
    me = this_process()
    assert lives(me)
    number, began, boot, letters = me.split(":")
    for other in ("", None, "x", "0", f"-1:{began}:{boot}:x", f"{2**31 - 1}:{began}:{boot}:x"):
        assert not lives(other)
    if began:
        assert not lives(f"{number}:{began}1:{boot}:{letters}")
    assert not lives(f"{number}:{began}:another-boot:{letters}")
    process = subprocess.Popen(
        [sys.executable, "-c", "from llmtui.store.owner import this_process; print(this_process()); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    other = process.stdout.readline().strip()
    assert lives(other)
    process.communicate("\n", timeout=30)
    assert not lives(other)
