"""Writes a text to a file of the reader's, and never over another one unless that was asked for."""

import os
import re
import shutil
from pathlib import Path

_ENDING = re.compile(r"\*(\.[A-Za-z0-9]+)")
_USUAL_ENDINGS = {"r": ".R", "make": ".mk", "makefile": ".mk", "vue": ".vue", "svelte": ".svelte"}
# As in ```js:app.js.
_NAMED = re.compile(r"[\w+#-]+:(?:.*/)?(\w[\w.-]{0,60}\.\w{1,8})")


def name_for(base: str, language: str) -> str:
    """A file's name for code in this language, as its own people end it; the one it was given, if it was."""
    from llmtui.tui.drawing.lexers import find_lexer

    if named := _NAMED.fullmatch(language):
        return named[1]
    if usual := _USUAL_ENDINGS.get(language.lower()):
        return base + usual
    lexer = find_lexer(language)
    for pattern in lexer.filenames if lexer else ():
        if ending := _ENDING.fullmatch(pattern):
            return base + ending[1]
        if pattern.isalnum():
            return str(pattern)
    return f"{base}.txt"


def unused(path: Path) -> Path:
    """The path, or the same with the first number that no file has yet."""
    number, found = 1, path
    while found.exists() or found.is_symlink():
        number += 1
        found = path.with_stem(f"{path.stem}-{number}")
    return found


def place(typed: str, folder: Path, suggested: str) -> Path:
    """Where a file goes that was named so: `~` is home, a folder is where it goes, all else is in `folder`.

    Raises RuntimeError for the home of nobody.
    """
    path = folder / Path(typed.strip()).expanduser()
    return path / suggested if typed.rstrip().endswith(("/", "\\")) or path.is_dir() else path


def write(path: Path, text: str, over: bool = False) -> None:
    """Write the text and a last newline, whole or not at all, `over` what is there if that was asked for.

    Raises FileExistsError if there is something else, OSError, and ValueError for a name that none can have.
    """
    from tempfile import mkstemp

    if over and path.exists() and not path.is_file():
        raise IsADirectoryError(0, "is not a file")
    # A link to a file kept elsewhere stays a link.
    target = path.resolve() if over else path
    made = not over or not target.exists()
    if made:
        # The name is ours from here on, and nobody else's file is lost.
        target.open("x").close()
    aside: Path | None = None
    try:
        # Made so, only its owner can open it; and it is empty until it has the mode of the file.
        number, name = mkstemp(".part", ".llmtui-", target.parent)
        aside = Path(name)
        with open(number, "w", encoding="utf-8", errors="replace", newline="") as file:
            shutil.copymode(target, aside)
            file.write(text if text.endswith("\n") else f"{text}\n")
        os.replace(aside, target)
    except BaseException:
        # The disk is full: half a text would be taken for the whole.
        if aside is not None:
            aside.unlink(missing_ok=True)
        if made:
            target.unlink(missing_ok=True)
        raise


def at_home(path: Path) -> str:
    """The path as people write it."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)
