"""Saving what can still be read of a damaged history, row by row, into a new one."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import apsw

from llmtui.chat.conversation import title_from
from llmtui.store.writing import transaction

# How far beyond the last readable row another one is looked for: more than the rows of many damaged pages.
_REACH = 20_000

_TABLES = ("conversation", "message", "part")
_IDS = "SELECT number, id FROM conversation INDEXED BY sqlite_autoindex_conversation_1"
_FIRST_WORDS = """
    SELECT part.text FROM message JOIN part ON part.message = message.number
    WHERE message.conversation = ? AND message.role = 'user' AND part.kind = 'text'
    ORDER BY message.position, part.position LIMIT 1
"""


def salvage(source: Path, target: apsw.Connection) -> tuple[int, int]:
    """Copy every readable row; how many conversations there are now, and messages that say something.

    The source is only read. What hung on a lost inner page is not found: it stays in the source.
    """
    try:
        damaged = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READONLY)
    except apsw.Error:
        return 0, 0
    # Rows come before what they belong to, and `_make_whole` sees to the rest.
    target.pragma("foreign_keys", False)
    try:
        with transaction(target):
            for table in _TABLES:
                _copy(damaged, target, table)
            _copy_pieces(damaged, target)
            _adopt(damaged, target)
            _make_whole(target)
    finally:
        target.pragma("foreign_keys", True)
        # Nothing was written to it: whatever it complains of, all that can be read has been.
        with suppress(apsw.Error):
            damaged.close()
    ((conversations, messages),) = target.execute(
        "SELECT (SELECT count(*) FROM conversation), (SELECT count(DISTINCT message) FROM part)"
    )
    return int(str(conversations)), int(str(messages))


def _copy(source: apsw.Connection, target: apsw.Connection, table: str) -> None:
    known = _columns(target, table)
    # An older file has fewer. Where it cannot even be asked, it can only be tried.
    with suppress(apsw.Error):
        found = _columns(source, table)
        known = {name: kind for name, kind in known.items() if name in found} or known
    columns, kinds = list(known), list(known.values())
    # Damaged text is taken as bytes: what is not UTF-8 any more is mended below.
    read = ", ".join(
        f'CAST("{name}" AS BLOB)' if kind == "TEXT" else f'"{name}"'
        for name, kind in zip(columns, kinds, strict=True)
    )
    named = ", ".join(f'"{name}"' for name in columns)
    insert = f"INSERT OR IGNORE INTO {table} ({named}) VALUES ({', '.join('?' * len(columns))})"
    for row in _readable(source, f"SELECT {read} FROM {table} WHERE number > ? ORDER BY number"):
        values = [
            value.decode("utf-8", "replace") if kind == "TEXT" and isinstance(value, bytes) else value
            for value, kind in zip(row, kinds, strict=True)
        ]
        try:
            target.execute(insert, values)
        except (apsw.ConstraintError, apsw.MismatchError):
            continue  # no row of ours: its page was overwritten with something else


def _columns(connection: apsw.Connection, table: str) -> dict[str, str]:
    """The names of a table's columns, and of what kind each is."""
    rows = connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,))
    return {str(name): str(kind) for name, kind in rows}


def _readable(source: apsw.Connection, query: str) -> Iterator[tuple[Any, ...]]:
    """The rows that can be read, in the order of their numbers; where a page is damaged, those after it."""
    number = last = 0
    while number <= last + _REACH:
        try:
            for row in source.execute(query, (number,)):
                number = last = int(str(row[0]))
                yield row
        except (apsw.SQLError, apsw.NotADBError):
            return  # what is left has another shape, or none
        except apsw.Error:
            number += 1
        else:
            return


def _copy_pieces(source: apsw.Connection, target: apsw.Connection) -> None:
    streaming = target.execute("SELECT number FROM message WHERE outcome = 'streaming'").fetchall()
    for (number,) in streaming:
        query = "SELECT message, position, number, CAST(text AS BLOB) FROM piece WHERE message = ?"
        try:
            for message, place, piece, text in source.execute(query, (number,)):
                words = text.decode("utf-8", "replace") if isinstance(text, bytes) else ""
                target.execute(
                    "INSERT OR IGNORE INTO piece VALUES (?, ?, ?, ?)", (message, place, piece, words)
                )
        except apsw.Error:
            continue


def _adopt(source: apsw.Connection, target: apsw.Connection) -> None:
    """Give messages whose conversation could not be read a conversation again."""
    orphans: list[Any] = target.execute(
        """
        SELECT conversation, min(created), max(created) FROM message
        WHERE conversation NOT IN (SELECT number FROM conversation) GROUP BY conversation
        """
    ).fetchall()
    ids = _ids_from_index(source) if orphans else {}
    for number, created, updated in orphans:
        title = "Recovered"
        for (text,) in target.execute(_FIRST_WORDS, (number,)):
            title = title_from(str(text)) or title
        target.execute(
            "INSERT INTO conversation (number, id, title, created, updated, system, model, draft)"
            " VALUES (?, ?, ?, ?, ?, '', '', '')",
            (number, ids.get(number) or f"recovered-{os.urandom(8).hex()}", title, created, updated),
        )


def _ids_from_index(source: apsw.Connection) -> dict[Any, str]:
    """The ids of conversations by number, also of lost rows: the index of ids is on other pages."""
    ids: dict[Any, str] = {}
    with suppress(apsw.Error, UnicodeDecodeError):
        for number, name in source.execute(_IDS):
            ids[number] = str(name)
    return ids


def _make_whole(target: apsw.Connection) -> None:
    """Leave no row without what it belongs to, and no count wrong."""
    target.execute(
        """
        DELETE FROM part WHERE message NOT IN (SELECT number FROM message);
        DELETE FROM piece WHERE message NOT IN (SELECT number FROM message);
        UPDATE conversation SET messages =
            (SELECT count(*) FROM message WHERE message.conversation = conversation.number);
        UPDATE conversation SET head =
            (SELECT id FROM message WHERE message.conversation = conversation.number
             ORDER BY position DESC LIMIT 1)
        WHERE head IS NULL OR NOT EXISTS
            (SELECT 1 FROM message WHERE message.conversation = conversation.number AND id = head);
        """
    )
