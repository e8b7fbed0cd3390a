"""Show a message as it was written."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class ShowRaw(Plain):
    """Show the newest message, or the marked one, as it was written, or rendered again."""

    name = "raw"

    async def run(self, desk: Desk, words: str) -> None:
        if not desk.toggle_raw():
            desk.tell("There is no message yet")
