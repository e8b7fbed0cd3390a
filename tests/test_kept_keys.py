"""Keys that llmtui keeps: for you alone, for one origin, and never shown."""

import json
import os
import stat
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from llmtui.chat.failure import Failure
from llmtui.keys import ring
from llmtui.keys.finding import Keys
from llmtui.keys.kept import KeyFile
from llmtui.providers.addresses import origin_of
from llmtui.providers.card import Card

SECRET = "sk-canary-5678"
CARD = Card("work", "Work", "openai-chat", "https://llm.example.com/v1", key_env="WORK_KEY")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps others out by other means")


def keys(folder: Path, **environ: str) -> Keys:
    return Keys(environ, folder / "new" / "keys.json")


class Drawer:
    """A backend of a keyring, as far as it is used."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.reads = 0

    def get_password(self, service: str, name: str) -> str | None:
        self.reads += 1
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, key: str) -> None:
        self.kept[service, name] = key

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


class Locked(Drawer):
    def set_password(self, service: str, name: str, key: str) -> None:
        raise RuntimeError(f"the bus would not take {key}")


def with_keyring(monkeypatch: pytest.MonkeyPatch, backend: object) -> None:
    package = ModuleType("keyring")
    package.get_keyring = lambda: backend  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", package)


async def test_a_kept_key_is_found_again_without_the_space_around_it(tmp_path: Path) -> None:
    assert keys(tmp_path).keep(CARD, f" {SECRET}\n") is None
    again = keys(tmp_path)
    assert await again.of(CARD) == SECRET
    assert again.names == {"work"}
    assert SECRET not in repr((again, again.sources(CARD), KeyFile(tmp_path / "new" / "keys.json").read()))


@posix
def test_the_file_is_for_you_alone(tmp_path: Path) -> None:
    keys(tmp_path).keep(CARD, SECRET)
    modes = [stat.S_IMODE((tmp_path / place).stat().st_mode) for place in ("new", "new/keys.json")]
    assert modes == [0o700, 0o600]
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["keys.json"]


@posix
async def test_a_file_that_others_can_read_is_refused_until_it_is_closed(tmp_path: Path) -> None:
    ours, path = keys(tmp_path), tmp_path / "new" / "keys.json"
    ours.keep(CARD, SECRET)
    path.chmod(0o640)
    refused = await ours.of(CARD)
    assert isinstance(refused, Failure)
    assert "mode 640" in refused.what
    assert "chmod 600" in refused.hint
    assert ours.names == {"work"}
    assert "mode 640" in ours.sources(CARD)[0].trouble
    # Who keeps no key there is not bothered with it.
    assert await ours.of(replace(CARD, name="other", local=True)) == ""
    assert "mode 640" in ours.mend()
    assert ours.mend() == ""
    assert await ours.of(CARD) == SECRET


@posix
def test_keeping_another_key_closes_the_file(tmp_path: Path) -> None:
    ours, path = keys(tmp_path), tmp_path / "new" / "keys.json"
    ours.keep(CARD, SECRET)
    path.chmod(0o666)
    assert ours.keep(replace(CARD, name="other"), "k") is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ours.names == {"work", "other"}


@pytest.mark.parametrize(
    "elsewhere",
    ["http://llm.example.com/v1", "https://llm.example.com:8443/v1", "https://example.org/v1", "nowhere"],
)
async def test_a_key_goes_to_the_origin_it_was_given_for_and_to_no_other(
    tmp_path: Path, elsewhere: str
) -> None:
    ours = keys(tmp_path)
    ours.keep(CARD, SECRET)
    assert await ours.of(replace(CARD, base_url="https://LLM.example.com:443/v2")) == SECRET
    moved = replace(CARD, base_url=elsewhere)
    refused = await ours.of(moved)
    assert isinstance(refused, Failure)
    assert "https://llm.example.com:443" in refused.what
    assert "keys set work" in refused.hint
    assert ours.sources(moved)[0].trouble == refused.what
    if origin_of(elsewhere):
        assert ours.keep(moved, SECRET) is None
        assert await ours.of(moved) == SECRET


async def test_environment_then_command_then_file(tmp_path: Path) -> None:
    commanded = replace(CARD, key_cmd=f'"{sys.executable}" -c "print(2)"'.replace("\\", "/"))
    ours = keys(tmp_path, WORK_KEY="1")
    ours.keep(CARD, "3")
    assert [source.kind for source in ours.sources(commanded)] == ["environment", "command", "file"]
    assert await ours.of(commanded) == "1"
    assert await keys(tmp_path).of(commanded) == "2"
    assert await keys(tmp_path).of(CARD) == "3"


async def test_a_local_server_gets_the_key_that_is_kept_for_it(tmp_path: Path) -> None:
    ours, local = keys(tmp_path), replace(CARD, local=True, key_env="")
    assert await ours.of(local) == ""
    ours.keep(local, SECRET)
    assert await ours.of(local) == SECRET
    assert await ours.of(replace(local, auth="none")) == ""


@pytest.mark.parametrize(
    "bad", ["", " \n", "sk ключ", "sk-клюк", f"{SECRET} x", f"{SECRET}\nx", f"{SECRET}\x07x"]
)
def test_what_is_no_key_is_refused_and_not_repeated(tmp_path: Path, bad: str) -> None:
    failure = keys(tmp_path).keep(CARD, bad)
    assert isinstance(failure, Failure)
    assert SECRET not in repr(failure)
    assert "клю" not in repr(failure)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "damage", ["[]", '{"work": 1}', '{"work": {"key": "sk-canary-5678"', '{"work":{"origin":1}}']
)
async def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "new" / "keys.json"
    path.parent.mkdir()
    path.touch(0o600)
    path.write_text(damage)
    ours = keys(tmp_path)
    assert ours.names == frozenset()
    refused = ours.keep(CARD, "k")
    assert isinstance(refused, Failure)
    assert str(path) in refused.what
    assert SECRET not in repr(refused)
    assert path.read_text() == damage


async def test_a_key_written_by_hand_is_looked_at_too(tmp_path: Path) -> None:
    ours = keys(tmp_path)
    ours.keep(CARD, "k")
    path = tmp_path / "new" / "keys.json"
    path.write_text(json.dumps({"work": {"origin": origin_of(CARD.base_url), "key": f"{SECRET} x"}}))
    refused = await ours.of(CARD)
    assert isinstance(refused, Failure)
    assert SECRET not in repr(refused)


async def test_a_forgotten_key_is_gone(tmp_path: Path) -> None:
    ours = keys(tmp_path)
    ours.keep(CARD, SECRET)
    assert ours.forget("work") is None
    assert SECRET not in (tmp_path / "new" / "keys.json").read_text()
    missing = await ours.of(CARD)
    assert isinstance(missing, Failure)
    assert "WORK_KEY" in missing.hint
    assert "llmtui keys set work" in missing.hint
    with pytest.raises(KeyError):
        ours.forget("work")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing keeps this person from writing")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir(0o500)
    failure = keys(tmp_path).keep(CARD, SECRET)
    assert isinstance(failure, Failure)
    assert "could not be written" in failure.what


async def test_the_keyring_holds_the_key_and_the_file_only_where_it_may_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawer = Drawer()
    with_keyring(monkeypatch, drawer)
    ours = keys(tmp_path)
    assert ours.keep(CARD, SECRET, in_keyring=True) is None
    assert SECRET not in (tmp_path / "new" / "keys.json").read_text()
    assert [await ours.of(CARD), await ours.of(CARD)] == [SECRET, SECRET]
    assert drawer.reads == 1
    assert ours.sources(CARD)[0].kind == "keyring"
    assert isinstance(await ours.of(replace(CARD, base_url="https://example.org")), Failure)
    # The same provider's key in the file takes its place.
    assert ours.keep(CARD, "other") is None
    assert drawer.kept == {}
    assert await ours.of(CARD) == "other"
    ours.keep(CARD, SECRET, in_keyring=True)
    assert ours.forget("work") is None
    assert drawer.kept == {}


async def test_without_a_keyring_nothing_is_kept_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = type("PlaintextKeyring", (Drawer,), {})()
    for backend, word in ((None, "llmtui[keyring]"), (plain, "no keyring"), (Locked(), "RuntimeError")):
        if backend is None:
            monkeypatch.setitem(sys.modules, "keyring", None)
        else:
            with_keyring(monkeypatch, backend)
        failure = keys(tmp_path).keep(CARD, SECRET, in_keyring=True)
        assert isinstance(failure, Failure)
        assert word in failure.what
        assert SECRET not in repr(failure)
        assert not (tmp_path / "new").exists()
    assert plain.kept == {}


async def test_a_keyring_that_went_away_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_keyring(monkeypatch, Drawer())
    keys(tmp_path).keep(CARD, SECRET, in_keyring=True)
    monkeypatch.setitem(sys.modules, "keyring", None)
    failure = await keys(tmp_path).of(CARD)
    assert isinstance(failure, Failure)
    assert "Work" in failure.what
    with pytest.raises(ring.NoKeyringError):
        ring.read("work")


def test_an_origin_is_scheme_host_and_port() -> None:
    assert origin_of("https://API.x.example/v1") == "https://api.x.example:443"
    assert origin_of("http://me:secret@[::1]:8080/v1?k=v") == "http://[::1]:8080"
    assert [origin_of(text) for text in ("ftp://x", "x", "", "http://", "http://x:0x/")] == [""] * 5
