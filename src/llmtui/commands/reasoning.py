"""Fold or open what the models thought."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class ToggleReasoning(Plain):
    """Fold or open the newest reasoning; `all` does it everywhere."""

    name = "reasoning"
    keys = "ctrl+t"
    takes = "[all]"

    async def run(self, desk: Desk, words: str) -> None:
        desk.toggle_reasoning(everywhere=words == "all")

    def complete(self, desk: Desk) -> tuple[str, ...]:
        return ("all",)
