"""`llmtui ask` where a model fails and another is there, in a real process against real servers."""

import json
from pathlib import Path

import pytest

from tests.cli.running import Ended, Person
from tests.wire.server import LoopbackServer, Reply, chunk, events, saying

JSON = {"content-type": "application/json"}


def refusing(status: int, message: str) -> Reply:
    body = json.dumps({"error": {"message": message, "type": "some_error"}}).encode()
    return Reply(status, {**JSON, "retry-after": "100"}, [body], "length")


LIMITED = refusing(429, "too many requests")


def person_of(folder: Path, first: LoopbackServer, second: LoopbackServer, more: str = "") -> Person:
    """Somebody with two providers, `one` and `two`."""
    person = Person(folder)
    tables = "".join(
        f'[providers.{name}]\nbase_url = "{server.url}"\nauth = "none"\nprefill = "plain"\n'
        for name, server in (("one", first), ("two", second))
    )
    person.configure(f"{more}\n[limits]\nretries = 0\n{tables}")
    return person


async def asked(person: Person, *arguments: str) -> Ended:
    return await person.run("ask", "-m", "one/a", *arguments, "Hi")


async def test_the_next_model_answers_and_it_is_said_who_and_why(tmp_path: Path) -> None:
    async with LoopbackServer(LIMITED) as first, LoopbackServer(saying("Hello")) as second:
        run = await asked(person_of(tmp_path, first, second), "--fallback", "two/b")
    assert (run.status, run.out) == (0, "Hello\n"), run.narration
    assert "llmtui: asking two/b: one/a was rate-limited (429)\n" in run.narration
    assert "llmtui: answered by two/b: one/a was rate-limited (429)\n" in run.narration
    assert (len(first.requests), len(second.requests)) == (1, 1)
    assert second.requests[0].json["model"] == "b"


async def test_in_json_the_turns_are_listed_if_there_are_any(tmp_path: Path) -> None:
    async with LoopbackServer(LIMITED) as first, LoopbackServer(saying("Hello")) as second:
        person = person_of(tmp_path, first, second, 'fallback = ["two/b"]')
        said = json.loads((await asked(person, "--json")).out)
    (turn,) = said["detours"]
    assert (turn["kind"], turn["model"], turn["what"]) == ("fallback", "one/a", "two/b")
    assert (turn["failure"]["kind"], turn["failure"]["status"]) == ("rate_limit", 429)
    assert (said["requested_model"], said["provider"], said["outcome"]) == ("one/a", "two", "complete")


async def test_if_all_fail_each_is_named_and_the_status_is_1(tmp_path: Path) -> None:
    down = refusing(503, "it is down")
    async with LoopbackServer(LIMITED) as first, LoopbackServer(down) as second:
        run = await asked(person_of(tmp_path, first, second), "--fallback", "two/b", "--fallback", "one/c")
    assert run.status == 1
    for words in ("one/a was rate-limited (429)", "two/b was in trouble (503)", "one/c: 429 from"):
        assert words in run.narration


async def test_a_request_that_is_wrong_is_not_sent_to_another(tmp_path: Path) -> None:
    wrong = refusing(400, "messages: must not be empty")
    async with LoopbackServer(wrong) as first, LoopbackServer(saying("Hello")) as second:
        run = await asked(person_of(tmp_path, first, second), "--fallback", "two/b")
    assert run.status == 1
    assert not second.requests


async def test_what_was_cut_is_not_asked_of_another(tmp_path: Path) -> None:
    cut = Reply(pieces=[events(chunk("Half"), done=False)])
    async with LoopbackServer(cut) as first, LoopbackServer(saying("Hello")) as second:
        run = await asked(person_of(tmp_path, first, second), "--fallback", "two/b")
    assert (run.status, run.out) == (1, "Half\n")
    assert not second.requests


async def test_a_chain_of_the_conversation_is_kept_with_it(tmp_path: Path) -> None:
    async with LoopbackServer(LIMITED) as first, LoopbackServer(saying("Hello")) as second:
        person = person_of(tmp_path, first, second)
        await asked(person, "--fallback", "two/b")
        run = await person.run("ask", "-c", "And now?")
    assert run.out == "Hello\n"
    assert [message["content"] for message in second.requests[1].json["messages"]] == [
        "Hi",
        "Hello",
        "And now?",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--fallback", "nobody/x"), "--fallback: there is no provider called 'nobody'"),
        (("--effort", "hard"), "invalid choice: 'hard'"),
    ],
)
async def test_wrong_options_end_with_2(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    run = await Person(tmp_path).run("ask", *arguments, "Hi")
    assert run.status == 2
    assert said in run.narration


async def test_a_wrong_chain_in_the_settings_ends_with_2_and_names_its_place(tmp_path: Path) -> None:
    person = Person(tmp_path)
    person.configure('fallback = ["gpt-4o"]\n')
    run = await person.run("ask", "Hi")
    assert run.status == 2
    assert "config.toml: fallback: 'gpt-4o' is not a provider and a model" in run.narration


async def test_a_subcommand_after_options_opens_no_screen(tmp_path: Path) -> None:
    run = await Person(tmp_path).run("-m", "openai/x", "ask", "hi")
    assert run.status == 2
    assert "ask comes first: llmtui ask" in run.narration


async def test_waits_are_narrated(tmp_path: Path) -> None:
    brief = Reply(429, {**JSON, "retry-after-ms": "10"}, [b"{}"], "length")
    async with LoopbackServer(brief, saying("Hello")) as server:
        run = await Person(tmp_path, server).run("ask", "-m", "openai/loop", "Hi")
    assert (run.status, run.out) == (0, "Hello\n")
    assert "llmtui: openai/loop: retrying" in run.narration
    assert "(rate-limited, 429) · 1 of 2" in run.narration


async def test_effort_is_asked_for(tmp_path: Path) -> None:
    async with LoopbackServer(saying("Hello")) as server:
        person = Person(tmp_path, server)
        run = await person.run("ask", "-m", "openai/loop", "--effort", "high", "Hi")
    assert run.status == 0
    assert "high" in json.dumps(server.requests[0].json)


async def test_the_lasting_name_of_the_model_asked_is_no_other_model(tmp_path: Path) -> None:
    named = [{"id": "kimi", "canonical_slug": "moon/k2-thinking"}, {"id": "other"}]
    listing = Reply(200, JSON, [json.dumps({"data": named}).encode()], "length")
    answer = Reply(pieces=[events(chunk("Hello", model="moon/k2-thinking"), chunk(finish="stop"))])
    async with LoopbackServer(listing) as server:
        person = Person(tmp_path)
        person.configure(f'[providers.one]\nbase_url = "{server.url}"\nauth = "none"\n')
        assert (await person.run("models")).status == 0
        server.will(answer)
        same = await person.run("ask", "-m", "one/kimi", "Hi")
        another = await person.run("ask", "-m", "one/other", "Hi")
    assert (same.out, same.narration) == ("Hello\n", "")
    assert another.narration == "llmtui: answered by moon/k2-thinking\n"
