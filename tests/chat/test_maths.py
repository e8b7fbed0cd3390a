"""LaTeX as text: what is understood can be read, what is not stays as it was written."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.formulas import opening
from llmtui.chat.maths import readable, readable_rows


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"e^{i\pi}+1=0", "e^(iπ)+1=0"),
        (r"\frac{-b \pm \sqrt{b^2-4ac}}{2a}", "(−b ± √(b²−4ac))/(2a)"),
        (r"\sum_{i=1}^{n} x_i^2", "∑ᵢ₌₁ⁿ xᵢ²"),
        (r"\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}", "∫₀^∞ e^(−x²) dx = √π/2"),
        (r"\lim_{x\to 0} \frac{\sin x}{x}", "lim_(x→0) ((sin x)/x)"),
        (r"\frac{dy}{dx}", "dy/dx"),
        (r"\nabla \times \vec{E} = -\frac{\partial \vec{B}}{\partial t}", "∇ × E⃗ = −∂B⃗/∂t"),
        (r"i\hbar\frac{\partial}{\partial t}\Psi = \hat H\Psi", "iℏ(∂/∂t)Ψ = ĤΨ"),
        (r"a\le b \Rightarrow x\in\mathbb{R}^n", "a ≤ b ⇒ x ∈ ℝⁿ"),
        (r"\{x \mid x > 0\}", "{x ∣ x > 0}"),
        (r"\mathbf{x}^T\boldsymbol{\theta} \in \mathcal{L}", "𝐱ᵀ𝛉 ∈ ℒ"),
        (r"T_{\text{cold}} + x_{max}", "T_(cold) + xₘₐₓ"),
        (r"\text{if } x \geq 50\%", "if x ≥ 50%"),
        (r"\left( \frac{1}{2} \right)^2", "(1/2)²"),
        (r"\left. x \right|_0", "x|₀"),
        (r"\sin\theta \cos^2 x", "sin θ cos² x"),
        (r"O(n \log n)", "O(n log n)"),
        (r"\sqrt[3]{x+1} \sqrt[n]{2}", "∛(x+1) ⁿ√2"),
        (r"\binom{n}{k}", "(n choose k)"),
        (r"a \equiv b \pmod{n}", "a ≡ b (mod n)"),
        (r"90^\circ, f''(x)", "90°, f′′(x)"),
        (r"\overline{AB} \not= \hat{x}", "A̅B̅ ≠ x̂"),
        (r"\boxed{42}", "[ 42 ]"),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "(1 2; 3 4)"),
        ("x^{\\alpha}", "x^α"),
    ],
)
def test_what_models_write_can_be_read(latex: str, shown: str) -> None:
    assert unicodedata.normalize("NFC", readable(latex) or "") == unicodedata.normalize("NFC", shown)


def test_a_fraction_beside_something_is_not_mistaken_for_another() -> None:
    assert readable(r"\frac{1}{2}mv^2") == "(1/2)mv²"
    assert readable(r"x\frac{a}{b}") == "x(a/b)"
    assert readable(r"\sin\frac{x}{2}") == "sin (x/2)"
    assert readable(r"\frac{\frac{a}{b}}{c}") == "(a/b)/c"
    assert readable(r"\frac{a}{bc}") == "a/(bc)"
    assert readable(r"\frac{a}{b} + 1") == "a/b + 1"


@pytest.mark.parametrize("latex", [r"\foo{x}", r"\ce{H2O}", r"\underbrace{x}", r"\tikz{\draw (0,0);}"])
def test_a_command_that_is_not_known_stays_as_it_was_written(latex: str) -> None:
    assert readable(f"y + {latex}") == f"y + {latex}"


@pytest.mark.parametrize(
    "latex",
    ["{a", "a}", r"\frac{a}", "x^", r"\left", r"\begin{tikzcd} a \end{tikzcd}", r"\end{align}", "^" * 50],
)
def test_what_is_not_whole_is_not_read(latex: str) -> None:
    assert readable(latex) is None


def test_rows_are_aligned_where_that_was_asked_for() -> None:
    assert readable_rows(r"\begin{aligned} f(x) &= x^2 \\ &= \frac{1}{2} \\[4pt] g &= 3\end{aligned}") == (
        "f(x) = x²",
        "     = 1/2",
        "   g = 3",
    )
    assert readable_rows(r"x = 1 \\ yy = 2") == ("x = 1", "yy = 2")


def test_a_matrix_stands_beside_what_it_is_equal_to() -> None:
    assert readable_rows(r"A = \begin{bmatrix}a&b\\-1&20\\x&y\end{bmatrix}^T.") == (
        "    ⎡ a   b⎤ᵀ",
        "A = ⎢−1  20⎥ .",
        "    ⎣ x   y⎦",
    )


def test_cases_have_one_brace() -> None:
    assert readable_rows(r"f(x)=\begin{cases} 1 & x>0 \\ 0 & \text{otherwise} \end{cases}") == (
        "f(x)=⎧1  x>0",
        "     ⎩0  otherwise",
    )


SIGNS = [
    r"\frac",
    r"\sqrt",
    r"\left(",
    r"\right)",
    r"\begin{pmatrix}",
    r"\end{pmatrix}",
    r"\\",
    "&",
    "{",
    "}",
]
SIGNS += [r"\sum", r"\text", r"\mathbb", r"\hat", r"\not", r"\boxed", r"\alpha", r"\le", r"\foo", r"\quad"]
SIGNS += ["^", "_", " ", "x", "2", "10", "+", "-", "=", "[", "]", "|", "'", ",", "你", "\\", r"\begin{cases}"]


@given(st.lists(st.sampled_from(SIGNS), max_size=30).map("".join))
def test_whatever_is_written_is_read_or_not_but_never_fails(latex: str) -> None:
    words = re.sub(r"\\(?:(?:begin|end)\{[a-z]+\}|[A-Za-z]+)", " ", latex)
    for shown in (readable(latex), "\n".join(readable_rows(latex) or ())):
        for sign in "x2你":
            if shown and r"\foo" not in latex:
                written = unicodedata.normalize("NFKD", shown)
                assert written.count(sign) >= words.count(sign), shown


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        ("$$", True),
        (r"\[", True),
        (r"\begin{align*}", True),
        ("   $$", True),
        ("$$ x = 1", True),
        ("$$ x $$", True),
        ("$$ x $$.", True),
        ("    $$", False),
        ("$$ is the number of a process", False),
        ("$$x$$ is known", False),
        (r"\[not a link](/foo)", False),
        (r"\begin{document}", False),
        ("$x$", False),
        ("a $$", False),
    ],
)
def test_a_block_of_maths_begins_with_its_mark(line: str, begins: bool) -> None:
    assert (opening(line) is not None) == begins


@pytest.mark.parametrize(
    "latex",
    ["a\\\nb", "\\text{a\nb}", "\\mathrm{a}\\\t\nb", "\\foo{a\nb}", "\\begin{align}\\\n>\\end{align}"],
)
def test_a_line_break_in_the_source_is_no_line_break_in_what_is_read(latex: str) -> None:
    rows = readable_rows(latex)
    assert rows
    assert not any(sign in row for row in rows for sign in "\n\t")
