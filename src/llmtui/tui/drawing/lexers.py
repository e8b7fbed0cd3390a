"""The lexer for a fence's language. Importing one takes up to a tenth of a second: it is asked for early."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer

_LONGEST_NAME = 40
# Names that models write and Pygments does not know.
_ALSO = {
    "dotenv": "bash",
    "env": "bash",
    "jsonc": "json",
    "jsonl": "json",
    "ndjson": "json",
    "plain": "",
    "plaintext": "",
    "shellscript": "bash",
    "svelte": "html",
    "terminal": "console",
    "text": "",
    "txt": "",
    "vue": "html",
}

# Languages that are spoken inside of others.
_WITHIN = {"HTML": ("javascript", "css"), "Bash Session": ("bash",), "Makefile": ("bash",)}

_found: "dict[str, Lexer | None]" = {}


def language_of(info: str) -> str:
    """The language that a fence's first word names, as `{.python}`, `rust,ignore` and `js:app.js` do too."""
    name = info.strip("{}.").lower()[:_LONGEST_NAME]
    for sign in ",:{;":
        name = name.partition(sign)[0]
    return _ALSO.get(name, name)


def at_hand(info: str) -> bool:
    """Whether `find_lexer` answers at once."""
    return not (name := language_of(info)) or name in _found


def find_lexer(info: str) -> "Lexer | None":
    """The lexer for a fence's language, None if nobody knows it. It may be called in a thread."""
    name = language_of(info)
    if not name:
        return None
    if name not in _found:
        _found[name] = _load(name)
    return _found[name]


def _load(name: str) -> "Lexer | None":
    # What a reader of lines needs is imported here too, and so not in a draw.
    import pygments.lexers.data  # noqa: F401
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    for within in _WITHIN.get(lexer.name, ()):
        find_lexer(within)
    return lexer
