"""Copy a message."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class CopyMessage(Plain):
    """Copy the newest answer, or with `question` the newest question."""

    name = "copy"
    keys = "f8"
    takes = "[question | all]"

    async def run(self, desk: Desk, words: str) -> None:
        path = desk.session.conversation.path
        if words == "all":
            whole = "\n\n".join(f"**{message.role}**\n\n{message.text}" for message in path)
            desk.copy(whole, "the whole conversation")
            return
        role = "user" if words == "question" else "assistant"
        newest = next((message for message in reversed(path) if message.role == role and message.text), None)
        if newest is None:
            desk.tell("There is nothing to copy yet")
        else:
            desk.copy(newest.text, "the question" if role == "user" else "the answer")

    def complete(self, desk: Desk) -> tuple[str, ...]:
        return ("question", "all")
