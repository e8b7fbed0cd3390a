"""Delete the conversation."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class Delete(Plain):
    """Delete this conversation; /undo brings it back."""

    name = "delete"

    async def run(self, desk: Desk, words: str) -> None:
        await desk.delete_conversation()
