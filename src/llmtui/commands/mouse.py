"""Let the terminal have the mouse, or take it back."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class SwitchMouse(Plain):
    """Let the terminal have the mouse for its own selecting, or take it back"""

    name = "mouse"
    keys = "f10"
    takes = "[on | off]"

    async def run(self, desk: Desk, words: str) -> None:
        if words not in ("", "on", "off"):
            desk.tell("Write /mouse on or /mouse off", "warning")
            return
        wanted = words == "on" if words else not desk.mouse
        if not desk.use_mouse(wanted):
            desk.tell("The mouse can not be switched here", "warning")
        elif wanted:
            desk.tell("The mouse is llmtui's: drag to select, click what can be clicked")
        else:
            desk.tell("The mouse is the terminal's: it selects as everywhere. F10 takes it back")

    def complete(self, desk: Desk) -> tuple[str, ...]:
        return ("on", "off")
