"""A driver for TEXTUAL_DRIVER that notes, in llmtui's own process, what is loaded at first paint."""

import os
import sys
from pathlib import Path

from textual.drivers.linux_driver import LinuxDriver

# The composer's placeholder. The cursor stands on its first letter and may be written apart.
_PAINTED = "sk anything"


class WatchingDriver(LinuxDriver):
    """Writes the names of all loaded modules to the file that LLMTUI_LOADED names, once, at first paint."""

    def write(self, data: str) -> None:
        noted = Path(os.environ["LLMTUI_LOADED"])
        if _PAINTED in data and not noted.exists():
            noted.write_text("\n".join(sorted(sys.modules)), encoding="utf-8")
        super().write(data)
