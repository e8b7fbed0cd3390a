"""How rows come out of the tables: a few statements for a whole conversation, however long."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import apsw

from llmtui.chat.conversation import Conversation, Summary
from llmtui.chat.news import News
from llmtui.chat.parts import Part
from llmtui.chat.tree import Tree
from llmtui.store.owner import lives
from llmtui.store.rows import (
    MESSAGE_COLUMNS,
    OWN_COLUMNS,
    PART_COLUMNS,
    conversation_from,
    fit,
    message_from,
    part_from,
)

_OUTCOME, _OWNER = MESSAGE_COLUMNS.index("outcome"), MESSAGE_COLUMNS.index("owner")

_CONVERSATION = f"SELECT number, updated, {', '.join(OWN_COLUMNS)} FROM conversation WHERE id = ?"
_MESSAGES = f"""
    SELECT number, {", ".join(MESSAGE_COLUMNS)} FROM message
    WHERE conversation = ? AND number > ? ORDER BY position
"""
_PARTS = f"""
    SELECT part.message, part.position, {", ".join(f"part.{column}" for column in PART_COLUMNS)}
    FROM message CROSS JOIN part ON part.message = message.number
    WHERE message.conversation = ? AND message.number > ? ORDER BY part.message, part.position
"""
_PIECES = """
    SELECT piece.message, piece.position, piece.text
    FROM message CROSS JOIN piece ON piece.message = message.number
    WHERE message.conversation = ? AND message.number > ? AND message.outcome = 'streaming'
    ORDER BY piece.message, piece.position, piece.number
"""
_TITLE = "SELECT number, title FROM conversation WHERE id = ?"
_SETTLED = """
    SELECT coalesce(min(message.number) FILTER (WHERE outcome = 'streaming') - 1, max(message.number))
    FROM message JOIN conversation ON message.conversation = conversation.number WHERE conversation.id = ?
"""
_SUMMARIES = """
    SELECT number, id, title, updated, messages, model FROM conversation
    WHERE deleted IS NULL AND messages > 0 ORDER BY updated DESC, number DESC LIMIT ?
"""
_UNSENT = """
    SELECT id FROM conversation WHERE deleted IS NULL AND messages = 0 AND draft <> ''
    ORDER BY updated DESC, number DESC LIMIT 1
"""
_STREAMING = "SELECT conversation, owner FROM message WHERE outcome = 'streaming'"
_EXACT = "SELECT id FROM conversation WHERE id = ? AND deleted IS NULL"
_PREFIX = """
    SELECT id FROM conversation WHERE id >= ?1 AND id < ?1 || char(0x10ffff) AND deleted IS NULL
    ORDER BY updated DESC, number DESC
"""


class Reach(NamedTuple):
    """How far a conversation goes: the row up to which no message changes any more, and the state of the file
    as SQLite counts it for one connection, which is another one when somebody else has written."""

    row: int
    state: int


NOTHING_READ = Reach(0, -1)


@contextmanager
def snapshot(connection: apsw.Connection) -> Iterator[None]:
    """Several statements see one state, for another process may write between them."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("COMMIT")


def conversation(
    connection: apsw.Connection, conversation_id: str, deleted: bool = False
) -> Conversation | None:
    """The whole conversation, or None if there is none; one that is deleted only if `deleted` asks for it.

    An answer that streams in a process that has died is `interrupted`, whatever its row says.
    """
    where = _CONVERSATION if deleted else f"{_CONVERSATION} AND deleted IS NULL"
    rows: list[Any] = connection.execute(where, fit((conversation_id,))).fetchall()
    for number, updated, *own in rows:
        return conversation_from(conversation_id, updated, own, _messages(connection, number))
    return None


def reach(connection: apsw.Connection, conversation_id: str) -> Reach:
    """How far a conversation goes now."""
    ((row,),) = connection.execute(_SETTLED, fit((conversation_id,))).fetchall()
    return Reach(int(row or 0), int(connection.pragma("data_version")))


def news(connection: apsw.Connection, conversation_id: str, after: int) -> News:
    """What came into a conversation behind this row. One that was deleted elsewhere is still open here."""
    for number, title in connection.execute(_TITLE, fit((conversation_id,))).fetchall():
        return News(str(title), tuple(_messages(connection, number, after)))
    return News()


def _messages(connection: apsw.Connection, conversation: Any, after: int = 0) -> Tree:
    more: defaultdict[tuple[Any, Any], list[str]] = defaultdict(list)
    for number, place, text in connection.execute(_PIECES, (conversation, after)):
        more[number, place].append(str(text))
    parts: defaultdict[Any, list[Part]] = defaultdict(list)
    for number, place, *row in connection.execute(_PARTS, (conversation, after)):
        said = "".join(more.get((number, place), ())) if more else ""
        if part := part_from(row, said):
            parts[number].append(part)
    messages = []
    for number, *values in connection.execute(_MESSAGES, (conversation, after)):
        if values[_OUTCOME] == "streaming" and not lives(values[_OWNER]):
            values[_OUTCOME] = "interrupted"
        messages.append(message_from(values, tuple(parts[number])))
    return Tree(messages)


def summaries(connection: apsw.Connection, limit: int | None) -> tuple[Summary, ...]:
    """The conversations that have messages and are not deleted, newest first."""
    streaming = {number for number, owner in connection.execute(_STREAMING) if lives(str(owner or ""))}
    rows: Any = connection.execute(_SUMMARIES, (-1 if limit is None else limit,))
    return tuple(
        Summary(name, title, updated, messages, model, number in streaming)
        for number, name, title, updated, messages, model in rows
    )


def unsent(connection: apsw.Connection) -> str | None:
    """The id of the newest conversation in which nothing was sent, but something typed."""
    return next((str(name) for (name,) in connection.execute(_UNSENT)), None)


def find(connection: apsw.Connection, prefix: str) -> tuple[str, ...]:
    """The ids that begin with this, newest first; only the one that is exactly this, if there is one."""
    rows = connection.execute(_EXACT, fit((prefix,))).fetchall()
    rows = rows or connection.execute(_PREFIX, fit((prefix,))).fetchall()
    return tuple(str(name) for (name,) in rows)
