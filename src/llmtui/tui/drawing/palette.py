"""The styles that the transcript is drawn in, as one value: a new theme is a new palette."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from rich.style import Style
from textual.color import Color
from textual.screen import Screen

BOLD = Style(bold=True)
ITALIC = Style(italic=True)
STRIKE = Style(strike=True)

_PLAIN = Style()
_UNDERLINED = Style(underline=True)
_REVERSE = Style(reverse=True)


class _Worn(NamedTuple):
    """Which of the theme's colours something has, and how it is set."""

    color: str
    style: Style = _PLAIN
    on_surface: bool = False


_WORN = {
    "text": _Worn("foreground"),
    "muted": _Worn("text-muted"),
    "faint": _Worn("text-disabled"),
    "you": _Worn("text-secondary", BOLD),
    "model": _Worn("text-primary", BOLD),
    "heading": _Worn("text-primary", BOLD),
    "quote": _Worn("text-muted", ITALIC),
    "bar": _Worn("text-secondary"),
    "bullet": _Worn("text-muted"),
    "code": _Worn("text-accent", on_surface=True),
    "link": _Worn("text-primary", _UNDERLINED),
    "spot": _Worn("text-accent"),
    "current": _Worn("text-accent"),
    "hit": _Worn("text-warning", _REVERSE),
    "hit_here": _Worn("text-success", BOLD + _UNDERLINED + _REVERSE),
    "hint": _Worn("text-accent", BOLD + _REVERSE),
    "mark": _Worn("text-accent", _REVERSE),
    "success": _Worn("text-success"),
    "warning": _Worn("text-warning"),
    "error": _Worn("text-error"),
    "fence": _Worn("foreground", on_surface=True),
    "fence_label": _Worn("text-muted", on_surface=True),
    "comment": _Worn("text-muted", ITALIC, on_surface=True),
    "keyword": _Worn("text-primary", BOLD, on_surface=True),
    "string": _Worn("text-success", on_surface=True),
    "number": _Worn("text-warning", on_surface=True),
    "function": _Worn("text-accent", on_surface=True),
    "type": _Worn("text-secondary", on_surface=True),
    "deleted": _Worn("text-error", on_surface=True),
}


class Palette(NamedTuple):
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
    def of(cls, colors: Mapping[str, str], ground: Color) -> Self:
        """The palette of a theme whose colours have these names, on this ground.

        Each style is what Textual's own CSS would make of it. As rules they took a twentieth of the first
        paint: Textual makes a node for each, and looks all rules up for it, twice.
        """
        surface = ground + _color(colors["surface"], ground)
        return cls(
            **{
                name: _style(worn, colors, surface if worn.on_surface else ground)
                for name, worn in _WORN.items()
            }
        )

    @classmethod
    def plain(cls) -> Self:
        """A palette without any colour."""
        return cls(*(Style() for _ in cls._fields))


def _style(worn: _Worn, colors: Mapping[str, str], ground: Color) -> Style:
    color = _color(colors[worn.color], ground)
    return worn.style + Style.from_color((ground + color).rich_color, ground.rich_color)


def _color(written: str, ground: Color) -> Color:
    """A colour as a theme writes it: `#rrggbb`, a name, `auto` for what is read best, how much of it."""
    name, _, share = written.partition(" ")
    opacity = float(share.rstrip("%")) / 100 if share else 1.0
    return ground.get_contrast_text(opacity) if name == "auto" else Color.parse(name).multiply_alpha(opacity)


def selection_style(screen: Screen[Any]) -> Style:
    """What is laid over selected text. Most themes give it no colour of its own, which Textual reads as the
    colour of the background: then the text keeps the colours that it has."""
    style = screen.get_component_rich_style("screen--selection")
    if screen.get_component_styles("screen--selection").color.a:
        return style
    return Style(bgcolor=style.bgcolor)
