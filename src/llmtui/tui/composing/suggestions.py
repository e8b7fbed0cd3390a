"""What a half-typed slash command could become, in a list above the composer."""

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from llmtui.commands.catalogue import COMMANDS, find
from llmtui.commands.command import Command, help_of
from llmtui.commands.desk import Desk
from llmtui.terminal import safe_line
from llmtui.tui.panels.fuzzy import ranked

_SHOWN = 8


class Suggestions(OptionList, can_focus=False):
    """Completes the name of a command, then what follows it."""

    DEFAULT_CSS = """
    Suggestions {
        display: none;
        height: auto;
        max-height: 9;
        margin: 0 1;
        border: round $foreground 30%;
        background: $background;
        &.open { display: block; }
    }
    """

    class Taken(Message):
        """This is what the composer is to hold now."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self) -> None:
        super().__init__(markup=False, id="suggestions")
        self._texts: list[str] = []

    @property
    def open(self) -> bool:
        return self.has_class("open")

    def follow(self, typed: str, desk: Desk) -> None:
        """Show what could be meant by what is typed, or nothing."""
        found = _completions(typed, desk) if typed.startswith("/") and "\n" not in typed else []
        self._texts = [text for text, _, _ in found]
        self.set_class(bool(found), "open")
        self.clear_options()
        for _, name, explained in found:
            line = Content.assemble((safe_line(name), "bold"), (f"  {safe_line(explained)}", "$text-muted"))
            self.add_option(Option(line))
        if found:
            self.highlighted = 0

    def choose(self, step: str) -> None:
        """Move through the list, or take what is marked."""
        match step:
            case "next":
                self.action_cursor_down()
            case "previous":
                self.action_cursor_up()
            case _:
                self.take()

    def take(self) -> None:
        """Put what is marked into the composer."""
        if self.open and self.highlighted is not None:
            self.post_message(self.Taken(self._texts[self.highlighted]))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.take()


def _completions(typed: str, desk: Desk) -> list[tuple[str, str, str]]:
    """(the whole text it becomes, what to show, its explanation), best first."""
    name, space, words = typed[1:].partition(" ")
    if not space:
        found = ranked(name, COMMANDS, lambda command: command.name)
        return [(_begun(command), _usage(command), help_of(command)) for command in found[:_SHOWN]]
    command = find(name)
    if command is None:
        return []
    values = ranked(words, command.complete(desk), lambda value: value)
    return [(f"/{command.name} {value}", value, "") for value in values[:_SHOWN] if value != words]


def _begun(command: Command) -> str:
    return f"/{command.name} " if command.takes else f"/{command.name}"


def _usage(command: Command) -> str:
    return f"/{command.name} {command.takes}".rstrip()
