"""`llmtui history`, `models` and `paths`, in a real process."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.running import Person
from tests.wire.server import LoopbackServer, Reply, saying

SEED = {
    "format": "llmtui",
    "version": 1,
    "conversations": [
        {
            "title": "Kyoto",
            "messages": [
                {"id": "m0", "parent": None, "role": "user", "parts": [{"kind": "text", "text": "Where?"}]},
                {
                    "id": "m1",
                    "parent": "m0",
                    "role": "assistant",
                    "parts": [{"kind": "text", "text": "There."}],
                },
            ],
        }
    ],
}


async def seeded(folder: Path) -> tuple[Person, str]:
    """Somebody who has imported one conversation, and its id."""
    person = Person(folder)
    (folder / "seed.json").write_text(json.dumps(SEED))
    run = await person.run("history", "import", "seed.json", "--json")
    assert run.status == 0, run.narration
    (conversation_id,) = json.loads(run.out)
    return person, conversation_id


async def test_what_is_imported_is_listed_shown_and_exported(tmp_path: Path) -> None:
    person, key = await seeded(tmp_path)
    listed = json.loads((await person.run("history", "list", "--json")).out)
    assert [(entry["id"], entry["title"], entry["messages"]) for entry in listed] == [(key, "Kyoto", 2)]
    assert key in (await person.run("history", "list")).out
    shown = (await person.run("history", "show", key[:5])).out
    assert "Kyoto" in shown
    assert "There." in shown
    exported = json.loads((await person.run("history", "export", key, "--format", "json")).out)
    assert (exported["format"], exported["version"]) == ("llmtui", 1)
    messages = exported["conversations"][0]["messages"]
    assert [(message["id"], message["parent"], message["role"]) for message in messages] == [
        ("m0", None, "user"),
        ("m1", "m0", "assistant"),
    ]
    assert messages[0]["parts"] == [{"kind": "text", "text": "Where?"}]
    assert "There." in (await person.run("history", "export", key, "--format", "markdown")).out


@pytest.mark.parametrize("updated", [1e308, -1e308, 253_402_300_800])
async def test_a_conversation_of_a_time_beyond_the_calendar_is_listed(tmp_path: Path, updated: float) -> None:
    person = Person(tmp_path)
    odd = json.loads(json.dumps(SEED))
    odd["conversations"][0]["updated"] = updated
    (tmp_path / "odd.json").write_text(json.dumps(odd))
    assert (await person.run("history", "import", "odd.json")).status == 0
    assert "Kyoto" in (await person.run("history", "list")).out


async def test_an_export_can_be_imported_elsewhere_and_again(tmp_path: Path) -> None:
    person, key = await seeded(tmp_path)
    whole = (await person.run("history", "export", "--all")).out
    for _ in range(2):
        assert (await person.run("history", "import", "-", stdin=whole)).status == 0
    listed = json.loads((await person.run("history", "list", "--json")).out)
    assert [entry["id"] for entry in listed] == [key]
    (tmp_path / "other").mkdir()
    other = Person(tmp_path / "other")
    assert (await other.run("history", "import", "-", stdin=whole)).status == 0
    assert (await other.run("history", "export", "--all")).out == whole


async def test_a_backup_is_a_history_and_is_never_written_over(tmp_path: Path) -> None:
    person, key = await seeded(tmp_path)
    run = await person.run("history", "backup", "copy.db")
    assert run.status == 0, run.narration
    assert run.out == "backed up to copy.db\n"
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0
    refused = await person.run("history", "backup", "copy.db")
    assert (refused.status, "--force" in refused.narration) == (1, True)
    again = await person.run("history", "backup", "copy.db", "--force", "--json")
    assert json.loads(again.out)["file"] == "copy.db"
    itself = await person.run("history", "backup", "data/history.db", "--force")
    assert (itself.status, "is the history itself" in itself.narration) == (1, True)
    nowhere = await person.run("history", "backup", "no/such/folder.db")
    assert (nowhere.status, "cannot be written" in nowhere.narration) == (1, True)
    other = Person(tmp_path / "other")
    (tmp_path / "other" / "data").mkdir(parents=True)
    (tmp_path / "copy.db").rename(tmp_path / "other" / "data" / "history.db")
    assert key in (await other.run("history", "list")).out
    assert "copy.db.part" not in os.listdir(tmp_path)


async def test_what_is_deleted_is_gone_from_the_list(tmp_path: Path) -> None:
    person, key = await seeded(tmp_path)
    assert (await person.run("history", "delete", key)).out == f"deleted {key}\n"
    assert (await person.run("history", "list")).out == ""


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("show", "123"), 2, "no conversation has an id that begins with '123'"),
        (("export",), 2, "give the id"),
        (("import", "missing.json"), 1, "missing.json cannot be read"),
        ((), 2, "required"),
    ],
)
async def test_what_cannot_be_done_says_why(
    tmp_path: Path, arguments: tuple[str, ...], status: int, said: str
) -> None:
    run = await Person(tmp_path).run("history", *arguments)
    assert run.status == status
    assert said in run.narration


@pytest.mark.parametrize(
    "text", ["", "[]", '{"format": "other"}', '{"format":"llmtui","version":1,"conversations":3}']
)
async def test_a_file_that_is_no_export_is_refused_and_changes_nothing(tmp_path: Path, text: str) -> None:
    person = Person(tmp_path)
    run = await person.run("history", "import", "-", stdin=text)
    assert run.status == 1
    assert "Traceback" not in run.narration
    assert (await person.run("history", "list")).out == ""


async def test_models_are_listed_and_kept_for_a_day(tmp_path: Path) -> None:
    body = json.dumps({"object": "list", "data": [{"id": "one"}, {"id": "two"}]}).encode()
    listing = Reply(headers={"content-type": "application/json"}, pieces=[body], ends="length")
    async with LoopbackServer(saying("x"), by_path={"/v1/models": listing}) as server:
        person = Person(tmp_path, server)
        run = await person.run("models")
        assert run.out.splitlines()[:2] == ["openai/one", "openai/two"]
        assert run.out.splitlines()[-1] == "builtin/guide"
        await person.run("models")
        assert len(server.requests) == 1
        listed = json.loads((await person.run("models", "--json", "--refresh")).out)
        assert len(server.requests) == 2
        assert [model["name"] for model in listed] == ["openai/one", "openai/two", "builtin/guide"]


async def test_a_provider_that_does_not_list_is_named_and_the_others_listed(tmp_path: Path) -> None:
    person = Person(tmp_path)
    person.env |= {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "sk-canary"}
    run = await person.run("models")
    assert run.status == 0
    assert run.out == "builtin/guide\n"
    assert "OpenAI: " in run.narration
    assert "sk-canary" not in run.narration


async def test_paths_tell_where_things_are(tmp_path: Path) -> None:
    places = json.loads((await Person(tmp_path).run("paths", "--json")).out)
    assert places["history"] == str(tmp_path / "data" / "history.db")
    assert "history" in (await Person(tmp_path).run("paths")).out


async def test_every_help_has_examples(tmp_path: Path) -> None:
    person = Person(tmp_path)
    for arguments in ((), ("ask",), ("models",), ("history",), ("paths",)):
        run = await person.run(*arguments, "--help")
        assert run.status == 0
        assert "example" in run.out
    assert (await person.run("--version")).out.startswith("llmtui ")


async def test_the_screen_asks_for_a_terminal(tmp_path: Path) -> None:
    run = await Person(tmp_path).run("Hi")
    assert run.status == 2
    assert "llmtui ask" in run.narration
