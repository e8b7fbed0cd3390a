"""`llmtui serve`, the real one on this machine: who may come in, and what becomes of what is said there."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pyte
import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType

from llmtui.cli.arguments import read_arguments
from llmtui.web.pages import STATIC
from llmtui.web.server import LONGEST_MESSAGE
from llmtui.web.strangers import MOST
from tests.end_to_end.home import Home
from tests.end_to_end.served import Served, serving
from tests.end_to_end.word_server import WordServer

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the processes are counted in /proc"
)

_PATIENCE = 60.0
_HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


class Browser:
    """Somebody who has the URL, or not."""

    def __init__(self, served: Served, client: ClientSession) -> None:
        self.served = served
        self.client = client
        self.screens: list[Screen] = []

    async def log_in(self) -> None:
        async with self.client.get(self.served.url) as answer:
            assert answer.status == 200

    async def status(self, path: str, method: str = "GET", **headers: str) -> int:
        """What this request comes to."""
        asked = self.client.request(
            method, self.served.address + path, headers=_named(headers), allow_redirects=False
        )
        async with asked as answer:
            return answer.status

    async def refusal(self, path: str = "/ws", **headers: str) -> int:
        """What a websocket that should not be is told."""
        return await self.status(path, **(_HANDSHAKE | headers))

    async def open(self, path: str = "/ws?width=100&height=30") -> "Screen":
        """The websocket of a page."""
        socket = await self.client.ws_connect(
            self.served.address + path, headers={"Origin": self.served.address}, max_msg_size=0
        )
        self.screens.append(Screen(socket))
        return self.screens[-1]


class Screen:
    """What a page has been shown."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.told: list[Any] = []
        self._shown = pyte.Screen(100, 30)
        self._stream = pyte.ByteStream(self._shown)

    async def wait_for(self, words: str) -> None:
        """Wait until these words stand on the screen."""
        async with asyncio.timeout(_PATIENCE):
            while not any(words in line for line in self._shown.display):
                message = await self.socket.receive()
                assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT), self._shown.display
                if message.type is WSMsgType.BINARY:
                    self._stream.feed(message.data)
                else:
                    self.told.append(message.json())

    async def type(self, text: str) -> None:
        await self.socket.send_json(["stdin", text])

    async def wait_for_the_end(self) -> None:
        async with asyncio.timeout(_PATIENCE):
            while (await self.socket.receive()).type in (WSMsgType.BINARY, WSMsgType.TEXT):
                pass


def _given(process: int) -> bytes:
    """The arguments and the environment that a process was started with."""
    return b"".join(Path(f"/proc/{process}/{kind}").read_bytes() for kind in ("cmdline", "environ"))


def _lives(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@asynccontextmanager
async def visited(home: Home, *arguments: str) -> AsyncIterator[Browser]:
    """A server, and somebody with the URL who has not opened it yet."""
    async with (
        serving(home, *arguments) as served,
        ClientSession(cookie_jar=CookieJar(unsafe=True)) as client,
    ):
        browser = Browser(served, client)
        yield browser
        for screen in browser.screens:
            await screen.socket.close()


PATHS = ["/", "/ws", "/state", "/download/x", "/static/", "/nothing", *(f"/static/{name}" for name in STATIC)]


async def test_without_the_token_everything_is_refused(home: Home) -> None:
    async with visited(home) as browser:
        statuses = {path: await browser.status(path) for path in PATHS}
        assert statuses == dict.fromkeys(PATHS, 403)
        assert await browser.refusal(Origin=browser.served.address) == 403
        assert browser.served.children() == []


async def test_who_asks_nothing_keeps_nobody_out(home: Home) -> None:
    async with visited(home) as browser:
        host, port = browser.served.address.removeprefix("http://").split(":")
        await browser.log_in()
        screen = await browser.open()
        strangers = [await asyncio.open_connection(host, int(port)) for _ in range(2 * MOST)]
        for _, half in strangers:
            with suppress(ConnectionError):
                half.write(b"GET / HTTP/1.1\r\nHost: ")
        # Who came first is shown the door for each that comes, and who was let in stays.
        async with asyncio.timeout(_PATIENCE):
            for reader, _ in strangers[:MOST]:
                with suppress(ConnectionError):
                    assert await reader.read() == b""
        assert not any(reader.at_eof() for reader, _ in strangers[MOST + 8 :])
        await browser.log_in()
        await screen.wait_for("Ask anything")
        for _, half in strangers:
            half.close()


async def test_a_wrong_token_is_refused_and_gives_no_cookie(home: Home) -> None:
    async with visited(home) as browser:
        right = browser.served.url.partition("token=")[2]
        for wrong in ("", "x", right[:-1], right + "x", right.swapcase(), "%00", "%ff", right.encode().hex()):
            assert await browser.status(f"/?token={wrong}") == 403, wrong
        assert len(browser.client.cookie_jar) == 0


async def test_the_token_counts_at_the_front_door_only(home: Home) -> None:
    async with visited(home) as browser:
        token = browser.served.url.partition("token=")[2]
        for path in ("/ws", "/state", "/static/page.js", "/nothing"):
            assert await browser.status(f"{path}?token={token}", Origin=browser.served.address) == 403
        assert await browser.refusal(f"/ws?token={token}", Origin=browser.served.address) == 403
        assert await browser.status("/state", Cookie=f"llmtui_{_port(browser)}={token}") == 403
        assert browser.served.children() == []


async def test_the_token_of_another_start_is_refused_and_its_cookie_too(home: Home) -> None:
    async with visited(home) as before, visited(home) as after:
        await before.log_in()
        [cookie] = before.client.cookie_jar
        assert await after.status(f"/?token={before.served.url.partition('token=')[2]}") == 403
        assert await after.status("/", Cookie=f"llmtui_{_port(after)}={cookie.value}") == 403


def _port(browser: Browser) -> str:
    return browser.served.address.rpartition(":")[2]


async def test_the_token_becomes_a_cookie_that_no_script_and_no_other_site_has(home: Home) -> None:
    async with visited(home) as browser:
        async with browser.client.get(browser.served.url, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/")
            [cookie] = answer.headers.getall("Set-Cookie")
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
        assert browser.served.url.partition("token=")[2] not in cookie
        assert await browser.status("/") == 200


STRANGE_HOSTS = [
    *("evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example:{port}"),
    *("localhost.evil.example:{port}", "evil.localhost:{port}", "127.1:{port}", "2130706433:{port}"),
    *(
        "0.0.0.0:{port}",
        "[::1]:{port}",
        "user@127.0.0.1:{port}",
        "127.0.0.1:{port}.",
        "127.0.0.1:{port}@evil",
    ),
    "",
]


async def test_a_name_that_was_made_to_lead_here_is_refused(home: Home) -> None:
    async with visited(home) as browser:
        await browser.log_in()
        for host in (host.format(port=_port(browser)) for host in STRANGE_HOSTS):
            assert await browser.status("/", Host=host) in (400, 403), host
            assert await browser.status("/static/page.js", Host=host) in (400, 403), host
            assert await browser.refusal(Host=host, Origin=f"http://{host}") in (400, 403), host
        assert await browser.status("/", Host=f"localhost:{_port(browser)}") == 200
        assert browser.served.children() == []


STRANGE_ORIGINS = [
    *(
        "http://evil.example",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "null",
        "",
    ),
    *(
        "http://127.0.0.1:{port}.evil.example",
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}",
        "file://",
    ),
]


async def test_a_websocket_from_a_page_of_somebody_else_is_refused(home: Home) -> None:
    async with visited(home) as browser:
        await browser.log_in()
        for origin in (origin.format(port=_port(browser)) for origin in STRANGE_ORIGINS):
            assert await browser.refusal(Origin=origin) == 403, origin
        assert await browser.refusal() == 403
        assert browser.served.children() == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
async def test_what_another_page_makes_the_browser_ask_for_is_refused(home: Home, site: str) -> None:
    async with visited(home) as browser:
        await browser.log_in()
        assert await browser.status("/", Sec_Fetch_Site=site) == 403
        assert await browser.status("/static/page.js", Sec_Fetch_Site=site) == 403
        assert await browser.refusal(Origin=browser.served.address, Sec_Fetch_Site=site) == 403


async def test_a_form_of_somebody_else_is_refused_and_there_is_nothing_to_send_one_to(home: Home) -> None:
    async with visited(home) as browser:
        await browser.log_in()
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"):
            assert await browser.status("/", method, Origin="http://evil.example") == 403
            assert await browser.status("/ws", method, Origin=browser.served.address) == 405
        assert browser.served.children() == []


TRAVERSALS = [
    *(
        "/static/../gate.py",
        "/static/%2e%2e/gate.py",
        "/static/..%2fgate.py",
        "/static/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    ),
    *(
        "/static//etc/passwd",
        "/static/page/index.html",
        "/static/",
        "/static",
        "/static/.",
        "/static/page.js%00",
    ),
    *("/static/..\\gate.py", "/download/../../etc/passwd", "/download/%2e%2e%2fetc%2fpasswd", "//etc/passwd"),
]


async def test_no_path_leads_to_a_file_that_is_not_ours(home: Home) -> None:
    async with serving(home) as served:
        asked = [f"GET {path} HTTP/1.1" for path in TRAVERSALS]
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as client:
            browser = Browser(served, client)
            await browser.log_in()
            [cookie] = client.cookie_jar
        for line in asked:
            head = await _raw(served, f"{line}\r\nCookie: {cookie.key}={cookie.value}\r\n")
            assert head.split(b" ")[1] in (b"404", b"400"), line


async def _raw(served: Served, request: str) -> bytes:
    """Send exactly this, which no client would; the answer."""
    host, _, port = served.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"{request}Host: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), _PATIENCE)
    writer.close()
    return answer


async def test_a_second_host_or_origin_is_no_way_around(home: Home) -> None:
    async with visited(home) as browser:
        await browser.log_in()
        [cookie] = browser.client.cookie_jar
        known = f"GET / HTTP/1.1\r\nCookie: {cookie.key}={cookie.value}\r\n"
        assert (await _raw(browser.served, known)).startswith(b"HTTP/1.1 200")
        for more in (
            "Host: evil.example",
            f"Origin: {browser.served.address}\r\nOrigin: http://evil.example",
        ):
            answer = await _raw(browser.served, f"{known}{more}\r\n")
            assert answer.split(b" ")[1] in (b"400", b"403"), more


async def test_every_answer_keeps_the_page_to_itself(home: Home) -> None:
    async with visited(home) as browser:
        async with browser.client.get(browser.served.address, headers={"Host": "evil.example"}) as refused:
            assert "evil" not in str(refused.headers)
            _is_kept_apart(refused.headers)
        await browser.log_in()
        for path in ("/", "/static/textual.js", "/nothing"):
            async with browser.client.get(browser.served.address + path) as answer:
                _is_kept_apart(answer.headers)


def _is_kept_apart(headers: Mapping[str, str]) -> None:
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Server"] == "llmtui"


async def test_a_page_is_painted_and_a_typed_word_comes_back(home: Home) -> None:
    async with visited(home) as browser:
        await browser.log_in()
        screen = await browser.open()
        await screen.wait_for("Ask anything")
        await screen.type("zebra")
        await screen.wait_for("zebra")
        assert len(browser.served.children()) == 1


async def test_what_is_typed_before_there_is_anything_to_see_is_asked(home: Home) -> None:
    async with visited(home) as browser:
        await browser.log_in()
        screen = await browser.open()
        await screen.type("where are my keys kept?")
        await screen.type("\r")
        await screen.wait_for("Looked up by the built-in guide")


async def test_one_page_more_than_there_may_be_is_refused_and_told(home: Home) -> None:
    async with visited(home, "--sessions", "2") as browser:
        await browser.log_in()
        first, second = await browser.open(), await browser.open()
        await first.wait_for("Ask anything")
        await second.wait_for("Ask anything")
        assert await browser.refusal(Origin=browser.served.address) == 503
        assert len(browser.served.children()) == 2
        async with browser.client.get(browser.served.address + "/state") as answer:
            assert "All 2 sessions are in use" in await answer.text()
        await first.socket.close()
        # The place is free at once; the process that was in it has ended before the next one starts.
        third = await browser.open()
        await third.wait_for("Ask anything")
        assert len(browser.served.children()) == 2


async def test_a_frame_that_is_too_large_ends_its_session_and_no_other(home: Home) -> None:
    async with visited(home) as browser:
        await browser.log_in()
        careless, other = await browser.open(), await browser.open()
        await careless.wait_for("Ask anything")
        # The rest of it is not even read.
        with suppress(ConnectionError):
            await careless.type("x" * LONGEST_MESSAGE)
        await careless.wait_for_the_end()
        await other.wait_for("Ask anything")
        await other.type("zebra")
        await other.wait_for("zebra")


NONSENSE = [
    *("", "null", "[]", "{}", "[1]", '["stdin"]', '["stdin", 1]', '["stdin", "\\ud800"]', '["resize"]'),
    *('["resize", {"width": -1, "height": 99999999999999}]', '["resize", {"width": "1", "height": null}]'),
    *('["quit"]', '["exit"]', '["deliver_chunk_request", {"key": "x"}]', "[" * 100_000, '["ping", {}]'),
]


async def test_messages_that_make_no_sense_change_nothing(home: Home) -> None:
    async with visited(home) as browser:
        await browser.log_in()
        screen = await browser.open("/ws?width=-5&height=a&command=touch%20x&token=%00")
        await screen.wait_for("Ask anything")
        for nonsense in NONSENSE:
            await screen.socket.send_str(nonsense)
        await screen.socket.send_bytes(b"\x00\xff")
        await screen.socket.send_json(["resize", {"width": 90, "height": 30}])
        await screen.type("zebra")
        await screen.wait_for("zebra")


async def test_nothing_of_a_request_reaches_the_process(home: Home) -> None:
    async with visited(home) as browser:
        await browser.log_in()
        screen = await browser.open("/ws?width=77&height=23&model=canary&TEXTUAL=canary&fontsize=canary")
        await screen.wait_for("Ask anything")
        [child] = browser.served.children()
        given = _given(child)
        token, [cookie] = browser.served.url.partition("token=")[2], browser.client.cookie_jar
        for word in ("canary", token, cookie.value, "COLUMNS=77"):
            assert word.encode() not in given, word


async def test_ctrl_c_ends_every_session_and_keeps_every_word(home: Home) -> None:
    with WordServer(words=2000, pace=0.005) as words:
        home.knows(words.address)
        async with visited(home, "--model", "openai/words") as browser:
            await browser.log_in()
            screens = [await browser.open(), await browser.open()]
            for screen in screens:
                await screen.wait_for("Ask anything")
                await screen.type("go on")
                await screen.type("\r")
            for screen in screens:
                await screen.wait_for("word40")
            children = browser.served.children()
            assert await browser.served.interrupt() == 130
            for screen in screens:
                await screen.wait_for_the_end()
            assert not any(map(_lives, children))
    kept = home.conversations()
    assert len(kept) == 2
    for conversation in kept:
        assert "word39 word40" in json.dumps(conversation)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_the_server_that_is_told_to_end_ends_its_sessions_first(
    home: Home, number: signal.Signals
) -> None:
    async with visited(home) as browser:
        await browser.log_in()
        screen = await browser.open()
        await screen.wait_for("Ask anything")
        [child] = browser.served.children()
        browser.served.process.send_signal(number)
        assert await asyncio.wait_for(browser.served.process.wait(), _PATIENCE) == 128 + number
        assert not _lives(child)
        await screen.wait_for_the_end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_server_that_is_told_twice_waits_for_its_sessions_all_the_same(
    home: Home, number: signal.Signals
) -> None:
    async with visited(home) as browser:
        await browser.log_in()
        screen = await browser.open()
        await screen.wait_for("Ask anything")
        [child] = browser.served.children()
        browser.served.process.send_signal(number)
        await _closing(browser.served)
        for _ in range(5):
            browser.served.process.send_signal(number)
        assert await asyncio.wait_for(browser.served.process.wait(), _PATIENCE) == 128 + number
        assert not _lives(child)


async def _closing(served: Served) -> None:
    """Wait until nobody is let in any more."""
    host, _, port = served.address.removeprefix("http://").partition(":")
    with suppress(ConnectionError):
        async with asyncio.timeout(_PATIENCE):
            while True:
                _, half = await asyncio.open_connection(host, int(port))
                half.close()


async def test_a_closed_page_ends_its_process(home: Home) -> None:
    async with visited(home, "--sessions", "1") as browser:
        await browser.log_in()
        screen = await browser.open()
        await screen.wait_for("Ask anything")
        [before] = browser.served.children()
        await screen.socket.close()
        await (await browser.open()).wait_for("Ask anything")
        assert before not in browser.served.children()


async def test_sessions_end_when_the_server_is_killed(home: Home) -> None:
    async with visited(home) as browser:
        await browser.log_in()
        await (await browser.open()).wait_for("Ask anything")
        [child] = browser.served.children()
        browser.served.process.kill()
        await browser.served.process.wait()
        async with asyncio.timeout(_PATIENCE):
            # It is nobody's child any more: there is nothing to wait for but its going.
            while _lives(child):  # noqa: ASYNC110
                await asyncio.sleep(0.02)


def test_another_address_needs_a_word_more(home: Home) -> None:
    ended = home.run("serve", "--host", "0.0.0.0")
    assert ended.returncode == 2
    assert "--allow-others" in ended.stderr
    assert "nothing is encrypted" in ended.stderr


async def test_others_are_let_in_by_number_only_and_the_person_is_warned(home: Home) -> None:
    async with visited(home, "--host", "0.0.0.0", "--allow-others") as browser:
        port = _port(browser)
        token = browser.served.url.partition("/?")[2]
        here = f"http://127.0.0.1:{port}"
        for host, status in ((f"127.0.0.1:{port}", 303), (f"evil.example:{port}", 403), ("127.0.0.1", 403)):
            asked = browser.client.get(f"{here}/?{token}", headers={"Host": host}, allow_redirects=False)
            async with asked as answer:
                assert answer.status == status, host


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--host", "evil.example"], "in numbers"),
        (["--port", "70000"], "65535"),
        (["--sessions", "0"], "1 or more"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(home: Home, wrong: list[str], said: str) -> None:
    ended = home.run("serve", *wrong)
    assert (ended.returncode, said in ended.stderr) == (2, True)
    assert "Traceback" not in ended.stderr


async def test_a_port_that_is_taken_is_told_in_a_sentence(home: Home) -> None:
    async with serving(home) as served:
        ended = await asyncio.to_thread(home.run, "serve", "--port", served.address.rpartition(":")[2])
        assert ended.returncode == 1
        assert "cannot listen" in ended.stderr
        assert "Traceback" not in ended.stderr


def test_without_the_extra_it_says_how_to_get_it(home: Home) -> None:
    # As if it were not installed: a finder that finds neither.
    (home.path / "sitecustomize.py").write_text(
        "import importlib.util as u\nfind = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name in ('aiohttp', 'textual_serve') else find(name, *a)\n",
        encoding="utf-8",
    )
    home.env["PYTHONPATH"] = str(home.path)
    ended = home.run("serve")
    assert ended.returncode == 2
    assert "pip install 'llmtui[web]'" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_it_stays_on_this_machine_unless_told() -> None:
    arguments = read_arguments(["serve"])
    assert (arguments.host, arguments.allow_others, arguments.sessions) == ("127.0.0.1", False, 3)
