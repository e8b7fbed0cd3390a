"""Asks before a link is opened: where it leads, whole, and what is odd about it."""

from typing import Literal

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from llmtui.terminal import safe_line
from llmtui.tui.link_target import Target

Answer = Literal["open", "copy", "leave"]


class LinkPanel(ModalScreen[Answer]):
    """Gives back what is to be done with the link. Nothing is opened unless Enter is pressed."""

    DEFAULT_CSS = """
    LinkPanel {
        align: center middle;
        background: $background 60%;
        & > VerticalScroll {
            width: 80%;
            max-width: 90;
            height: auto;
            max-height: 90%;
            padding: 0 1;
            border: round $primary;
            background: $surface;
            border-title-color: $foreground;
            border-subtitle-color: $text-muted;
        }
        & Static { height: auto; margin: 1 0 0 0; }
        & .odd { color: $text-warning; }
        & .whole { color: $text-muted; margin: 1 0; }
    }
    """

    BINDINGS = [
        Binding("escape,q", "answer('leave')", show=False, id="link.leave"),
        Binding("enter", "answer('open')", show=False, id="link.open"),
        Binding("c,y", "answer('copy')", show=False, id="link.copy"),
    ]

    def __init__(self, link: str, target: Target, can_open: bool) -> None:
        """`can_open` says whether there is a browser that could be asked from here."""
        super().__init__()
        self._link, self._target = link, target
        self._can_open = can_open and bool(target.url)

    def compose(self) -> ComposeResult:
        target = self._target
        with VerticalScroll() as panel:
            panel.border_title = Content("Open this link?" if self._can_open else "A link")
            keys = ("Enter opens", "c copies", "Esc leaves") if self._can_open else ("c copies", "Esc leaves")
            panel.border_subtitle = Content(" · ".join(keys))
            if target.host:
                host: list[str | tuple[str, str]] = [(safe_line(target.host), "bold")]
                if target.written:
                    host.append((f"   written {safe_line(target.written)}", "$text-warning"))
                yield Static(Content.assemble(*host), markup=False)
            for warning in target.warnings:
                yield Static(Content(f"! {safe_line(warning)}"), classes="odd", markup=False)
            if target.url and not self._can_open:
                yield Static(Content("There is no browser to open it in from here"), markup=False)
            yield Static(Content(safe_line(self._link)), classes="whole", markup=False)

    def action_answer(self, answer: Answer) -> None:
        if answer != "open" or self._can_open:
            self.dismiss(answer)
