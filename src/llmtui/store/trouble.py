"""What SQLite and the system complain of, in words for a person."""

import apsw

from llmtui.chat.kept import NotKept
from llmtui.store.refusals import READ_ONLY, TOO_LARGE, RefusedError

# What says that the file itself is hurt: the answer is to set it aside, not to try again.
DAMAGE = (apsw.CorruptError, apsw.NotADBError, UnicodeDecodeError)
TROUBLE = (apsw.Error, OSError, UnicodeDecodeError)


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
