"""A server that says one word after the other, and remembers what it was asked and when it said what."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.threaded_server import Quiet, ThreadedServer


class WordServer(ThreadedServer):
    """Speaks OpenAI's chat dialect on a free port of this machine, until it is left (`with`)."""

    def __init__(self, words: int, pace: float) -> None:
        """Each answer has this many words, and `pace` seconds before each."""
        self.asked: list[dict[str, Any]] = []
        # On the monotonic clock: when each question was heard, and when each word was on its way.
        self.heard: list[float] = []
        self.said: list[float] = []
        self._words = words
        self._pace = pace
        self._over = threading.Event()
        self._changed = threading.Condition()
        super().__init__(self._handler())

    def words_before(self, moment: float) -> int:
        """How many words were on their way at this moment."""
        return sum(said <= moment for said in self.said)

    def wait_for_words(self, count: int) -> None:
        """Wait until this many words are on their way."""
        self._wait(lambda: len(self.said) >= count)

    def wait_for_questions(self, count: int) -> None:
        """Wait until this many questions were heard."""
        self._wait(lambda: len(self.asked) >= count)

    def _wait(self, happened: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(happened, timeout=30), "nobody asks"

    def release(self) -> None:
        self._over.set()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(Quiet, BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = json.dumps({"object": "list", "data": [{"id": "slow"}]}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                with server._changed:
                    server.heard.append(time.monotonic())
                    server.asked.append(json.loads(self.rfile.read(length)))
                    server._changed.notify_all()
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                with suppress(OSError):  # whoever asked may go
                    self._answer()

            def _answer(self) -> None:
                for number in range(server._words):
                    if server._over.wait(server._pace):
                        return
                    delta = {"choices": [{"index": 0, "delta": {"content": f"word{number} "}}]}
                    self.wfile.write(f"data: {json.dumps(delta)}\n\n".encode())
                    with server._changed:
                        server.said.append(time.monotonic())
                        server._changed.notify_all()
                self.wfile.write(b"data: [DONE]\n\n")

        return Handler
