"""Where you type: Enter sends, a paste never does, and nothing typed is lost."""

from collections.abc import Callable
from time import monotonic
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.document._document import EditResult, Location, Selection
from textual.document._edit import Edit
from textual.message import Message
from textual.widgets import TextArea

from llmtui.tui.composing.placeholders import Placeholders, places

# What makes a new line while Enter sends.
_NEWLINE_KEYS = frozenset({"ctrl+j", "shift+enter", "alt+enter"})
PLACEHOLDER = "Ask anything   / for commands"

# A terminal that does not bracket its pastes, or whose bracket was forged, sends Enter right after one.
_SECONDS_AFTER_A_PASTE = 0.05
# Textual's TextArea selects a line, or all, with them: here they go to the app.
_APP_KEYS = ("f6", "f7")


class Composer(TextArea):
    """The input of a conversation. `enter_sends` swaps what Enter and Ctrl+Enter do.

    A text that is too large to edit is one placeholder in it, and `text` has it in full.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"composer--pasted"}

    DEFAULT_CSS = """
    Composer {
        height: auto;
        min-height: 3;
        max-height: 12;
        margin: 0 1;
        padding: 0 1;
        border: round $foreground 30%;
        background: $background;
        scrollbar-size-vertical: 1;
        & .text-area--cursor-line { background: transparent; }
        & .text-area--placeholder { color: $text-muted; }
        & .composer--pasted { color: $text-accent; background: $accent 20%; }
        &:focus { border: round $primary; }
    }
    """

    BINDINGS = [
        Binding("up", "up_or_edit", show=False),
        Binding("ctrl+j", "newline", "New line", id="newline", show=False),
        Binding("down", "down_or_next", show=False),
        Binding("pageup", "scroll('page_up')", show=False),
        Binding("pagedown", "scroll('page_down')", show=False),
        Binding("ctrl+home", "scroll('scroll_home')", show=False),
        Binding("ctrl+end", "scroll('scroll_end')", show=False),
        Binding("ctrl+c,super+c", "copy_or_interrupt", show=False),
    ]

    class EditQueued(Message):
        """Up was pressed where there is nothing to move over."""

    class Scroll(Message):
        """The conversation is to be scrolled, by an action of its own."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    class Interrupted(Message):
        """Ctrl+C was pressed, and there is nothing to copy."""

    class Typing(Message):
        """The text changed: to this, and placeholders that stand for about so many tokens."""

        def __init__(self, text: str, pasted: float) -> None:
            super().__init__()
            self.text, self.pasted = text, pasted

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, Composer.Typing)

    class Choosing(Message):
        """A key for the list of suggestions: `next`, `previous` or `take`."""

        def __init__(self, step: str) -> None:
            super().__init__()
            self.step = step

    def __init__(
        self,
        sent: Callable[[str], None],
        read: Callable[[], None],
        enter_sends: bool = True,
        id: str | None = None,  # noqa: A002 - Textual's
    ) -> None:
        """`sent` is handed the text, and `read` gives the keys to the conversation: calls and not messages,
        for Enter waits for nobody, and letters may come right behind Tab."""
        # The document, and the text that it stands for.
        self._meant = "", ""
        super().__init__(
            id=id, soft_wrap=True, placeholder=PLACEHOLDER, highlight_cursor_line=False, tab_behavior="focus"
        )
        self._sent = sent
        self._read = read
        self._enter_sends = enter_sends
        self._pasted = 0.0
        self._placeholders = Placeholders()
        self.suggesting = False
        for key in _APP_KEYS:
            self._bindings.key_to_bindings.pop(key, None)

    @property
    def text(self) -> str:
        """What was typed and pasted, exactly."""
        # Textual asks for it at every row that it draws.
        edited = self.document.text
        if edited != self._meant[0]:
            self._meant = edited, self._placeholders.meant(edited)
        return self._meant[1]

    @text.setter
    def text(self, value: str) -> None:
        self._meant = "", ""
        self.load_text(self._placeholders.taken_up(value))

    def get_text_range(self, start: Location, end: Location) -> str:
        """What is there between two places, exactly: for whoever copies or cuts."""
        return self._placeholders.meant(super().get_text_range(start, end))

    def _replace_via_keyboard(self, insert: str, start: Location, end: Location) -> EditResult | None:
        # All that is typed and pasted comes through here.
        beside = len(self.document.text) if len(insert) > 1 else 0
        in_line = len(self.document.get_line(min(start, end)[0]))
        pasted = self._placeholders.pasted(insert, beside, in_line)
        return super()._replace_via_keyboard(pasted, start, end)

    def edit(self, edit: Edit) -> EditResult:
        """A placeholder goes as one, and nothing comes between its letters."""
        top, bottom = edit.top, edit.bottom
        edit.from_location, edit.to_location = self._outside(top, -1), self._outside(bottom, 1)
        return super().edit(edit)

    def _validate_selection(self, selection: Selection) -> Selection:
        # The cursor goes over a placeholder in one step.
        start, end = super()._validate_selection(selection)
        before = self.selection.end
        return Selection(*(self._outside(place, 1 if before < place else -1) for place in (start, end)))

    def _outside(self, location: Location, step: int) -> Location:
        """The place itself, or, inside a placeholder, its beginning or its end."""
        row, column = location
        if row >= self.document.line_count:
            # Whoever deletes the last line names the beginning of the one after it.
            return location
        for start, end in places(self.document.get_line(row)):
            if start < column < end:
                return row, end if step > 0 else start
        return location

    def get_line(self, line_index: int) -> Text:
        """What is seen of a line."""
        line = self.document.get_line(line_index)
        shown = Text(self._placeholders.seen(line), end="", no_wrap=True)
        for start, end in places(line):
            shown.stylize(self.get_component_rich_style("composer--pasted"), start, end)
        return shown

    def put(self, text: str) -> None:
        """Replace the text and set the cursor after it."""
        self.text = text
        self.move_cursor(self.document.end)

    async def _on_key(self, event: events.Key) -> None:
        if self.screen.focused is not self:
            # It came right behind Tab, and is for who has the keys by now.
            event.prevent_default()
        elif event.key == "tab":
            event.stop()
            event.prevent_default()
            self.action_complete()
        elif event.key == "enter" or event.key == "ctrl+enter":
            event.stop()
            event.prevent_default()
            self.enter(event.key)
        elif event.key in _NEWLINE_KEYS:
            event.stop()
            event.prevent_default()
            self.action_newline()
        elif not event.is_printable and (own := self._bound(event.key)):
            # At once: what is typed right behind a key comes after it.
            event.stop()
            event.prevent_default()
            await self.run_action(own)
        else:
            await super()._on_key(event)

    def _bound(self, key: str) -> str:
        """What a key of the composer's own does, empty for other keys."""
        active = self.screen.active_bindings.get(key)
        return active.binding.action if active and active.enabled and active.node is self else ""

    async def _on_paste(self, event: events.Paste) -> None:
        # What is pasted is text from outside: it may be seen here, and nothing else.
        event.stop()
        event.prevent_default()
        start, end = self.selection
        self._replace_via_keyboard(event.text, start, end)
        # A long text takes its time, and what came behind it waits until now.
        self._pasted = monotonic()
        # The composer grows first, and what was written last is to be in sight then.
        self.call_after_refresh(self.scroll_cursor_visible)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Typing(*self._placeholders.told_apart(self.document.text)))

    def enter(self, key: str) -> None:
        """Send, or begin a new line, as `enter` or `ctrl+enter` wants it now."""
        if (key == "enter") is self._enter_sends and not self._wants_another_line():
            self.send()
        else:
            self.action_newline()

    def send(self) -> None:
        """Hand the text over, if there is any."""
        text = self.text
        self.text = ""
        self._sent(text)

    def action_newline(self) -> None:
        """Begin a new line, in place of the trailing backslash that may have asked for it."""
        start, end = self.selection
        if self._continues():
            start = (start[0], start[1] - 1)
        self._replace_via_keyboard("\n", start, end)

    def action_up_or_edit(self) -> None:
        if self.suggesting:
            self.post_message(self.Choosing("previous"))
        elif not self.document.text:
            self.post_message(self.EditQueued())
        else:
            self.action_cursor_up()

    def action_down_or_next(self) -> None:
        if self.suggesting:
            self.post_message(self.Choosing("next"))
        else:
            self.action_cursor_down()

    def action_scroll(self, action: str) -> None:
        self.post_message(self.Scroll(action))

    def action_copy_or_interrupt(self) -> None:
        if self.selected_text:
            self.action_copy()
        elif self.screen.get_selected_text():
            self.screen.action_copy_text()
        else:
            self.post_message(self.Interrupted())

    def action_complete(self) -> None:
        if self.suggesting:
            self.post_message(self.Choosing("take"))
        else:
            self._read()

    def _wants_another_line(self) -> bool:
        return self._continues() or monotonic() - self._pasted < _SECONDS_AFTER_A_PASTE

    def _continues(self) -> bool:
        """Whether the cursor stands after a backslash at the end of a line, which asks for another line."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        return column == len(line) and line.endswith("\\") and self.selection.is_empty
