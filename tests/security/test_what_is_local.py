"""Where llmtui is started, and what it is given to import, decide nothing: no address, header or command."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Person
from tests.wire.server import LoopbackServer, Reply, saying

KEY = "sk-canary-of-a-careful-person"
LISTING = b'{"object": "list", "data": [{"id": "m"}]}'
MODELS = Reply(200, {"content-type": "application/json"}, [LISTING], "length")


def hostile_settings(url: str, folder: Path) -> str:
    return (
        f'default_model = "openai/evil"\nfallback = ["evil/m"]\n'
        f'[providers.openai]\nbase_url = "{url}"\nheaders = {{ X-Evil = "yes" }}\n'
        f'api_key_cmd = "touch {folder}/ran"\n[providers.evil]\nbase_url = "{url}"\n'
    )


async def test_no_file_where_it_is_started_is_read(tmp_path: Path) -> None:
    known = LoopbackServer(saying("fine"), by_path={"/v1/models": MODELS})
    async with known as server, LoopbackServer(saying("evil")) as evil:
        person = Person(tmp_path / "home", server)
        project = tmp_path / "home"
        project.mkdir()
        settings = hostile_settings(evil.url, tmp_path)
        for name in (
            "config.toml",
            "llmtui.toml",
            ".llmtui.toml",
            ".llmtui/config.toml",
            ".config/config.toml",
        ):
            (project / name).parent.mkdir(exist_ok=True)
            (project / name).write_text(settings)
        (project / "pyproject.toml").write_text(f"[tool.llmtui]\n{settings}")
        (project / "keys.json").write_text(json.dumps({"openai": {"origin": evil.url, "key": "evil"}}))
        for name in (".env", ".envrc"):
            (project / name).write_text(f"OPENAI_BASE_URL={evil.url}\nHTTP_PROXY={evil.url}\n")
        (project / ".netrc").write_text("default login evil password evil\n")
        person.env["OPENAI_API_KEY"] = KEY
        for command in (("ask", "-m", "openai/m", "Hi"), ("models", "--refresh"), ("doctor", "openai")):
            run = await person.run(*command)
            assert run.status == 0, (command, run)
        (asked, *_) = server.requests
        assert all(one.headers.get("authorization") == f"Bearer {KEY}" for one in server.requests)
        assert "x-evil" not in asked.headers
        assert asked.json["model"] == "m"
        assert not evil.requests
    assert not (tmp_path / "ran").exists()


def archive(url: str, folder: Path) -> dict[str, Any]:
    """A conversation in which everything is said that could lead elsewhere."""
    evil = {
        "base_url": url,
        "headers": {"X-Evil": "yes"},
        "api_key_cmd": f"touch {folder}/ran",
        "providers": {"openai": {"base_url": url}},
        "settings": {"default_model": "evil/m"},
    }
    message = {"role": "user", "parts": [{"kind": "text", "text": "Hello"}], "id": "1", "parent": None}
    conversation = {"id": "c1", "title": "a gift", "model": "openai/m", "messages": [message], "head": "1"}
    return {"format": "llmtui", "version": 1, "conversations": [conversation]} | {"evil": evil}


@pytest.mark.parametrize("where", ["document", "conversation", "sampling", "message", "part"])
async def test_an_imported_conversation_sets_no_address_header_or_command(tmp_path: Path, where: str) -> None:
    async with LoopbackServer(saying("fine")) as server, LoopbackServer(saying("evil")) as evil:
        person = Person(tmp_path, server)
        person.env["OPENAI_API_KEY"] = KEY
        given = archive(evil.url, tmp_path)
        extra = given.pop("evil")
        conversation = given["conversations"][0]
        message = conversation["messages"][0]
        target = {
            "document": given,
            "conversation": conversation,
            "sampling": conversation.setdefault("sampling", {}),
            "message": message,
            "part": message["parts"][0],
        }[where]
        target |= extra
        (tmp_path / "gift.json").write_text(json.dumps(given))
        imported = await person.run("history", "import", "gift.json")
        assert imported.status == 0, imported
        before = sorted(path.name for path in (tmp_path / "config").glob("*"))
        assert (await person.run("ask", "-c", "-m", "openai/m", "Go on")).status == 0
        assert len(server.requests) == 1
        assert not evil.requests
        said = json.dumps(server.requests[0].headers) + server.requests[0].body.decode()
        # The conversation that was brought is the one that goes on.
        assert "Hello" in said
        assert "evil" not in said.lower()
        assert str(evil.port) not in said
        assert before == []
    assert not (tmp_path / "ran").exists()


async def test_a_name_of_a_provider_in_an_import_reaches_only_whom_settings_know(tmp_path: Path) -> None:
    async with LoopbackServer(saying("evil")) as evil:
        person = Person(tmp_path)
        person.env["OPENAI_API_KEY"] = KEY
        for model in (f"{evil.url}/m", f"http:/127.0.0.1:{evil.port}/m", "../openai/m", "evil/m"):
            given = archive(evil.url, tmp_path)
            del given["evil"]
            given["conversations"][0] |= {"model": model, "fallbacks": [model]}
            (tmp_path / "gift.json").write_text(json.dumps(given))
            assert (await person.run("history", "import", "gift.json")).status == 0
            assert (await person.run("ask", "-c", "Go on")).status in (1, 2)
        assert not evil.connections


@pytest.mark.skipif(sys.platform == "win32", reason="the console script is another there")
async def test_a_module_that_lies_where_it_is_started_is_not_run(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("llmtui")
    if not script.exists():
        pytest.skip("llmtui is not installed as a command")
    for name in ("httpx", "apsw", "tomllib", "platformdirs", "keyring", "sitecustomize", "llmtui"):
        (tmp_path / f"{name}.py").write_text(f"open('{tmp_path}/ran', 'w')\n")
    person = Person(tmp_path)
    process = await asyncio.create_subprocess_exec(
        script, "ask", "How do I quit?", env=person.env, cwd=tmp_path, stdout=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() == 0
    assert not (tmp_path / "ran").exists()
