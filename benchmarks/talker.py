"""A server in a thread that answers many questions at once, each with endless markdown at a set rate."""

import json
import re
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from itertools import cycle

from benchmarks.transcript import markdown_tokens
from tests.threaded_server import Quiet, ThreadedServer

_TOKENS = 20_000


def talker(rate: float) -> ThreadedServer:
    """`rate` is tokens a second in each answer, every one an event and a chunk of its own. The last number in
    a question says what is told: to the same question, the same."""

    class Handler(Quiet, BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Each token leaves at once.
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            body = json.dumps({"object": "list", "data": [{"id": "talk"}]}).encode()
            self._begin("application/json", ("Content-Length", str(len(body))))
            self.wfile.write(body)

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seed = int(re.findall("[0-9]+", str(asked["messages"][-1]))[-1])
            self._begin("text/event-stream", ("Transfer-Encoding", "chunked"))
            with suppress(OSError):  # whoever asked may go
                self._talk(seed)

        def _begin(self, kind: str, extent: tuple[str, str]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header(*extent)
            self.end_headers()

        def _talk(self, seed: int) -> None:
            due = time.monotonic()
            for token in cycle(markdown_tokens(_TOKENS, seed)):
                delta = {"choices": [{"index": 0, "delta": {"content": token}}]}
                body = b"data: %s\n\n" % json.dumps(delta).encode()
                self.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))
                due += 1 / rate
                time.sleep(max(0, due - time.monotonic()))

    return ThreadedServer(Handler)
