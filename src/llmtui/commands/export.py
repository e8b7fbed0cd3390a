"""Write the conversation to a file."""

from llmtui.chat.file_name import file_name
from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class Export(Plain):
    """Write this conversation to a file, as markdown or as JSON."""

    name = "export"
    takes = "[markdown | json]"

    async def run(self, desk: Desk, words: str) -> None:
        # Needed here alone: nobody waits for it at start.
        from llmtui.chat.archive import to_json, to_markdown
        from llmtui.redaction import redacted

        conversation = desk.session.conversation
        if not conversation.messages:
            desk.tell("There is nothing to export yet")
        elif words in ("", "markdown", "md"):
            desk.write_export(f"{file_name(conversation.title)}.md", to_markdown(conversation, redacted))
        elif words == "json":
            desk.write_export(f"{file_name(conversation.title)}.json", to_json((conversation,), redacted))
        else:
            desk.tell("Write /export markdown or /export json", "warning")

    def complete(self, desk: Desk) -> tuple[str, ...]:
        return ("markdown", "json")
