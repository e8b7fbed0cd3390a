"""The panel that shows what a command says of a text."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from llmtui.terminal import safe_line
from llmtui.tui.drawing.lines import shortened
from llmtui.tui.keys_told import key_of
from llmtui.tui.outside.piping import MOST_BYTES, Pipe, Piped
from llmtui.tui.panels.framed_panel import FramedPanel

_REDRAW_SECONDS = 0.1


class PipePanel(FramedPanel[str]):
    """Runs the command; gives back what it said if that is to be copied. Esc stops it, and then leaves."""

    DEFAULT_CSS = """
    PipePanel > VerticalScroll { width: 90%; max-width: 120; }
    """

    BINDINGS = [
        Binding("escape", "stop_or_leave", show=False),
        Binding("q,enter", "leave", "leave", id="panel.leave", show=False),
        Binding("y", "copy", "copy what it said", id="pipe.copy", show=False),
    ]

    def __init__(self, pipe: Pipe) -> None:
        super().__init__()
        self._pipe = pipe
        self._timer: Timer | None = None
        self._over = False

    def compose(self) -> ComposeResult:
        with VerticalScroll() as panel:
            panel.border_title = Content(shortened(safe_line(f"! {self._pipe.command}"), 60))
            yield Static(markup=False)

    def on_mount(self) -> None:
        self._show(self._pipe.state)
        self.run_worker(self._run(), name="pipe", exit_on_error=False)

    async def _run(self) -> None:
        try:
            await self._pipe.run(self._show_soon)
        except (OSError, ValueError) as error:
            # ValueError: there is a NUL in it.
            why = error.strerror if isinstance(error, OSError) else "no command is written so"
            self.query_one(Static).update(Content(f"It could not be run: {why}"))
            self.tell("Esc leaves")
            self._over = True
        else:
            self._over = True
            self._show(self._pipe.state)

    def _show_soon(self) -> None:
        if self._timer is None and self.is_mounted:
            self._timer = self.set_timer(_REDRAW_SECONDS, lambda: self._show(self._pipe.state))

    def _show(self, piped: Piped) -> None:
        self._timer = None
        cut = (
            f"\n… {piped.more:,} bytes more are not shown (the first {MOST_BYTES:,} are)"
            if piped.more
            else ""
        )
        nothing = "(it said nothing)" if self._over else ""
        self.query_one(Static).update(Content(piped.output.rstrip("\n") + cut or nothing))
        if self._over:
            self.tell(piped.ending, f"{key_of(self, 'pipe.copy')} copies this", "Esc leaves")
        else:
            self.tell("running", "Esc stops it")

    def action_stop_or_leave(self) -> None:
        if self._over:
            self.dismiss("")
        else:
            self._pipe.stop()

    def action_leave(self) -> None:
        if self._over:
            self.dismiss("")

    def action_copy(self) -> None:
        if self._over:
            self.dismiss(self._pipe.state.output)
