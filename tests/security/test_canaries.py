"""Whatever goes wrong, no key can be read anywhere, and no question but where it was asked and is kept."""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.speeches import SPEECHES
from tests.security.canaries import KEYS, PROMPT, Canaries, EchoingServer, found_in
from tests.wire.server import Close, LoopbackServer, Reply, Sleep, events, saying, tls

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminal of this kind")

Shown = Callable[[str], object]

JSON = {"content-type": "application/json"}
CHAT = SPEECHES["openai-chat"]
ECHO = b'{"error": {"message": "bad: SEEN", "code": "SEEN", "metadata": {"raw": "SEEN"}}}'
TOLD = {
    "x-request-id": "SEEN",
    "www-authenticate": "Bearer SEEN",
    "retry-after": "SEEN",
    "x-should-retry": "SEEN",
}
HTML = b"<!DOCTYPE html><html><head><title>502 for SEEN</title></head></html>"
ERROR = b'data: {"error": {"message": "Overloaded by SEEN", "code": 529}}\n\n'

FAULTS = {
    **{
        f"status {status}": Reply(status, {**JSON, **TOLD}, [ECHO], "length", reason="SEEN")
        for status in (400, 401, 429, 500)
    },
    "page": Reply(502, {"content-type": "text/html"}, [HTML], "length"),
    "plain": Reply(502, {"content-type": "text/plain"}, [b"x" * 200 + b"SEEN"], "length"),
    "redirect": Reply(307, {"location": "http://elsewhere.invalid/SEEN"}, [], "length"),
    "good status, bad words": Reply(200, JSON, [ECHO], "length"),
    "silence": Reply(200, CHAT.headers, [Sleep(60)]),
    "no head": Reply(0, {}, [Close()]),
    "garbage": Reply(200, CHAT.headers, [b"data: {SEEN\n\n" * 3]),
    "error in the stream": Reply(200, CHAT.headers, [ERROR]),
    "cut": Reply(200, CHAT.headers, [CHAT.begun, Close()]),
    "error after words": Reply(200, CHAT.headers, [CHAT.begun, ERROR]),
}
# After a refused request, and after a first word, nobody else is asked: those are tried one by one.
ALONE = {
    "status 400": ("envp", "ringp", "urlp"),
    "cut": ("filep", "queryp"),
    "error after words": ("commandp", "headerp", "urlp"),
}


@dataclass(frozen=True)
class Said:
    """What was printed or shown, and whether the question may be in it."""

    where: str
    text: bytes


def searched(person: Canaries, told: list[Said]) -> set[str]:
    """No key is anywhere, and the question in no file but the history and exports: those in which it is."""
    keys = {said.where: found for said in told if (found := found_in(said.text, KEYS))}
    assert keys == {}
    left = person.left_behind()
    files = {name: found for name, text in left.items() if (found := found_in(text, KEYS))}
    assert files == {}
    asked = {name for name, text in left.items() if found_in(text, {"prompt": PROMPT})}
    # Whoever asks with `llmtui ask` has the question on a command line of their own.
    theirs = ("data/history.db", "data/exports/", "children/seen-cmdline-")
    assert {name for name in asked if not name.startswith(theirs)} == set()
    return asked


def keeps_the_question(person: Canaries, told: list[Said]) -> None:
    """The same, where the question was kept: the search finds what is there."""
    assert any(name.startswith("data/history.db") for name in searched(person, told))


async def test_no_fault_of_a_server_lets_a_key_out(tmp_path: Path) -> None:
    person, told = Canaries(tmp_path), []
    async with EchoingServer() as server:
        person.know(server.url)
        await person.keep_keys()
        for name, reply in FAULTS.items():
            server.will(reply)
            before = len(server.requests)
            alone = [["-m", f"{provider}/m"] for provider in ALONE.get(name, ())]
            for models in alone or [person.everybody]:
                run = await person.run("ask", "--log-level=debug", "--events", "--usage", *models, PROMPT)
                told.append(Said(f"{name} {models}", f"{run.out}{run.narration}".encode()))
                assert run.status == 1, (name, run)
            if not alone:
                # Everybody was asked and showed a key: the search looks for what was there.
                shown = b" ".join(repr(one).encode() for one in server.requests[before:])
                assert {*KEYS} - {"url"} <= {*found_in(shown, KEYS)}, (name, run)
        for more in (
            ("models", "--refresh"),
            ("models", "--json"),
            ("doctor", *("envp", "filep", "ringp", "commandp", "headerp", "queryp", "urlp")),
            ("doctor", "--json", *("envp", "filep", "ringp", "commandp", "headerp", "queryp", "urlp")),
            ("keys", "list"),
            ("keys", "list", "--json"),
            ("paths", "--json"),
            ("history", "list"),
            ("history", "export", "--all"),
            ("history", "export", "--all", "--format", "markdown"),
            ("history", "backup", str(tmp_path / "data" / "history.db.copy")),
        ):
            server.will(FAULTS["status 500"])
            run = await person.run(*more)
            told.append(Said(" ".join(more[:2]), f"{run.out}{run.narration}".encode()))
    assert (tmp_path / "state" / "llmtui.log").exists()
    assert list(person.children.glob("command-*"))
    keeps_the_question(person, told)


async def test_no_way_to_a_server_lets_a_key_out(tmp_path: Path) -> None:
    """Another origin, no TLS where there should be, a certificate that nobody trusts, nobody there."""
    person, told = Canaries(tmp_path), []
    async with (
        LoopbackServer(saying("fine")) as server,
        LoopbackServer(saying("fine")) as other,
        LoopbackServer(saying("fine"), secure=tls()) as secured,
    ):
        person.know(server.url)
        await person.keep_keys()
        ways = {
            "moved": other.url,
            "not TLS": server.url.replace("http://", "https://"),
            "not trusted": secured.url,
            "nobody": "http://127.0.0.1:9/v1",
            "no name": "http://nobody.invalid/v1",
        }
        for name, url in ways.items():
            person.know(url)
            # Two whose keys are kept for the first address.
            for model in ("filep/m", "ringp/m"):
                run = await person.run("ask", "--log-level", "debug", "--json", "-m", model, PROMPT)
                assert run.status == 1, (name, run)
                told.append(Said(f"{name} {model}", f"{run.out}{run.narration}".encode()))
            run = await person.run("ask", "--json", *person.everybody, PROMPT)
            told.append(Said(name, f"{run.out}{run.narration}".encode()))
        assert not server.requests
        assert not secured.requests
        # Who is told in config.toml to show a key there does; what was kept for another address stays here.
        shown = found_in(b" ".join(repr(one).encode() for one in other.requests), KEYS)
        assert not {"file", "ring"} & set(shown)
        # What redirects names a place that is never asked, with a key or without.
        asked = len(other.requests)
        server.will(Reply(307, {"location": f"{other.url}/x"}, [], "length"))
        person.know(server.url)
        run = await person.run("ask", *person.everybody, PROMPT)
        told.append(Said("redirect", f"{run.out}{run.narration}".encode()))
        assert run.status == 1
        assert len(other.requests) == asked
    keeps_the_question(person, told)


async def test_what_cannot_be_kept_and_what_is_decoded_lets_no_key_out(tmp_path: Path) -> None:
    person, told = Canaries(tmp_path), []
    (tmp_path / "full").touch()
    async with EchoingServer(FAULTS["status 500"]) as server:
        person.know(server.url)
        await person.keep_keys()
        person.env["LLMTUI_DATA_DIR"] = str(tmp_path / "full")
        run = await person.run("ask", "--log-level", "debug", *person.everybody, PROMPT)
        assert "NOT SAVED" in run.narration
        told.append(Said("not saved", f"{run.out}{run.narration}".encode()))
    body = tmp_path / "tools" / "recorded.sse"
    for said in (KEYS["env"], f"Authorization: Bearer {KEYS['file']}", f"?key={KEYS['query']}"):
        body.write_bytes(events({"error": {"message": f"Overloaded: {said}"}}, done=False))
        run = await person.run("decode", "--dialect", "openai-chat", "--json", str(body))
        assert run.status == 1, run
        assert "Overloaded" in run.out, run
        told.append(Said("decode", f"{run.out}{run.narration}".encode()))
    kept = {name for name in searched(person, told) if not name.startswith("children/seen-cmdline-")}
    assert kept == set(), "nothing could be kept"


async def test_the_screen_and_all_that_it_starts_let_no_key_out(tmp_path: Path) -> None:
    from tests.pty.terminal import Terminal

    person = Canaries(tmp_path)
    env = {**person.env, "TELLING_AT_THE_END": "yes"}
    seen: list[Said] = []

    def exported(pattern: str) -> Shown:
        return lambda _: list((tmp_path / "data" / "exports").glob(pattern))

    def use(argv: list[str], act: Sequence[tuple[str | Shown, str]]) -> None:
        """Wait for each text and then press the keys, in a terminal of its own."""
        with Terminal([sys.executable, "-m", *argv], env, cwd=tmp_path) as terminal:
            for text, keys in act:
                terminal.wait_for(text)
                if keys == "kill":
                    terminal.kill()
                else:
                    terminal.type(keys)
            terminal.process.wait(30)
            seen.append(Said(" ".join(argv), bytes(terminal.raw) + terminal.text.encode()))

    async with EchoingServer(FAULTS["status 500"]) as server:
        person.know(server.url, 'fallback = ["ringp/m", "commandp/m", "headerp/m", "queryp/m", "urlp/m"]')
        await person.keep_keys()
        screen = ["llmtui", "--log-level", "debug"]
        await asyncio.to_thread(
            use,
            [*screen, "-m", "filep/m"],
            [
                ("Ask anything", f"{PROMPT}\r"),
                ("in trouble", "/status\r"),
                ("Esc leaves", "q"),
                (lambda text: "Esc leaves" not in text, "/export json\r"),
                (exported("*.json"), "/export markdown\r"),
                (exported("*.md"), "\x11"),
            ],
        )
        server.will(saying("fine words, see https://a.example/x"))
        await asyncio.to_thread(
            use,
            [*screen, "-m", "envp/m"],
            [
                ("Ask anything", "hello\r"),
                ("fine words", "/copy\r"),
                ("with xclip", "\tf"),
                ("Open this link?", "\r"),
                (lambda _: list(person.children.glob("xdg-open-*")), "\x1b"),
                ("F1 help", "/pipe\r"),
                ("m the answer", "m"),
                ("of your shell", f"{person.telling} pipe well-piped\r"),
                ("well-piped", "q"),
                (lambda text: "well-piped" not in text, "\x11"),
            ],
        )
        server.will(Reply(200, CHAT.headers, [CHAT.begun, Sleep(60)]))
        await asyncio.to_thread(
            use,
            [*screen, "-m", "urlp/m"],
            [("Ask anything", f"{PROMPT}\r"), (CHAT.spoken[0].strip(), "kill")],
        )
        # This one is no door: what it hands on is not llmtui's.
        env = {**person.env, "OPENAI_BASE_URL": server.url}
        await asyncio.to_thread(
            use,
            ["tests.end_to_end.faulty", "in_a_handler"],
            [("Ask anything", f"{PROMPT}\r"), ("The sky", "\x1bOQ")],
        )
    started = {path.name.partition("-")[0] for path in person.children.iterdir()}
    assert {"xclip", "xdg", "pipe", "command", "inherited"} <= started
    # Each of them looked at the command lines of all that ran beside it: llmtui's own was among them.
    if sys.platform == "linux":
        lines = b"".join(path.read_bytes() for path in person.children.glob("seen-cmdline-*"))
        assert b"llmtui" in lines
        assert b"telling.py" in lines
    assert list((tmp_path / "state").glob("crash*"))
    assert os.listdir(tmp_path / "data" / "exports")
    keeps_the_question(person, seen)
