"""The line that says which letters there are, and takes the keys until one was pressed."""

from collections.abc import Callable

from textual import events
from textual.content import Content
from textual.widget import Widget

from llmtui.tui.conversation.transcript import Transcript
from llmtui.tui.terminal.textual_fixes import MODIFIER_KEYS

_SCROLLING = {
    "up": "scroll_up",
    "down": "scroll_down",
    "pageup": "page_up",
    "pagedown": "page_down",
    "home": "scroll_home",
    "end": "scroll_end",
}


class HintBar(Widget, can_focus=True):
    """Has the keys while letters are shown. A letter says what is meant, or ends the choosing; the keys that
    scroll still do; any other key ends it and does what it always does."""

    DEFAULT_CSS = """
    HintBar { height: 1; dock: bottom; background: $surface; color: $foreground; padding: 0 1; }
    HintBar { text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(
        self,
        transcript: Transcript,
        words: Callable[[], str],
        typed: Callable[[str], bool],
        left: Callable[[], None],
    ) -> None:
        """`words` says what there is to choose, `typed` is told a letter and says whether more are awaited,
        and `left` is called once when the choosing ends."""
        super().__init__()
        self._transcript = transcript
        self._words = words
        self._typed = typed
        self._left = left
        self._over = False

    def render(self) -> Content:
        return Content(self._words())

    def take(self, letter: str) -> None:
        """A letter was pressed, perhaps before the keys were here."""
        if not self._typed(letter.lower()):
            self.leave()
        self.refresh()

    def leave(self) -> None:
        """End the choosing."""
        if not self._over:
            self._over = True
            self._left()

    async def _on_key(self, event: events.Key) -> None:
        # Some terminals tell of Shift alone, before the letter that it is held for.
        if event.key in MODIFIER_KEYS:
            event.stop()
            event.prevent_default()
        elif event.key in _SCROLLING:
            event.stop()
            event.prevent_default()
            await self._transcript.run_action(_SCROLLING[event.key])
        elif event.character is not None and event.is_printable:
            event.stop()
            event.prevent_default()
            self.take(event.character)
        else:
            if event.key in ("escape", "enter", "tab", "backspace"):
                event.stop()
                event.prevent_default()
            self.leave()

    def on_blur(self) -> None:
        # Another window of the desktop has the keys for a while: that is nobody's choice.
        if self.app.app_focus:
            self.leave()
