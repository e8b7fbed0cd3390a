"""Puts the find bar on the screen, and takes it away with everything that it lit."""

from textual.app import App

from llmtui.tui.find.bar import FindBar
from llmtui.tui.stage import Stage


class Asking:
    """At most one find bar."""

    def __init__(self, app: App[None], stage: Stage) -> None:
        self._app, self._stage = app, stage
        self._bar: FindBar | None = None
        self._from_reading = False

    async def ask(self, words: str) -> None:
        """Ask for words, or for these; who asks has the keys when this returns."""
        self._from_reading = self._stage.transcript.has_focus
        if self._bar is not None and self._bar.is_attached:
            self._bar.ask(words)
            return
        bar = self._bar = FindBar(self._stage.transcript, words, self._leave)
        await self._app.screen.mount(bar)
        # At once: what is typed right behind its key is looked for.
        self._app.screen.set_focus(bar.input)

    def _leave(self) -> None:
        transcript = self._stage.transcript
        transcript.find_no_more()
        (transcript if self._from_reading and transcript.views else self._stage.composer).focus()
