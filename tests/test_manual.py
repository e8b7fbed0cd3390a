"""What the manual says is true: its keys, commands, options, examples and references are the code's."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from textual.binding import Binding, BindingType

from llmtui.cli.arguments import DIALECTS, read_arguments
from llmtui.commands.catalogue import COMMANDS
from llmtui.config import Paths, Settings, find_paths, read_settings
from llmtui.providers.card import Card
from llmtui.providers.cards import card_from_table, read_cards
from llmtui.providers.guide import read_manual
from llmtui.providers.retrieval import sections
from llmtui.tui.conversation.select_bar import SelectBar
from llmtui.tui.conversation.thought_pane import ThoughtPane
from llmtui.tui.find.bar import FindBar
from llmtui.tui.keys_told import key_told
from llmtui.tui.panels.help import key_label, reading_bindings
from llmtui.tui.themes import built_in_directory, read_themes

MANUAL = read_manual()
SECTIONS = sections(MANUAL)
README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
WHOLE = "\n".join(MANUAL.values())


def section(title: str) -> str:
    (found,) = [section.text for section in SECTIONS if section.title == title]
    return found


def rows(text: str) -> list[list[str]]:
    """The cells of the tables in a text, without their heads."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line] for line in lines[2:]]


def examples(language: str, source: str = WHOLE) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", source, re.DOTALL | re.MULTILINE)


def commands_in(shell: str) -> Iterator[list[str]]:
    """The words after `llmtui` wherever an example calls it."""
    for line in shell.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        while "llmtui" in words:
            words = words[words.index("llmtui") + 1 :]
            end = next((place for place, word in enumerate(words) if word in ("|", ">", "<", "&&")), None)
            yield words[:end]


def test_sections_are_short_enough_to_be_an_answer() -> None:
    assert len(SECTIONS) > 100
    too_long = [found.title for found in SECTIONS if len(found.text.splitlines()) > 30]
    assert too_long == []


def test_every_title_is_there_once() -> None:
    titles = [found.title for found in SECTIONS]
    assert sorted(titles) == sorted(set(titles))


def test_every_section_that_is_referred_to_exists() -> None:
    there = {f"{found.page_title} › {found.title}" for found in SECTIONS}
    asked = {
        " ".join(reference.split()) for reference in re.findall(r"(?<!\*)\*([^*]+? › [^*]+?)\*(?!\*)", WHOLE)
    }
    assert asked
    assert asked - there == set()


def test_every_command_is_in_the_table_of_commands() -> None:
    told = " ".join(row[0] for row in rows(section("All slash commands")))
    for command in COMMANDS:
        assert re.search(rf"/{command.name}\b", told), command.name
    assert set(re.findall(r"/(\w+)", told)) - {"model"} <= {command.name for command in COMMANDS}


def test_the_keys_are_those_of_the_commands() -> None:
    told = {row[0] for row in rows(section("All keys (keyboard shortcuts)"))}
    for command in COMMANDS:
        if command.keys:
            label = key_label(command.keys)
            assert label in told, command.name


def test_the_names_of_all_that_keys_do_in_the_transcript_are_told() -> None:
    told = section("The names of the letters in the transcript")
    bindings = [*reading_bindings(), *FindBar.BINDINGS, *SelectBar.BINDINGS, *ThoughtPane.BINDINGS]
    assert {_name(one) for one in bindings} - set(re.findall(r"`([a-z_.]+)`", told)) == set()


def _name(binding: BindingType) -> str:
    assert isinstance(binding, Binding)
    return (binding.id or "").removeprefix("selecting.")


def test_every_key_of_the_transcript_is_in_its_table() -> None:
    told = {key for row in rows(section("Read with the keys")) for key in row[0].split(", ")}
    for binding in reading_bindings():
        assert key_told(binding.key.split(",")[0]) in told, binding.id


def test_the_keys_in_the_readme_are_among_those_of_the_manual() -> None:
    keys = section("All keys (keyboard shortcuts)")
    for row in rows(README):
        for key in row[::2]:
            assert f"| {key} |" in keys


def test_every_slash_command_that_is_named_exists() -> None:
    named = set(re.findall(r"`/([a-z]+)[ `]", WHOLE))
    assert named <= {command.name for command in COMMANDS}


def test_every_key_variable_is_that_of_its_card() -> None:
    cards = read_cards()
    told = {name.strip("`"): variable.strip("`") for name, variable in _key_rows()}
    assert told == {name: card.key_env for name, card in cards.items() if not card.local}


def _key_rows() -> list[list[str]]:
    return [row[:2] for row in rows(section("Environment variables for API keys"))]


def test_the_addresses_of_local_servers_are_those_of_their_cards() -> None:
    told = {name.strip("`").partition("/")[0]: url.strip("`") for _, url, name in _local_rows()}
    cards = {name: card.base_url.removesuffix("/v1") for name, card in read_cards().items() if card.local}
    assert told == cards


def _local_rows() -> list[list[str]]:
    return rows(section("Models on your own machine"))


def test_every_provider_is_named() -> None:
    for name, card in read_cards().items():
        assert card.title.removeprefix("Google ") in WHOLE, name


def test_every_theme_of_ours_is_named() -> None:
    themes, _ = read_themes(built_in_directory())
    for theme in themes:
        assert f"`{theme.name}`" in section("Which themes there are")


@pytest.mark.parametrize("example", [one for one in examples("toml", WHOLE + README) if "primary" not in one])
def test_every_example_of_settings_can_be_read(example: str, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(example, encoding="utf-8")
    settings = read_settings(config)
    assert isinstance(settings, Settings), settings
    cards = read_cards()
    for name, table in settings.providers.items():
        assert isinstance(card_from_table(name, table, cards.get(name)), Card)
    assert settings.keys.keys() <= {command.name for command in COMMANDS}


@pytest.mark.parametrize("example", [one for one in examples("toml") if "primary" in one])
def test_every_example_of_a_theme_can_be_worn(example: str, tmp_path: Path) -> None:
    (tmp_path / "example.toml").write_text(example, encoding="utf-8")
    themes, problems = read_themes(tmp_path)
    assert len(themes) == 1
    assert problems == ()


def test_every_setting_is_in_the_manual() -> None:
    for setting in (field.name for field in fields(Settings)):
        found = [one for one in examples("toml") if re.search(rf"^(\[{setting}\b|{setting} = )", one, re.M)]
        assert found, setting


@pytest.mark.parametrize(
    "words", [words for one in examples("sh") for words in commands_in(one)], ids=" ".join
)
def test_every_example_of_a_command_line_is_understood(words: list[str]) -> None:
    assert callable(read_arguments(words).run)


def test_every_option_of_ask_is_in_its_table() -> None:
    told = re.findall(r"--?[a-z-]+", " ".join(row[0] for row in rows(section("Options of ask"))))
    plain = vars(read_arguments(["ask", "x"]))
    changed: set[str] = set()
    for option in told:
        value = ["x"] if option in ("-m", "-s", "-r", "--fallback") else []
        value = {"--effort": ["high"], "--log-level": ["debug"]}.get(option, value)
        read = vars(read_arguments(["ask", "x", option, *value]))
        changed |= {name for name in plain if name != "run" and read[name] != plain[name]}
    # What is run, and how, is no option.
    assert changed == plain.keys() - {"prompt", "run", "hears"}


def test_every_dialect_that_decode_takes_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    told = re.findall(r"`([a-z-]+)`", section("Read a recorded answer (decode)"))
    assert set(DIALECTS) - set(told) == set()
    with pytest.raises(SystemExit):
        read_arguments(["decode", "--help"])
    helped = capsys.readouterr().out.partition("\ndialects: ")[2]
    assert set(DIALECTS) - set(re.findall(r"[a-z]+(?:-[a-z]+)*", helped)) == set()


def test_the_places_are_those_of_the_settings() -> None:
    paths = find_paths({})
    assert isinstance(paths, Paths)
    for place in (paths.config_file, paths.history):
        assert f"`{place.name}`" in section("Where things are kept")
    for directory in (paths.themes, paths.exports):
        assert f"`{directory.name}/`" in section("Where things are kept")


def test_the_json_object_has_every_field() -> None:
    text = section("The JSON object")
    for field in ("conversation_id", "requested_model", "tool_calls", "finish_reason", "first_token_s"):
        assert f"`{field}`" in text


def test_the_import_example_is_json_that_is_read() -> None:
    from llmtui.chat.archive import Unreadable, from_json

    (example,) = examples("json")
    read = from_json(example)
    assert not isinstance(read, Unreadable), read
    assert read[0].path[0].text == "Hi"


def test_every_file_of_the_manual_begins_with_its_title() -> None:
    for name, page in MANUAL.items():
        assert re.match(r"# \S.*\n\n## ", page), name


def test_the_readme_shows_pictures_and_pages_that_are_there() -> None:
    targets = re.findall(r"\]\(([^)]+)\)", README)
    assert any(target.endswith(".svg") for target in targets)
    for target in targets:
        assert (Path(__file__).parents[1] / target).exists(), target


def test_toml_examples_are_toml() -> None:
    for one in examples("toml"):
        assert tomllib.loads(one)


def test_what_shows_a_promise_of_security_is_there() -> None:
    tests = Path(__file__).parent
    named = set(re.findall(r"`([\w/]+(?:\.py|/))(?:::(\w+))?`", MANUAL["security"])) - {("tests/", "")}
    assert len(named) > 20
    for path, function in named:
        assert (tests / path).exists(), path
        assert not function or f"def {function}(" in (tests / path).read_text(encoding="utf-8"), function
