"""Take the newest deletion back."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class Undo(Plain):
    """Bring the conversation back that was deleted last."""

    name = "undo"

    async def run(self, desk: Desk, words: str) -> None:
        if not await desk.undo():
            desk.tell("Nothing was deleted since llmtui started")
