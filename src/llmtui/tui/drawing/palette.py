"""The styles that the transcript is drawn in, as one value: a new theme is a new palette."""

from dataclasses import dataclass, fields
from typing import Any, Self

from rich.style import Style
from textual.screen import Screen
from textual.widget import Widget

BOLD = Style(bold=True)
ITALIC = Style(italic=True)
STRIKE = Style(strike=True)

CSS = """
Transcript {
    .transcript--text { color: $foreground; }
    .transcript--muted { color: $text-muted; }
    .transcript--faint { color: $text-disabled; }
    .transcript--you { color: $text-secondary; text-style: bold; }
    .transcript--model { color: $text-primary; text-style: bold; }
    .transcript--heading { color: $text-primary; text-style: bold; }
    .transcript--quote { color: $text-muted; text-style: italic; }
    .transcript--bar { color: $text-secondary; }
    .transcript--bullet { color: $text-muted; }
    .transcript--code { color: $text-accent; background: $surface; }
    .transcript--link { color: $text-primary; text-style: underline; }
    .transcript--spot { color: $text-accent; }
    .transcript--current { color: $text-accent; }
    .transcript--hit { color: $text-warning; text-style: reverse; }
    .transcript--hit_here { color: $text-success; text-style: bold underline reverse; }
    .transcript--hint { color: $text-accent; text-style: bold reverse; }
    .transcript--mark { color: $text-accent; text-style: reverse; }
    .transcript--success { color: $text-success; }
    .transcript--warning { color: $text-warning; }
    .transcript--error { color: $text-error; }
    .transcript--fence { color: $foreground; background: $surface; }
    .transcript--fence_label { color: $text-muted; background: $surface; }
    .transcript--comment { color: $text-muted; background: $surface; text-style: italic; }
    .transcript--keyword { color: $text-primary; background: $surface; text-style: bold; }
    .transcript--string { color: $text-success; background: $surface; }
    .transcript--number { color: $text-warning; background: $surface; }
    .transcript--function { color: $text-accent; background: $surface; }
    .transcript--type { color: $text-secondary; background: $surface; }
    .transcript--deleted { color: $text-error; background: $surface; }
}
"""


@dataclass(frozen=True, slots=True)
class Palette:
    """A style for each thing a transcript says; each is whole, its background included."""

    text: Style
    muted: Style
    faint: Style
    you: Style
    model: Style
    heading: Style
    quote: Style
    bar: Style
    bullet: Style
    code: Style
    link: Style
    spot: Style
    current: Style
    hit: Style
    hit_here: Style
    hint: Style
    mark: Style
    success: Style
    warning: Style
    error: Style
    fence: Style
    fence_label: Style
    comment: Style
    keyword: Style
    string: Style
    number: Style
    function: Style
    type: Style
    deleted: Style

    @classmethod
    def of(cls, widget: Widget) -> Self:
        """The palette that the app's theme gives this widget."""
        return cls(*(widget.get_component_rich_style(f"transcript--{field.name}") for field in fields(cls)))

    @classmethod
    def plain(cls) -> Self:
        """A palette without any colour."""
        return cls(*(Style() for _ in fields(cls)))


CLASSES = {f"transcript--{field.name}" for field in fields(Palette)}


def selection_style(screen: Screen[Any]) -> Style:
    """What is laid over selected text. Most themes give it no colour of its own, which Textual reads as the
    colour of the background: then the text keeps the colours that it has."""
    style = screen.get_component_rich_style("screen--selection")
    if screen.get_component_styles("screen--selection").color.a:
        return style
    return Style(bgcolor=style.bgcolor)
