"""The line in which words are typed that are to be found, with the number of hits beside them."""

from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from llmtui.terminal import safe_line
from llmtui.tui.conversation.transcript import Transcript

_KEYS = "Enter next · ↑ before · Tab reads · Esc"
# With less room only the number is told.
_ROOMY = 76


class FindBar(Horizontal):
    """Asks for words; while it is there they are lit."""

    DEFAULT_CSS = """
    FindBar {
        height: 1;
        dock: bottom;
        background: $surface;
        margin-bottom: 1;
        & .sign { width: auto; padding: 0 1; color: $text-accent; }
        & Input { width: 1fr; height: 1; border: none; padding: 0; background: $surface; }
        & .told { width: auto; padding: 0 1; color: $text-muted; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "no more", id="find.leave", show=False),
        Binding("down,ctrl+g", "step(1)", "the next hit", id="find.next", show=False),
        Binding("up,shift+enter", "step(-1)", "the hit before", id="find.previous", show=False),
        Binding("tab", "read", "to the transcript, with the hits lit", id="find.read", show=False),
    ]

    def __init__(self, transcript: Transcript, words: str, left: Callable[[], None]) -> None:
        """`left` is called when nothing is looked for any more."""
        super().__init__()
        self._transcript = transcript
        self._left = left
        self._told = ""
        self.input = Input(words, placeholder="find in this conversation", compact=True)
        self._count = Static("", classes="told", markup=False)

    def compose(self) -> ComposeResult:
        yield Static(Content("⌕"), classes="sign")
        yield self.input
        yield self._count

    def on_mount(self) -> None:
        self._transcript.find(self.input.value)
        self.watch(self._transcript, "found", self.tell)

    def ask(self, words: str) -> None:
        """Take the keys again, for other words where there are any."""
        if words:
            self.input.value = words
        self.screen.set_focus(self.input)
        self.input.select_all()

    def tell(self, told: str | None) -> None:
        """Say how many hits there are; None where nothing is looked for any more."""
        if told is None:
            self.remove()
        else:
            self._told = told
            self._show()

    def on_resize(self) -> None:
        self._show()

    def on_descendant_focus(self) -> None:
        self._show()

    def on_descendant_blur(self) -> None:
        self._show()

    def action_leave(self) -> None:
        self._left()

    def action_read(self) -> None:
        self._transcript.focus()

    def action_step(self, direction: int) -> None:
        self._transcript.step_hit(direction)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._transcript.find(event.value)

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        event.stop()
        self._transcript.step_hit(1)

    def on_key(self, event: events.Key) -> None:
        # Shift+Enter as tmux and xterm report it.
        if event.key == "shift+\r":
            event.stop()
            self._transcript.step_hit(-1)

    def _show(self) -> None:
        keys = _KEYS if self.input.has_focus and self.size.width >= _ROOMY else ""
        self._count.update(Content(safe_line(" · ".join(word for word in (self._told, keys) if word))))
