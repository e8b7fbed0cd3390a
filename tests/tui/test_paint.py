"""Code in its colours: line by line, as the whole would have them, and never for long in a draw."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from llmtui.tui.drawing.lexers import at_hand, find_lexer, language_of
from llmtui.tui.drawing.lexing import style_of
from llmtui.tui.drawing.lines import Sideways
from llmtui.tui.drawing.paint import Code, FenceLabel, code_lines
from llmtui.tui.drawing.palette import Palette

PALETTE = Palette.plain()

PROGRAMS = {
    "c": '/* it\n   * does */\n#include <stdio.h>\nint main() {\n  size_t n = 1; /* here */ puts("a");\n}',
    "java": '/** It\'s\n * `said`\n */\nclass A {\n  String a = "b"; // c\n}',
    "js": "const a = `one\n${two} three\n`; /* four\nfive */ let b = 'c'",
    "ts": "/**\n * ```ts\n * it's\n */\nexport const a: string = 'b'",
    "go": '/*\nit is\n*/\nvar a = `raw\nstring` + "b"',
    "rust": 'let a = r#"one\n"two"\n"#; /* b\n */ fn c() {}',
    "python": "a = '''one\ntwo''' # three\n@b\ndef c(d: int) -> None:\n    \"\"\"Say\n    it.\"\"\"",
    "bash": 'curl -d \'{\n  "a": 1\n}\' b  # it\'s\ncat <<EOF\nfor x in y\nEOF\necho "$a"',
    "yaml": "run: |\n  if a: b\n  - c\nnext: 'd'  # e\nlist:\n  - 1",
    "html": '<!-- one\ntwo -->\n<p class="a">b &amp; c</p>',
    "css": "/* a\n b */\n.c > d { color: #fff; }",
    "sql": "SELECT 'it''s', 1 -- a\nFROM b; /* c\nd */",
    "kotlin": '/* a\n b */\nval c = """d\ne"""',
    "json": '{"a": [1, true, null],\n "b": "c"}',
    "toml": '[a]\nb = """c\nd"""\ne = 1979-05-27',
    "diff": "--- a\n+++ b\n@@ -1 +1 @@\n-c\n+d",
    "elixir": "defmodule A do\n  def b, do: :ok\nend",
}


def read(language: str, lines: list[str], closed: bool = True) -> list[list[tuple[str, str]]]:
    """Each line in its colours, once the lexer is there."""
    find_lexer(language)
    code = Code(language)
    code.lines, code.closed = lines, closed
    code.coloured(len(lines) - 1)
    while code.behind:
        code.catch_up()
    return [[(span.text, span.style) for span in code.spans(place)] for place in range(len(lines))]


def styles(spans: list[tuple[str, str]]) -> list[str]:
    return [style for text, style in spans for character in text if not character.isspace()]


@pytest.mark.parametrize("language", PROGRAMS)
def test_a_program_read_line_by_line_has_the_colours_of_the_whole(language: str) -> None:
    program = PROGRAMS[language]
    lexer = find_lexer(language)
    assert lexer is not None
    whole = [(value, style_of(kind)) for _, kind, value in lexer.get_tokens_unprocessed(f"{program}\n")]
    by_line = [span for line in read(language, program.split("\n")) for span in line]
    assert styles(by_line) == styles(whole)


@pytest.mark.parametrize("language", PROGRAMS)
def test_a_finished_line_keeps_its_colours_however_the_code_goes_on(language: str) -> None:
    lines = PROGRAMS[language].split("\n")
    whole = read(language, lines)
    for count in range(1, len(lines)):
        assert read(language, [*lines[:count], ""], closed=False)[:count] == whole[:count]


def test_script_and_style_in_html_are_coloured_as_what_they_are() -> None:
    page = ["<style>", "a { color: red; }", "</style>", "<script>", "const b = 1 // c", "</script><p>d</p>"]
    coloured = read("html", page)
    assert ("color", "keyword") in coloured[1]
    assert ("const", "keyword") in coloured[4]
    assert ("// c", "comment") in coloured[4]
    assert ("p", "keyword") in coloured[5]


def test_a_comment_that_is_never_closed_is_a_comment_to_the_end() -> None:
    coloured = read("java", ["int a; /* b", "int c;", "it's"])
    assert styles(coloured[1]) == ["comment"] * len("intc;")
    assert set(styles(coloured[2])) == {"comment"}


def test_signs_that_begin_something_elsewhere_begin_nothing_here() -> None:
    assert "comment" not in styles(read("bash", ["rm /tmp/*", "ls"])[1])
    assert "string" not in styles(read("rust", ["fn a<'b>(c: &'b str) {}", "let d = 1;"])[1])
    assert "comment" not in styles(read("python", ["glob('/*')", "a = 1"])[1])
    assert set(styles(read("sql", ["/* don't", "do */ SELECT 1"])[0])) == {"comment"}


@pytest.mark.parametrize(
    "info", ["py", "{.python}", "rust,ignore", "js:src/app.js", "C++", "yml", "jsonc", "tsx"]
)
def test_what_models_write_after_a_fence_names_a_language(info: str) -> None:
    assert find_lexer(info) is not None


@pytest.mark.parametrize("info", ["", "text", "plaintext", "mermaid", "no-such-language", "x" * 500])
def test_code_in_no_known_language_is_drawn_in_one_colour(info: str) -> None:
    assert language_of(info) == "" or find_lexer(info) is None
    assert read(info, ["x = 1"]) == [[("x = 1", "fence")]]


def test_a_lexer_that_is_not_loaded_is_not_waited_for() -> None:
    language = "brainfuck"
    assert not at_hand(language)
    code = Code(language)
    code.lines, code.closed = ["+[>]."], True
    assert not code.coloured(0)
    assert code.behind
    assert [span.style for span in code.spans(0)] == ["fence"]
    assert code.catch_up()
    assert code.coloured(0)


def test_more_than_a_draw_has_time_for_is_read_in_slices() -> None:
    find_lexer("python")
    code = Code("python")
    code.lines, code.closed = ["x = 1  # one"] * 20_000, True
    assert not code.coloured(19_999)
    assert code.behind
    assert code.coloured(0)
    while not code.catch_up():
        assert code.behind
    assert code.coloured(19_999)


def test_code_that_is_laid_again_is_not_read_again() -> None:
    find_lexer("python")
    older = Code("python")
    older.lines, older.closed = ["a = 1", "b = 2"], True
    assert older.coloured(1)
    newer = Code("python")
    newer.take_up(older)
    newer.lines = ["a = 1", "b = 2", "c"]
    assert newer.spans(1) is older.spans(1)
    newer.closed = True
    assert newer.coloured(2)


def test_a_line_that_is_too_long_to_read_has_one_colour() -> None:
    assert [style for _, style in read("js", ["a." * 5_000])[0]] == ["fence"]


@given(st.text(alphabet="ab\t\x1b\u202e你🚀🇩🇪", max_size=40), st.integers(12, 30), st.booleans())
def test_a_code_line_shows_every_character_once_however_it_is_folded(
    text: str, width: int, coloured: bool
) -> None:
    find_lexer("python")
    code = Code("python" if coloured else "")
    code.lines, code.closed = [text], True
    drawn = code_lines(code, 0, 100, width, PALETTE)
    painted = ["".join(run.text for run in line.painted()) for line in drawn]
    assert painted == [line.text for line in drawn]
    assert all(cell_len(row) <= width for row in painted)
    assert drawn[0].start == 100


@given(st.text(alphabet="ab\t你 🚀\x1b", max_size=40))
def test_where_nothing_is_wrapped_a_line_of_code_is_one_line(text: str) -> None:
    code = Code("", Sideways(2))
    code.lines, code.closed = [text], True
    (line,) = code_lines(code, 0, 0, 12, PALETTE)
    assert line.wide is code.wide
    assert code.wide is not None
    assert code.wide.widest == (2 + cell_len(line.text) if text else 0)


def test_a_label_says_what_is_in_sight_of_code_that_is_wider_than_the_page() -> None:
    code = Code("python", Sideways())
    code.lines, code.closed = ["x" * 50], True
    code_lines(code, 0, 0, 20, PALETTE)
    label = FenceLabel(code, 0, PALETTE, 20)
    assert label.in_sight == "1–18 of 50 ›"
    assert code.wide is not None
    code.wide.move(8, 20)
    assert label.in_sight == "‹ 9–26 of 50 ›"
    code.wide.move(1000, 20)
    assert label.in_sight == "‹ 32–50 of 50"
    assert label.text == " python"
