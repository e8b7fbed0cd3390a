"""What the history refuses to do, in words for a person."""

from llmtui.chat.kept import NotKept

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
