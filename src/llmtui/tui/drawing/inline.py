"""Words inside a block of markdown: emphasis, code, links and images, as styled runs."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rich.style import Style

from llmtui.terminal import safe_line, safe_link, safe_text
from llmtui.tui.drawing.lines import Run
from llmtui.tui.drawing.palette import BOLD, ITALIC, STRIKE, Palette

if TYPE_CHECKING:
    from markdown_it.token import Token

_BARE_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>\"'`]+")
_LONGEST_TARGET = 60


class Words:
    """The words of one block, read from the top: `cursor` is how far in its source they have come.

    markdown-it does not tell where in a line something was, so each piece is looked for after the last one.
    """

    def __init__(self, source: str, base: int, palette: Palette) -> None:
        self.source = source
        self.base = base
        self.palette = palette
        self.cursor = 0

    def read(self, token: "Token", style: Style) -> list[list[Run]]:
        """The text of an inline token, a list of runs for each line as it was written."""
        rows: list[list[Run]] = [[]]
        styles = [style]
        target, shown = "", ""
        for child in token.children or ():
            now = styles[-1]
            match child.type:
                case "softbreak" | "hardbreak":
                    rows.append([])
                case "strong_open":
                    styles.append(now + BOLD)
                case "em_open":
                    styles.append(now + ITALIC)
                case "s_open":
                    styles.append(now + STRIKE)
                case "link_open":
                    target, shown = str(child.attrs.get("href", "")), ""
                    link = now + self.palette.link
                    allowed = safe_link(target)
                    styles.append(open_link(link, allowed) if allowed else link)
                case "strong_close" | "em_close" | "s_close":
                    styles.pop()
                case "link_close":
                    styles.pop()
                    if note := _note(target, shown):
                        rows[-1].append(Run(f" ({note})", self.palette.muted))
                    target = ""
                case "code_inline":
                    rows[-1].append(
                        Run(safe_line(child.content) or " ", self.palette.code, self._find(child.content))
                    )
                    shown += child.content
                case "image":
                    rows[-1].extend(self._image(child))
                case _:
                    shown += child.content
                    rows[-1].extend(self._text(child.content, now, bool(target)))
        return rows

    def _text(self, content: str, style: Style, linked: bool) -> Iterable[Run]:
        if not content:
            return
        at = self._find(content)
        if linked or ("://" not in content and "mailto:" not in content):
            yield Run(_words(content), style, at)
            return
        done = 0
        for match in _BARE_LINK.finditer(content):
            target = match.group().rstrip(".,;:!?)]}*_")
            if safe_link(target) is None:
                continue
            if match.start() > done:
                yield Run(_words(content[done : match.start()]), style, at + done)
            yield Run(target, open_link(style + self.palette.link, target), at + match.start())
            done = match.start() + len(target)
        if done < len(content):
            yield Run(_words(content[done:]), style, at + done)

    def _image(self, token: "Token") -> Iterable[Run]:
        """An image is never fetched: its words and its address."""
        target = str(token.attrs.get("src", ""))
        allowed = safe_link(target)
        style = open_link(self.palette.link, allowed) if allowed else self.palette.muted
        at = self._find(token.content) if token.content else self.base + self.cursor
        yield Run(f"🖼 {safe_line(token.content) or 'image'}", style, at)
        yield Run(f" ({_short(target)})", self.palette.muted)

    def _find(self, content: str) -> int:
        """Where in the text these words are: at the cursor or soon after it."""
        at = self.source.find(content, self.cursor, self.cursor + len(content) + 2_000)
        end = at + len(content)
        if at < 0:
            # In code over several lines each line break became a space.
            words = r"\s+(?:>\s?)*".join(map(re.escape, content.split()[:100]))
            match = re.compile(words).search(self.source, self.cursor) if words else None
            if match is None:
                return self.base + self.cursor
            at, end = match.span()
        self.cursor = end
        return self.base + at


def open_link(style: Style, target: str) -> Style:
    """The style that makes text a link: in the terminal, and to a click."""
    return style + Style(link=target, meta={"spot": ("link", target)})


def _words(content: str) -> str:
    return safe_text(content).replace("\n", " ").replace("\t", " ")


def _note(target: str, shown: str) -> str:
    """What to say of a link's target beside its words: its host, unless they say it."""
    if safe_link(target) is None:
        return _short(target) if target and target not in shown else ""
    try:
        host = urlsplit(target).hostname or target
    except ValueError:
        host = target
    # The words must name that very host: in `bank.example.evil.example` they name another.
    named = rf"(?<![\w.@-])(?:www\.)?{re.escape(host.removeprefix('www.'))}(?![\w@-]|\.\w)"
    return "" if re.search(named, shown.lower()) else _short(host)


def _short(target: str) -> str:
    target = safe_line(target)
    return target if len(target) <= _LONGEST_TARGET else target[: _LONGEST_TARGET - 1] + "…"
