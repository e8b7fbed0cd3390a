"""What the bottom line tells of the keys while they are for something else than typing."""

from textual.keys import format_key
from textual.message import Message as Posted
from textual.widget import Widget

# The most needed first: the words, and the bindings they are for.
Told = tuple[tuple[str, tuple[str, ...]], ...]
# What Textual has signs or short names for that not everybody can read.
_WRITTEN_OUT = {"enter": "Enter", "pageup": "Page Up", "pagedown": "Page Down"}


class KeysTold(Posted):
    """What a widget's keys are for now, the most needed first; nothing where it has them no longer."""

    def __init__(self, teller: Widget, keys: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.teller = teller
        self.keys = keys


def keys_told(teller: Widget, told: Told, prefix: str) -> KeysTold:
    """The keys as they are set now; `prefix` is what the names of these bindings begin with."""
    keys: dict[str, list[str]] = {}
    for active in teller.screen.active_bindings.values():
        name = (active.binding.id or "").removeprefix(prefix)
        keys.setdefault(name, []).append(active.binding.key)
    return KeysTold(
        teller,
        tuple(
            f"{' '.join(_label(keys[name]) for name in names)} {words}"
            for words, names in told
            if all(name in keys for name in names)
        ),
    )


def key_of(widget: Widget, name: str) -> str:
    """The key of what is named so, as it is set now."""
    bindings = [active.binding for active in widget.screen.active_bindings.values()]
    keys = [binding.key for binding in bindings if binding.id == name]
    return _label(keys) if keys else ""


def _label(keys: list[str]) -> str:
    """The key that is soonest read, of those that do the same; Esc is known to everybody."""
    return min(map(key_told, keys), key=lambda key: (key != "Esc", len(key)))


def key_told(key: str) -> str:
    """A key as people write it: `shift+left` is Shift+←, and a letter is itself."""
    key = key.strip()
    if key in _WRITTEN_OUT:
        return _WRITTEN_OUT[key]
    shown = format_key(key)
    return shown if len(shown) == 1 else "+".join(step.capitalize() for step in shown.split("+"))
