"""What is packed, pinned and promised on paper is so."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

from llmtui import __version__

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock"]
_PIN = re.compile(r"([a-z0-9-]+)==(\S+)(?: ; .+)? \\(?:\n {4}--hash=sha256:[0-9a-f]{64}(?: \\)?)+\n")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """The wheel, built from this checkout."""
    directory = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(directory)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [path] = directory.glob("*.whl")
    return ZipFile(path)


def test_the_wheel_holds_all_that_the_program_reads(wheel: ZipFile) -> None:
    packed = set(wheel.namelist())
    source = ROOT / "src" / "llmtui"
    wanted = {f"llmtui/{path.relative_to(source).as_posix()}" for path in _files(source)}
    wanted |= {f"llmtui/themes/{path.name}" for path in (ROOT / "themes").glob("*.toml")}
    wanted |= {f"llmtui/manual/{path.name}" for path in (ROOT / "docs" / "manual").glob("*.md")}
    assert wanted - packed == set()
    for kind in ("llmtui/py.typed", "llmtui/themes/", "llmtui/manual/", "llmtui/providers/cards/"):
        assert any(name.startswith(kind) for name in packed), f"there is no {kind} in the wheel"


def _files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def test_the_wheel_holds_no_tests_and_nothing_of_ours_alone(wheel: ZipFile) -> None:
    strays = [name for name in wheel.namelist() if not name.startswith(("llmtui/", "llmtui-"))]
    assert strays == []
    assert [name for name in wheel.namelist() if name.endswith((".pyc", ".db"))] == []


def test_the_version_is_said_once_and_the_same_everywhere(wheel: ZipFile) -> None:
    assert PROJECT["project"]["version"] == __version__
    assert f"llmtui-{__version__}.dist-info/METADATA" in wheel.namelist()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_is_nothing_but_pins_with_hashes(lock: Path) -> None:
    text = "".join(
        line for line in lock.read_text(encoding="utf-8").splitlines(keepends=True) if line[0] != "#"
    )
    assert _PIN.sub("", text) == ""


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_pins_what_the_project_asks_for(lock: Path) -> None:
    pinned = {match[1] for match in _PIN.finditer(lock.read_text(encoding="utf-8"))}
    asked = {_name(requirement) for requirement in PROJECT["project"]["dependencies"]}
    groups = PROJECT["dependency-groups"]
    for group in ("build", "dev", "end-to-end") if lock.name == "requirements-dev.lock" else ("build",):
        asked |= {_name(requirement) for requirement in groups[group] if isinstance(requirement, str)}
    assert asked - pinned == set()


def _name(requirement: str) -> str:
    found = re.match(r"[a-z0-9-]+", requirement)
    assert found, requirement
    return found[0]


def test_both_locks_pin_the_same_versions() -> None:
    running, developing = (
        {match[1]: match[2] for match in _PIN.finditer(lock.read_text(encoding="utf-8"))} for lock in LOCKS
    )
    assert running.items() - developing.items() == set()


def test_every_core_dependency_has_a_note_of_why() -> None:
    notes = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text(encoding="utf-8")
    for requirement in PROJECT["project"]["dependencies"]:
        assert f"**{_name(requirement)}**" in notes


def test_the_readme_says_how_to_run_it_and_how_to_test_it() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    commands = [line.partition("#")[0].strip() for line in lines]
    assert commands.index("make run") < commands.index("make test")
