"""The pane with what is thought: opened beside the transcript, or below it where there is little room."""

from typing import TYPE_CHECKING

from textual.app import App

from llmtui.tui.composing.composer import Composer
from llmtui.tui.conversation.transcript import Transcript

if TYPE_CHECKING:
    from llmtui.tui.conversation.thought_pane import ThoughtPane

# The cells of a terminal in which it has room at the right of the transcript, and not only below.
_WIDE = 110


class Docking:
    """Opens and closes it; it is made when it is first wanted."""

    def __init__(self, app: App[None], transcript: Transcript, composer: Composer) -> None:
        self._app, self._transcript, self._composer = app, transcript, composer
        self._pane: ThoughtPane | None = None

    @property
    def open(self) -> bool:
        """Whether it is there."""
        return self._pane is not None

    def show(self) -> None:
        """Open it."""
        if self._pane is None:
            from llmtui.tui.conversation.thought_pane import ThoughtPane

            self._pane = ThoughtPane(self._composer.focus, let_go=self._transcript.tell_beside)
            self.fit(self._app.size.width)
            self._app.mount(self._pane, after=self._transcript)
            self._transcript.beside = self._pane

    def hide(self) -> None:
        """Close it."""
        if self._pane is not None:
            if self._pane.has_focus:
                self._composer.focus()
            self._transcript.beside = None
            self._pane.remove()
            self._pane = None

    def fit(self, width: int) -> None:
        """The terminal is so many cells wide now."""
        if self._pane is not None:
            self._pane.set_class(width >= _WIDE, "beside")
