"""Say what the model is to be in this conversation."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class Instruct(Plain):
    """Set the system prompt of this conversation; `-` clears it."""

    name = "system"
    takes = "[prompt | -]"

    async def run(self, desk: Desk, words: str) -> None:
        session = desk.session
        if not words:
            system = session.conversation.system
            if system:
                desk.edit_input(f"/system {system}")
            desk.tell("Edit the system prompt and press Enter" if system else "No system prompt is set")
        elif words == "-":
            session.instruct("")
            desk.tell("The system prompt is cleared")
        else:
            session.instruct(words)
            desk.tell("The system prompt is set, from the next message on")
