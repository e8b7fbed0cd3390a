"""A process that talks into a history, for tests that start several, or kill one.

`talking.py stream FILE`: three conversations with answers that stream for ever; what was handed over is said
on stdout, with the time.
`talking.py begin FILE`: one question, and an answer that goes no further; then it waits.
`talking.py write FILE NAME COUNT`: that many messages into a shared conversation; then the troubles.
`talking.py fill FILE`: messages until the file may grow no more; then room again, and what was kept.
"""

import asyncio
import sys
import time
from pathlib import Path

from llmtui.chat.conversation import Conversation
from llmtui.chat.events import Done, ReasoningDelta, TextDelta
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.parts import Text
from llmtui.store.history import History


def say(*words: object) -> None:
    print(*words, flush=True)


async def stream(path: Path) -> None:
    history = History(path)
    begun = time.time_ns()
    await asyncio.gather(*(stream_in(history, f"talk-{begun}-{number}") for number in range(3)))


async def stream_in(history: History, name: str) -> None:
    await history.begin(Conversation(name))
    number = 0
    while True:
        number += 1
        question = Message(f"q{number}", "user", (Text(f"question {number}"),))
        if await history.add(name, question) is None:
            say("kept", name, question.id)
        answer = Message(f"a{number}", "assistant", (), question.id, 0.0, Answer("p/m"))
        await history.add(name, answer)
        for word in range(20 * number):
            answer = after(answer, ReasoningDelta(f"{word} ") if word < 10 else TextDelta(f"{word} "))
            history.checkpoint(name, answer)
            say("word", name, answer.id, word, time.time())
            await asyncio.sleep(0.002)
        if await history.settle(name, after(answer, Done("stop"))) is None:
            say("kept", name, answer.id)


async def begin(path: Path) -> None:
    history = History(path)
    question = Message("q", "user", (Text("Why?"),))
    await history.begin(Conversation("one", messages=(question,), head="q"))
    answer = Message("a", "assistant", (), "q", 0.0, Answer("p/m"))
    await history.add("one", answer)
    history.checkpoint("one", after(answer, TextDelta("Because")))
    await history.flush()
    say("begun")
    await asyncio.Event().wait()


async def write(path: Path, name: str, count: int) -> None:
    history = History(path)
    troubles = []
    slowest = 0.0
    await history.begin(Conversation("shared"))
    for number in range(count):
        message = Message(f"{name}-{number}", "user", (Text(f"{name} says {number}"),))
        began = time.perf_counter()
        troubles.append(await history.add("shared", message))
        slowest = max(slowest, time.perf_counter() - began)
    await history.close()
    say(sum(trouble is not None for trouble in troubles), slowest)


async def fill(path: Path) -> None:
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, most))
    history = History(path)
    await history.begin(Conversation("c"))
    await history.add("c", Message("q", "user", (Text("Why?"),)))
    answer = Message("a", "assistant", (), "q", 0.0, Answer("p/m"))
    await history.add("c", answer)
    while history.trouble is None:
        answer = after(answer, TextDelta("word " * 2000))
        history.checkpoint("c", answer)
        await history.flush()
    say(history.trouble.what)
    answer = after(answer, Done("stop"))
    refused = await history.settle("c", answer)
    say(refused and refused.what)
    reader = History(path)
    found = await reader.load("c")
    say(len(found.messages) if found else 0)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    await history.flush()
    say(history.trouble)
    found = await reader.load("c")
    say(found is not None and found.by_id["a"] == answer)
    await reader.close()
    await history.close()


def main() -> None:
    match sys.argv[1:]:
        case ["stream", path]:
            asyncio.run(stream(Path(path)))
        case ["begin", path]:
            asyncio.run(begin(Path(path)))
        case ["write", path, name, count]:
            asyncio.run(write(Path(path), name, int(count)))
        case ["fill", path]:
            asyncio.run(fill(Path(path)))


if __name__ == "__main__":
    main()
