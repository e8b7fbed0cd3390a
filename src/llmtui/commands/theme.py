"""Wear another theme."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class ChooseTheme(Plain):
    """Wear another theme, now and the next time."""

    name = "theme"
    takes = "[name]"

    async def run(self, desk: Desk, words: str) -> None:
        if not words:
            desk.open("themes")
        elif words in desk.themes:
            desk.use_theme(words)
        else:
            desk.tell(f"No theme is called {words}: /theme opens the list", "warning")

    def complete(self, desk: Desk) -> tuple[str, ...]:
        return tuple(desk.themes)
