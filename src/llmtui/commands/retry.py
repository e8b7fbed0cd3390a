"""Ask again."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class Retry(Plain):
    """Ask again for the newest answer; the old one stays as a branch beside it."""

    name = "retry"
    keys = "f5"

    async def run(self, desk: Desk, words: str) -> None:
        if not desk.session.retry():
            streaming = desk.session.busy
            desk.tell("An answer is arriving: Esc stops it" if streaming else "There is nothing to retry")
