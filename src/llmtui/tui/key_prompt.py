"""Asks for a key, and shows none of it."""

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static


class KeyPrompt(ModalScreen[str | None]):
    """Gives back what was pasted, or None."""

    DEFAULT_CSS = """
    KeyPrompt {
        align: center middle;
        background: $background 60%;
        & > Vertical {
            width: 80%;
            max-width: 76;
            height: auto;
            padding: 0 1;
            border: round $primary;
            background: $surface;
            border-title-color: $foreground;
        }
        & Input { border: none; height: 1; padding: 0; margin: 1; background: $surface; }
        & Static { height: auto; color: $text-muted; margin: 0 1; }
    }
    """

    BINDINGS = [Binding("escape", "leave", show=False)]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def compose(self) -> ComposeResult:
        with Vertical() as panel:
            panel.border_title = Content(self._title)
            yield Input(password=True, placeholder="paste the key", compact=True)
            yield Static(
                Content("Enter keeps it, in a file that only you can read · Esc leaves"), markup=False
            )

    def action_leave(self) -> None:
        self.dismiss(None)

    @on(Input.Submitted)
    def _keep(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value)
