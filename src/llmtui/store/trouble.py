"""What SQLite and the system complain of, in words for a person."""

import apsw

from llmtui.chat.kept import NotKept

# What says that the file itself is hurt: the answer is to set it aside, not to try again.
DAMAGE = (apsw.CorruptError, apsw.NotADBError, UnicodeDecodeError)
TROUBLE = (apsw.Error, OSError, UnicodeDecodeError)

CLOSED = NotKept("the history is closed")
NEWER = NotKept(
    "this history was written by a newer llmtui, so it is only read", "Update llmtui to go on writing to it."
)
READ_ONLY = NotKept(
    "the history file may not be written", "Change its permissions, or set LLMTUI_DATA_DIR to another folder."
)
FOREIGN = NotKept(
    "the history file belongs to another program", "Set LLMTUI_DATA_DIR to another folder, or move the file."
)
UNKNOWN = NotKept("this conversation is not in the history", "Export it with /export to keep it.")
TOO_LARGE = NotKept("this is too large to be kept")

# What does not get better by waiting.
FINAL = frozenset({CLOSED, NEWER, FOREIGN, UNKNOWN, TOO_LARGE})


class RefusedError(Exception):
    """A write that can never succeed as it is; `why` says so to the person."""

    def __init__(self, why: NotKept) -> None:
        super().__init__(why.what)
        self.why = why


def in_words(error: Exception) -> NotKept:
    """The trouble and the next step."""
    match error:
        case RefusedError():
            return error.why
        case apsw.FullError():
            return NotKept(
                "the disk is full", "Free some space: what is missing is written when there is room."
            )
        case apsw.BusyError() | apsw.LockedError():
            return NotKept("another program keeps the history locked", "It is tried again by itself.")
        case apsw.ReadOnlyError():
            return READ_ONLY
        case apsw.CantOpenError() | apsw.PermissionsError() | PermissionError():
            return NotKept(
                "the history cannot be opened",
                "Check the permissions of the folder that `llmtui paths` shows.",
            )
        case apsw.CorruptError() | apsw.NotADBError() | UnicodeDecodeError():
            return NotKept(
                "the history file is damaged", "Close every llmtui and start it again: it saves what it can."
            )
        case apsw.TooBigError() | apsw.NoMemError() | MemoryError():
            return TOO_LARGE
        case apsw.IOError():
            return NotKept("the disk reported an error", "Check its space and its health; it is tried again.")
        case OSError():
            return NotKept(f"the history cannot be written ({error.strerror or type(error).__name__})")
        case _:
            return NotKept(f"the history could not be written ({type(error).__name__})")
