"""Go from message to message."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class MessageAbove(Plain):
    """Go to the message above and read with the keys; Esc goes back to typing."""

    name = "above"
    keys = "alt+up"

    async def run(self, desk: Desk, words: str) -> None:
        if not desk.step_message(-1):
            desk.tell("There is no message yet")


class MessageBelow(Plain):
    """Go to the message below and read with the keys."""

    name = "below"
    keys = "alt+down"

    async def run(self, desk: Desk, words: str) -> None:
        if not desk.step_message(1):
            desk.tell("There is no message yet")
