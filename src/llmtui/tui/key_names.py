"""The `[keys]` table of the settings: the names by which it gives other keys to what they do."""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

from llmtui.commands.catalogue import COMMANDS
from llmtui.commands.desk import Tone

_TABLE = "[keys] in config.toml"


def take_keys(app: App[None], keys: Mapping[str, str], tell: Callable[[str, Tone], None]) -> None:
    """Give what is named these keys, and tell what is wrong with them."""
    app.set_keymap(dict(keys))
    for command in COMMANDS:
        # What comes without a key has none that the keymap could replace.
        if not command.keys and command.name in keys:
            app.bind(keys[command.name], f"command('{command.name}')", show=False)
    for complaint in complaints(keys):
        tell(complaint, "warning")


def complaints(keys: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with these keys of these names."""
    known = {command.name for command in COMMANDS} | set(_named())
    for name in sorted(set(keys) - known):
        yield f"{_TABLE}: nothing is called {name}, so it got no key"
    for first, second in combinations(sorted(known & set(keys)), 2):
        # What is for other moments may have the same key.
        if first.rpartition(".")[0] == second.rpartition(".")[0]:
            for key in sorted(_each(keys[first]) & _each(keys[second])):
                yield f"{_TABLE}: {first} and {second} are both given {key}, so only one of them has it"


def _each(keys: str) -> set[str]:
    return {key.strip() for key in keys.split(",")}


def _named() -> Iterator[str]:
    from llmtui.tui.composing.composer import Composer
    from llmtui.tui.conversation.prompt_line import PromptLine
    from llmtui.tui.conversation.select_bar import SelectBar
    from llmtui.tui.conversation.thought_pane import ThoughtPane
    from llmtui.tui.conversation.transcript import Transcript
    from llmtui.tui.find.bar import FindBar
    from llmtui.tui.panels.help import HelpPanel
    from llmtui.tui.panels.key_prompt import KeyPrompt
    from llmtui.tui.panels.link_panel import LinkPanel
    from llmtui.tui.panels.picker import Picker
    from llmtui.tui.panels.pipe_panel import PipePanel
    from llmtui.tui.panels.status_panel import StatusPanel
    from llmtui.tui.sidebar import Sidebar

    widgets: tuple[type[DOMNode], ...] = (Composer, Transcript, FindBar, SelectBar, ThoughtPane, Sidebar)
    panels: tuple[type[DOMNode], ...] = (Picker, HelpPanel, StatusPanel, KeyPrompt, PromptLine)
    asking: tuple[type[DOMNode], ...] = (PipePanel, LinkPanel)
    for widget in (*widgets, *panels, *asking):
        for layer in widget.__mro__:
            for binding in layer.__dict__.get("BINDINGS", ()):
                if isinstance(binding, Binding) and binding.id:
                    yield binding.id
