"""Textual's driver for a page in a browser, which also ends when nobody is there any more."""

import json
import os
from typing import Any

from textual import messages
from textual.app import App
from textual.drivers.web_driver import WebDriver


class BrowserDriver(WebDriver):
    """Hears packets on standard input and shows packets on standard output. The first one tells the size."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        # Known before the first paint: one in another size would stay behind what is painted next.
        super().__init__(app, debug=debug, mouse=mouse, size=_first_size() or size)

    def write(self, data: str) -> None:
        """Show it. Without the server there is nobody to show it to, and the end is on its way."""
        try:
            super().write(data)
        except BrokenPipeError:
            return

    def write_meta(self, data: dict[str, object]) -> None:
        """Tell the server, if it is there."""
        try:
            super().write_meta(data)
        except BrokenPipeError:
            return

    def run_input_thread(self) -> None:
        """Read until the end of the input. Textual's own driver would go on without anybody."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.post_message(messages.ExitApp())


def _first_size() -> tuple[int, int] | None:
    length = int.from_bytes(_exactly(5)[1:], "big")
    try:
        told = json.loads(_exactly(length))
        return int(told["width"]), int(told["height"])
    except (ValueError, KeyError, TypeError):
        return None


def _exactly(count: int) -> bytes:
    read = b""
    while len(read) < count and (more := os.read(0, count - len(read))):
        read += more
    return read
