"""Say where keys come from, and take one."""

from llmtui.chat.nearest import did_you_mean
from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class ShowKeys(Plain):
    """Say where keys come from, or enter one for a provider."""

    name = "keys"
    takes = "[provider]"

    async def run(self, desk: Desk, words: str) -> None:
        name, _, more = words.partition(" ")
        if more:
            # What was typed may be a key, which is not repeated.
            desk.tell(
                "A key is never part of a command: /keys provider asks for it and shows nothing", "warning"
            )
        elif not name:
            lines = desk.keys or ("There is no key yet",)
            desk.tell("\n".join((*lines, "/keys provider enters one, as does `llmtui keys set` in a shell")))
        elif name in desk.providers:
            desk.ask_key(name)
        else:
            meant = did_you_mean(name, desk.providers)
            desk.tell(f"There is no such provider.{meant or ' /keys groq enters a key for Groq'}", "warning")

    def complete(self, desk: Desk) -> tuple[str, ...]:
        return tuple(sorted(desk.providers))
