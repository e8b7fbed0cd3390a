"""A panel as high as what it shows, with its name and its keys in its frame."""

from typing import TypeVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

Result = TypeVar("Result")


class FramedPanel(ModalScreen[Result]):
    """What is made of it yields one `VerticalScroll`, and says how wide that is."""

    DEFAULT_CSS = """
    FramedPanel {
        align: center middle;
        background: $background 60%;
        & > VerticalScroll {
            height: auto;
            max-height: 90%;
            padding: 0 1;
            border: round $primary;
            background: $surface;
            border-title-color: $foreground;
            border-subtitle-color: $text-muted;
        }
        & Static { height: auto; }
    }
    """

    def tell(self, *words: str) -> None:
        """Say in the frame what it has keys for, and how things stand."""
        self.query_one(VerticalScroll).border_subtitle = Content(" · ".join(words))
