"""The house stands as it was planned: who uses whom, no cycles, and what has one home."""

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.house import HOMES, ROOMS, Module, module_of, modules, told_rooms

HOUSE = modules()

# Ways to open a connection without importing anything that looks like it.
OPENERS = {"open_connection", "open_unix_connection", "create_connection", "start_server", "create_server"}

# Windows has none of these modules. (What it lacks in the others `make lint` finds: it checks the types of
# src/ a second time as if this were Windows.)
POSIX = {"fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"}
POSIX_METHODS = {"add_signal_handler", "add_reader", "add_writer"}
# Which processes live, what the terminal was like, and how it is given back: each asks for Windows first.
POSIX_HOMES = {"llmtui.store.owner", "llmtui.tui.terminal.as_found", "llmtui.tui.terminal.stopping"}


def test_every_room_is_on_the_plan() -> None:
    assert {module.room for module in HOUSE.values()} - ROOMS.keys() == set()


def test_the_note_tells_the_same_plan() -> None:
    assert told_rooms() == {name: room for name, room in ROOMS.items() if not name.startswith("__")}


def test_a_room_uses_only_the_rooms_its_row_names() -> None:
    assert [trouble for module in HOUSE.values() for trouble in _rooms_beyond(module)] == []


def _rooms_beyond(module: Module) -> Iterator[str]:
    allowed = ROOMS[module.room].rooms | {module.room, "__init__"}
    for imported in module.imports:
        used = module_of(imported, HOUSE)
        if used is not None and used.room not in allowed:
            yield f"{module.at(imported.line)} reaches into {used.name}"


def test_a_room_uses_only_the_libraries_its_row_names() -> None:
    assert [trouble for module in HOUSE.values() for trouble in _libraries_beyond(module)] == []


def _libraries_beyond(module: Module) -> Iterator[str]:
    room = ROOMS[module.room]
    for imported in module.imports:
        library = imported.name.split(".")[0]
        if library == "llmtui" or library in sys.stdlib_module_names or library in room.libraries:
            continue
        if library not in room.late:
            yield f"{module.at(imported.line)}: {library or 'a relative import'} is not for {module.room}"
        elif not imported.late:
            yield f"{module.at(imported.line)}: {library} is imported when it is needed, not before"


def test_no_module_leads_back_to_itself() -> None:
    graph = {
        module.name: {
            used.name
            for imported in module.imports
            if (used := module_of(imported, HOUSE)) is not None and used is not module
        }
        for module in HOUSE.values()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"an import cycle: {' ← '.join(error.args[1])}")


def test_what_has_one_home_is_nowhere_else() -> None:
    assert [trouble for module in HOUSE.values() for trouble in _away_from_home(module)] == []


def _away_from_home(module: Module) -> Iterator[str]:
    for home, (what, packages) in HOMES.items():
        if module.room != home:
            for imported in module.imports:
                if any(imported.is_of(package) for package in packages):
                    yield f"{module.at(imported.line)}: {imported.name}, but {home} is {what}"
    # Those from a browser are let in, which opens no address of anybody.
    allowed = {"web": {"create_server"}}.get(module.room, set())
    if module.room != "wire":
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr in OPENERS - allowed:
                yield f"{module.at(node.lineno)}: {node.attr}, but wire is the only socket"


def test_what_windows_lacks_is_in_the_files_that_ask_for_it() -> None:
    assert [trouble for module in HOUSE.values() for trouble in _missing_on_windows(module)] == []


def _missing_on_windows(module: Module) -> Iterator[str]:
    if module.name in POSIX_HOMES:
        return
    for imported in module.imports:
        if any(imported.is_of(package) for package in POSIX):
            yield f"{module.at(imported.line)}: {imported.name} is not on Windows"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in POSIX_METHODS:
            yield f"{module.at(node.lineno)}: {node.attr} is not on Windows"


def test_a_module_begins_by_saying_what_it_is() -> None:
    assert [name for name, module in HOUSE.items() if not ast.get_docstring(module.tree)] == []


@pytest.mark.parametrize(
    ("source", "trouble"),
    [
        ("def f():\n    from textual.app import App", "textual is not for chat"),
        ("if TYPE_CHECKING:\n    import httpx", "httpx is not for chat"),
        ("from .. import store", "a relative import is not for chat"),
        ("import markdown_it", "when it is needed"),
    ],
)
def test_a_hidden_library_is_found(source: str, trouble: str, tmp_path: Path) -> None:
    module = _written(tmp_path, source)
    assert [trouble in found for found in _libraries_beyond(module)] == [True]


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    from llmtui.engine.session import Session",
        "if TYPE_CHECKING:\n    import llmtui.engine.session",
        "from importlib import import_module\nWHERE = {'session': 'llmtui.engine.session'}",
    ],
)
def test_a_hidden_room_is_found(source: str, tmp_path: Path) -> None:
    assert list(_rooms_beyond(_written(tmp_path, source))) != []


def _written(directory: Path, source: str) -> Module:
    path = directory / "llmtui" / "chat" / "hidden.py"
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
    return Module("llmtui.chat.hidden", path)
