"""The conversations, newest first, by day."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.content import Content
from textual.message import Message

from llmtui.chat.conversation import Summary
from llmtui.chat.local_time import local_time
from llmtui.terminal import safe_line
from llmtui.tui.ground import Below
from llmtui.tui.panels.fuzzy import ranked

if TYPE_CHECKING:
    from textual.widgets import Input, OptionList
    from textual.widgets.option_list import Option

# The list shows what can be reached by scrolling in a few seconds; searching reaches the rest.
_SHOWN = 300


class Sidebar(Below):
    """Shows what it is told, and tells what is chosen."""

    DEFAULT_CSS = """
    Sidebar {
        width: 28;
        height: 1fr;
        background: $surface;
        padding: 1 1 0 1;
        & Input { height: 1; border: none; padding: 0; margin-bottom: 1; background: $surface; }
        & Input:focus { background: $boost; }
        & OptionList { height: 1fr; border: none; padding: 0; background: $surface;
          scrollbar-size-vertical: 1; }
        & OptionList:focus { border: none; background-tint: $foreground 0%; }
    }
    """

    BINDINGS = [
        Binding("delete", "delete", "delete", id="sidebar.delete", show=False),
        Binding("escape", "leave", show=False),
        Binding("down", "into_list", "into the list", id="sidebar.into_list", show=False),
    ]

    class Chosen(Message):
        """This conversation is to be looked at."""

        def __init__(self, conversation_id: str) -> None:
            super().__init__()
            self.conversation_id = conversation_id

    class DeleteAsked(Message):
        """This conversation is to be deleted."""

        def __init__(self, conversation_id: str) -> None:
            super().__init__()
            self.conversation_id = conversation_id

    class Left(Message):
        """The keyboard is to go back to the composer."""

    search: "Input"
    options: "OptionList"

    def __init__(self) -> None:
        super().__init__(id="sidebar")
        self._filled = False
        self._summaries: Sequence[Summary] = ()
        self._streaming: frozenset[str] = frozenset()
        self._current = ""
        self._today = date.min

    def fill(self) -> None:
        """Make what is in it, once. Nobody looks for a conversation before the first paint, which would take
        20 ms longer."""
        if self._filled:
            return
        from textual.widgets import Input, OptionList

        self._filled = True
        self.search = Input(placeholder="⌕ search", select_on_focus=False, compact=True)
        self.options = OptionList(markup=False, compact=True)
        self.mount(self.search, self.options)
        self._draw()

    def show(
        self, summaries: Sequence[Summary], streaming: frozenset[str], current: str, today: date
    ) -> None:
        """Show these conversations; `streaming` are the ids in which an answer is arriving."""
        self._summaries, self._streaming, self._current, self._today = summaries, streaming, current, today
        if self._filled:
            self._draw()

    @property
    def shown(self) -> tuple[str, ...]:
        """The ids in the order in which they are shown."""
        return tuple(option.id for option in self.options.options if option.id) if self._filled else ()

    def action_into_list(self) -> None:
        self.options.focus()

    def action_leave(self) -> None:
        self.search.value = ""
        self.post_message(self.Left())

    def action_delete(self) -> None:
        option = self.options.highlighted_option
        if option and option.id and self.options.has_focus:
            self.post_message(self.DeleteAsked(option.id))

    def on_input_changed(self, event: "Input.Changed") -> None:
        event.stop()
        self._draw()

    def on_input_submitted(self, event: "Input.Submitted") -> None:
        """The first that was found is the one meant."""
        event.stop()
        if shown := self.shown:
            self.search.value = ""
            self.post_message(self.Chosen(shown[0]))

    def on_option_list_option_selected(self, event: "OptionList.OptionSelected") -> None:
        event.stop()
        if event.option.id:
            self.post_message(self.Chosen(event.option.id))

    def _draw(self) -> None:
        options, typed = self.options, self.search.value
        found = ranked(typed, self._summaries, lambda summary: summary.title)[:_SHOWN]
        rows = list(self._rows(found, grouped=not typed))
        # Whoever is choosing goes on choosing where they are.
        marked = options.highlighted_option.id if options.has_focus and options.highlighted_option else None
        at = options.scroll_y
        options.clear_options()
        options.add_options(rows)
        options.highlighted = next(
            (n for n, row in enumerate(rows) if row.id == (marked or self._current)), None
        )
        options.scroll_to(y=at, animate=False)

    def _rows(self, summaries: Sequence[Summary], grouped: bool) -> Iterator["Option"]:
        from textual.widgets.option_list import Option

        if not summaries:
            yield Option(
                Content.styled("nothing found" if not grouped else "nothing here yet", "$text-muted"),
                disabled=True,
            )
        group = ""
        for summary in summaries:
            day = day_name(local_time(summary.updated).date(), self._today)
            if grouped and day != group:
                group = day
                yield Option(Content.styled(day, "$text-muted"), disabled=True)
            here = "●" if summary.id == self._current else " "
            arriving = " ◐" if summary.id in self._streaming else ""
            title = safe_line(summary.title) or "untitled"
            room = 22 - len(arriving)
            cut = Content(title).truncate(room, ellipsis=True)
            yield Option(Content.assemble(f"{here} ", cut, arriving), id=summary.id)


def day_name(day: date, today: date) -> str:
    """`Today`, `Yesterday`, a weekday of the last week, or a month."""
    if day >= today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    if day > today - timedelta(days=7):
        return f"{day:%A}"
    return f"{day:%B}" if day.year == today.year else f"{day:%B %Y}"
