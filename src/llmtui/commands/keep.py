"""Be content with an answer as far as it came."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class Keep(Plain):
    """Be content with the newest answer as far as it came: nothing more is offered below it."""

    name = "keep"

    async def run(self, desk: Desk, words: str) -> None:
        if not desk.session.accept():
            desk.tell(_why_not(desk))


def _why_not(desk: Desk) -> str:
    if desk.session.busy:
        return "An answer is arriving: Esc stops it"
    return "An answer is arriving in another llmtui" if desk.session.elsewhere else "There is no answer here"
