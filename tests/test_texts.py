"""What no text in the project may hold, and what no text from outside may do."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import Module, modules

ROOT = Path(__file__).parents[1]

# Written so that this file does not hold them.
_REGISTRIES = ["pypi" + ".org", "python" + "hosted", "npm" + "js.", "crates" + ".io", "conda" + ".anaconda"]
_MACHINE_PATHS = re.compile(r"(?<![\w.~-])/(work|root|home|Users)(?=/\w)")

# Widgets and calls that read a string as Textual markup unless they are told not to.
MARKUP_READERS = {
    "Static",
    "Label",
    "Link",
    "Digits",
    "Tooltip",
    "notify",
    "Notification",
    "OptionList",
    "SelectionList",
    "Button",
}
# Those that read it and cannot be told otherwise: the screen does without them.
MARKUP_WIDGETS = {
    "Checkbox",
    "Collapsible",
    "DataTable",
    "DirectoryTree",
    "Placeholder",
    "RadioButton",
    "Select",
    "Tab",
    "TabPane",
    "TabbedContent",
    "Tabs",
    "ToggleButton",
    "Tree",
}
# Attributes that read a string as markup and cannot be told otherwise.
MARKUP_ATTRIBUTES = {"border_title", "border_subtitle", "tooltip"}
FORBIDDEN_CALLS = {"from_markup", "render_markup", "render_str", "print_markup", "rule"}


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is not a git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        yield f"{path.relative_to(ROOT)}:{number}", line


def test_no_registry_is_named() -> None:
    found = [
        where
        for path in _tracked()
        for where, line in _lines(path)
        if any(registry in line for registry in _REGISTRIES)
    ]
    assert found == []


def test_no_path_of_somebodys_machine_is_named() -> None:
    found = [where for path in _tracked() for where, line in _lines(path) if _MACHINE_PATHS.search(line)]
    assert found == []


def test_no_text_on_the_screen_is_read_as_markup() -> None:
    screen = [module for module in modules().values() if module.room == "tui"]
    assert [trouble for module in screen for trouble in markup_read(module)] == []


def markup_read(module: Module) -> Iterator[str]:
    """Where text that is not written there, in the code, could be read as markup."""
    for node in ast.walk(module.tree):
        trouble = ""
        match node:
            case ast.Call():
                trouble = _trouble_of_call(node)
            case ast.Assign([ast.Attribute(attr=name)], value) if name in MARKUP_ATTRIBUTES:
                trouble = "" if _is_plain(value) else f"{name} reads markup: give it Content"
            case ast.ClassDef(name, bases) if {ast.unparse(base) for base in bases} & MARKUP_READERS:
                guarded = any(_says(inner, "markup", False) for inner in ast.walk(node))
                trouble = "" if guarded else f"{name} never says markup=False to what it is built on"
        if trouble:
            yield f"{module.at(getattr(node, 'lineno', 0))}: {trouble}"


def _trouble_of_call(call: ast.Call) -> str:
    name = ast.unparse(call.func).rpartition(".")[2]
    if name in FORBIDDEN_CALLS | MARKUP_WIDGETS:
        return f"{name} reads markup"
    if _says(call, "markup", True):
        return "markup=True"
    if ast.unparse(call.func).endswith("console.print") and not _says(call, "markup", False):
        return "print without markup=False"
    if name == "TextArea" and any(
        word.arg == "placeholder" and not _is_plain(word.value) for word in call.keywords
    ):
        return "the placeholder of a TextArea reads markup: give it Content"
    if _says(call, "open_links", True):
        return "links are opened by the link rule alone"
    plain = name != "OptionList" and all(map(_is_plain, call.args))
    if name in MARKUP_READERS and not plain and not _says(call, "markup", False):
        return f"{name} without markup=False"
    return ""


def _says(node: ast.AST, name: str, wanted: bool) -> bool:
    """Whether this is a call with `name=wanted`."""
    return isinstance(node, ast.Call) and any(
        keyword.arg == name and isinstance(keyword.value, ast.Constant) and keyword.value.value is wanted
        for keyword in node.keywords
    )


def _is_plain(value: ast.expr) -> bool:
    """A literal without brackets, Content, or nothing."""
    match value:
        case ast.Constant(None):
            return True
        case ast.Constant(str(text)):
            return "[" not in text
        case ast.Call(func):
            return ast.unparse(func) in {"Content", "Content.styled", "Content.assemble"}
    return False


@pytest.mark.parametrize(
    "source",
    [
        "Static(title)",
        "Static(f'[b]{title}')",
        "self.notify(error)",
        "OptionList()",
        "panel.border_title = title",
        "Content.from_markup(title)",
        "Markdown(text, open_links=True)",
        "class Row(Static):\n    pass",
        "DataTable()",
        "RichLog(markup=True)",
        "self.app.console.print(title)",
        "rich.console.print(title)",
        "TextArea(placeholder=title)",
        "Text.from_markup(title)",
        "super().__init__(title, markup=True)",
    ],
)
def test_text_that_could_be_read_as_markup_is_found(source: str, tmp_path: Path) -> None:
    assert len(list(markup_read(_written(tmp_path, source)))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "Static('plain')",
        "Static(title, markup=False)",
        "Static(Content(title))",
        "self.notify(error, markup=False)",
        "OptionList(markup=False)",
        "panel.border_title = Content(title)",
        "class Row(Static):\n    def __init__(self):\n        super().__init__(markup=False)",
    ],
)
def test_text_that_cannot_is_not(source: str, tmp_path: Path) -> None:
    assert list(markup_read(_written(tmp_path, source))) == []


def _written(directory: Path, source: str) -> Module:
    path = directory / "llmtui" / "tui" / "written.py"
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
    return Module("llmtui.tui.written", path)
