"""Begin a new conversation."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class NewConversation(Plain):
    """Begin a new conversation."""

    name = "new"
    keys = "ctrl+n"

    async def run(self, desk: Desk, words: str) -> None:
        desk.new_conversation()
