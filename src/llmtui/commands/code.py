"""Copy a code block."""

import re

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk

_COUNT = r"[0-9]{1,6}"


class CopyCode(Plain):
    """Copy the code block in sight, a letter tells which; or the one with this number, from the newest."""

    name = "code"
    keys = "f9"
    takes = "[number]"

    async def run(self, desk: Desk, words: str) -> None:
        if not words and desk.copy_code():
            return
        blocks = desk.code_blocks()
        number = int(words) if re.fullmatch(_COUNT, words) else 1
        if words and not re.fullmatch(_COUNT, words):
            desk.tell("Write /code 2 for the second newest block", "warning")
        elif not blocks:
            desk.tell("There is no code in this conversation yet")
        elif not 1 <= number <= len(blocks):
            desk.tell(f"There are {len(blocks)} code blocks in this conversation", "warning")
        else:
            block = blocks[-number]
            lines = block.count("\n") + 1
            which = "the newest code block" if number == 1 else f"code block {number} from the newest"
            desk.copy(block, f"{which}, {lines} line{'s' if lines > 1 else ''}")
