"""Where a key goes, and where it does not: headers, origins, open wires, certificates, proxies."""

import asyncio
import gc
import gzip
import json
import socket
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from llmtui.chat.events import Done, TextDelta
from llmtui.chat.failure import Failure
from llmtui.providers.card import Auth
from llmtui.redaction import redacted
from llmtui.wire.client import new_client
from llmtui.wire.keys import in_the_open, key_headers
from tests.wire.lines import KEY, asked, asking_of, card_at, failure_in, line_to
from tests.wire.server import AUTHORITY, LoopbackServer, Pause, Piece, Reply, chunk, events, saying, tls

HELLO = saying("Hello")
NAMES: dict[Auth, str] = {
    "bearer": "authorization",
    "x-api-key": "x-api-key",
    "x-goog-api-key": "x-goog-api-key",
    "api-key": "api-key",
}


# Headers


@pytest.mark.parametrize("auth", NAMES)
async def test_the_key_goes_in_one_header_and_nowhere_else(auth: Auth) -> None:
    async with LoopbackServer(HELLO) as server, line_to(card_at(server.url, auth=auth)) as line:
        await asked(line)
        (received,) = server.requests
    holding = {name: value for name, value in received.headers.items() if KEY in value}
    assert holding == {NAMES[auth]: f"Bearer {KEY}" if auth == "bearer" else KEY}
    assert KEY not in received.path
    assert KEY.encode() not in received.body


async def test_a_provider_without_keys_is_shown_none() -> None:
    async with LoopbackServer(HELLO) as server, line_to(card_at(server.url, auth="none")) as line:
        await asked(line)
        assert KEY not in repr(server.requests)


async def test_the_cards_query_goes_with_each_request() -> None:
    card = {"query": {"api-version": "2024-10-21"}}
    async with LoopbackServer(HELLO) as server, line_to(card_at(server.url, **card)) as line:
        await asked(line)
        assert server.requests[0].path == "/v1/chat/completions?api-version=2024-10-21"


async def test_a_refused_key_is_named_by_where_it_is_kept() -> None:
    refusal = Reply(401, {"content-type": "application/json"}, [b'{"error":"Invalid API Key"}'], "length")
    for place, words in (
        ("", "the key in LOOP_KEY was refused"),
        ("LOOP_KEY", "the key in LOOP_KEY was refused"),
        ("the system's keyring", "the key in the system's keyring was refused"),
    ):
        async with (
            LoopbackServer(refusal) as server,
            line_to(card_at(server.url), place_of=lambda _, place=place: place) as line,
        ):
            failure = failure_in(await asked(line))
            assert failure.what == words
            assert "llmtui keys set loop" in failure.hint
            # Only where the variable may be set is it worth a word.
            assert ("LOOP_KEY" in failure.hint) is ("LOOP_KEY" in words)


async def test_no_proof_that_the_other_side_repeats_is_told() -> None:
    echo = {"error": f"bad request: {KEY}, Bearer a-word-of-mine, name:word"}
    reply = Reply(400, {"content-type": "application/json"}, [json.dumps(echo).encode()], "length")
    async with LoopbackServer(reply) as server:
        card = card_at(
            server.url.replace("//", "//name:word@"),
            headers={"Cookie": "Bearer a-word-of-mine"},
            auth="x-api-key",
        )
        async with line_to(card) as line:
            failure = failure_in(await asked(line))
            listed = await line.list_models(card)
    for told in (failure, listed):
        assert isinstance(told, Failure)
        assert told.what == "bad request: …, …, …"
        assert not any(secret in repr(told) for secret in (KEY, "a-word-of-mine", "word"))
    assert not any(secret in repr(card) for secret in ("a-word-of-mine",))


async def test_a_key_that_no_header_can_hold_is_named_by_where_it_is_kept() -> None:
    card = card_at("https://api.example.com/v1")
    async with line_to(card, key="two words", place_of=lambda _: "api_key_cmd") as line:
        assert failure_in(await asked(line)).what.startswith("the key in api_key_cmd holds a space")


@pytest.mark.parametrize(
    "url", ["http://[bad", "https://name:word@host:port/v1", "https://name:a/word@host", "nowhere", ""]
)
async def test_an_address_that_is_none_is_a_failure_and_shows_no_password(url: str) -> None:
    card = card_at(url)
    async with line_to(card, key="") as line:
        for told in (failure_in(await asked(line)), await line.list_models(card)):
            assert isinstance(told, Failure)
            assert "word" not in repr(told)
        assert not await line.probe(card)


async def test_a_proxy_that_is_none_is_a_failure_and_shows_no_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://name:wo/rd@host:port")
    card = card_at("https://api.example.com/v1")
    async with line_to(card) as line:
        for told in (failure_in(await asked(line)), await line.list_models(card)):
            assert isinstance(told, Failure)
            assert told.what == "a proxy or certificate setting in the environment cannot be used"
            assert not any(piece in repr(told) for piece in ("name", "wo/rd"))
        assert not await line.probe(card)


# In the open


@pytest.mark.parametrize(
    ("url", "with_key", "without_key"),
    [
        ("https://api.example.com/v1", True, True),
        ("http://localhost:8080/v1", True, True),
        ("http://127.0.0.1:11434", True, True),
        ("http://127.9.9.9/v1", True, True),
        ("http://[::1]:8080/v1", True, True),
        ("http://ollama.localhost/v1", True, True),
        ("http://box:11434/v1", False, True),
        ("http://192.168.1.7:8080/v1", False, True),
        ("http://10.0.0.5/v1", False, True),
        ("http://[fd00::7]/v1", False, True),
        ("http://gpu.local/v1", False, True),
        ("http://api.example.com/v1", False, False),
        ("http://8.8.8.8/v1", False, False),
        ("http://127.0.0.1.example.com/v1", False, False),
        ("http://localhost.example.com/v1", False, False),
        ("http://name:word@box/v1", False, False),
        ("HTTP://api.example.com/v1", False, False),
    ],
)
def test_what_may_travel_in_the_open(url: str, with_key: bool, without_key: bool) -> None:
    for key, allowed in ((KEY, with_key), ("", without_key)):
        failure = in_the_open(card_at(url), key)
        assert (failure is None) == allowed
        if failure is not None:
            assert "allow_insecure = true in [providers.loop]" in failure.hint
            assert "word" not in repr(failure)
        assert in_the_open(card_at(url, allow_insecure=True), key) is None
    assert key_headers(card_at(url), KEY) == {"authorization": f"Bearer {KEY}"}


def test_a_key_among_the_users_own_headers_is_a_key() -> None:
    card = card_at("http://box/v1", headers={"X-Api-Key": "secret"})
    assert in_the_open(card, "") is not None
    assert in_the_open(replace(card, headers={"X-Team": "blue"}), "") is None


async def test_nothing_is_sent_in_the_open_that_should_not_be() -> None:
    address = _address_of_this_machine()
    async with LoopbackServer(HELLO, host="0.0.0.0") as server:
        url = f"http://{address}:{server.port}/v1"
        async with line_to(card_at(url)) as line:
            failure = failure_in(await asked(line))
            assert failure.kind == "configuration"
            assert "in the open" in failure.what
            assert not isinstance(await line.list_models(card_at(url)), tuple)
            assert server.connections == 0
        async with line_to(card_at(url, allow_insecure=True)) as line:
            assert TextDelta("Hello") in await asked(line)
        async with line_to(card_at(url), key="") as line:
            assert TextDelta("Hello") in await asked(line)


def _address_of_this_machine() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: this only asks which way it would go.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no address but the loopback's")
        address: str = probe.getsockname()[0]
    if address.startswith("127."):
        pytest.skip("this machine has no address but the loopback's")
    return address


# Certificates


async def test_a_server_whose_authority_is_named_on_the_card_is_trusted() -> None:
    async with LoopbackServer(HELLO, secure=tls()) as server:
        for host in ("127.0.0.1", "localhost"):
            url = server.url.replace("127.0.0.1", host)
            async with line_to(card_at(url, ca_file=str(AUTHORITY))) as line:
                assert (await asked(line))[-1] == Done("stop")
                assert (await asked(line))[-1] == Done("stop")
        assert server.connections == 2


async def test_two_providers_each_trust_their_own_authority_alone() -> None:
    async with LoopbackServer(HELLO, secure=tls()) as server:
        trusting = card_at(server.url, ca_file=str(AUTHORITY))
        async with line_to(trusting, replace(card_at(server.url), name="other")) as line:
            assert (await asked(line))[-1] == Done("stop")
            failure = failure_in(await asked(line, asking_of("other")))
            assert "not trusted" in failure.what
            assert "ca_file" in failure.hint
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("name", "words"), [("expired", "expired"), ("elsewhere", "not valid for"), ("unknown", "not trusted")]
)
async def test_a_bad_certificate_ends_it_before_anything_is_sent(name: str, words: str) -> None:
    ca_file = "" if name == "unknown" else str(AUTHORITY)
    context = tls("expired") if name == "expired" else tls("elsewhere") if name == "elsewhere" else tls()
    async with LoopbackServer(HELLO, secure=context) as server:
        async with line_to(card_at(server.url, ca_file=ca_file)) as line:
            found = await asked(line)
        assert not server.requests
    # It would not become better by asking again.
    assert len(found) == 1
    failure = failure_in(found)
    assert failure.kind == "connection"
    assert "not trusted" in failure.what
    assert words in failure.what


async def test_the_authorities_of_the_environment_are_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(AUTHORITY))
    async with LoopbackServer(HELLO, secure=tls()) as server, line_to(card_at(server.url)) as line:
        assert (await asked(line))[-1] == Done("stop")


async def test_what_speaks_in_the_open_to_this_machine_believes_no_certificate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(AUTHORITY))
    async with LoopbackServer(HELLO, secure=tls()) as server, new_client(1.0, in_here=True) as client:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await client.get(server.url)


async def test_a_file_of_authorities_that_is_none_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    for path in (empty, tmp_path / "missing.pem"):
        async with line_to(card_at("https://127.0.0.1:9/v1", ca_file=str(path))) as line:
            failure = failure_in(await asked(line))
        assert failure.kind == "configuration"
        assert "ca_file of [providers.loop]" in failure.hint


# Proxies and addresses


async def test_a_proxy_of_the_environment_is_used_and_its_refusal_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with LoopbackServer(Reply(407, {}, [b"who are you?"], "length")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        for url in ("http://box.example/v1", "https://box.example/v1"):
            async with line_to(card_at(url, allow_insecure=True)) as line:
                found = await asked(line)
            assert len(found) == 1
            failure = failure_in(found)
            assert (failure.kind, failure.status) == ("connection", 407)
            assert "HTTPS_PROXY" in failure.hint
        assert [received.method for received in proxy.requests] == ["POST", "CONNECT"]
        # The key of an encrypted request is not shown to the proxy.
        assert KEY not in repr(proxy.requests[1])


async def test_a_proxy_that_is_not_there_is_blamed_and_not_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    async with line_to(card_at("https://box.example/v1")) as line:
        failure = failure_in(await asked(line))
    assert failure.what.startswith("the proxy 127.0.0.1:")
    assert (failure.kind, failure.where) == ("connection", "box.example")
    assert "HTTPS_PROXY" in failure.hint


async def test_a_server_of_the_other_family_is_found() -> None:
    if not _has_ipv6():
        pytest.skip("this machine has no IPv6")
    async with LoopbackServer(HELLO, host="::1") as server, line_to(card_at(server.url)) as line:
        assert (await asked(line))[-1] == Done("stop")


async def test_a_name_with_addresses_of_both_families_is_reached_by_the_one_that_answers() -> None:
    # `localhost` may mean ::1 first, where nobody listens, or 127.0.0.1 first.
    hosts = ["127.0.0.1", *(["::1"] if _has_ipv6() and _localhost_is("::1") else [])]
    for host in hosts:
        async with LoopbackServer(HELLO, host=host) as server:
            url = f"http://localhost:{server.port}/v1"
            async with line_to(card_at(url)) as line:
                assert (await asked(line))[-1] == Done("stop")


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def _localhost_is(address: str) -> bool:
    return address in {found[4][0] for found in socket.getaddrinfo("localhost", 80)}


# Packed bodies


async def test_a_body_that_was_packed_unasked_is_unpacked_or_named() -> None:
    said = events(chunk("Hello", "stop"))
    for packing, body in (("gzip", gzip.compress(said)), ("identity", said)):
        reply = Reply(200, {"content-type": "text/event-stream", "content-encoding": packing}, [body])
        async with LoopbackServer(reply) as server, line_to(card_at(server.url)) as line:
            assert (await asked(line))[-1] == Done("stop")
    for status in (200, 503):
        reply = Reply(status, {"content-encoding": "br"}, [b"\x1b\x05\x00\xf8"], "length")
        async with LoopbackServer(reply) as server, line_to(card_at(server.url), retries=0) as line:
            failure = failure_in(await asked(line))
        assert failure.kind == ("protocol" if status == 200 else "server")
        assert "\x1b" not in failure.what


async def test_a_packed_stream_that_is_cut_keeps_what_was_said() -> None:
    packed = gzip.compress(events(chunk("Hello"), done=False) + events(chunk("x" * 5000, "stop")))
    reply = Reply(200, {"content-type": "text/event-stream", "content-encoding": "gzip"}, [packed[:-40]])
    async with LoopbackServer(reply) as server, line_to(card_at(server.url)) as line:
        found = await asked(line)
    assert TextDelta("Hello") in found
    assert failure_in(found).kind in ("cut", "protocol")


# Stopping


@pytest.mark.parametrize("at", ["connecting", "head", "first word", "words"])
async def test_stopping_ends_it_at_once_wherever_it_is(at: str) -> None:
    never = asyncio.Event()
    scripts: dict[str, list[Piece]] = {
        "connecting": [],
        "head": [Pause(never)],
        "first word": [b": wait\n\n", Pause(never)],
        "words": [events(chunk("Hel"), done=False), Pause(never)],
    }
    reply = Reply(status=0 if at == "head" else 200, pieces=scripts[at])
    async with LoopbackServer(reply) as server:
        loop = asyncio.get_running_loop()
        with socket.socket() as deaf:
            # Nobody ever takes a connection from this one's queue, which is full at once.
            deaf.bind(("127.0.0.1", 0))
            deaf.listen(0)
            url = f"https://127.0.0.1:{deaf.getsockname()[1]}/v1" if at == "connecting" else server.url
            async with line_to(card_at(url)) as line:
                await line.warm()
                task = asyncio.create_task(asked(line))
                if at == "connecting":
                    await asyncio.sleep(0.05)
                else:
                    received = await server.request()
                    await asyncio.sleep(0.01)
                began = loop.time()
                task.cancel()
                await asyncio.wait({task})
                if at != "connecting":
                    await asyncio.wait_for(received.gone.wait(), 1)
                assert loop.time() - began < 0.2
                assert task.cancelled()
                await asyncio.sleep(0)
                assert not [one for one in gc.get_objects() if _is_open_towards(one, url)]


def _is_open_towards(thing: object, url: str) -> bool:
    """Whether this is a socket that is still connected to a server."""
    if not isinstance(thing, socket.socket) or thing.fileno() < 0 or thing.family != socket.AF_INET:
        return False
    try:
        return f":{thing.getpeername()[1]}/" in url
    except OSError:
        return False


async def test_a_key_that_was_shown_to_a_server_is_known_wherever_something_is_told() -> None:
    key = "unlike-any-other-8e2b61f0"
    async with LoopbackServer(HELLO) as server, line_to(card_at(server.url), key=key) as line:
        assert redacted(key) == key
        await asked(line)
        assert redacted(f"it was {key}") == "it was …"
