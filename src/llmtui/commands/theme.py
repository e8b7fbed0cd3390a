"""Wear another theme."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class ChooseTheme(Plain):
    """Wear another theme, now and the next time."""

    name = "theme"
    takes = "[name]"

    async def run(self, desk: Desk, words: str) -> None:
        if words:
            desk.use_theme(words)
        else:
            desk.open("themes")

    def complete(self, desk: Desk) -> tuple[str, ...]:
        return tuple(desk.themes)
