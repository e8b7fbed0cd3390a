"""Wrap long lines of code, or scroll them sideways."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class WrapCode(Plain):
    """Wrap long lines of code, or leave them whole and scroll them sideways."""

    name = "wrap"

    async def run(self, desk: Desk, words: str) -> None:
        if desk.wrap_code():
            desk.tell("Long lines of code are wrapped")
        else:
            desk.tell("Long lines of code go on sideways: Shift and the wheel, or Tab and the arrows")
