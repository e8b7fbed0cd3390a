"""Copy a message."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class CopyMessage(Plain):
    """Copy the newest answer, or the newest question or reasoning, the marked message, or all."""

    name = "copy"
    keys = "f8"
    takes = "[question | reasoning | message | all]"

    async def run(self, desk: Desk, words: str) -> None:
        path = desk.session.conversation.path
        what = "the answer"
        match words:
            case "all":
                what = "the whole conversation"
                text = "\n\n".join(f"**{message.role}**\n\n{message.text}" for message in path)
            case "question":
                what = "the question"
                texts = (message.text for message in reversed(path) if message.role == "user")
                text = next(filter(None, texts), "")
            case "reasoning":
                what = "the reasoning"
                text = next(filter(None, (message.reasoning for message in reversed(path))), "")
            case "message":
                what = "the message"
                text = desk.meant.text if desk.meant else ""
            case _:
                texts = (message.text for message in reversed(path) if message.role == "assistant")
                text = next(filter(None, texts), "")
        if text:
            desk.copy(text, what)
        else:
            desk.tell("There is nothing to copy yet")

    def complete(self, desk: Desk) -> tuple[str, ...]:
        return ("question", "reasoning", "message", "all")
