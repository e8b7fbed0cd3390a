"""Words inside a block of markdown: emphasis, code, links, images, maths and footnotes, as styled runs."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.style import Style

from llmtui.terminal import safe_line, safe_link, safe_text
from llmtui.tui.drawing.lines import Recast, Run, cut, wrap
from llmtui.tui.drawing.links import note, open_link, short
from llmtui.tui.drawing.maths import formula
from llmtui.tui.drawing.palette import BOLD, ITALIC, STRIKE, Palette
from llmtui.tui.drawing.reread import Piece, between_marks, words_at, words_in_cell
from llmtui.tui.drawing.written import runs as as_runs

if TYPE_CHECKING:
    from markdown_it.token import Token

# Full stops and brackets of Chinese and Japanese end an address, though `。` may stand for a dot in a host;
# and so do the signs that `safe_text` puts in place of others.
_BARE_LINK = re.compile(
    "(?:https?://|mailto:)[^\\s<>\"'`\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\u2400-\u2421\ufffd‘’“”]+"
)
# So far after the words before them others are looked for, and behind so many of their marks.
_REACH, _MOST_MARKS = 2_000, 8
# So many words of code over several lines tell where it is.
_ASKED_FOR = 20
_COLON = re.compile(r":[ \t]*")
_HIGH = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Words:
    """The words of one block, read from the top: `cursor` is how far in its source they have come.

    markdown-it does not tell where in a line something was, so each piece is looked for after the last one.
    """

    def __init__(self, source: str, base: int, palette: Palette) -> None:
        # As markdown-it reads it.
        self.source = source.replace("\0", "\ufffd")
        self.base = base
        self.palette = palette
        self.cursor = 0
        self._colon = ""
        self._in_cell = False

    def read(self, token: "Token", style: Style, in_cell: bool = False) -> list[list[Run]]:
        """The text of an inline token, a list of runs for each line as it was written.

        A formula that wants to stand alone has a line of its own, but not in the cell of a table.
        """
        self._in_cell = in_cell
        rows: list[list[Run]] = [[]]
        styles = [style]
        target, title, shown = "", "", ""
        linked = False
        for child, texts in _together(token.children or ()):
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
                    target, title = str(child.attrs.get("href", "")), str(child.attrs.get("title", ""))
                    shown, linked = "", True
                    allowed = safe_link(target)
                    styles.append(open_link(now + self.palette.link, allowed) if allowed else now)
                case "strong_close" | "em_close" | "s_close":
                    styles.pop()
                case "link_close":
                    styles.pop()
                    linked = False
                    if told := note(target, title, shown):
                        rows[-1].append(Run(f" ({told})", self.palette.muted))
                case "code_inline":
                    found = self._after(child.markup, child.content)
                    rows[-1].extend(_runs(found, self.palette.code))
                    shown += child.content
                case "image":
                    rows[-1].extend(self._image(child))
                case "maths_inline":
                    shown += child.content
                    found = self._pieces(child.info)
                    at, end = found[0].at, found[-1].at + found[-1].length
                    run = formula(child.content, child.info, at, end - at, now, self.palette)
                    if child.markup in ("$$", "\\[") and not in_cell:
                        rows += [[Run("  ", now), run], []]
                    else:
                        rows[-1].append(run)
                case "footnote":
                    rows[-1].append(self._footnote(child, first=not rows[-1]))
                case _:
                    shown += "".join([text.content for text in texts])
                    runs = list(self._texts(texts, now, begins=not rows[-1] and len(rows) > 1))
                    rows[-1].extend(runs if linked else self._linked(runs))
        return [row for row in rows if row] or [[]]

    def _texts(self, texts: "Sequence[Token]", style: Style, begins: bool) -> Iterator[Run]:
        """Words one after the other; `begins` says that they are the first of a line."""
        for text in texts:
            if text.type == "text_special":
                yield Recast(_on_a_line(text.content), style, self._find(text.markup), len(text.markup))
                begins = False
                continue
            content = text.content
            if self._colon:
                content, self._colon = content.removeprefix(":").lstrip(" \t"), ""
            if begins:
                content = content.lstrip(" ")
            if content:
                yield from _runs(self._pieces(content), style)
                begins = False

    def _linked(self, runs: Sequence[Run]) -> Iterable[Run]:
        """The runs with the addresses among their words as links."""
        text = "".join([run.text for run in runs])
        if "://" not in text and "mailto:" not in text:
            return runs
        addresses = [
            (match.start(), match.start() + len(target))
            for match in _BARE_LINK.finditer(text)
            if safe_link(target := _without_stop(match.group()))
        ]
        edges = [0, *(edge for address in addresses for edge in address), len(text)]
        stretches = [(start, end) for start, end in pairwise(edges) if start < end]
        return [
            run.over(open_link(self.palette.link, text[start:end])) if (start, end) in addresses else run
            for (start, end), within in zip(stretches, cut(runs, stretches), strict=True)
            for run in within
        ]

    def _image(self, token: "Token") -> Iterable[Run]:
        """An image is never fetched: its words and its address."""
        target, title = str(token.attrs.get("src", "")), str(token.attrs.get("title", ""))
        allowed = safe_link(target)
        style = open_link(self.palette.link, allowed) if allowed else self.palette.muted
        yield Run("🖼 ", style)
        if token.content.strip():
            found, said = self._after("![", token.content), _said(token.children or ())
            if said == token.content or not said.strip():
                yield from _runs(found, style)
            else:
                at = found[0].at
                yield Recast(_on_a_line(said), style, at, found[-1].at + found[-1].length - at)
        else:
            yield Run("image", style, self.base + self.cursor)
        told = f'{short(target)} "{safe_line(title)}"' if title.strip() else short(target)
        yield Run(f" ({told})", self.palette.muted)

    def _footnote(self, token: "Token", first: bool) -> Run:
        """The mark of a footnote, `⁽¹⁾`; one with a name keeps it as it was written, for it may be none."""
        at = self._find(token.content)
        end = at - self.base + len(token.content)
        written, mark = token.content, token.content
        if token.info.isascii() and token.info.isdigit():
            mark = f"⁽{token.info.translate(_HIGH)}⁾"
        if first and (colon := _COLON.match(self.source, end)):
            self.cursor = colon.end()
            self._colon = colon.group()
            written += self._colon
            mark += " " if mark[0] == "⁽" else ": "
        return Recast(safe_text(mark), self.palette.spot, at, len(written))

    def _after(self, mark: str, content: str) -> Sequence[Piece]:
        """Where the words are that the next such mark opens."""
        at, reach = self.cursor, self.cursor + _REACH
        for _ in range(_MOST_MARKS):
            at = self.source.find(mark, at, reach)
            if at < 0:
                break
            at += len(mark)
            if found := between_marks(content, self.source, at):
                return self._placed(found)
        return self._pieces(content)

    def _pieces(self, content: str) -> Sequence[Piece]:
        """Where these words are: at the cursor or soon after it."""
        found: Sequence[Piece] | None = None
        if self._in_cell and "|" in content:
            found = words_in_cell(content, self.source, self.cursor, self.cursor + len(content) + _REACH)
        elif "\n" in content:
            reach = self.cursor + len(content) + _REACH
            at = self.source.find(content.partition("\n")[0], self.cursor, reach)
            found = words_at(content, self.source, at) if at >= 0 else None
        return self._placed(found) if found else (Piece(content, self._find(content), len(content)),)

    def _placed(self, found: Sequence[Piece]) -> Sequence[Piece]:
        self.cursor = found[-1].at + found[-1].length
        return [Piece(words, self.base + at, length, same) for words, at, length, same in found]

    def _find(self, content: str) -> int:
        """Where in the text these words are: at the cursor or soon after it."""
        at = self.source.find(content, self.cursor, self.cursor + len(content) + _REACH)
        end = at + len(content)
        if at < 0:
            # In code over several lines each line break became a space.
            words = content.split(maxsplit=_ASKED_FOR)[:_ASKED_FOR]
            begun = ["", *words] if content.startswith(" ") else words
            pattern = r"\s+(?:>\s?)*".join(map(re.escape, begun))
            match = re.compile(pattern).search(self.source, self.cursor) if words else None
            if match is None:
                return self.base + self.cursor
            at, end = match.span()
        self.cursor = end
        return self.base + at


def _runs(pieces: Sequence[Piece], style: Style) -> Iterator[Run]:
    """The pieces as they may be shown."""
    for piece in pieces:
        if piece.verbatim:
            yield from as_runs(piece.words, piece.at, style)
        else:
            yield Recast(_on_a_line(piece.words), style, piece.at, piece.length)


def hanging(row: Sequence[Run]) -> int:
    """How far the lines below this one go in, when it begins with the mark of a footnote's text."""
    first = row[0] if row else None
    return cell_len(first.text) if isinstance(first, Recast) and first.text.endswith(" ") else 0


def wrapped(runs: list[Run], width: int, inset: int) -> list[list[Run]]:
    """The runs in lines, all but the mark that they may begin with so many cells to the right."""
    if not inset or inset > width // 2:
        return wrap(runs, width)
    marked = bool(hanging(runs))
    rows = wrap(runs[1:] if marked else runs, width - inset) if len(runs) > marked else [[]]
    blank = Run(" " * inset, runs[0].style)
    return [[runs[0] if marked and not place else blank, *row] for place, row in enumerate(rows)]


def _without_stop(target: str) -> str:
    """An address without what ends the sentence around it; a bracket that it opened itself is its own."""
    while target and target[-1] in ".,;:!?)]}*_":
        opens = {")": "(", "]": "[", "}": "{"}.get(target[-1])
        if opens and target.count(opens) >= target.count(target[-1]):
            break
        target = target[:-1]
    return target


def _together(children: "Sequence[Token]") -> "Iterator[tuple[Token, Sequence[Token]]]":
    """The tokens; words and escapes one after the other are one, for an address goes on over an escape."""
    for said, group in groupby(children, key=lambda child: child.type in ("text", "text_special")):
        tokens = list(group)
        if said:
            yield tokens[0], tokens
        else:
            yield from ((token, ()) for token in tokens)


def _said(children: "Sequence[Token]") -> str:
    """The words of an image without their marks."""
    words = []
    for child in children:
        match child.type:
            case "image":
                words.append(_said(child.children or ()))
            case "softbreak" | "hardbreak":
                words.append("\n")
            case "maths_inline":
                words.append(child.info)
            case _:
                words.append(child.content)
    return "".join(words)


def _on_a_line(content: str) -> str:
    return safe_text(content).replace("\n", " ").replace("\t", " ")
