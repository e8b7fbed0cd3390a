"""A server in a process of its own that streams prepared events: `python -m benchmarks.event_server COUNT`.

It prints its port. The first step of a request's path says how the events are sent: `single`, each as a chunk
of its own and all as fast as they go; `ten`, ten in a chunk; `paced`, one chunk every 0.3 ms.
"""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_PACE_SECONDS = 0.0003
_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n"
    b"connection: close\r\n\r\n"
)


@contextmanager
def serving(count: int) -> Iterator[int]:
    """The port of such a server, running meanwhile."""
    command = (sys.executable, "-m", "benchmarks.event_server", str(count))
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.kill()


def word(number: int) -> str:
    """What is said in the event of this number."""
    return f" word{number}"


def _events(count: int) -> list[bytes]:
    """Events as OpenAI sends them, about 300 bytes each; the words, the end, and the end mark."""
    chunks = [_chunk({"content": word(number)}, None) for number in range(count)]
    return [*chunks, _chunk({}, "stop"), b"data: [DONE]\n\n"]


def _chunk(delta: dict[str, str], finish: str | None) -> bytes:
    payload = {
        "id": "chatcmpl-Abcdefghijklmnopqrstuvwx",
        "object": "chat.completion.chunk",
        "created": 1760000000,
        "model": "gpt-4o-mini-2024-07-18",
        "service_tier": "default",
        "system_fingerprint": "fp_1234567890",
        "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}],
        "usage": None,
    }
    return b"data: %s\n\n" % json.dumps(payload, separators=(",", ":")).encode()


def _in_chunks(events: list[bytes], each: int) -> list[bytes]:
    grouped = (b"".join(events[at : at + each]) for at in range(0, len(events), each))
    return [b"%x\r\n%s\r\n" % (len(body), body) for body in grouped]


def _serve(count: int) -> None:
    single, ten = (_in_chunks(_events(count), each) for each in (1, 10))
    whole = {"single": b"".join(single), "ten": b"".join(ten)}
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        while True:
            connection, _ = listening.accept()
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                how = _asked(connection)
                if not how:
                    continue
                connection.sendall(_HEAD)
                if how == "paced":
                    _send_slowly(connection, single)
                else:
                    connection.sendall(whole[how])
                connection.sendall(b"0\r\n\r\n")


def _asked(connection: socket.socket) -> str:
    """The first step of the path that is asked for, once all of the request is here."""
    request = b""
    while b"\r\n\r\n" not in request:
        piece = connection.recv(1 << 16)
        if not piece:
            return ""
        request += piece
    head, _, body = request.partition(b"\r\n\r\n")
    lines = (line.lower().partition(b":") for line in head.split(b"\r\n"))
    length = next((int(value) for name, _, value in lines if name == b"content-length"), 0)
    while len(body) < length:
        body += connection.recv(1 << 16)
    return head.split(b"/")[1].decode()


def _send_slowly(connection: socket.socket, chunks: list[bytes]) -> None:
    due = time.perf_counter()
    for chunk in chunks:
        connection.sendall(chunk)
        due += _PACE_SECONDS
        while time.perf_counter() < due:
            pass


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
