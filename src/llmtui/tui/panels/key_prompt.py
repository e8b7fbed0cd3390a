"""Asks for a key until it is one, and shows none of it."""

from collections.abc import Awaitable, Callable

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from llmtui.terminal import safe_line
from llmtui.tui.panels.field_panel import FieldPanel


class KeyPrompt(FieldPanel[bool]):
    """Gives back whether a key was kept.

    It stays when what was pasted is refused: a second try must never go to the composer, and so to a model.
    """

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
        & .refused { color: $text-warning; }
    }
    """

    BINDINGS = [Binding("escape", "leave", show=False)]

    def __init__(self, title: str, keep: Callable[[str], Awaitable[str]]) -> None:
        """`keep` says in a sentence what is wrong with a key, and nothing once it is kept."""
        super().__init__()
        self._title = title
        self._keep = keep

    def compose(self) -> ComposeResult:
        with Vertical() as panel:
            panel.border_title = Content(self._title)
            yield Input(password=True, placeholder="paste the key", compact=True)
            yield Static(
                Content("Enter keeps it, in a file that only you can read · Esc leaves"), markup=False
            )

    def action_leave(self) -> None:
        self.dismiss(False)

    @on(Input.Submitted)
    async def _try(self, event: Input.Submitted) -> None:
        event.stop()
        event.input.clear()
        if trouble := await self._keep(event.value):
            told = self.query_one(Static)
            told.update(Content(f"{safe_line(trouble)} · Esc leaves"))
            told.add_class("refused")
        else:
            self.dismiss(True)
