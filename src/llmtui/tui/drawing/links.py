"""What is said of a link beside its words: where it leads, unless they say that."""

from urllib.parse import SplitResult, unquote, urlsplit

from rich.cells import cell_len
from rich.style import Style

from llmtui.terminal import safe_line
from llmtui.tui.drawing.lines import shortened

_LONGEST = 60
_TAIL = 16
_SCHEMES = ("http://", "https://", "mailto:")


def open_link(style: Style, target: str) -> Style:
    """The style that makes text a link: in the terminal, and to a click."""
    return style + Style(link=target, meta={"spot": ("link", target)})


def note(target: str, title: str, shown: str) -> str:
    """What to say after a link's words: its target unless they are it, and its title."""
    told = [] if _says(shown, target) else [short(target)]
    if title.strip():
        told.append(f'"{safe_line(title)}"')
    return " ".join(piece for piece in told if piece)


def short(target: str) -> str:
    """The target in about sixty cells, its middle left out if it is long, but never a part of its host."""
    target = safe_line(target)
    if cell_len(target) <= _LONGEST:
        return target
    split = _split(target)
    host = f"{split.scheme}://{split.netloc}" if split and split.netloc else ""
    rest = target[len(host) :] if target.lower().startswith(host.lower()) else target
    room = max(_LONGEST - cell_len(host) - _TAIL, 4)
    if cell_len(rest) <= room + _TAIL:
        return target
    return target[: len(target) - len(rest)] + shortened(rest, room) + rest[-_TAIL:]


def _says(shown: str, target: str) -> bool:
    """Whether the words are the target: the same host to the letter, so that none can pass for another."""
    shown, target = shown.strip(), target.strip()
    if shown == target:
        return True
    if not target.lower().startswith(_SCHEMES):
        return False
    words, led = _split(_full(shown)), _split(_full(target))
    if words is None or led is None or _host(words) != _host(led):
        return False
    return _rest(words) == _rest(led)


def _full(text: str) -> str:
    """The text as an address without its scheme."""
    lower = text.lower()
    scheme = next((scheme for scheme in _SCHEMES if lower.startswith(scheme)), "")
    return f"//{text[len(scheme) :]}"


def _split(target: str) -> SplitResult | None:
    try:
        return urlsplit(target)
    except ValueError:
        return None


def _host(split: SplitResult) -> str:
    return split.netloc.lower().removeprefix("www.")


def _rest(split: SplitResult) -> str:
    # Only behind the host: before it, what is written otherwise may be another host.
    return unquote(f"{split.path.rstrip('/')}?{split.query}#{split.fragment}")
