"""A panel to choose one of many in: type a few letters, press Enter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from llmtui.terminal import safe_line
from llmtui.tui.panels.field_panel import FieldPanel
from llmtui.tui.panels.fuzzy import ranked

# An option costs, at every key; nobody reads further down than this.
_SHOWN = 100
# The list is what is looked for: more troubles than these would take its place.
_TOLD = 2
# Lists come in many at a time; whoever types meanwhile is not kept waiting by each of them.
SOON_SECONDS = 0.15


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: what it is called inside, what is shown, what is searched, and its group.

    `label` is asked for when it is shown: of thousands hardly any are.
    """

    key: str
    label: Callable[[], Content]
    search: str
    group: str = ""


class Picker(FieldPanel[str | None]):
    """Gives back the chosen key, or None.

    `choices` is asked again after `refresh_choices`, so that a list may grow while it is open. `hint` says
    what can be done, `troubles` what is missing from the list and why; each takes the rows that it needs.
    `marked` is told each time another choice is highlighted, `starred` when one is starred, and `renewed`
    when somebody wants the list to be made anew.
    """

    DEFAULT_CSS = """
    Picker {
        align: center middle;
        background: $background 60%;
        & > Vertical {
            width: 90%;
            max-width: 100;
            height: 80%;
            max-height: 32;
            padding: 0 1;
            border: round $primary;
            background: $surface;
            border-title-color: $foreground;
        }
        & Input { border: none; height: 1; padding: 0; margin: 1 1 1 1; background: $surface; }
        & OptionList { height: 1fr; border: none; padding: 0; background: $surface;
          min-height: 3; scrollbar-size-vertical: 1; }
        & .troubles { height: auto; color: $text-warning; margin: 0 1; }
        & .hint { dock: bottom; height: auto; color: $text-muted; margin: 0 1; }
    }
    """

    BINDINGS = [
        Binding("escape", "leave", show=False),
        Binding("down,ctrl+n", "move(1)", "the next one", id="list.next", show=False),
        Binding("up,ctrl+p", "move(-1)", "the one before", id="list.previous", show=False),
        Binding("pagedown", "move(10)", "ten further down", id="list.page_down", show=False),
        Binding("pageup", "move(-10)", "ten further up", id="list.page_up", show=False),
        Binding("ctrl+s", "star", "star", id="list.star", show=False),
        Binding("f5", "renew", "ask anew", id="list.renew", show=False),
    ]

    def __init__(
        self,
        title: str,
        choices: Callable[[], Sequence[Choice]],
        hint: Callable[[], str] = lambda: "Enter chooses · Esc leaves",
        marked: Callable[[str], object] | None = None,
        starred: Callable[[str], None] | None = None,
        current: str = "",
        renewed: Callable[[], object] | None = None,
        troubles: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        super().__init__()
        self._title, self._hint, self._current = title, hint, current
        self._choices, self._troubles = choices, troubles
        self._there: Sequence[Choice] = ()
        self._due = False
        self._marked, self._starred, self._renewed = marked, starred, renewed

    def compose(self) -> ComposeResult:
        with Vertical() as panel:
            panel.border_title = Content(self._title)
            yield Input(placeholder="type to search", select_on_focus=False, compact=True)
            yield OptionList(markup=False, compact=True)
            yield Static(classes="troubles", markup=False)
            yield Static(Content(self._hint()), classes="hint", markup=False)

    def on_mount(self) -> None:
        self.query_one(OptionList).can_focus = False
        self.refresh_choices()

    def refresh_choices(self) -> None:
        """Show the choices as they are now, and keep what is highlighted."""
        self._there = self._choices()
        self.show_hint()
        self._show()

    def refresh_soon(self) -> None:
        """Show the choices as they are in a moment, once for all that changed until then."""
        if not self._due:
            self._due = True
            self.set_timer(SOON_SECONDS, self._refresh_due)

    def _refresh_due(self) -> None:
        self._due = False
        self.refresh_choices()

    def show_hint(self) -> None:
        """Say anew what there is to say below the list."""
        self.query_one(".hint", Static).update(Content(self._hint()))
        troubles = self._troubles()
        told = [safe_line(trouble) for trouble in troubles[:_TOLD]]
        if more := len(troubles) - len(told):
            told.append(f"… and {more} more: `llmtui doctor` tells all")
        shown = self.query_one(".troubles", Static)
        shown.display = bool(told)
        shown.update(Content("\n".join(told)))

    def _show(self) -> None:
        options = self.query_one(OptionList)
        keep = self._highlighted() or self._current
        typed = self.query_one(Input).value
        matching = ranked(typed, self._there, lambda choice: choice.search)
        found = matching[:_SHOWN]
        options.clear_options()
        group, rows = "", []
        for choice in found:
            if choice.group != group and not typed:
                group = choice.group
                rows.append(Option(Content.styled(group, "bold $text-muted"), disabled=True))
            rows.append(Option(choice.label(), id=choice.key))
        if len(matching) > _SHOWN:
            more = f"… and {len(matching) - _SHOWN:,} more: type a few letters"
            rows.append(Option(Content.styled(more, "$text-muted"), disabled=True))
        if not found:
            rows.append(Option(Content.styled("nothing matches", "$text-muted"), disabled=True))
        options.add_options(rows)
        ids = [row.id for row in rows]
        if keep in ids and not typed:
            options.highlighted = ids.index(keep)
        else:
            options.highlighted = next((place for place, row in enumerate(rows) if not row.disabled), None)

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_move(self, steps: int) -> None:
        options = self.query_one(OptionList)
        for _ in range(abs(steps)):
            options.action_cursor_down() if steps > 0 else options.action_cursor_up()

    def action_star(self) -> None:
        key = self._highlighted()
        if key and self._starred:
            self._starred(key)
            self.refresh_choices()

    def action_renew(self) -> None:
        if self._renewed:
            self._renewed()

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        event.stop()
        self._show()

    @on(Input.Submitted)
    def _choose(self, event: Input.Submitted) -> None:
        event.stop()
        if key := self._highlighted():
            self.dismiss(key)

    @on(OptionList.OptionSelected)
    def _click(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option.id)

    @on(OptionList.OptionHighlighted)
    def _mark(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if self._marked and event.option.id:
            self._marked(event.option.id)

    def _highlighted(self) -> str | None:
        option = self.query_one(OptionList).highlighted_option
        return option.id if option else None
