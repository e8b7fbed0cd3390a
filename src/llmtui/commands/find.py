"""Find words in the conversation."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class Find(Plain):
    """Find words in this conversation: in its text, reasoning and tools."""

    name = "find"
    keys = "ctrl+f"
    takes = "[words]"

    async def run(self, desk: Desk, words: str) -> None:
        await desk.find(words)
