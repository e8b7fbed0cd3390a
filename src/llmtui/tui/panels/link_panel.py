"""Asks before a link is opened: where it leads, whole, and what is odd about it."""

from typing import Literal

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from llmtui.terminal import safe_line
from llmtui.tui.keys_told import key_of
from llmtui.tui.outside.link_target import Target
from llmtui.tui.panels.framed_panel import FramedPanel

Answer = Literal["open", "copy", "leave"]


class LinkPanel(FramedPanel[Answer]):
    """Gives back what is to be done with the link. Nothing is opened unless its key is pressed."""

    DEFAULT_CSS = """
    LinkPanel {
        & > VerticalScroll { width: 80%; max-width: 90; }
        & Static { margin: 1 0 0 0; }
        & .odd { color: $text-warning; }
        & .whole { color: $text-muted; margin: 1 0; }
    }
    """

    BINDINGS = [
        Binding("escape", "answer('leave')", show=False),
        Binding("q", "answer('leave')", "leave", id="link.leave", show=False),
        Binding("enter", "answer('open')", "open it", id="link.open", show=False),
        Binding("c,y", "answer('copy')", "copy it", id="link.copy", show=False),
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

    def on_mount(self) -> None:
        opens = [f"{key_of(self, 'link.open')} opens"] if self._can_open else []
        self.tell(*opens, f"{key_of(self, 'link.copy')} copies", "Esc leaves")

    def action_answer(self, answer: Answer) -> None:
        if answer != "open" or self._can_open:
            self.dismiss(answer)
