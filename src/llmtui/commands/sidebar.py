"""Show or hide the list of conversations."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class ToggleSidebar(Plain):
    """Show or hide the list of conversations."""

    name = "sidebar"
    keys = "f3"

    async def run(self, desk: Desk, words: str) -> None:
        desk.toggle_sidebar()
