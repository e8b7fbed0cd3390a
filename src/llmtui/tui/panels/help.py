"""The panel that shows every key and command."""

from collections.abc import Iterable, Mapping
from textwrap import wrap

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from llmtui.commands.catalogue import COMMANDS
from llmtui.commands.command import help_of
from llmtui.terminal import safe_line
from llmtui.tui.conversation.transcript import Transcript
from llmtui.tui.keys_told import key_told

_WIDEST = 100
# How wide the column of the names is at most, and what is left for the words beside it at least.
_NAMES = 38
_READABLE = 28

_TYPING = (
    ("Enter", "send; while an answer arrives, queue"),
    ("Ctrl+J, Shift+Enter", "new line"),
    ("Esc", "stop the answer and keep every word of it"),
    ("Up, in an empty line", "edit the newest queued message"),
    ("Tab", "complete a command; else read with the keys"),
    ("PageUp, PageDown", "scroll the conversation"),
    ("Ctrl+Home, Ctrl+End", "its beginning, its end"),
    ("Ctrl+C", "copy what is selected; stop the answer"),
    ("Ctrl+P", "everything that can be done, by name"),
)


class HelpPanel(ModalScreen[None]):
    """Keys, commands, and where things are kept."""

    DEFAULT_CSS = """
    HelpPanel {
        align: center middle;
        background: $background 60%;
        & > VerticalScroll {
            width: 90%;
            max-width: 100;
            height: auto;
            max-height: 90%;
            padding: 1 2;
            border: round $primary;
            background: $surface;
        }
        & Static { height: auto; }
    }
    """

    BINDINGS = [
        Binding("escape", "leave", show=False),
        Binding("f1,q,enter", "leave", "leave", id="panel.leave", show=False),
    ]

    def __init__(self, keys: Mapping[str, str], places: Iterable[tuple[str, str]]) -> None:
        """`keys` gives the keys of each command's name, and of each binding of the transcript's that has
        others than it comes with."""
        super().__init__()
        self._keys, self._places = keys, tuple(places)

    def compose(self) -> ComposeResult:
        with VerticalScroll() as panel:
            panel.border_title = Content("Help · Esc leaves")
            yield Static(self._content(min(_WIDEST, self.app.size.width * 9 // 10) - 10), markup=False)

    def action_leave(self) -> None:
        self.dismiss(None)

    def _content(self, width: int) -> Content:
        commands = [
            (
                f"/{command.name} {command.takes}".rstrip(),
                help_of(command),
                key_label(self._keys.get(command.name, "")),
            )
            for command in COMMANDS
        ]
        lines: list[Content | str] = [Content.styled("Typing\n", "bold")]
        lines += [_row(name, explained, width) for name, explained in _TYPING]
        lines.append(Content.styled("\nCommands\n", "bold"))
        lines += [
            _row(name, f"{key} · {explained}" if key else explained, width)
            for name, explained, key in commands
        ]
        lines.append(Content.styled("\nReading, with the keys in the transcript\n", "bold"))
        lines += [_row(told, explained, width) for told, explained in self._reading()]
        lines.append(Content.styled("\nWhere things are\n", "bold"))
        lines += [_row(name, safe_line(place), width) for name, place in self._places]
        return Content.assemble(*lines)

    def _reading(self) -> Iterable[tuple[str, str]]:
        for binding in reading_bindings():
            keys = self._keys.get(binding.id or "", binding.key).split(",")
            yield ", ".join(map(key_told, keys)), binding.description


def reading_bindings() -> list[Binding]:
    """What keys do while the transcript has them."""
    bindings = (one for layer in Transcript.__mro__ for one in layer.__dict__.get("BINDINGS", ()))
    return [one for one in bindings if isinstance(one, Binding) and one.id and one.id.startswith("reading.")]


def key_label(keys: str) -> str:
    """A Textual key name as people write it: `ctrl+o` is `Ctrl+O`, `escape` is `Esc`."""
    first = keys.partition(",")[0]
    if first == "escape":
        return "Esc"
    return "+".join(step.upper() if len(step) == 1 else step.capitalize() for step in first.split("+"))


def _row(name: str, explained: str, width: int) -> Content:
    """A name and its explanation beside it, or below it where there is little room."""
    names = min(_NAMES, width * 9 // 20)
    beside = width - names >= _READABLE
    indent = " " * (names if beside else 4)
    lines = wrap(explained, max(_READABLE, width - len(indent)) if beside else max(20, width - 4)) or [""]
    # A name that is too long for its column has the line to itself.
    short = beside and len(name) <= names - 3
    first = f"  {name:<{names - 3}} " if short else f"  {name}\n{indent}"
    return Content.assemble((first, "$primary"), f"\n{indent}".join(lines), "\n")
