"""Give the conversation another title."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class Rename(Plain):
    """Give this conversation another title."""

    name = "rename"
    keys = "f2"
    takes = "[title]"

    async def run(self, desk: Desk, words: str) -> None:
        if words:
            desk.session.rename(" ".join(words.split()))
        else:
            desk.edit_input(f"/rename {desk.session.conversation.title}")
