"""The history file as its one thread sees it: opened when it is needed, mended when it is hurt."""

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import apsw

from llmtui.chat.conversation import Conversation, Summary
from llmtui.chat.kept import Kept, NotKept
from llmtui.chat.message import Message
from llmtui.chat.news import News
from llmtui.store import reading
from llmtui.store.incoming import take_in
from llmtui.store.migrations import Progress, back_up, version_of
from llmtui.store.opening import Opened, identity_of, open_history, reopen, replace_damaged
from llmtui.store.owner import this_process
from llmtui.store.refusals import NEWER, READ_ONLY, RefusedError
from llmtui.store.rows import Row, fit, own_row, with_head
from llmtui.store.schema import STEPS
from llmtui.store.trouble import DAMAGE, TROUBLE, in_words
from llmtui.store.writing import (
    Written,
    end_the_dead,
    known_number,
    message_number,
    number_of,
    transaction,
    write_conversation,
    write_growth,
    write_message,
    write_own,
)

DELETED_SECONDS = 30 * 24 * 3600.0

log = logging.getLogger(__name__)

Key = tuple[str, str]
Found = TypeVar("Found")


class HistoryFile:
    """Every method answers, whatever happens to the file: a write with `Kept`, a read with what there is.

    `trouble` is why the newest write was not kept, or None; `notices` are sentences for the person.
    """

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self._path = path
        self._clock = clock
        self._owner = this_process()
        self._opened: Opened | None = None
        self._synced = False
        # What is known to be in the tables, so that a write is as small as what is new.
        self._own: dict[str, Row] = {}
        self._written: dict[Key, Written] = {}
        # How far each conversation was read: up to which row, in which state of the file.
        self._read_to: dict[str, reading.Reach] = {}
        self.trouble: Kept = None
        self.notices: tuple[str, ...] = ()

    def open(self) -> None:
        """Open the file now, and not with the first thing that is asked of it."""
        self._read(lambda connection: None, None)

    def close(self) -> None:
        """End what this process still streams, and let go of the file."""
        if self._opened and not self._opened.refusal:
            self._write(lambda connection: end_the_dead(connection, self._owner))
        self._let_go()

    # Writes

    def begin(self, conversation: Conversation) -> Kept:
        def run(connection: apsw.Connection) -> None:
            write_conversation(connection, conversation, self._owner)
            self._own[conversation.id] = own_row(conversation)

        return self._write(run, synced=True)

    def add(self, conversation_id: str, message: Message) -> Kept:
        def run(connection: apsw.Connection) -> None:
            number = known_number(connection, conversation_id)
            written = write_message(connection, number, message, self._owner)
            if message.streaming:
                self._written[conversation_id, message.id] = written
            # Whoever goes on with a conversation that was deleted elsewhere wants it back.
            connection.execute(
                "UPDATE conversation SET head = ?, updated = ?, deleted = iif(?, NULL, deleted)"
                " WHERE number = ?",
                (*fit((message.id, self._clock())), message.role == "user", number),
            )
            if known := self._own.get(conversation_id):
                self._own[conversation_id] = with_head(known, message.id)

        return self._write(run, synced=not message.streaming)

    def settle(self, key: Key, message: Message) -> Kept:
        def run(connection: apsw.Connection) -> None:
            self._settle(connection, known_number(connection, key[0]), message)
            self._written.pop(key, None)

        return self._write(run, synced=True)

    def keep(self, snapshots: Mapping[Key, Message]) -> Kept:
        """The newest states of messages: what grew of those that stream, the whole of those that ended.

        A streaming message that was never added is left to whoever adds it.
        """

        def run(connection: apsw.Connection) -> None:
            for key, message in snapshots.items():
                number = number_of(connection, key[0])
                if number is None:
                    continue
                if not message.streaming:
                    self._settle(connection, number, message)
                elif written := self._written.get(key):
                    self._written[key] = write_growth(connection, written, message, self._owner)
                elif message_number(connection, number, message.id) is not None:
                    self._written[key] = write_message(connection, number, message, self._owner)

        return self._write(run, synced=any(not message.streaming for message in snapshots.values()))

    def amend(self, conversation: Conversation) -> Kept:
        def run(connection: apsw.Connection) -> None:
            known_number(connection, conversation.id)
            write_own(connection, conversation, self._own.get(conversation.id))
            self._own[conversation.id] = own_row(conversation)

        return self._write(run)

    def mark_deleted(self, conversation_id: str, deleted: bool) -> Kept:
        def run(connection: apsw.Connection) -> None:
            number = known_number(connection, conversation_id)
            when = self._clock() if deleted else None
            connection.execute("UPDATE conversation SET deleted = ? WHERE number = ?", (when, number))

        return self._write(run)

    def insert_all(self, conversations: Iterable[Conversation]) -> Kept:
        return self._write(lambda connection: take_in(connection, conversations), synced=True)

    # Reads

    def load(self, conversation_id: str) -> Conversation | None:
        def run(connection: apsw.Connection) -> Conversation | None:
            with reading.snapshot(connection):
                found = reading.conversation(connection, conversation_id)
                self._read_to[conversation_id] = reading.reach(connection, conversation_id)
            if found:
                self._own[conversation_id] = own_row(found)
            return found

        return self._read(run, None)

    def news(self, conversation_id: str, streaming: bool) -> News | None:
        """What was written since this was last asked, or None if that was done by nobody else; one that dies
        while it streams writes nothing, so that it is to be looked for."""

        def run(connection: apsw.Connection) -> News | None:
            before = self._read_to.get(conversation_id, reading.NOTHING_READ)
            with reading.snapshot(connection):
                now = reading.reach(connection, conversation_id)
                if now.state == before.state and not streaming:
                    return None
                self._read_to[conversation_id] = now
                return reading.news(connection, conversation_id, before.row)

        return self._read(run, None)

    def summaries(self, limit: int | None) -> tuple[Summary, ...]:
        return self._read(lambda connection: reading.summaries(connection, limit), ())

    def unsent(self) -> str | None:
        return self._read(reading.unsent, None)

    def find(self, prefix: str) -> tuple[str, ...]:
        return self._read(lambda connection: reading.find(connection, prefix), ())

    def back_up(self, target: Path, told: Progress | None) -> Kept:
        """Copy everything into this file, in the place of what is there."""
        try:
            self._mended(lambda opened: back_up(opened.connection, target, told))
        except OSError as error:
            return NotKept(f"{target.name} cannot be written ({error.strerror or type(error).__name__})")
        except (apsw.Error, RefusedError) as error:
            return in_words(error)
        return None

    # How

    def _settle(self, connection: apsw.Connection, number: int, message: Message) -> None:
        write_message(connection, number, message, self._owner)
        connection.execute(
            "UPDATE conversation SET updated = ? WHERE number = ?", (*fit((self._clock(),)), number)
        )

    def _write(self, run: Callable[[apsw.Connection], None], synced: bool = False) -> Kept:
        """One transaction. `synced`: on the disk, power loss or not, when this returns."""
        try:
            self._follow()
            changed = self._mended(lambda opened: self._commit(opened, run, synced))
        except (*TROUBLE, RefusedError) as error:
            # What the tables hold now is not known.
            self._own.clear()
            self._written.clear()
            self._troubled(in_words(error))
            return self.trouble
        if changed and self.trouble is not None:
            # Only what went through says that the trouble is over.
            log.warning("kept again")
            self.trouble = None
        return None

    def _commit(self, opened: Opened, run: Callable[[apsw.Connection], None], synced: bool) -> bool:
        """Whether anything was changed."""
        if opened.refusal:
            raise RefusedError(opened.refusal)
        if synced is not self._synced:
            opened.connection.pragma("synchronous", "full" if synced else "normal")
            self._synced = synced
        before = opened.connection.total_changes()
        with transaction(opened.connection):
            if version_of(opened.connection) > len(STEPS):
                # A newer llmtui has changed the tables while this one was running.
                raise RefusedError(NEWER)
            run(opened.connection)
        return opened.connection.total_changes() > before

    def _read(self, run: Callable[[apsw.Connection], Found], otherwise: Found) -> Found:
        try:
            return self._mended(lambda opened: run(opened.connection))
        except (*TROUBLE, RefusedError) as error:
            self._troubled(in_words(error))
            return otherwise

    def _troubled(self, trouble: NotKept) -> None:
        # It is tried every few seconds: once said is enough.
        if trouble != self.trouble:
            log.error("not kept, or not read: %s", trouble.what)
        self.trouble = trouble

    def _mended(self, run: Callable[[Opened], Found]) -> Found:
        """Run it; if the file proves to be damaged, save what can be saved in a new one and run it there."""
        opened = self._opened or self._hold(open_history(self._path, self._clock()))
        try:
            return run(opened)
        except DAMAGE:
            if opened.refusal:
                raise
        self._let_go(hurt=True)
        # Perhaps only the way from the disk was hurt: a file is set aside when it is damaged twice.
        with suppress(*DAMAGE):
            return run(self._hold(reopen(self._path)))
        self._let_go(hurt=True)
        return run(self._hold(replace_damaged(self._path, self._clock(), opened.identity)))

    def _hold(self, opened: Opened) -> Opened:
        """Begin with a file just opened: end what the dead left, forget what was deleted long ago."""
        self._opened, self._synced = opened, False
        self.notices = tuple(dict.fromkeys((*self.notices, *opened.notices)))
        for notice in opened.notices:
            log.warning("%s", notice)
        if not opened.refusal:
            # This much can wait for the next time.
            with suppress(*TROUBLE), transaction(opened.connection):
                end_the_dead(opened.connection)
                opened.connection.execute(
                    "DELETE FROM conversation WHERE deleted < ?", (self._clock() - DELETED_SECONDS,)
                )
        return opened

    def _follow(self) -> None:
        """Let go of a file that is no longer the one at our path, or that may be written by now."""
        if self._opened and self._opened.refusal is READ_ONLY:
            self._let_go()
        if self._opened and identity_of(self._path) != self._opened.identity:
            self._let_go(hurt=True)
            self.notices = (*self.notices, "The history file was moved or replaced while llmtui was running.")

    def _let_go(self, hurt: bool = False) -> None:
        if self._opened is None:
            return
        connection, self._opened = self._opened.connection, None
        self._own.clear()
        self._read_to.clear()
        self._written.clear()
        # SQLite ends by taking away the write-ahead log, by its name: that of a hurt file is evidence, and
        # that beside a file which was moved belongs to somebody else by now.
        if hurt:
            connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        with suppress(apsw.Error):
            connection.close()
