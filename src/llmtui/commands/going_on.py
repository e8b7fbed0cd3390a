"""Go on with an answer that ended too soon."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class GoOn(Plain):
    """Let the model go on with the newest answer, if that ended too soon."""

    name = "continue"
    keys = "f6"

    async def run(self, desk: Desk, words: str) -> None:
        if desk.session.busy:
            desk.tell("An answer is arriving: Esc stops it")
        elif not desk.session.go_on():
            desk.tell("There is no unfinished answer to go on with: /retry asks again")
