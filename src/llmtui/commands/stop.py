"""Stop the arriving answer."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class Stop(Plain):
    """Stop the arriving answer and keep every word of it."""

    name = "stop"
    keys = "escape"

    async def run(self, desk: Desk, words: str) -> None:
        desk.session.stop()
