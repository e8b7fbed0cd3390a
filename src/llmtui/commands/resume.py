"""Go to an earlier conversation."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class ResumeConversation(Plain):
    """Go to an earlier conversation."""

    name = "resume"
    keys = "ctrl+r"

    async def run(self, desk: Desk, words: str) -> None:
        desk.open("conversations")
