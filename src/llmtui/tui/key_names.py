"""The names by which the `[keys]` table of the settings gives other keys to what they do."""

from collections.abc import Collection, Iterator

from textual.binding import Binding
from textual.widget import Widget

from llmtui.commands.catalogue import COMMANDS


def unknown(names: Collection[str]) -> list[str]:
    """Those of these names that nothing is called by."""
    known = {command.name for command in COMMANDS} | set(_named())
    return sorted(set(names) - known)


def _named() -> Iterator[str]:
    from llmtui.tui.composer import Composer
    from llmtui.tui.find.bar import FindBar
    from llmtui.tui.select_bar import SelectBar
    from llmtui.tui.thought_pane import ThoughtPane
    from llmtui.tui.transcript import Transcript

    widgets: tuple[type[Widget], ...] = (Composer, Transcript, FindBar, SelectBar, ThoughtPane)
    for widget in widgets:
        for layer in widget.__mro__:
            for binding in layer.__dict__.get("BINDINGS", ()):
                if isinstance(binding, Binding) and binding.id:
                    yield binding.id
