"""Themes are files: reads them, and says of a bad one which line is wrong."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

from textual.color import Color, ColorParseError
from textual.css.constants import VALID_STYLE_FLAGS
from textual.theme import Theme

COLORS = (
    "primary",
    "secondary",
    "accent",
    "foreground",
    "background",
    "surface",
    "panel",
    "boost",
    "success",
    "warning",
    "error",
)
_SHARES = ("luminosity_spread", "text_alpha")
_SAID_ONLY = ("author", "description")

_LARGEST = 65_536
_LONGEST_NAME = 40

_TOML_PLACE = r"\s*\(at (?:line (\d+), column \d+|(end of document))\)$"
_TABLE = r"\s*\[+([^\]]+)\]"
_SETTING = r"\s*([\w\"'.-]+)\s*="
_OPACITY = r"\s+\d{1,3}(\.\d+)?%$"

_PACKAGE = Path(__file__).parent.parent


class ThemeProblem(NamedTuple):
    """What is wrong in a theme's file; `line` counts from 1 and is None where the whole file is meant."""

    path: Path
    line: int | None
    what: str

    @property
    def message(self) -> str:
        """`themes/moss.toml, line 4: …`."""
        place = f", line {self.line}" if self.line else ""
        return f"{self.path.parent.name}/{self.path.name}{place}: {self.what}"


def built_in_directory(package: Path = _PACKAGE) -> Path:
    """Where our own themes are: in the installed package, or in the repository that it is run in."""
    installed = package / "themes"
    return installed if installed.is_dir() else package.parent.parent / "themes"


def read_themes(directory: Path) -> tuple[tuple[Theme, ...], tuple[ThemeProblem, ...]]:
    """Every theme in the directory's `*.toml`, in the order of their files, and all that is wrong with them.

    A theme with an unknown field is read without it; one with a wrong value is left out.
    """
    themes: dict[str, Theme] = {}
    problems: list[ThemeProblem] = []
    for path in _files(directory):
        theme, troubles = _read(path)
        problems += troubles
        if theme is not None and theme.name in themes:
            problems.append(ThemeProblem(path, None, f"another file has a theme called {theme.name} already"))
        elif theme is not None:
            themes[theme.name] = theme
    return tuple(themes.values()), tuple(problems)


def read_theme(directory: Path, name: str) -> Theme | None:
    """The theme of this name, or None if the directory has none that can be worn.

    The file that has the theme's name is read first, so that usually it is the only one.
    """
    for path in sorted(_files(directory), key=lambda path: path.stem != name):
        theme, _ = _read(path)
        if theme is not None and theme.name == name:
            return theme
    return None


def _files(directory: Path) -> list[Path]:
    try:
        return sorted(directory.glob("*.toml"))
    except OSError:
        return []


def _read(path: Path) -> tuple[Theme | None, list[ThemeProblem]]:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
        source = raw.decode("utf-8-sig")
        if len(raw) > _LARGEST:
            return None, [
                ThemeProblem(path, None, f"is too large for a theme (more than {_LARGEST:,} bytes)")
            ]
        table = tomllib.loads(source)
    except OSError as error:
        return None, [ThemeProblem(path, None, f"cannot be read ({error.strerror})")]
    except UnicodeDecodeError as error:
        return None, [ThemeProblem(path, raw.count(b"\n", 0, error.start) + 1, "is not UTF-8 text")]
    except ValueError as error:
        return None, [_toml_problem(path, source, str(error))]
    except RecursionError:
        return None, [ThemeProblem(path, None, "is nested too deeply")]
    return _theme(path, source, table)


def _toml_problem(path: Path, source: str, words: str) -> ThemeProblem:
    place = re.search(_TOML_PLACE, words)
    if place is None:
        return ThemeProblem(path, None, words)
    line = int(place[1]) if place[1] else max(1, len(source.splitlines()))
    what = re.sub(_TOML_PLACE, "", words)
    return ThemeProblem(path, line, what[:1].lower() + what[1:])


def _theme(path: Path, source: str, table: dict[str, Any]) -> tuple[Theme | None, list[ThemeProblem]]:
    """The theme in a file's table, if its values can be worn, and what is wrong."""
    wrong = [ThemeProblem(path, _line(source, key), what) for key, what in _wrong_values(table)]
    known = {field.name for field in fields(Theme)} - {"ansi"} | {*_SAID_ONLY}
    unknown = [
        ThemeProblem(path, _line(source, key), f"`{key}` is not a field of a theme")
        for key in table
        if key not in known
    ]
    if wrong:
        return None, [*wrong, *unknown]

    values = {key: value for key, value in table.items() if key in known and key not in _SAID_ONLY}
    asked: dict[str, str] = values.pop("variables", {})
    theme = Theme(**values)
    generated = theme.to_color_system().generate()
    variables: dict[str, str] = {}
    for key, value in asked.items():
        styles = key.endswith("-style")
        if key not in generated:
            line = _line(source, "variables", key)
            unknown.append(ThemeProblem(path, line, f"`{key}` is not a variable of the design"))
        elif _is_style(value) if styles else _is_color_value(value):
            variables[key] = value
        else:
            line = _line(source, "variables", key)
            kind = "text style" if styles else "colour"
            wrong.append(ThemeProblem(path, line, f"`{key}` is not a {kind}: {_shown(value)}"))
    theme.variables = variables
    return (None if wrong else theme), [*wrong, *unknown]


def _wrong_values(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    name = table.get("name")
    if name is None:
        yield "name", "a theme needs a `name`"
    elif not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME or not _is_name(name):
        yield (
            "name",
            f"`name` is not a name of 1 to {_LONGEST_NAME} letters, digits and hyphens: {_shown(name)}",
        )
    if "primary" not in table:
        yield "primary", "a theme needs a `primary` colour"
    for key in COLORS:
        if key in table and not _is_color(table[key]):
            yield key, f"`{key}` is not a colour: {_shown(table[key])}"
    if not isinstance(table.get("dark", True), bool):
        yield "dark", f"`dark` is neither true nor false: {_shown(table['dark'])}"
    for key in _SHARES:
        share = table.get(key, 0.0)
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            yield key, f"`{key}` is not a number from 0 to 1: {_shown(share)}"
    for key in _SAID_ONLY:
        if not isinstance(table.get(key, ""), str):
            yield key, f"`{key}` is not text: {_shown(table[key])}"
    if not isinstance(table.get("variables", {}), dict):
        yield "variables", "`variables` is not a table"


def _is_name(name: str) -> bool:
    return all(sign.isalnum() or sign in "-_" for sign in name)


def _is_color(value: object) -> bool:
    """Whether this is a colour by itself; those that depend on the terminal are not."""
    if not isinstance(value, str) or value.strip() != value:
        return False
    try:
        color = Color.parse(value)
    except ColorParseError:
        return False
    return color.ansi is None and color.auto is False


def _is_color_value(value: object) -> bool:
    """Whether this may stand where the style sheet wants a colour: `#445566`, `#445566 50%`, `auto 60%`."""
    if not isinstance(value, str):
        return False
    bare = re.sub(_OPACITY, "", value)
    return bare in ("auto", "transparent", "initial") or _is_color(bare)


def _is_style(value: object) -> bool:
    return isinstance(value, str) and bool(value.split()) and VALID_STYLE_FLAGS.issuperset(value.split())


def _shown(value: object) -> str:
    written = repr(value) if not isinstance(value, str) else f"“{value}”"
    return written if len(written) <= 40 else written[:39] + "…"


def _line(source: str, *keys: str) -> int | None:
    """The line, counted from 1, on which this key of the file, or of its table, is first set."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(source.splitlines(), 1):
        if header := re.match(_TABLE, line):
            table = _steps(header[1])
            here = table
        elif setting := re.match(_SETTING, line):
            here = (*table, *_steps(setting[1]))
        else:
            continue
        if here[: len(keys)] == keys:
            return number
    return None


def _steps(dotted: str) -> tuple[str, ...]:
    return tuple(step.strip().strip("\"'") for step in dotted.split("."))
