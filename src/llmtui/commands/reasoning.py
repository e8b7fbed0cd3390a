"""See what the models thought, and what they sent, as much of it as is wanted."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class ToggleReasoning(Plain):
    """Fold or open the newest reasoning; `all` does it everywhere, `pane` opens it beside the transcript."""

    name = "reasoning"
    keys = "ctrl+t"
    takes = "[all|pane]"

    async def run(self, desk: Desk, words: str) -> None:
        if words == "pane":
            desk.toggle_thoughts()
        else:
            desk.toggle_reasoning(everywhere=words == "all")

    def complete(self, desk: Desk) -> tuple[str, ...]:
        return ("all", "pane")


class ToggleThoughts(Plain):
    """Open or close a pane with the reasoning beside the transcript."""

    name = "thoughts"
    keys = "f7"

    async def run(self, desk: Desk, words: str) -> None:
        desk.toggle_thoughts()
