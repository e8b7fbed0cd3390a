"""A program read line by line, in colours: what a line leaves open goes on in the next one.

Pygments reads whole texts. What its lexers need to see the end of (a comment in C, a string in a shell) is
here known by its beginning, so that a line has its final colours as soon as it is finished.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from llmtui.tui.drawing.lexers import find_lexer

if TYPE_CHECKING:
    from pygments.lexer import Lexer, LexerContext, RegexLexer

_Token = tuple[int, Any, str]

PLAIN = "fence"
# Some rules take the square of a line: of this one still not so long that a key would wait for it.
_LONGEST_LINE = 1_000

# Names of Pygments token types, the most telling first, and the style that says them.
_KINDS = (
    ("Token.Comment.PreprocFile", "string"),
    ("Token.Comment.Preproc", "type"),
    ("Token.Comment", "comment"),
    ("Token.Keyword.Type", "type"),
    ("Token.Keyword", "keyword"),
    ("Token.Operator.Word", "keyword"),
    ("Token.Literal.String", "string"),
    ("Token.Literal.Number", "number"),
    ("Token.Literal.Date", "number"),
    ("Token.Name.Function", "function"),
    ("Token.Name.Class", "type"),
    ("Token.Name.Decorator", "function"),
    ("Token.Name.Builtin", "function"),
    ("Token.Name.Tag", "keyword"),
    ("Token.Name.Attribute", "function"),
    ("Token.Name.Entity", "number"),
    ("Token.Name.Exception", "type"),
    ("Token.Name.Variable", "type"),
    ("Token.Generic.Deleted", "deleted"),
    ("Token.Generic.Error", "deleted"),
    ("Token.Generic.Traceback", "deleted"),
    ("Token.Generic.Inserted", "string"),
    ("Token.Generic.Heading", "function"),
    ("Token.Generic.Subheading", "function"),
    ("Token.Generic.Prompt", "comment"),
)

# What may go on over lines though its lexer wants to see the end of it: how it begins, and how it ends.
_OPENINGS = (
    ("/*", re.compile(r"/\*(?!.*\*/)"), "*/"),
    ("<!--", re.compile(r"<!--(?!.*-->)"), "-->"),
    ("<<", re.compile(r"<<[-~]?\s*[\"'\\]?([A-Za-z_]\w*)"), "{}\n"),
    ("r#", re.compile(r"r(#+)\""), '"{}'),
    ("=", re.compile(r"^=[a-z]"), "\n=cut\n"),
)
_QUOTES = ("'", '"', "`")

# Inside of these states of HTML's lexer another language is spoken, until this.
_INSIDE = {"script-content": ("javascript", "</script"), "style-content": ("css", "</style")}


class Span(NamedTuple):
    """A stretch of one code line and the name of its style in the palette."""

    text: str
    style: str


class Open(NamedTuple):
    """What the line before began: how it ends, the style it is told in, and the lexer's state after it."""

    end: str
    style: str
    state: Sequence[str]


class Reader:
    """Reads one program, a line at a time."""

    def __init__(self, lexer: "Lexer") -> None:
        from pygments.lexer import ExtendedRegexLexer, LexerContext, RegexLexer
        from pygments.lexers.data import YamlLexer, YamlLexerContext

        self._lexer = lexer
        self._rules: RegexLexer | None = lexer if isinstance(lexer, RegexLexer) else None
        # What the lexer knows of the lines before is in its context: for YAML more than a stack of states.
        self._context: LexerContext = (YamlLexerContext if isinstance(lexer, YamlLexer) else LexerContext)(
            "", 0
        )
        self._keeps_more = isinstance(lexer, ExtendedRegexLexer)
        self._open: Open | None = None
        self._inside: Reader | None = None
        # HTML's lexer takes an end of line after a tag for the script.
        self._ending = "" if lexer.name == "HTML" else "\n"

    def read(self, line: str) -> Sequence[Span]:
        """The next line."""
        if len(line) > _LONGEST_LINE:
            return (Span(line, PLAIN),)
        spans: list[Span] = []
        start = 0
        if self._open is not None:
            end = line.find(self._open.end)
            start = len(line) if end < 0 else end + len(self._open.end)
            spans.append(Span(line[:start], self._open.style))
            if end < 0:
                return spans
            self._context.stack, self._open = list(self._open.state), None
        try:
            spans.extend(self._from(line, start))
        except Exception:
            # Not every lexer was made to be asked for a line, and no colour is worth losing words for.
            return (Span(line, PLAIN),)
        # A lexer that does not give back what it was given is not to be trusted with it.
        return spans if "".join([span.text for span in spans]) == line else (Span(line, PLAIN),)

    def _from(self, line: str, start: int) -> list[Span]:
        if self._rules is None:
            return _spans(self._lexer, self._lexer.get_tokens_unprocessed(f"{line}\n"), len(line))
        if inside := _INSIDE.get(self._context.stack[-1]):
            return self._other(line, start, *inside)
        for sign, end in () if self._keeps_more else _ends(line, start):
            if (spans := self._begun(line, start, sign, end)) is not None:
                return spans
        tokens = _lex(self._rules, line + self._ending, start, self._context)
        return _spans(self._lexer, tokens, len(line))

    def _begun(self, line: str, start: int, sign: str, end: str) -> list[Span] | None:
        """The line if it begins something with this sign that ends so, and does not end it."""
        from pygments.lexer import LexerContext

        assert self._rules is not None
        context = LexerContext("", 0, list(self._context.stack))
        tokens = _lex(self._rules, f"{line}\n{end}", start, context)
        over = next(
            ((kind, value) for at, kind, value in tokens if at < len(line) < at + len(value) - 1), None
        )
        if over is None or sign not in over[1][: len(sign) + 1] or end.strip("\n") not in over[1]:
            return None
        style = style_of(over[0])
        if style not in ("comment", "string"):
            return None
        self._open = Open(end.strip("\n"), style, context.stack)
        return _spans(self._lexer, tokens, len(line))

    def _other(self, line: str, start: int, language: str, end: str) -> list[Span]:
        """A line in the language inside, as far as it goes."""
        if self._inside is None:
            lexer = find_lexer(language)
            self._inside = Reader(lexer) if lexer else None
        at = line.lower().find(end, start)
        inner = line[start:] if at < 0 else line[start:at]
        spans = list(self._inside.read(inner)) if self._inside and inner else [Span(inner, PLAIN)]
        if at < 0:
            return spans
        self._inside = None
        assert self._rules is not None
        return [*spans, *_spans(self._lexer, _lex(self._rules, line, at, self._context), len(line))]


@lru_cache(maxsize=256)
def style_of(kind: Any) -> str:
    """The palette's name for a Pygments token type."""
    name = repr(kind)
    return next((style for prefix, style in _KINDS if name.startswith(prefix)), PLAIN)


def _ends(line: str, start: int) -> Iterator[tuple[str, str]]:
    """How what this line may have begun began, and how it would end."""
    for sign, opening, end in _OPENINGS:
        if sign in line and (found := opening.search(line, start)):
            yield sign, end.format(*found.groups())
    for quote in _QUOTES:
        if line.count(quote, start) % 2:
            yield quote, quote


def _lex(rules: "RegexLexer", text: str, start: int, context: "LexerContext") -> list[_Token]:
    """The tokens of a text from a character on; the context is then as the next line needs it.

    As Pygments does it in a context, but for the end: there it tries once more, and what matches nothing
    changes the state that the next line is to decide on.
    """
    from pygments.token import Error, Whitespace, _TokenType

    context.text, context.pos, context.end = text, start, len(text)
    tokens: list[_Token] = []
    while context.pos < context.end:
        for match, action, state in rules._tokens[context.stack[-1]]:
            found = match(text, context.pos, context.end)
            if not found:
                continue
            if isinstance(action, _TokenType):
                tokens.append((context.pos, action, found.group()))
                context.pos = found.end()
            elif action is not None:
                tokens.extend(action(rules, found, context))
            _enter(context.stack, state)
            break
        else:
            sign = text[context.pos]
            if sign == "\n":
                context.stack[:] = ["root"]
            tokens.append((context.pos, Whitespace if sign == "\n" else Error, sign))
            context.pos += 1
    return tokens


def _enter(stack: list[str], state: Any) -> None:
    """Go to the state that a rule names, or the states."""
    match state:
        case None:
            return
        case int():
            del stack[max(1, len(stack) + state) :]
        case tuple():
            for one in state:
                _enter(stack, one)
        case "#pop":
            del stack[max(1, len(stack) - 1) :]
        case "#push":
            stack.append(stack[-1])
        case _:
            stack.append(state)


def _spans(lexer: "Lexer", tokens: Iterable[_Token], length: int) -> list[Span]:
    """The tokens up to the end of the line."""
    knows_names = _knows_names(lexer)
    spans: list[Span] = []
    for at, kind, value in tokens:
        text = value[: max(0, length - at)]
        if text:
            style = style_of(kind)
            if knows_names and style == PLAIN and text.isidentifier():
                style = _style_of_name(lexer, text)
            spans.append(Span(text, style))
    return spans


def _knows_names(lexer: "Lexer") -> bool:
    """Whether a lexer says more of a name than its rules do, as C's does of `size_t`."""
    from pygments.lexer import ExtendedRegexLexer, RegexLexer

    if not isinstance(lexer, RegexLexer) or isinstance(lexer, ExtendedRegexLexer):
        return False
    return type(lexer).get_tokens_unprocessed is not RegexLexer.get_tokens_unprocessed


@lru_cache(maxsize=4096)
def _style_of_name(lexer: "Lexer", name: str) -> str:
    tokens = list(lexer.get_tokens_unprocessed(name))
    return style_of(tokens[0][1]) if len(tokens) == 1 else PLAIN
