"""What can go wrong before HTTP is spoken: nobody there, no such name, no trust, a proxy in between."""

import asyncio
import base64
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from typing import Literal

import pytest

from llmtui.chat.failure import FailureKind
from tests.faults.asking import KEY, QUICK, Heard, ask, line_to, nothing_left_over
from tests.faults.speech import Speech
from tests.faults.speeches import SPEECHES
from tests.wire.server import LoopbackServer, Reply, tls

EVERY_DIALECT = pytest.mark.parametrize("speech", SPEECHES.values(), ids=SPEECHES)
AT_ONCE = 0.2
PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


def well(speech: Speech) -> Reply:
    return Reply(200, speech.headers, [speech.stream])


async def failing(url: str, speech: Speech, kind: FailureKind, *words: str) -> Heard:
    """Ask at this address, and hear that it fails so; the words are in the message."""
    async with nothing_left_over(), line_to(url, speech.dialect, QUICK, allow_insecure=True) as line:
        heard = await ask(line)
    assert heard.failure.kind == kind, heard.failure
    for word in words:
        assert word in heard.failure.message
    assert heard.answer.outcome == "failed"
    assert heard.failure.hint.endswith((".", "?"))
    return heard


@contextmanager
def a_port_where_nobody_listens() -> Iterator[int]:
    """Held, so that nobody else takes it, and not listened at."""
    with closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        yield port


@contextmanager
def a_black_hole() -> Iterator[int]:
    """A port that takes no connection and refuses none: its queue is full."""
    with closing(socket.socket()) as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(0)
        port: int = hole.getsockname()[1]
        callers = []
        for _ in range(4):
            caller = socket.socket()
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
            callers.append(caller)
        try:
            yield port
        finally:
            for caller in callers:
                caller.close()


@EVERY_DIALECT
async def test_a_refused_connection_is_told_at_once(speech: Speech) -> None:
    # On this machine nobody will begin to listen while we wait.
    with a_port_where_nobody_listens() as port:
        heard = await failing(
            f"http://127.0.0.1:{port}/v1", speech, "connection", "nobody answers there", f"127.0.0.1:{port}"
        )
    assert heard.waits == []


@EVERY_DIALECT
async def test_an_unknown_name_is_told(speech: Speech) -> None:
    await failing("http://no-such-host.invalid/v1", speech, "connection", "no-such-host.invalid")


@EVERY_DIALECT
async def test_a_server_that_never_takes_the_connection_is_given_up(speech: Speech) -> None:
    with a_black_hole() as port:
        url = f"http://127.0.0.1:{port}/v1"
        await failing(
            url, speech, "timeout", f"did not answer within {QUICK.connect:g} s", f"127.0.0.1:{port}"
        )


@EVERY_DIALECT
async def test_connecting_can_be_stopped_at_once(speech: Speech) -> None:
    with a_black_hole() as port:
        async with nothing_left_over(), line_to(f"http://127.0.0.1:{port}/v1", speech.dialect) as line:
            asking = asyncio.create_task(ask(line))
            await asyncio.wait([asking], timeout=0.05)
            stopped = time.monotonic()
            asking.cancel()
            await asyncio.wait([asking])
            assert asking.cancelled()
            assert time.monotonic() - stopped < AT_ONCE


@EVERY_DIALECT
@pytest.mark.parametrize(
    ("certificate", "words"), [("expired", "expired"), ("elsewhere", "not valid for"), ("here", "")]
)
async def test_a_certificate_is_only_trusted_if_it_is_good(
    speech: Speech, certificate: Literal["here", "elsewhere", "expired"], words: str
) -> None:
    async with LoopbackServer(well(speech), secure=tls(certificate)) as server:
        if words:
            await failing(server.url, speech, "connection", words, f"127.0.0.1:{server.port}", "certificate")
            assert not server.requests
        else:
            async with line_to(server.url, speech.dialect) as line:
                assert (await ask(line)).message.text == speech.text


@EVERY_DIALECT
async def test_a_certificate_of_an_authority_that_nobody_knows_is_not_trusted(
    speech: Speech, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    async with LoopbackServer(well(speech), secure=tls()) as server:
        await failing(server.url, speech, "connection", "not trusted", "SSL_CERT_FILE")
        assert not server.requests


@EVERY_DIALECT
async def test_tls_to_a_server_that_speaks_plain_http_is_told_apart(speech: Speech) -> None:
    async with LoopbackServer(well(speech)) as server:
        url = server.url.replace("http://", "https://")
        await failing(url, speech, "connection", "does not speak TLS", "http://", f"127.0.0.1:{server.port}")
        assert not server.requests


@EVERY_DIALECT
async def test_plain_http_to_a_server_that_speaks_tls_is_a_failure(speech: Speech) -> None:
    async with nothing_left_over(), LoopbackServer(well(speech), secure=tls()) as server:
        url = server.url.replace("https://", "http://")
        async with line_to(url, speech.dialect) as line:
            heard = await ask(line)
        assert heard.failure.kind in ("cut", "connection", "protocol")
        assert f"127.0.0.1:{server.port}" in heard.failure.message


@dataclass(slots=True)
class Proxy:
    """An HTTP proxy that lets nobody through."""

    port: int
    heard: list[bytes]

    @property
    def url(self) -> str:
        return f"http://me:secret@127.0.0.1:{self.port}"


@asynccontextmanager
async def a_proxy_that_lets_nobody_through() -> AsyncIterator[Proxy]:
    heard: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(
            b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        )
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        yield Proxy(server.sockets[0].getsockname()[1], heard)


@EVERY_DIALECT
@pytest.mark.parametrize("scheme", ["https", "http"])
async def test_a_proxy_that_wants_a_password_is_told(
    speech: Speech, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in PROXY_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.lower(), raising=False)
    async with a_proxy_that_lets_nobody_through() as proxy:
        monkeypatch.setenv(f"{scheme.upper()}_PROXY", proxy.url)
        heard = await failing(
            f"{scheme}://models.invalid/v1", speech, "connection", "proxy", "models.invalid"
        )
        assert proxy.heard
        asked = b"CONNECT models.invalid:443" if scheme == "https" else b"POST http://models.invalid/v1"
        assert proxy.heard[0].startswith(asked)
        assert base64.b64encode(b"me:secret") in proxy.heard[0]
        assert "secret" not in repr(heard.failure)
        if scheme == "https":
            assert KEY.encode() not in b"".join(proxy.heard), "a proxy of https never sees the key"


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
@EVERY_DIALECT
async def test_a_server_with_ipv6_alone_answers(speech: Speech) -> None:
    async with nothing_left_over(), LoopbackServer(well(speech), host="::1") as server:
        async with line_to(server.url, speech.dialect) as line:
            assert (await ask(line)).message.text == speech.text
        assert server.requests[0].headers["host"] == f"[::1]:{server.port}"


@EVERY_DIALECT
async def test_nobody_at_an_ipv6_address_is_told(speech: Speech) -> None:
    async with LoopbackServer(host="::1") as server:
        url = server.url
    await failing(url, speech, "connection", "[::1]:")


@EVERY_DIALECT
async def test_a_redirect_takes_no_key_and_no_question_to_another_origin(speech: Speech) -> None:
    async with nothing_left_over(), LoopbackServer(well(speech)) as other, LoopbackServer() as server:
        server.will(Reply(307, {"location": f"{other.url}/chat/completions"}, (), "length"))
        async with line_to(server.url, speech.dialect) as line:
            heard = await ask(line)
        assert other.url in heard.failure.message
        assert not other.requests
        assert not other.connections
