"""Show keys and commands."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class Help(Plain):
    """Show keys and commands."""

    name = "help"
    keys = "f1"

    async def run(self, desk: Desk, words: str) -> None:
        desk.open("help")
