"""A driver for TEXTUAL_DRIVER: at SIGUSR1 it says how many tasks there are, in LLMTUI_COUNTED."""

import asyncio
import os
import signal
from pathlib import Path
from types import FrameType

from textual.drivers.linux_driver import LinuxDriver


class CountingDriver(LinuxDriver):
    """Counts in llmtui's own process what cannot be seen from outside."""

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]
        signal.signal(signal.SIGUSR1, _count)


def _count(number: int, frame: FrameType | None) -> None:
    counted = Path(os.environ["LLMTUI_COUNTED"])
    beside = counted.with_suffix(".new")
    beside.write_text(str(len(asyncio.all_tasks())), encoding="utf-8")
    # Whole when it is seen.
    beside.rename(counted)
