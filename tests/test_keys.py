"""Where a provider's key comes from."""

import os
import sys

import pytest

from llmtui.chat.failure import Failure
from llmtui.keys.children import without_keys
from llmtui.keys.finding import Keys
from llmtui.providers.card import Card
from llmtui.providers.cards import read_cards, with_environment

SECRET = "sk-canary-1234"


def card(**changed: object) -> Card:
    return Card("work", "Work", "openai-chat", "https://x/v1", key_env="WORK_KEY", **changed)  # type: ignore[arg-type]


def printing(code: str) -> str:
    return f'"{sys.executable}" -c "{code}"'.replace("\\", "/")


async def test_the_environment_goes_first() -> None:
    keys = Keys({"WORK_KEY": f" {SECRET}\n"})
    assert await keys.of(card(key_cmd=printing("1/0"))) == SECRET
    assert SECRET not in repr(keys)


async def test_a_command_is_asked_once(tmp_path: pytest.TempPathFactory) -> None:
    log = f"{tmp_path}/log"
    code = f"open('{log}','a').write('x');print('{SECRET}')".replace("\\", "/")
    keys = Keys({})
    asked = card(key_cmd=printing(code))
    assert [await keys.of(asked), await keys.of(asked)] == [SECRET, SECRET]
    with open(log) as file:  # noqa: ASYNC230 - one byte
        assert file.read() == "x"


@pytest.mark.parametrize("code", ["raise SystemExit(3)", "pass"])
async def test_a_command_that_fails_or_says_nothing_is_named(code: str) -> None:
    failure = await Keys({}).of(card(key_cmd=printing(code)))
    assert isinstance(failure, Failure)
    assert "api_key_cmd" in failure.hint
    assert "Work" in failure.message


async def test_a_command_that_does_not_exist_is_named() -> None:
    failure = await Keys({}).of(card(key_cmd="no-such-program-anywhere"))
    assert isinstance(failure, Failure)
    assert failure.kind == "configuration"


async def test_a_missing_key_names_its_variable() -> None:
    failure = await Keys({}).of(card())
    assert isinstance(failure, Failure)
    assert "WORK_KEY" in failure.hint


async def test_local_servers_and_open_ones_need_none() -> None:
    assert await Keys({}).of(card(local=True)) == ""
    assert await Keys({}).of(card(auth="none")) == ""


def test_what_llmtui_starts_inherits_no_key_of_any_provider() -> None:
    kept = {
        "PATH": "/bin",
        "GH_TOKEN": "theirs",
        "AWS_SECRET_ACCESS_KEY": "theirs",
        "HTTPS_PROXY": "http://me:word@proxy:8080",
        "OTHER_HOST": "http://box:11434",
        "HOMEPAGE_URL": "https://x.example/@me",
        "MIRROR_URL": "git@github.example:me/x.git",
        "DEPLOY_HOST": "me@box.example",
        "IMAGE_BASE": "registry:5000/python@sha256",
    }
    cards = read_cards().values()
    secrets = {card.key_env: SECRET for card in cards if card.key_env}
    addresses = [card.url_env for card in cards if card.url_env]
    named = {"MY_OWN": SECRET}
    assert len(secrets) > 20
    for address in (
        "https://{}@x",
        "https://me:{}@x/v1",
        "me:{}@x:8080",
        "me:{}/@x",
        "http://me:a/{}@[::1]:1",
    ):
        secrets |= dict.fromkeys(addresses, address.format(SECRET))
        assert without_keys({**kept, **secrets, **named}, {"MY_OWN"}) == kept
    # It is shown to servers on this machine and near it, which may be named shortly.
    assert with_environment(read_cards()["ollama"], secrets | {"OLLAMA_HOST": "me:word@x"}).base_url == (
        "http://me:word@x:11434"
    )


async def test_a_command_that_prints_a_key_inherits_no_other_one() -> None:
    environ = {**os.environ, "OTHER_API_KEY": SECRET, "VAULT_TOKEN": "needed"}
    code = "import os; print(os.environ.get('OTHER_API_KEY', '-'), os.environ['VAULT_TOKEN'], sep='/')"
    assert await Keys(environ).of(card(key_cmd=printing(code))) == "-/needed"
