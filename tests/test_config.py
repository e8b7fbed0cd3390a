"""Settings, what is remembered, and where things live."""

import os
import stat
import sys
from pathlib import Path

import pytest

from llmtui.cli import arguments
from llmtui.config import (
    LOG_LEVELS,
    CodeLines,
    Remembered,
    Settings,
    Unreadable,
    find_paths,
    read_remembered,
    read_settings,
    write_remembered,
    write_setting,
    write_whole,
)


def settings_from(tmp_path: Path, text: str) -> Settings | Unreadable:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path)


def test_without_a_file_everything_is_as_usual(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "nothing.toml") == Settings()


def test_the_command_line_knows_the_same_levels_of_the_log() -> None:
    # It has them again, so that `--version` need not load the settings.
    assert arguments.LOG_LEVELS == LOG_LEVELS


def test_a_full_file_is_read(tmp_path: Path) -> None:
    settings = settings_from(
        tmp_path,
        """
        default_model = "openrouter/anthropic/claude-sonnet-4.5"
        theme = "ink"
        reasoning = "open"
        enter_sends = false
        [timeouts]
        idle = 30
        [keys]
        new = "ctrl+g"
        [providers.work]
        base_url = "http://gateway.local:8080/v1"
        """,
    )
    assert isinstance(settings, Settings)
    assert settings.default_model == "openrouter/anthropic/claude-sonnet-4.5"
    assert (settings.reasoning, settings.enter_sends, settings.timeouts.idle) == ("open", False, 30)
    assert settings.keys == {"new": "ctrl+g"}
    assert settings.providers["work"]["base_url"] == "http://gateway.local:8080/v1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("theme = \n", "line 1"),
        ("them = 'ink'", "`them` is not a setting that llmtui knows (did you mean theme?)"),
        ("model = 'a/b'", "`model` is not a setting that llmtui knows (did you mean default_model?)"),
        ("quux = 1", "`quux` is not a setting that llmtui knows"),
        ("reasoning = 'loud'", "`reasoning`"),
        ("[timeouts]\nidle = 'long'", "`timeouts.idle`"),
        (
            "[timeouts]\nidl = 3",
            "`timeouts.idl` is not a setting that llmtui knows (did you mean timeouts.",
        ),
        ("[providers]\nwork = 3", "`providers.work`"),
        pytest.param(f"a = 1{'0' * 5000}", "4300 digits", id="an endless number"),
        pytest.param("a = " + "[" * 100_000, "is nested too deeply", id="an endless list"),
    ],
)
def test_a_wrong_setting_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    wrong = settings_from(tmp_path, text)
    assert isinstance(wrong, Unreadable)
    assert said in wrong.message
    assert "config.toml" in wrong.message


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"theme = '\xff'")
    wrong = read_settings(path)
    assert isinstance(wrong, Unreadable)
    assert "UTF-8" in wrong.what


def test_what_is_remembered_may_be_damaged_in_any_way(tmp_path: Path) -> None:
    path = tmp_path / "remembered.json"
    for damaged in ("[" * 100_000, '{"model": 1' + "0" * 5000 + "}", "{", "[1]"):
        path.write_text(damaged, encoding="utf-8")
        assert read_remembered(path) == Remembered()


def test_changing_a_setting_leaves_comments_and_the_rest_alone(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('# mine\ntheme = "old" # dark\n[keys]\nnew = "ctrl+g"\n')
    write_setting(path, "theme", "new")
    assert path.read_text() == '# mine\ntheme = "new" # dark\n[keys]\nnew = "ctrl+g"\n'


def test_a_new_setting_goes_before_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\nnew = "ctrl+g"\n')
    write_setting(path, "theme", "ink")
    settings = read_settings(path)
    assert isinstance(settings, Settings)
    assert (settings.theme, settings.keys) == ("ink", {"new": "ctrl+g"})


def test_the_directories_can_be_told(tmp_path: Path) -> None:
    paths = find_paths(
        {
            "LLMTUI_CONFIG_DIR": str(tmp_path / "c"),
            "LLMTUI_DATA_DIR": str(tmp_path / "d"),
            "LLMTUI_STATE_DIR": str(tmp_path / "s"),
        }
    )
    assert paths.config_file == tmp_path / "c" / "config.toml"
    assert paths.history == tmp_path / "d" / "history.db"
    assert paths.remembered == tmp_path / "s" / "state.json"


@pytest.mark.parametrize("code", ["wrap", "scroll", None])
def test_what_is_done_with_long_lines_of_code_is_remembered(tmp_path: Path, code: CodeLines | None) -> None:
    write_remembered(tmp_path / "state.json", Remembered(code=code))
    assert read_remembered(tmp_path / "state.json").code == code


def test_what_is_remembered_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "state.json"
    remembered = Remembered().using("a/b").using("c/d").using("a/b").starring("c/d")
    write_remembered(path, remembered)
    assert read_remembered(path) == remembered
    assert remembered.recents == ("a/b", "c/d")
    assert remembered.starring("c/d").favourites == ()
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["state.json"]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"recents": [1, "a/b"], "model": 3}'])
def test_a_damaged_memory_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(text)
    assert read_remembered(path).model == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_what_is_made_on_the_way_to_a_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_whole(tmp_path / "deep" / "er" / "file", "x")
    finally:
        os.umask(before)
    made = [tmp_path / "deep", tmp_path / "deep" / "er", tmp_path / "deep" / "er" / "file"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in made] == [0o700, 0o700, 0o600]
