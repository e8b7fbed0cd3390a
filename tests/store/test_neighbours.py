"""The same conversation in two instances: what one writes, the other reads, and neither overwrites."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from llmtui.chat.conversation import Conversation
from llmtui.chat.events import Done, TextDelta
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.parts import Text
from llmtui.store.history import History

TALKING = Path(__file__).with_name("talking.py")
_PATIENCE = 30.0
HELLO = Message("q1", "user", (Text("Hello"),), created=1.0)
ANSWER = Message("a1", "assistant", (), "q1", 2.0, Answer("openai/x"))


def opened(conversation: Conversation | None) -> Conversation:
    assert conversation is not None
    return conversation


async def test_what_another_instance_writes_is_news_once(path: Path) -> None:
    here, there = History(path), History(path)
    await here.begin(Conversation("one", messages=(HELLO,), head="q1", title="Hello"))
    await there.load("one")
    assert await there.news("one", streaming=False) is None
    await here.add("one", ANSWER)
    said = after(ANSWER, TextDelta("every word"), 0.1)
    here.checkpoint("one", said)
    await here.flush()
    news = await there.news("one", streaming=False)
    assert news is not None
    assert [message.text for message in news.messages] == ["every word"]
    assert news.messages[0].streaming
    ended = after(said, Done(), 0.2)
    await here.settle("one", ended)
    news = await there.news("one", streaming=True)
    assert news is not None
    assert news.messages == (ended,)
    assert await there.news("one", streaming=False) is None
    await here.close()
    await there.close()


async def test_what_this_instance_writes_is_no_news(path: Path) -> None:
    history = History(path)
    await history.begin(Conversation("one", messages=(HELLO,), head="q1"))
    await history.news("one", streaming=False)
    await history.add("one", after(after(ANSWER, TextDelta("Hi"), 0.1), Done(), 0.2))
    assert history.stirred()
    assert await history.news("one", streaming=False) is None
    await history.close()


async def test_nothing_stirs_while_nobody_writes(path: Path) -> None:
    here, there = History(path), History(path)
    await here.begin(Conversation("one", messages=(HELLO,), head="q1"))
    there.stirred()
    assert not there.stirred()
    await here.amend(replace(opened(await here.load("one")), title="Another"))
    assert there.stirred()
    assert not there.stirred()
    await here.close()
    await there.close()


@asynccontextmanager
async def answering(path: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process in whose conversation, which is called "one", an answer was begun. It is gone at the end."""
    command = [sys.executable, str(TALKING), "begin", str(path)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_PATIENCE):
            assert (await process.stdout.readline()).split() == [b"begun"], "it has died"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_an_answer_whose_process_died_is_news_though_nobody_writes(path: Path) -> None:
    history = History(path)
    async with answering(path) as process:
        assert opened(await history.load("one")).path[-1].streaming
        process.kill()
    news = await history.news("one", streaming=True)
    assert news is not None
    [answer] = [message.answer for message in news.messages if message.answer]
    assert answer.outcome == "interrupted"
    await history.close()
