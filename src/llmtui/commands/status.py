"""Show how things stand."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class ShowStatus(Plain):
    """Show the model, its context and cost, what its provider still allows, and what is under way."""

    name = "status"

    async def run(self, desk: Desk, words: str) -> None:
        desk.open("status")
