"""What others have collected to trip readers of text: it is drawn, and nothing of it is out of reach."""

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from llmtui.terminal import safe_text
from llmtui.tui.drawing.body import Body
from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.markdown import as_written
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.palette import Palette

SUITES = Path(__file__).parents[3] / "shared" / "suites"
PALETTE = Palette.plain()
WIDTHS = (20, 80)

OURS = [
    "# Title\n\nA **bold *both* word** and ~~gone~~ `code`, a\\\nbreak &amp; an <b>element</b>.\n",
    "3. three\n4. four\n   - [ ] open\n   - [x] done\n     > quoted\n     > 1. deep\n",
    "> - in a quote\n>   ```py\n>   x = 1\n>   ```\n\n[a]: <http://x.example> 'title'\n\n[b][a] ![i](j)\n",
    "| a | b |\n|---|--:|\n| $x|y$ | \\(z\\) |\n",
    "$$\n\\frac{a}{b} \\\\\n+ c\n$$\n\n\\[ x \\]\n\n$5 and $10, note[^1]\n\n[^1]: below\n",
    "\x1b[31mred\x1b[0m \u202eevil\u202c \x00 \ufeff \U000e0041 👩‍💻 🇩🇪 你好，世界 שלום مرحبا\n",
]
HURTFUL = [
    "![[]()" * 2_000,
    "[" * 5_000,
    "[a](" * 3_000,
    "*a **a " * 3_000,
    "> " * 500 + "deep",
    "- " * 500 + "deep",
    "`" * 3_000 + "a",
    "".join("`" * count + " " for count in range(150)),
    "<" * 5_000,
    "$" * 5_000,
    "$a" * 3_000,
    "\\(" * 5_000,
    "\\[ x " * 2_000,
    "$$\n" * 2_000,
    "\\begin{align}\n" * 800,
    "[^1]" * 2_000,
    "[^a]: x\n" * 1_000,
    "$" + "{" * 1_500 + "$",
    "$" + "\\frac" * 300 + "$",
    "$$\n" + "\\begin{pmatrix}" * 100 + "\n$$",
    "&" * 5_000 + "amp;",
    "a\u0301" * 3_000,
    "\u200d" * 3_000 + "你",
    "|" * 2_000 + "\n" + "|-" * 1_000,
    "a" * 60_000,
    "\t" * 2_000 + "x",
]


def drawn(text: str, width: int) -> list[Line]:
    body = Body()
    body.update(text)
    body.lay(Page(width, PALETTE), live=False)
    return [line for stack in body.stacks for line in stack.lines]


def assert_within_reach(text: str) -> None:
    """It is drawn inside the width, and all of it is in the view of the message as it was written."""
    visible = "".join(safe_text(text).split())
    for width in WIDTHS:
        for line in drawn(text, width):
            if line.wide is None:
                assert sum(cell_len(run.text) for run in line.painted()) <= width, line.text
        rows = as_written(text, 0, width, PALETTE.text)
        assert "".join("".join(line.text for line in rows).split()) == visible


def shared(path: str) -> list[str]:
    """The texts of a suite, none if it is not on this machine."""
    file = SUITES / path
    if not file.exists():
        return []
    found = json.loads(file.read_text(encoding="utf-8"))
    return [example["markdown"] if isinstance(example, dict) else example for example in found]


@pytest.mark.parametrize("text", OURS)
def test_what_we_thought_of_is_drawn_and_within_reach(text: str) -> None:
    assert_within_reach(text)


@pytest.mark.parametrize("text", HURTFUL, ids=lambda text: repr(text[:12]))
def test_what_is_made_to_hurt_is_drawn_and_within_reach(text: str) -> None:
    assert_within_reach(text)


@pytest.mark.skipif(not SUITES.exists(), reason="the shared suites are not here")
def test_the_examples_of_commonmark_are_drawn_and_within_reach() -> None:
    examples = shared("commonmark/spec_tests.json")
    assert len(examples) == 652
    for text in examples:
        assert_within_reach(text)


@pytest.mark.skipif(not SUITES.exists(), reason="the shared suites are not here")
def test_the_naughty_strings_are_drawn_and_within_reach() -> None:
    strings = shared("blns/blns.json")
    assert len(strings) > 500
    for text in strings:
        assert_within_reach(text)
