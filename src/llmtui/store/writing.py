"""How rows come into the tables. Each function runs inside a transaction that its caller began."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import apsw

from llmtui.chat.conversation import Conversation
from llmtui.chat.message import Message
from llmtui.store.owner import lives
from llmtui.store.refusals import UNKNOWN, RefusedError
from llmtui.store.rows import (
    MESSAGE_COLUMNS,
    OWN_COLUMNS,
    PART_COLUMNS,
    Row,
    answer_row,
    finite,
    fit,
    grown,
    message_row,
    own_row,
    part_row,
)


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def _update(table: str, columns: Sequence[str], where: str) -> str:
    return f"UPDATE {table} SET {', '.join(f'{column} = ?' for column in columns)} WHERE {where}"


_INSERT_CONVERSATION = _insert("conversation", ("id", "updated", *OWN_COLUMNS))
_INSERT_MESSAGE = _insert("message", ("conversation", "position", *MESSAGE_COLUMNS))
_UPDATE_MESSAGE = _update("message", MESSAGE_COLUMNS, "number = ?")
_UPDATE_ANSWER = _update("message", MESSAGE_COLUMNS[4:], "number = ?")
_CLAIM = "UPDATE message SET outcome = 'streaming', owner = ? WHERE number = ? AND outcome = 'interrupted'"
_NEXT_POSITION = "SELECT coalesce(max(position), -1) + 1 FROM message WHERE conversation = ?"
_INSERT_PART = _insert("part", ("message", "position", *PART_COLUMNS))
_UPDATE_PART = _update(
    "part", ("began", "ended", "signature", "call_id", "name"), "message = ? AND position = ?"
)


@dataclass(frozen=True, slots=True)
class Written:
    """What of a streaming message is in the tables: its row, its newest state, how many pieces it has."""

    number: int
    message: Message
    pieces: int = 0


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """All or nothing, with the writer's lock taken at the start: a lock taken later is refused at once."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk has already rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def number_of(connection: apsw.Connection, conversation_id: str) -> int | None:
    """The conversation's row, or None if there is none."""
    rows = connection.execute("SELECT number FROM conversation WHERE id = ?", fit((conversation_id,)))
    return next((int(number) for (number,) in rows), None)


def known_number(connection: apsw.Connection, conversation_id: str) -> int:
    """The conversation's row; refused if there is none."""
    number = number_of(connection, conversation_id)
    if number is None:
        raise RefusedError(UNKNOWN)
    return number


def message_number(connection: apsw.Connection, conversation: int, message_id: str) -> int | None:
    """The message's row, or None if the conversation has none with this id."""
    rows = connection.execute(
        "SELECT number FROM message WHERE conversation = ? AND id = ?", (conversation, *fit((message_id,)))
    )
    return next((int(number) for (number,) in rows), None)


def write_conversation(connection: apsw.Connection, conversation: Conversation, owner: str) -> None:
    """A whole conversation, new or told again; messages that only the tables have stay."""
    number = number_of(connection, conversation.id)
    if number is None:
        values = fit((conversation.id, finite(conversation.updated)))
        connection.execute(_INSERT_CONVERSATION, (*values, *own_row(conversation)))
        number = connection.last_insert_rowid()
    else:
        write_own(connection, conversation, None)
    for message in conversation.messages:
        write_message(connection, number, message, owner)


def write_own(connection: apsw.Connection, conversation: Conversation, known: Row | None) -> None:
    """What a conversation says of itself, and of that only what is not `known` to be there already."""
    row = own_row(conversation)
    changed = [place for place in range(len(row)) if known is None or row[place] != known[place]]
    if changed:
        sql = _update("conversation", [OWN_COLUMNS[place] for place in changed], "id = ?")
        connection.execute(sql, (*(row[place] for place in changed), *fit((conversation.id,))))


def write_message(connection: apsw.Connection, conversation: int, message: Message, owner: str) -> Written:
    """The whole message, in the place of what was there of it."""
    number = message_number(connection, conversation, message.id)
    if number is None:
        ((position,),) = connection.execute(_NEXT_POSITION, (conversation,))
        connection.execute(_INSERT_MESSAGE, (conversation, position, *message_row(message, owner)))
        number = connection.last_insert_rowid()
        connection.execute(
            "UPDATE conversation SET messages = messages + 1 WHERE number = ?", (conversation,)
        )
    else:
        connection.execute(_UPDATE_MESSAGE, (*message_row(message, owner), number))
        connection.execute("DELETE FROM part WHERE message = ?", (number,))
        connection.execute("DELETE FROM piece WHERE message = ?", (number,))
    connection.executemany(
        _INSERT_PART, [(number, place, *part_row(part)) for place, part in enumerate(message.parts)]
    )
    return Written(number, message)


def write_growth(connection: apsw.Connection, written: Written, message: Message, owner: str) -> Written:
    """What is new of a streaming message since it was written: the cost is that of the new words."""
    number, old, pieces = written.number, written.message, written.pieces
    if message.answer != old.answer:
        connection.execute(_UPDATE_ANSWER, (*answer_row(message, owner), number))
    else:
        # Another llmtui may have taken this one for dead: from another container its process is not seen.
        connection.execute(_CLAIM, (owner, number))
    for place, part in enumerate(message.parts):
        before = old.parts[place] if place < len(old.parts) else None
        if part is before or part == before:
            continue
        more = grown(before, part)
        if more is None:
            _forget_parts(connection, "position = ?", number, place)
            connection.execute(_INSERT_PART, (number, place, *part_row(part)))
            continue
        if more:
            connection.execute(
                "INSERT INTO piece VALUES (?, ?, ?, ?)", (number, place, pieces, *fit((more,)))
            )
            pieces += 1
        about = part_row(part)[2:7]
        if any(value is not None for value in about):
            connection.execute(_UPDATE_PART, (*about, number, place))
    if len(message.parts) < len(old.parts):
        _forget_parts(connection, "position >= ?", number, len(message.parts))
    return Written(number, message, pieces)


def _forget_parts(connection: apsw.Connection, where: str, number: int, place: int) -> None:
    for table in ("part", "piece"):
        connection.execute(f"DELETE FROM {table} WHERE message = ? AND {where}", (number, place))


def end_the_dead(connection: apsw.Connection, mine: str = "") -> None:
    """Mark as interrupted what streams though its owner is dead, or is `mine`; join its pieces."""
    rows: list[Any] = connection.execute(
        "SELECT number, owner FROM message WHERE outcome = 'streaming'"
    ).fetchall()
    for number, owner in rows:
        if owner == mine or not lives(owner):
            connection.execute(
                "UPDATE message SET outcome = 'interrupted', owner = NULL WHERE number = ?", (number,)
            )
            _join_pieces(connection, number)


def _join_pieces(connection: apsw.Connection, number: int) -> None:
    pieces = connection.execute(
        "SELECT position, text FROM piece WHERE message = ? ORDER BY position, number", (number,)
    ).fetchall()
    for place, found in groupby(pieces, key=lambda piece: piece[0]):
        more = "".join(str(text) for _, text in found)
        connection.execute(
            "UPDATE part SET text = text || ?1, arguments = arguments || ?1"
            " WHERE message = ?2 AND position = ?3",
            (more, number, place),
        )
    connection.execute("DELETE FROM piece WHERE message = ?", (number,))
