"""The log: what happened when, for its owner alone, without keys and without words."""

import json
import logging
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmtui import logs
from llmtui.redaction import learn
from tests.cli.running import Person
from tests.wire.server import LoopbackServer, Reply, saying

KEY = "sk-canary-of-the-log-1"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("llmtui")
    handlers, levels = root.handlers[:], (root.level, ours.level)
    yield
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


def test_there_is_no_file_before_there_is_something_to_say(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "llmtui.log"
    logs.begin(path, "warning")
    logging.getLogger("llmtui.wire").info("all is well")
    assert not (tmp_path / "deep").exists()
    logging.getLogger("llmtui.wire").warning("one\ntwo \x1b[31m")
    (line,) = path.read_text().splitlines()
    assert line.endswith("llmtui.wire one two ␛[31m")
    if sys.platform != "win32":
        made = (path, path.parent, path.parent.parent)
        assert [stat.S_IMODE(place.stat().st_mode) for place in made] == [0o600, 0o700, 0o700]


def test_keys_are_taken_out_of_every_line(tmp_path: Path) -> None:
    learn(["canary that nobody would know"])
    logs.begin(tmp_path / "log", "debug")
    ours = logging.getLogger("llmtui.wire")
    ours.debug("with %s and %r", KEY, {"x-api-key": "canary-header"})
    ours.error("canary that\nnobody would know")
    told = (tmp_path / "log").read_text()
    assert "canary" not in told
    assert len(told.splitlines()) == 2


def test_an_error_is_told_by_its_kind_and_places_and_not_by_its_words(tmp_path: Path) -> None:
    logs.begin(tmp_path / "log", "error")
    try:
        try:
            json.loads("my prompt")
        except ValueError as error:
            raise KeyError("my prompt") from error
    except KeyError:
        logging.getLogger("llmtui.tui").exception("went wrong")
    told = (tmp_path / "log").read_text()
    assert "KeyError at test_logs.py" in told
    assert "JSONDecodeError at decoder.py" in told
    assert "my prompt" not in told


def test_of_other_libraries_only_the_kind_of_trouble_is_told(tmp_path: Path) -> None:
    logs.begin(tmp_path / "log", "debug")
    other = logging.getLogger("somebody.else")
    other.info("quiet")
    other.warning("the question was %s", "my prompt")
    other.error("Task exception was never retrieved\nfuture: my prompt")
    told = (tmp_path / "log").read_text().splitlines()
    assert [line.partition("somebody.else")[2] for line in told] == [
        " ",
        " Task exception was never retrieved",
    ]


def test_the_file_is_kept_in_a_few_pieces(tmp_path: Path) -> None:
    logs.begin(tmp_path / "log", "info")
    ours = logging.getLogger("llmtui")
    for _ in range(logs.MOST_BYTES * 6 // 1900):
        ours.info("x" * 1900)
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert sizes.keys() == {"log", "log.1", "log.2", "log.3"}
    assert max(sizes.values()) < logs.MOST_BYTES + 2000


def test_a_full_file_is_moved_aside_once_though_two_processes_have_filled_it(tmp_path: Path) -> None:
    log, full = tmp_path / "log", "x" * (logs.MOST_BYTES + 1)
    log.write_text(full)
    logs.move_aside(log)
    logs.move_aside(log)
    log.write_text("fresh")
    logs.move_aside(log)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"log": "fresh", "log.1": full}


def test_what_cannot_be_logged_hinders_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    logs.begin(tmp_path / "file" / "log", "info")
    logging.getLogger("llmtui").error("lost")
    logs.begin(tmp_path / "log", "off")
    logging.getLogger("llmtui").critical("not wanted")
    assert os.listdir(tmp_path) == ["file"]


async def test_a_request_is_logged_with_its_host_status_and_sizes_and_without_its_words(
    tmp_path: Path,
) -> None:
    async with LoopbackServer(saying("my", "answer")) as server:
        person = Person(tmp_path, server)
        await person.run("ask", "--log-level", "debug", "-m", "openai/m", "my question")
        told = (tmp_path / "state" / "llmtui.log").read_text()
        assert f"openai/m at 127.0.0.1:{server.port}: answered, status 200 in " in told
        for word in ("begins", "POST chat/completions", "ends with status 0"):
            assert word in told
        for word in ("question", "answer\n", "sk-canary"):
            assert word not in told


async def test_without_a_wish_only_trouble_is_logged_and_by_its_kind(tmp_path: Path) -> None:
    refusal = Reply(
        400, {"content-type": "application/json"}, [b'{"error": "what is my question"}'], "length"
    )
    async with LoopbackServer(saying("fine"), refusal) as server:
        person = Person(tmp_path, server)
        log = tmp_path / "state" / "llmtui.log"
        await person.run("ask", "-m", "openai/m", "my question")
        assert not log.exists()
        await person.run("ask", "-m", "openai/m", "my question")
        assert "bad_request, status 400" in log.read_text()
        assert "question" not in log.read_text()
        log.unlink()
        person.configure('log_level = "off"\n')
        await person.run("ask", "-m", "openai/m", "my question")
        assert not log.exists()
        person.env["LLMTUI_LOG_LEVEL"] = "loud"
        assert "LLMTUI_LOG_LEVEL is one of off, " in (await person.run("ask", "hm")).narration
