"""Leave."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class Quit(Plain):
    """Keep everything and leave."""

    name = "quit"
    keys = "ctrl+q"

    async def run(self, desk: Desk, words: str) -> None:
        desk.quit()
