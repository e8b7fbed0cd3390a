"""`llmtui keys`, in a real process; and a canary that is looked for everywhere."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.cli.running import Person
from tests.wire.server import LoopbackServer, Reply, saying

CANARY = "sk-kept-canary-42"
MODEL = ("-m", "openai/loop")


def without_variable(folder: Path, server: LoopbackServer) -> Person:
    """Somebody whose only key is the one they keep."""
    person = Person(folder, server)
    del person.env["OPENAI_API_KEY"]
    return person


def holding_a_canary(folder: Path) -> list[Path]:
    """The files that hold the key."""
    return [path for path in folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


async def test_a_key_that_was_piped_in_is_sent_and_shown_nowhere(tmp_path: Path) -> None:
    refused = {"error": {"message": f"Incorrect API key provided: {CANARY}", "code": "invalid_api_key"}}
    unauthorised = Reply(401, {"content-type": "application/json"}, [json.dumps(refused).encode()], "length")
    async with LoopbackServer(saying("ok"), unauthorised) as server:
        person, home = without_variable(tmp_path, server), server.url.removesuffix("/v1")
        runs = [
            await person.run("ask", *MODEL, "Hi"),
            await person.run("keys", "set", "openai", stdin=f"{CANARY}\n"),
            await person.run("ask", *MODEL, "--json", "Hi"),
            await person.run("ask", *MODEL, "Hi"),
            await person.run("keys", "list"),
            await person.run("keys", "list", "--json"),
            await person.run("models", "--json"),
            await person.run("history", "export", "--all"),
        ]
    assert [run.status for run in runs] == [1, 0, 0, 1, 0, 0, 0, 0]
    assert "llmtui keys set openai" in runs[0].narration
    assert server.requests[0].headers["authorization"] == f"Bearer {CANARY}"
    assert "keys.json" in runs[4].out
    assert home in runs[4].out
    assert [run for run in runs if CANARY in run.out + run.narration] == []
    holding = holding_a_canary(tmp_path)
    assert holding == [tmp_path / "config" / "keys.json"]


async def test_a_key_stays_at_home_when_the_address_changes(tmp_path: Path) -> None:
    async with LoopbackServer(saying("ok")) as home, LoopbackServer(saying("thanks")) as elsewhere:
        person = without_variable(tmp_path, home)
        await person.run("keys", "set", "openai", stdin=CANARY)
        person.env["OPENAI_BASE_URL"] = elsewhere.url
        run = await person.run("ask", *MODEL, "Hi")
        listed = await person.run("keys", "list")
    assert run.status == 1
    assert "belongs to" in run.narration
    assert "keys set openai" in run.narration
    assert "not sent" in listed.out
    assert elsewhere.requests == []


async def test_a_key_waits_for_the_address_that_it_is_for(tmp_path: Path) -> None:
    person = Person(tmp_path)
    early = await person.run("keys", "set", "azure", stdin=CANARY)
    assert early.status == 2
    assert "AZURE_OPENAI_ENDPOINT" in early.narration
    person.env["AZURE_OPENAI_ENDPOINT"] = "https://mine.example"
    kept = await person.run("keys", "set", "azure", stdin=CANARY)
    assert "https://mine.example:443 only" in kept.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("set", "openai", CANARY),
        ("set", CANARY),
        ("set", "openai", "--key", CANARY),
        ("set", f"--key={CANARY}"),
        (CANARY,),
        ("remove", CANARY),
    ],
)
async def test_a_key_on_the_command_line_is_refused_and_not_repeated(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    run = await Person(tmp_path).run("keys", *arguments)
    assert run.status != 0
    assert run.narration
    assert CANARY not in run.out + run.narration
    assert not (tmp_path / "config" / "keys.json").exists()


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (("keys", "set", "grok"), 2),
        (("ask", "-m", "Grok/x", "Hi"), 2),
        (("ask", "--fallback", "grok/x", "Hi"), 2),
        (("doctor", "grok"), 2),
        (("keys", "remove", "grok"), 1),
    ],
)
async def test_the_provider_that_was_likely_meant_is_named(
    tmp_path: Path, command: tuple[str, ...], status: int
) -> None:
    person = Person(tmp_path)
    await person.run("keys", "set", "groq", stdin=CANARY)
    run = await person.run(*command)
    assert run.status == status
    assert "Did you mean groq? There are: " in run.narration


async def test_a_removed_key_is_no_longer_there(tmp_path: Path) -> None:
    person = Person(tmp_path)
    await person.run("keys", "set", "groq", stdin=CANARY)
    person.env["GROQ_API_KEY"] = "from-the-variable"
    both = await person.run("keys", "list")
    assert both.out.index("GROQ_API_KEY") < both.out.index("keys.json")
    removed = await person.run("keys", "remove", "groq")
    assert removed.status == 0
    assert "GROQ_API_KEY" in removed.out
    assert CANARY not in (tmp_path / "config" / "keys.json").read_text()
    assert (await person.run("keys", "remove", "groq")).status == 1


async def test_the_provider_of_a_kept_key_is_active(tmp_path: Path) -> None:
    async with LoopbackServer(saying("ok")) as server:
        person = without_variable(tmp_path, server)
        del person.env["OPENAI_BASE_URL"]
        person.configure(f'[providers.work]\nbase_url = "{server.url}"\nsuggest = "best"\n')
        before = await person.run("keys", "list", "--json")
        kept = await person.run("keys", "set", "work", stdin=CANARY)
        ran = await person.run("ask", "Hi")
    assert json.loads(before.out) == {}
    assert kept.status == 0
    assert (ran.status, ran.out) == (0, "ok\n")
    assert server.requests[0].headers["authorization"] == f"Bearer {CANARY}"
    assert server.requests[0].json["model"] == "best"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
async def test_a_file_that_others_could_read_is_closed_with_a_word(tmp_path: Path) -> None:
    person = Person(tmp_path)
    await person.run("keys", "set", "groq", stdin=CANARY)
    path = tmp_path / "config" / "keys.json"
    path.chmod(0o644)
    refused = await person.run("ask", "-m", "groq/x", "Hi")
    assert refused.status == 1
    assert "mode 644" in refused.narration
    listed = await person.run("keys", "list")
    assert "mode 644" in listed.narration
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminal of this kind")
def test_a_pasted_key_is_not_shown(tmp_path: Path) -> None:
    from tests.pty.terminal import Terminal

    env = {**os.environ, **Person(tmp_path).env}
    with Terminal([sys.executable, "-m", "llmtui", "keys", "set", "groq"], env) as terminal:
        terminal.wait_for("nothing is shown")
        terminal.type(f"{CANARY}\n")
        terminal.wait_for("is kept in")
        assert terminal.wait_for_exit() == 0
        assert CANARY not in terminal.text
    assert CANARY in (tmp_path / "config" / "keys.json").read_text()
