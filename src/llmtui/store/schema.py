"""The tables of the history, as numbered steps: step N makes version N out of version N - 1.

A step, once released, is never edited; the next one changes what it made.
"""

# "llmt", so that `file` and we know the file as ours.
APPLICATION_ID = 0x6C6C6D74

# Inside, rows are joined by small numbers. A conversation's id and a message's are the app's own words, and a
# message's is unique in its conversation only. `messages` counts a conversation's rows, so that a list
# of thousands needs no second table. A part's text is whole except while its message is streaming: then
# `piece` holds what came since, so that keeping the next words does not rewrite those before them.
_FIRST = """
CREATE TABLE conversation (
    number      INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    title       TEXT NOT NULL,
    created     REAL NOT NULL,
    updated     REAL NOT NULL,
    head        TEXT,
    system      TEXT NOT NULL,
    model       TEXT NOT NULL,
    temperature REAL,
    max_tokens  INTEGER,
    draft       TEXT NOT NULL,
    deleted     REAL,
    messages    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX conversation_listed ON conversation (updated) WHERE deleted IS NULL AND messages > 0;

CREATE TABLE message (
    number          INTEGER PRIMARY KEY,
    conversation    INTEGER NOT NULL REFERENCES conversation ON DELETE CASCADE,
    position        INTEGER NOT NULL,
    id              TEXT NOT NULL,
    parent          TEXT,
    role            TEXT NOT NULL,
    created         REAL NOT NULL,
    requested       TEXT,
    provider        TEXT,
    model           TEXT,
    "by"            TEXT,
    outcome         TEXT,
    finish_reason   TEXT,
    usage_input     INTEGER,
    usage_output    INTEGER,
    usage_reasoning INTEGER,
    usage_cached    INTEGER,
    usage_total     INTEGER,
    usage_estimated INTEGER,
    cost            REAL,
    first_token     REAL,
    total           REAL,
    error           TEXT,
    owner           TEXT,
    UNIQUE (conversation, position),
    UNIQUE (conversation, id)
) STRICT;

CREATE INDEX message_streaming ON message (conversation) WHERE outcome = 'streaming';

CREATE TABLE part (
    number     INTEGER PRIMARY KEY,
    message    INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    text       TEXT,
    began      REAL,
    ended      REAL,
    signature  TEXT,
    call_id    TEXT,
    name       TEXT,
    arguments  TEXT,
    is_error   INTEGER,
    media_type TEXT,
    data       BLOB,
    UNIQUE (message, position)
) STRICT;

CREATE TABLE piece (
    message  INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
    position INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (message, position, number)
) STRICT, WITHOUT ROWID;
"""

# What only some have, as JSON: a conversation's fallbacks and rarer ways of choosing words; how an answer's
# tokens are counted, and the turns that it took.
_SECOND = """
ALTER TABLE conversation ADD COLUMN besides TEXT;
ALTER TABLE message ADD COLUMN besides TEXT;
"""

STEPS: tuple[str, ...] = (_FIRST, _SECOND)
