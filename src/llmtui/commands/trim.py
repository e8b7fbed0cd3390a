"""Send less of a long conversation."""

import re

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk

_COUNT = r"[0-9]{1,6}"


class Trim(Plain):
    """Leave the oldest turns out of what is sent: half of it, or so many turns; 0 sends all again."""

    name = "trim"
    takes = "[turns]"

    async def run(self, desk: Desk, words: str) -> None:
        if words and not re.fullmatch(_COUNT, words):
            desk.tell(
                "Write /trim 4 to leave out the oldest four turns, /trim 0 to send all again", "warning"
            )
            return
        turns = desk.session.trim(int(words) if words else None)
        if turns:
            plural = "s are" if turns > 1 else " is"
            desk.tell(
                f"The oldest {turns} turn{plural} no longer sent; the history keeps all. /trim 0 undoes it"
            )
        elif words == "0":
            desk.tell("The whole conversation is sent")
        else:
            desk.tell("There is only one turn: nothing can be left out", "warning")
