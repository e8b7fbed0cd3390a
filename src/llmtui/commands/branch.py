"""Look at another branch."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class StepBranch(Plain):
    """Look at the next branch where the conversation last forks, or at the one `back`."""

    name = "branch"
    keys = "f4"
    takes = "[back]"

    async def run(self, desk: Desk, words: str) -> None:
        desk.step_branch(-1 if words == "back" else 1)

    def complete(self, desk: Desk) -> tuple[str, ...]:
        return ("back",)
