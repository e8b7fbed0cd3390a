"""Code in colours: Pygments, imported when the first fence is looked at, and asked line by line."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.cells import cell_len, get_character_cell_size

from llmtui.terminal import safe_line, safe_text
from llmtui.tui.drawing.lines import NOWHERE, Line, Run
from llmtui.tui.drawing.palette import Palette

if TYPE_CHECKING:
    from pygments.lexer import Lexer

# What is longer is drawn in one colour: reading it would take longer than a draw may.
LONGEST_CODE = 60_000
_LONGEST_LINE = 2_000
_TAB = "    "

# Names of Pygments token types, the most telling first, and the style that says them.
_KINDS = (
    ("Token.Comment", "comment"),
    ("Token.Keyword.Type", "type"),
    ("Token.Keyword", "keyword"),
    ("Token.Operator.Word", "keyword"),
    ("Token.Literal.String", "string"),
    ("Token.Literal.Number", "number"),
    ("Token.Name.Function", "function"),
    ("Token.Name.Class", "type"),
    ("Token.Name.Decorator", "function"),
    ("Token.Name.Builtin", "function"),
    ("Token.Name.Tag", "keyword"),
    ("Token.Name.Attribute", "function"),
    ("Token.Name.Exception", "type"),
    ("Token.Generic.Deleted", "deleted"),
    ("Token.Generic.Inserted", "string"),
    ("Token.Generic.Heading", "function"),
    ("Token.Generic.Subheading", "function"),
    ("Token.Generic.Prompt", "comment"),
    ("Token.Generic.Output", "fence"),
)


class Span(NamedTuple):
    """A stretch of one code line and the name of its style in the palette."""

    text: str
    style: str


class Code:
    """The code of one fence: lines, and their colours once somebody looks at them.

    A line is coloured when it is finished and is not coloured again, except that the whole is read once
    more after the fence is closed, because a comment over several lines is only known by its end.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.lines: list[str] = []
        self.closed = False
        self._spans: list[Sequence[Span]] = []
        self._state: tuple[str, ...] = ("root",)
        self._whole = False

    def spans(self, place: int) -> Sequence[Span]:
        """The coloured stretches of this line."""
        if self.closed and not self._whole:
            self._whole = True
            self._read_whole()
        finished = len(self.lines) if self.closed else len(self.lines) - 1
        while len(self._spans) <= min(place, finished - 1):
            line = self.lines[len(self._spans)]
            self._spans.append(self._read_line(line))
        if place < len(self._spans):
            return self._spans[place]
        return (Span(self.lines[place], "fence"),)

    def _read_whole(self) -> None:
        text = "\n".join(self.lines)
        lexer = find_lexer(self.language)
        if lexer is None or len(text) > LONGEST_CODE or max(map(len, self.lines), default=0) > _LONGEST_LINE:
            return
        lines: list[list[Span]] = [[]]
        for _, kind, value in lexer.get_tokens_unprocessed(text):
            style = style_of(kind)
            first, *rest = value.split("\n")
            if first:
                lines[-1].append(Span(first, style))
            lines.extend([Span(piece, style)] if piece else [] for piece in rest)
        # A lexer that does not give back what it was given is not to be trusted with it.
        if ["".join(span.text for span in line) for line in lines] == self.lines:
            self._spans = list(lines)

    def _read_line(self, line: str) -> Sequence[Span]:
        lexer = find_lexer(self.language)
        if lexer is None or len(line) > _LONGEST_LINE:
            return (Span(line, "fence"),)
        spans, self._state = _lex(lexer, line, self._state)
        return spans


class FenceLabel(Line):
    """The line above a fence's code, which says its language."""

    __slots__ = ("code",)

    def __init__(self, code: Code, start: int, palette: Palette) -> None:
        super().__init__(
            [Run(f" {safe_line(code.language)[:40]}", palette.fence_label)], start, palette.fence
        )
        self.code = code


class CodeLine(Line):
    """A line of code as drawn: from one character of a code line to another, coloured when it is seen."""

    __slots__ = ("_code", "_indent", "_palette", "_place", "_range")

    def __init__(
        self, code: Code, place: int, cut: tuple[int, int], runs: Sequence[Run], start: int, palette: Palette
    ) -> None:
        super().__init__(runs, start, palette.fence)
        self._code = code
        self._place = place
        self._range = cut
        self._palette = palette
        self._indent = 0

    @property
    def code(self) -> Code:
        """The code that it is of."""
        return self._code

    @property
    def first(self) -> bool:
        """Whether the code begins with it."""
        return self._place == 0 and self._range[0] == 0

    def painted(self) -> Sequence[Run]:
        """The runs with the code coloured; what is before it, a bar or an indent, stays as it is."""
        start, end = self._range
        found: list[Run] = []
        base = 0
        for text, style in self._code.spans(self._place):
            piece = text[max(0, start - base) : max(0, end - base)]
            base += len(text)
            if piece:
                shown = safe_text(piece).replace("\t", _TAB).replace("\n", "␊")
                found.append(Run(shown, getattr(self._palette, style)))
        before = next((place for place, run in enumerate(self.runs) if run.at != NOWHERE), len(self.runs))
        return [*self.runs[:before], *found]


def code_lines(code: Code, place: int, start: int, width: int, palette: Palette) -> list[Line]:
    """One line of code as drawn; `start` is where it begins in the source."""
    text = code.lines[place]
    pad = Run(" ", palette.fence)
    if text.isascii() and text.isprintable() and len(text) <= width - 1:
        runs = (pad, Run(text, palette.fence, start)) if text else (pad,)
        return [CodeLine(code, place, (0, len(text)), runs, start, palette)]
    rows = _rows(text, width - 1)
    lines: list[Line] = []
    for row, low, high in zip(
        rows, [row[0][0] for row in rows], [*(row[0][0] for row in rows[1:]), len(text)], strict=True
    ):
        shown = [Run(piece, palette.fence, start + at) for at, piece in row]
        lines.append(CodeLine(code, place, (low, high), (pad, *shown), start + low, palette))
    return lines


def _rows(text: str, width: int) -> list[list[tuple[int, str]]]:
    """What is seen of a line, in rows that are full: where each stretch is in the line, and how it looks.

    A tab stands for four cells and an unsafe character for its name: neither is broken.
    """
    rows: list[list[tuple[int, str]]] = [[]]
    room = width
    for at, piece in _stretches(text):
        whole = len(piece) == 1
        while piece:
            count = 1 if whole else _fitting(piece, room)
            shown = _shown(piece[:count])
            if rows[-1] and (not count or cell_len(shown) > room):
                rows.append([])
                room = width
                continue
            shown = shown or piece[0]
            rows[-1].append((at, shown))
            room -= cell_len(shown)
            piece, at = piece[max(1, count) :], at + max(1, count)
    return rows


def _fitting(text: str, room: int) -> int:
    """How many characters fit into so many cells."""
    if text.isascii():
        return min(len(text), room)
    for count, character in enumerate(text):
        room -= get_character_cell_size(character)
        if room < 0:
            return count
    return len(text)


def _shown(text: str) -> str:
    return safe_text(text).replace("\t", _TAB)


def _stretches(text: str) -> list[tuple[int, str]]:
    """The text in stretches whose characters are each shown as one, and the others alone."""
    found: list[tuple[int, str]] = []
    start = 0
    for at, character in enumerate(text):
        if _shown(character) != character:
            if at > start:
                found.append((start, text[start:at]))
            found.append((at, character))
            start = at + 1
    if start < len(text):
        found.append((start, text[start:]))
    return found


@lru_cache(maxsize=64)
def find_lexer(language: str) -> "Lexer | None":
    """The lexer for a fence's language, None if nobody knows it."""
    if not language:
        return None
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language.strip("{}.").lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=256)
def style_of(kind: Any) -> str:
    """The palette's name for a Pygments token type."""
    name = repr(kind)
    return next((style for prefix, style in _KINDS if name.startswith(prefix)), "fence")


def _lex(lexer: "Lexer", line: str, state: tuple[str, ...]) -> tuple[Sequence[Span], tuple[str, ...]]:
    """One line from the state that the line before left, and the state that it leaves."""
    from pygments.lexer import ExtendedRegexLexer, LexerContext, RegexLexer

    if not isinstance(lexer, RegexLexer):
        return _alone(lexer, line), state
    context = LexerContext(f"{line}\n", 0, list(state))
    spans: list[Span] = []
    try:
        # Any regex lexer can be run with a context, and only a context tells its state afterwards.
        for _, kind, value in ExtendedRegexLexer.get_tokens_unprocessed(lexer, context=context):
            spans.append(Span(value.rstrip("\n"), style_of(kind)))
    except (TypeError, AttributeError, KeyError, IndexError):
        return _alone(lexer, line), state
    if "".join(span.text for span in spans) != line:
        return _alone(lexer, line), ("root",)
    return spans, tuple(context.stack)


def _alone(lexer: "Lexer", line: str) -> Sequence[Span]:
    spans = [Span(value, style_of(kind)) for _, kind, value in lexer.get_tokens_unprocessed(line)]
    return spans if "".join(span.text for span in spans) == line else (Span(line, "fence"),)
