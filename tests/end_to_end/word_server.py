"""A server that answers one word at a time, and remembers what it was asked and when it said what."""

import json
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

WORDS = 2000
PACE = 0.005  # seconds from word to word


class SlowServer:
    """Speaks OpenAI's chat dialect on a free port of this machine, until it is left (`with`)."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.said: list[float] = []  # when each word was on its way, on the monotonic clock
        self._over = threading.Event()
        self._spoke = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def words_before(self, moment: float) -> int:
        """How many words were on their way at this moment."""
        return sum(said <= moment for said in self.said)

    def wait_for_words(self, count: int, timeout: float = 30) -> None:
        """Wait until this many words are on their way."""
        with self._spoke:
            assert self._spoke.wait_for(lambda: len(self.said) >= count, timeout), "nobody asks"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = json.dumps({"object": "list", "data": [{"id": "slow"}]}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                server.asked.append(json.loads(self.rfile.read(length)))
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                with suppress(OSError):  # whoever asked may go
                    self._answer()

            def _answer(self) -> None:
                for number in range(WORDS):
                    if server._over.wait(PACE):
                        return
                    delta = {"choices": [{"index": 0, "delta": {"content": f"word{number} "}}]}
                    self.wfile.write(f"data: {json.dumps(delta)}\n\n".encode())
                    with server._spoke:
                        server.said.append(time.monotonic())
                        server._spoke.notify_all()
                self.wfile.write(b"data: [DONE]\n\n")

            def log_message(self, *arguments: object) -> None:
                """Say nothing: the test's output is not the place."""

        return Handler
