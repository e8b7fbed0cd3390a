"""A server in a thread that answers many questions at once, each with endless markdown at a set rate."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle

from benchmarks.transcript import markdown_tokens

_TOKENS = 20_000


class Talker:
    """The last number in a question says what is told: to the same question, the same."""

    def __init__(self, rate: float) -> None:
        """`rate` is tokens a second in each answer, every one an event and a chunk of its own."""
        self.address = ""
        self._rate = rate

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"content-length: *([0-9]+)", head.lower())
                body = await reader.readexactly(int(length[1]) if length else 0)
                if head.startswith(b"POST"):
                    question = str(json.loads(body)["messages"][-1])
                    await self._talk(writer, int(re.findall("[0-9]+", question)[-1]))
                else:
                    _reply(writer, {"object": "list", "data": [{"id": "talk"}]})
        writer.close()

    async def _talk(self, writer: asyncio.StreamWriter, seed: int) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        loop = asyncio.get_running_loop()
        due = loop.time()
        for token in cycle(markdown_tokens(_TOKENS, seed)):
            delta = {"choices": [{"index": 0, "delta": {"content": token}}]}
            body = b"data: %s\n\n" % json.dumps(delta).encode()
            writer.write(b"%x\r\n%s\r\n" % (len(body), body))
            await writer.drain()
            due += 1 / self._rate
            await asyncio.sleep(max(0, due - loop.time()))


def _reply(writer: asyncio.StreamWriter, value: object) -> None:
    body = json.dumps(value).encode()
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
    writer.write(head + body)


@contextmanager
def talking(rate: float) -> Iterator[Talker]:
    """Such a server, running meanwhile on a free port of this machine."""
    talker, loop, ready = Talker(rate), asyncio.new_event_loop(), threading.Event()

    async def serve() -> None:
        server = await asyncio.start_server(talker.answer, "127.0.0.1", 0)
        talker.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()
        await server.serve_forever()

    def run() -> None:
        serving = loop.create_task(serve())
        talker_over.append(serving)
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(serving)
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    talker_over: list[asyncio.Task[None]] = []
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield talker
    finally:
        loop.call_soon_threadsafe(talker_over[0].cancel)
        thread.join(10)
