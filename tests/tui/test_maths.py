"""Maths in an answer: read where it is meant, left alone where it is not, and copied as it was written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmtui.tui.drawing.body import Body
from llmtui.tui.drawing.lines import Recast
from llmtui.tui.drawing.page import Page
from tests.chat.test_blocks import assert_each_block_means_alone_what_it_means_there
from tests.tui.test_copying import copied
from tests.tui.test_markdown import PALETTE, at_once, lines, seen


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"so $x^2$ is", "so x² is"),
        (r"so \(x^2\) is", "so x² is"),
        (r"函数$f(x)$的导数\(f'\)", "函数f(x)的导数f′"),
        (r"**bold $a_1$** and *$b_1$*", "bold a₁ and b₁"),
        (r"$a * b * c$ and $d_b f_g$", "a * b * c and d_b f_g"),
        (r"($n$), $n$-th, $n$.", "(n), n-th, n."),
        ("$`x^2`$", "x²"),
        (r"# The $\pi$ of it", "The π of it"),
        (r"$\unknown{x}$", r"\unknown{x}"),
        (r"$\frac{a}$", r"$\frac{a}$"),
    ],
)
def test_a_formula_between_words_can_be_read(text: str, shown: str) -> None:
    assert seen(text) == [shown]


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $10.",
        "between $5,000 and $6,000, or $20 in all",
        "US$5 or CA$10 or $5$10",
        "$20, while the other costs 30$",
        "cd $HOME/$USER and $PATH",
        "echo $a $b; kill $$ or $$",
        "jQuery $(this).find($el)",
        "$ x $ and $x $",
        "a $",
        "$",
        "$\n$",
        "$5-$10",
        "$5 `a$b` c$",
    ],
)
def test_prices_and_variables_are_no_maths(text: str) -> None:
    assert seen(text) == text.replace("`", "").split("\n")


@pytest.mark.parametrize(
    "text",
    [
        "A costs $3, B: 4$.",
        "from $20,000-30,000$ a year",
        "$5 & 10$",
        "$3, 10$/h",
        "pay $20,000$ or",
        "$5-10$ each",
        "$5 - 10$ each",
        "$5k - 10k$",
        "$3M; 4M$",
        "$5 + tax = 6$",
        "$5, >10$",
        "$5 -> 10$",
        "$5 => 10$",
        "$5+, 10+$",
        "$1 = 0.9 € = 1$",
        "$3: 4$",
        "A $5 - B 10$",
        "$5、10$",
        "$5到10$",
        "$.50 & 1$",
        "$50% - 10$",
        "$1,000 or 2,000$",
        "$5 / 10$",
        "$3/h, 4$/h",
        "$2.50, 3.50$",
        "$5? 10$!",
        "$10 (x 2$)",
        "$7–9$",
        "$5\u00a010$",
        "$4 a 6$",
    ],
)
def test_amounts_of_money_keep_their_dollars(text: str) -> None:
    assert seen(text) == [text]


@pytest.mark.parametrize(
    "formula",
    [
        "3x^2",
        "2+2=4",
        "10^{-3}",
        "0.5",
        "5",
        "1010_2",
        "3/4",
        "5!",
        "2n",
        "2n - 1",
        "1 - p",
        "1-x",
        "3x, 2y",
        r"2\pi",
        r"50\%",
        r"2 \times 3",
        "3 * 4 = 12",
        "2(3)",
        "5 < 6",
        "0 <= x",
        "0 ≤ x",
        "1 + 2 + 3",
        "2x - 3",
        "90°",
        "2π",
        "1/x",
        "4k + 1",
        "3 sin(x) + 1",
        "2^n",
        "1_000 = 10^3",
    ],
)
def test_a_formula_may_begin_with_a_number(formula: str) -> None:
    assert "$" not in "".join(seen(f"so ${formula}$ is"))


@pytest.mark.parametrize("text", ["`$x^2$`", "```\n$x^2$\n```", "    $$\n    x^2\n    $$"])
def test_in_code_there_is_no_maths(text: str) -> None:
    assert not any(isinstance(run, Recast) for line in lines(text) for run in line.runs)


def test_escapes_stay_escapes() -> None:
    assert seen(r"\$x\$ and \\(x\\) and \[not a link\](/foo)") == [r"$x$ and \(x\) and [not a link](/foo)"]


@pytest.mark.parametrize("marks", [("$$", "$$"), (r"\[", r"\]")])
def test_maths_on_lines_of_its_own_is_drawn_alone(marks: tuple[str, str]) -> None:
    opens, closes = marks
    for inside in (r"x^2 = \frac{1}{2}", "\nx^2\n= \\frac{1}{2}\n"):
        assert seen(f"So\n{opens}{inside}{closes}.\nand", 40) == ["So", "  x² = 1/2.", "and"]
        assert at_once(f"So\n{opens}{inside}{closes}\nand", 40) == ["So", "", "  x² = 1/2", "", "and"]


def test_maths_on_its_own_line_in_a_paragraph_has_its_own_line() -> None:
    assert seen("so $$x^2$$ is") == ["so", "  x²", "is"]


def test_maths_in_a_table_stays_on_its_line() -> None:
    assert seen("| a | b |\n|---|---|\n| so $$x^2$$ is | \\(y\\) |\n\n")[2] == "so x² is │ y"


def test_lines_of_maths_are_not_taken_for_lists_or_headings() -> None:
    text = "$$\n\\begin{aligned}\na &= b \\\\\n- c &= d \\\\\n# &= 1\n\\end{aligned}\n$$\n"
    assert seen(text) == ["    a = b", "  − c = d", "    # = 1"]
    assert seen("$$\na\n---\n$$\n") == ["  a −−−"]


def test_maths_in_lists_and_quotes_stays_in_them() -> None:
    assert seen("1. Step:\n   $$\n   x^2\n   $$\n   then\n> q\n> \\[\n> y^2\n> \\]\n") == [
        "  1. Step:",
        "       x²",
        "     then",
        "▎ q",
        "▎   y²",
    ]


def test_words_behind_the_closing_mark_are_kept() -> None:
    assert seen("$$\nx^2\n$$ where $x$ is big\n") == ["  x²", "", "where x is big"]


@pytest.mark.parametrize("text", ["$$\nx^2 + 1", "\\[\nx^2\n\nand **words**", "$$\nx\n- y"])
def test_maths_without_an_end_is_shown_as_it_was_written(text: str) -> None:
    assert [line for line in seen(text) if line] == [
        line.replace("**", "") for line in text.split("\n") if line
    ]


def test_a_matrix_that_is_wider_than_the_page_is_written_on_one_line() -> None:
    wide = r"$$\begin{pmatrix} aaaa & bbbb & cccc \\ dddd & eeee & ffff \end{pmatrix}$$"
    assert seen(wide, 30) == ["  ⎛aaaa  bbbb  cccc⎞", "  ⎝dddd  eeee  ffff⎠"]
    found = seen(wide, 19)
    assert " ".join(" ".join(found).split()) == "(aaaa bbbb cccc; dddd eeee ffff)"
    assert max(map(len, found)) <= 19


def test_a_formula_knows_all_of_its_source() -> None:
    text = "a $x^2$ b\n\n$$\ny^2 \\\\ z\n$$\n"
    found = [run for line in lines(text) for run in line.runs if isinstance(run, Recast)]
    assert [text[run.at : run.at + run.length] for run in found] == [
        "$x^2$",
        "$$\ny^2 \\\\ z\n$$",
        "$$\ny^2 \\\\ z\n$$",
    ]


BLOCK = "$$\na^2 \\\\\nb^2 \\\\\nc^2\n$$"
SOURCE = f"Some $x^2 + 1$ here\nand $y$\n\n{BLOCK}\n\nto the end[^1].\n"


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        ("x²", "x²", "$x^2 + 1$"),
        ("+ 1", "here", "$x^2 + 1$ here"),
        ("Some", "x²", "Some $x^2 + 1$"),
        ("Some", "y", "Some $x^2 + 1$ here\nand $y$"),
        ("a²", "c²", BLOCK),
        ("b²", "b²", BLOCK),
        ("here", "a²", f"here\nand $y$\n\n{BLOCK}"),
        ("c²", "to the", f"{BLOCK}\n\nto the"),
        ("end", "⁽¹⁾", "end[^1]"),
    ],
)
def test_a_formula_is_copied_whole_as_it_was_written(first: str, last: str, wanted: str) -> None:
    assert copied(SOURCE, first, last) == wanted


LINES = [
    "$$",
    r"\[",
    r"\]",
    r"\begin{align}",
    r"\end{align}",
    "x = 1",
    "- y",
    "+ z",
    "",
    "",
    "$x$",
    "> $$",
    "> q",
]
LINES += [
    "$$ a",
    "b $$",
    "   $$",
    "1. one",
    "   x",
    "```",
    "# h",
    r"\[x\]",
    "$$x$$ y",
    "[^1]: n",
    "[^1]",
    "---",
]
texts = st.lists(st.sampled_from(LINES), max_size=9).map("\n".join)


@settings(max_examples=100)
@given(texts, st.sampled_from([1, 2, 5]))
def test_at_every_moment_maths_is_drawn_as_what_came_at_once(text: str, size: int) -> None:
    growing, page = Body(), Page(40, PALETTE)
    for end in range(size, len(text) + size, size):
        growing.update(text[:end])
        growing.lay(page, live=True)
        fresh = Body()
        fresh.update(text[:end])
        fresh.lay(page, live=True)
        assert words(growing) == words(fresh)


@settings(max_examples=150)
@given(texts)
def test_maths_is_the_same_in_its_block_and_in_the_whole_text(text: str) -> None:
    assert_each_block_means_alone_what_it_means_there(text + "\n")


def words(body: Body) -> list[str]:
    return [line.text for stack in body.stacks for line in stack.lines]
