"""`llmtui doctor`, in a real process: what works, what does not, and never a key."""

import asyncio
import json
import os
import sys
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from llmtui.store.schema import STEPS
from tests.cli.running import NOBODY, Person, ended
from tests.wire.server import LoopbackServer, Pause, Reply

CANARY = "sk-doctor-canary-7"
MODELS = {"data": [{"id": "a"}, {"id": "b"}]}


def listing(body: object = MODELS, status: int = 200) -> Reply:
    return Reply(status, {"content-type": "application/json"}, [json.dumps(body).encode()], "length")


def holder(folder: Path, server: LoopbackServer) -> Person:
    """Somebody with a key of OpenAI's, which is the server here."""
    person = Person(folder, server)
    person.env["OPENAI_API_KEY"] = CANARY
    return person


async def test_what_works_is_said_with_its_times(tmp_path: Path) -> None:
    async with LoopbackServer(listing()) as server:
        run = await holder(tmp_path, server).run("doctor", "openai")
        origin = server.url.removesuffix("/v1")
    assert run.status == 0, run
    line = next(line for line in run.out.splitlines() if "openai" in line and "key:" in line)
    assert line.startswith("ok openai")
    for told in (origin, "key: OPENAI_API_KEY", "connected in", "2 models in"):
        assert told in line
    for told in ("llmtui ", "Python ", "Textual ", "httpx ", "SQLite ", str(tmp_path / "config"), "TERM "):
        assert told in run.out
    assert CANARY not in run.out + run.narration


async def test_json_has_everything_and_no_key(tmp_path: Path) -> None:
    refused = {"error": {"message": f"{CANARY} is no key of ours"}}
    async with LoopbackServer(listing(refused, 401)) as server:
        person = holder(tmp_path, server)
        await person.run("keys", "set", "groq", stdin="gsk-another-canary")
        run = await person.run("doctor", "--json", "openai")
    told = json.loads(run.out)
    assert run.status == 1
    assert not told["well"]
    (finding,) = told["providers"]
    assert (finding["name"], finding["key"], finding["models"]) == ("openai", "OPENAI_API_KEY", 0)
    assert finding["connected"] is not None
    assert finding["listed"] is None
    assert finding["trouble"]
    assert {place["name"] for place in told["places"]} >= {"config", "data", "state", "keys"}
    assert "canary" not in run.out + run.narration


async def test_a_refused_key_is_named_by_where_it_came_from(tmp_path: Path) -> None:
    async with LoopbackServer(listing({"error": {"message": "no"}}, 401)) as server:
        person = holder(tmp_path, server)
        del person.env["OPENAI_API_KEY"]
        await person.run("keys", "set", "openai", stdin=CANARY)
        person.configure(f'[providers.free]\nbase_url = "{server.url}"\n')
        run = await person.run("doctor", "openai", "free")
    assert f"the key in {tmp_path / 'config' / 'keys.json'} was refused" in run.out
    assert "OPENAI_API_KEY" not in run.out
    (free,) = [line for line in run.out.splitlines() if "free" in line and "key:" in line]
    assert "key: none needed" in free


async def test_a_server_that_is_not_there_and_a_key_that_is_missing_are_told_with_what_to_do(
    tmp_path: Path,
) -> None:
    person = Person(tmp_path)
    person.configure(f'[providers.box]\nbase_url = "{NOBODY}/v1"\nlocal = true\n')
    run = await person.run("doctor", "box", "groq")
    assert run.status == 1
    assert "nobody answers there" in run.out
    assert "key: missing" in run.out
    assert "llmtui keys set groq" in run.out


async def test_passwords_in_addresses_are_not_shown(tmp_path: Path) -> None:
    person = Person(tmp_path)
    person.env |= {"HTTPS_PROXY": f"http://me:{CANARY}@127.0.0.1:9", "NO_PROXY": "spared.example"}
    person.env["GROQ_API_KEY"] = "gsk-1"
    person.configure(
        f'[providers.box]\nbase_url = "http://me:{CANARY}@127.0.0.1:9/v1"\n'
        '[providers.spared]\nbase_url = "https://api.spared.example:1/v1"\n'
    )
    run = await person.run("doctor", "box", "groq", "spared")
    assert run.status == 1
    assert CANARY not in run.out + run.narration
    assert "HTTPS_PROXY = http://…@127.0.0.1:9" in run.out
    assert "through http://…@127.0.0.1:9 (HTTPS_PROXY)" in run.out
    assert "NO_PROXY has spared.example" in run.out


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "OPENAI_BASE_URL"])
@pytest.mark.parametrize("url", ["http://[bad", f"http://me:{CANARY}@box:port", f"http://me:a/{CANARY}@box"])
async def test_an_address_that_is_none_is_a_finding_like_others(tmp_path: Path, name: str, url: str) -> None:
    person = Person(tmp_path)
    person.env |= {name: url, "OPENAI_API_KEY": "sk-1"}
    run = await person.run("doctor", "openai")
    assert run.status == 1
    assert "!! openai" in run.out
    assert "Traceback" not in run.narration
    assert CANARY not in run.out + run.narration


async def test_a_proxy_that_would_see_a_key_is_named(tmp_path: Path) -> None:
    async with LoopbackServer(listing()) as proxy:
        person = Person(tmp_path)
        person.env |= {"HTTP_PROXY": proxy.url.removesuffix("/v1"), "BOX_KEY": CANARY}
        person.configure(
            '[providers.box]\nbase_url = "http://box.example/v1"\n'
            'api_key_env = "BOX_KEY"\nallow_insecure = true\n'
        )
        run = await person.run("doctor", "box")
    assert "the proxy can read all that is said" in run.out
    assert CANARY not in run.out


async def test_certificates_that_are_not_there_are_named(tmp_path: Path) -> None:
    person = Person(tmp_path)
    person.configure('[providers.box]\nbase_url = "https://box.example/v1"\nca_file = "/no/such/ca.pem"\n')
    run = await person.run("doctor", "box")
    assert run.status == 1
    assert "/no/such/ca.pem is not there" in run.out
    person.env["SSL_CERT_FILE"] = str(tmp_path / "config" / "config.toml")
    assert "holds no certificates" in (await person.run("doctor", "box")).out


async def test_settings_that_cannot_be_read_are_a_finding_like_others(tmp_path: Path) -> None:
    person = Person(tmp_path)
    person.configure("theme = 5\n")
    run = await person.run("doctor")
    assert run.status == 1
    assert "config.toml" in run.out
    assert "SQLite" in run.out


async def test_where_nothing_is_set_up_the_next_step_is_told(tmp_path: Path) -> None:
    run = await Person(tmp_path).run("doctor")
    assert "llmtui keys set NAME" in run.out or "Providers" in run.out


async def test_a_provider_that_nobody_knows_is_wrong_usage(tmp_path: Path) -> None:
    run = await Person(tmp_path).run("doctor", "nobody")
    assert run.status == 2
    assert "groq" in run.narration


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="everything is open to this person")
async def test_a_folder_that_cannot_be_written_is_found(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(0o500)
    run = await Person(tmp_path).run("doctor")
    assert run.status == 1
    assert "nothing can be written there" in run.out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
async def test_a_key_file_that_others_can_read_is_found(tmp_path: Path) -> None:
    person = Person(tmp_path)
    await person.run("keys", "set", "groq", stdin=CANARY)
    (tmp_path / "config" / "keys.json").chmod(0o644)
    run = await person.run("doctor", "groq")
    assert run.status == 1
    assert "others can read it" in run.out
    assert CANARY not in run.out + run.narration


async def test_who_keeps_everybody_waiting_is_named(tmp_path: Path) -> None:
    gate = asyncio.Event()
    slow = Reply(200, {"content-type": "application/json"}, [Pause(gate), json.dumps(MODELS).encode()])
    async with LoopbackServer(slow) as server:
        process = await holder(tmp_path, server).start("doctor", "openai")
        assert process.stderr is not None
        told = await asyncio.wait_for(process.stderr.readline(), 20)
        assert b"still waiting for openai" in told
        gate.set()
        run = await ended(process)
    assert run.status == 0
    assert "2 models" in run.out


async def test_a_damaged_history_is_found_and_left_as_it_is(tmp_path: Path) -> None:
    async with LoopbackServer(listing()) as server:
        person = holder(tmp_path, server)
        await person.run("ask", "-m", "builtin/guide", "How do I quit?")
        well = await person.run("doctor", "openai")
        assert well.status == 0, well
        history = tmp_path / "data" / "history.db"
        damaged = history.read_bytes()[:4096] + bytes(8192)
        history.write_bytes(damaged)
        run = await person.run("doctor", "openai")
        assert run.status == 1
        assert "it is damaged: start llmtui, and it saves what can be read" in run.out
        assert history.read_bytes() == damaged


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
async def test_what_others_can_read_is_told_with_what_closes_it(tmp_path: Path) -> None:
    async with LoopbackServer(listing()) as server:
        person = holder(tmp_path, server)
        await person.run("ask", "-m", "builtin/guide", "How do I quit?")
        person.configure("")
        (tmp_path / "config").chmod(0o755)
        (tmp_path / "config" / "config.toml").chmod(0o644)
        by_hand = await person.run("doctor", "openai")
        # Who makes a file of settings by hand has done nothing wrong.
        assert by_hand.status == 0, by_hand
        assert f"others can read it: chmod 700 {tmp_path / 'config'}" in by_hand.out
        for path, close in ((tmp_path / "data", "700"), (tmp_path / "data" / "history.db", "600")):
            path.chmod(path.stat().st_mode | 0o044)
            run = await person.run("doctor", "openai")
            assert run.status == 1
            assert f"others can read it: chmod {close} {path}" in run.out
            path.chmod(path.stat().st_mode & 0o700)
        (tmp_path / "config" / "config.toml").chmod(0o666)
        assert "others can write to it" in (await person.run("doctor", "openai")).out


async def test_the_schema_of_the_history_and_the_room_there_is_are_told(tmp_path: Path) -> None:
    async with LoopbackServer(listing()) as server:
        person = holder(tmp_path, server)
        await person.run("ask", "-m", "builtin/guide", "How do I quit?")
        assert f"schema {len(STEPS)}" in (await person.run("doctor", "openai")).out
        assert "GB free" in (await person.run("doctor", "openai")).out
        with closing(apsw.Connection(str(tmp_path / "data" / "history.db"))) as history:
            history.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
        newer = await person.run("doctor", "openai")
        assert newer.status == 1
        assert "newer" in newer.out
