"""Looking at a history file without changing it."""

from contextlib import closing
from pathlib import Path

import apsw

from llmtui.store.migrations import version_of
from llmtui.store.refusals import NEWER
from llmtui.store.schema import STEPS
from llmtui.store.trouble import DAMAGE, in_words

_PATIENCE_MS = 2000


def schema_of(path: Path) -> str:
    """Which schema the file has, in words; empty if that cannot be told."""
    try:
        with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
            connection.set_busy_timeout(_PATIENCE_MS)
            version = version_of(connection)
    except apsw.Error:
        return ""
    newest = len(STEPS)
    if version < newest:
        return f"schema {version}: a backup is made and it becomes {newest} when llmtui writes there next"
    return f"schema {version}"


def trouble_of(path: Path) -> str:
    """What is wrong with the file, in a clause; empty if its every page and row is as it should be."""
    try:
        with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
            connection.set_busy_timeout(_PATIENCE_MS)
            if version_of(connection) > len(STEPS):
                return NEWER.what
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(1)")]
    except DAMAGE:
        found = ["damaged"]
    except apsw.Error as error:
        return in_words(error).what
    return "" if found == ["ok"] else "it is damaged: start llmtui, and it saves what can be read"
