"""A server that means harm with every word it says: it answers as it is asked to, in OpenAI's dialect."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.terminal.payloads import RAW, SHORT, one_line
from tests.threaded_server import Quiet, ThreadedServer

END = "THE-END"
# The payloads stand between words, each in a paragraph of its own, and come in pieces of so many signs.
_PIECES = (1, 2, 3, 5, 8, 13, 40)

Say = Callable[[str], list[dict[str, Any]]]


def _called(text: str) -> list[dict[str, Any]]:
    calls = []
    for number, line in enumerate(text.split("\n\n")):
        for argument in ("", json.dumps({"command": line})[:-2], '"}'):
            function = {"name": "" if argument else line, "arguments": argument}
            calls.append({"tool_calls": [{"index": number, "id": f"call {line}", "function": function}]})
    return calls


# The ways to say something, by the first word of the question; the second one is the number of the text. What
# comes after all of them is END and those two words: it can be waited for.
WAYS: dict[str, Say] = {
    "plain": lambda text: _deltas("content", text),
    "fence": lambda text: _deltas("content", f"```python\n{text}\n```"),
    "cells": lambda text: _deltas("content", f"|a|b|\n|-|-|\n|x|{one_line(text)}|\n\n- `{text}`"),
    "thought": lambda text: _deltas("reasoning_content", text),
    "called": _called,
    "declined": lambda text: _deltas("refusal", text),
}


def _deltas(field: str, text: str) -> list[dict[str, Any]]:
    return [{field: piece} for piece in _pieces(text)]


def _pieces(text: str) -> Iterator[str]:
    at = number = 0
    while at < len(text):
        size = _PIECES[number % len(_PIECES)]
        yield text[at : at + size]
        at, number = at + size, number + 1


class HostileServer(ThreadedServer):
    """`texts` are what it has to say, `names` the models that it lists. It serves until left (`with`)."""

    def __init__(self, texts: Sequence[str] = (), names: Iterable[str] = ()) -> None:
        self.texts, self.names = texts, list(names)
        # Held, the answers wait for their last word.
        self.let_go = threading.Event()
        self.let_go.set()
        super().__init__(self._handler())

    def release(self) -> None:
        self.let_go.set()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(Quiet, BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                models = [{"id": name, "name": SHORT, "owned_by": SHORT} for name in server.names]
                self._whole(200, json.dumps({"object": "list", "data": models}).encode())

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with suppress(OSError):  # whoever asked may go
                    self._answer(asked["messages"][-1]["content"].split())

            def _answer(self, words: list[str]) -> None:
                text = server.texts[int(words[1])] if len(words) > 1 and words[1].isdecimal() else SHORT
                mark = "-".join((END, *words[:2]))
                match words[0]:
                    case "error":
                        message = f"{mark} {text}"
                        told = {"error": {"message": message, "type": text, "code": text, "param": text}}
                        self._whole(400, json.dumps(told).encode())
                    case "html":
                        self._whole(403, f"<h1>{mark} {text}".encode("utf-8", "replace"), "text/html")
                    case "bytes":
                        self._whole(502, b"\n".join(RAW), "text/plain")
                    case "reason":
                        self._whole(418, b"", reason=RAW[0].decode("latin-1"))
                    case "controls":
                        self._whole(421, b"", reason=one_line(SHORT).encode("utf-8").decode("latin-1"))
                    case "header":
                        self._whole(200, b"x", RAW[1].decode("latin-1"))
                    case "redirect":
                        self._whole(307, b"", location=f"http://127.0.0.1:9/{RAW[0].decode('latin-1')}")
                    case "within":
                        self._stream(
                            [{"content": "so far"}], {"error": {"message": f"{mark} {text}", "code": text}}
                        )
                    case way:
                        said = WAYS.get(way, WAYS["plain"])(text)
                        self._stream([*said, {"content": f"\n\n{mark}"}])

            def _stream(self, deltas: Iterable[dict[str, Any]], then: dict[str, Any] | None = None) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("x-ratelimit-limit-requests", RAW[0].decode("latin-1"))
                self.end_headers()
                for delta in deltas:
                    choice = {"index": 0, "delta": delta}
                    self._event({"model": one_line(SHORT), "choices": [choice]})
                server.let_go.wait()
                self._event(then or {"choices": [{"index": 0, "delta": {}, "finish_reason": SHORT}]})
                self.wfile.write(b"data: [DONE]\n\n")

            def _event(self, told: dict[str, Any]) -> None:
                self.wfile.write(f"data: {json.dumps(told)}\n\n".encode())

            def _whole(
                self,
                status: int,
                body: bytes,
                kind: str = "application/json",
                reason: str | None = None,
                location: str = "",
            ) -> None:
                self.send_response(status, reason)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                if location:
                    self.send_header("Location", location)
                self.end_headers()
                self.wfile.write(body)

        return Handler
