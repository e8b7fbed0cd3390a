"""One line to type in at the bottom of the screen, with words above it."""

from collections.abc import Awaitable, Callable

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from llmtui.terminal import safe_line

Entered = Callable[[str, bool], Awaitable[str]]


class PromptLine(Vertical):
    """Asks for a line. It stays until what was typed is taken, or Esc was pressed."""

    DEFAULT_CSS = """
    PromptLine {
        height: 2;
        dock: bottom;
        background: $surface;
        & Static { height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
        & .refused { color: $text-warning; }
        & Input { height: 1; border: none; padding: 0 1; background: $surface; }
    }
    """

    BINDINGS = [
        Binding("escape", "leave", show=False),
        Binding("ctrl+s", "insist", "what Enter does not do", id="line.insist", show=False),
    ]

    def __init__(self, words: str, value: str, entered: Entered, left: Callable[[], None]) -> None:
        """`entered` is given what was typed, and whether Ctrl+S was pressed instead of Enter; it says why it
        does not take it, and nothing where it does. `left` is called once at the end."""
        super().__init__()
        self._told = Static(Content(safe_line(words)), markup=False)
        self._input = Input(value, compact=True, select_on_focus=False)
        self._entered = entered
        self._left = left
        self._over = False

    def compose(self) -> ComposeResult:
        yield self._told
        yield self._input

    def on_mount(self) -> None:
        self._input.focus()

    def put(self, value: str) -> None:
        """Offer this instead."""
        self._input.value = value
        self._input.cursor_position = len(value)

    def action_leave(self) -> None:
        self.leave()

    async def action_insist(self) -> None:
        await self._enter(True)

    def leave(self) -> None:
        """Take nothing any more."""
        if not self._over:
            self._over = True
            self._left()

    @on(Input.Submitted)
    async def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        await self._enter(False)

    async def _enter(self, insisting: bool) -> None:
        trouble = await self._entered(self._input.value, insisting)
        if trouble:
            self._told.update(Content(safe_line(trouble)))
            self._told.add_class("refused")
        else:
            self.leave()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        if self.app.app_focus:
            self.leave()
