"""A body that grows: at every moment it shows what one that was given the same text at once would show."""

import json
import math
import os
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style

from llmtui.tui.drawing.body import Body
from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.page import Page, Sight
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.pile import Undrawn

PALETTE = Palette(
    *(Style(color=f"rgb({count},{count * 3},{count * 5})") for count, _ in enumerate(Palette._fields))
)
LONG = " with words enough to be cut somewhere when there are many such lines in one item" * 3
LINES = [
    *("<div>", "<pre>", "</pre>", "  <p>*x*", "<!-- a", "b -->", "> <div>", "- <pre>", "  </pre>"),
    "- a", "  b", "- ", "* c", "1. x", "2. y", "   7) z", "```", "```py", "  ```", "~~~", "x = '''1",
    "def f():", "> q", "> > r", ">", "> - q", "# h", "---", "===", "", "", "", "text", "    code",
    "|a|b|", "|-|:-:|",
    "| 1 | `2` | 3 |", "  |a|b|", "  |-|-|", "[r]: /u", "[s]: <http://s.example> 'title'", "see [r] and [s]",
    "- [ ] do [r]", "[^1]: note", "    ```", "as told[^1]", "$$", "x^2", "$$ y $$", "**bold *and",
    "more** it*", "<b>&amp;", "![i](http://i.example)", "`code", "你好，世界", "👍🏽 é", "\t- t",
    "- ```", "   - deep", "a  ", "***",
    "- long" + LONG, "  - long" + LONG, "> long" + LONG, "     more" + LONG, "| cell | with" + LONG,
]  # fmt: skip
texts = st.builds(
    lambda lines, end: end.join(lines),
    st.lists(st.sampled_from(LINES), max_size=12),
    st.sampled_from("\n\r\n"),
)
wild = st.text(alphabet="-*_`~#>|[]()!1.: \n\r\ta\\$^é你", max_size=60)
cuts = st.lists(st.integers(0, 5_000), max_size=10)


def lines_of(body: Body) -> list[Line]:
    return [line for stack in body.stacks for line in stack.lines]


def seen(lines: Sequence[Line]) -> list[object]:
    """All that there is to a line: what is written, how, where in the source, and what it is moved with."""
    return [
        (type(line), line.start, [tuple(run) for run in line.runs], line.fill, line.wide is None)
        for line in lines
    ]


def at_once(text: str, page: Page, live: bool) -> list[object]:
    body = Body()
    body.update(text)
    body.lay(page, live)
    return seen(lines_of(body))


def assert_it_shows_what_a_fresh_one_would(text: str, edges: Sequence[int], width: int = 30) -> None:
    body, page = Body(), Page(width, PALETTE)
    before: list[Line] = []
    ends = sorted({edge % (len(text) + 1) for edge in edges} | {len(text)})
    for end, live in [*((end, True) for end in ends), (len(text), False)]:
        assert body.update(text[:end])
        changed = body.lay(page, live)
        now = lines_of(body)
        assert seen(now) == at_once(text[:end], page, live), (text[:end], live)
        assert changed <= len(now)
        assert all(old is new for old, new in zip(before[:changed], now, strict=False)), text[:end]
        before = now


@settings(max_examples=500)
@given(st.one_of(texts, wild), cuts, st.integers(8, 60))
def test_any_chunking_shows_at_each_moment_what_a_fresh_rendering_would(
    text: str, edges: list[int], width: int
) -> None:
    assert_it_shows_what_a_fresh_one_would(text, edges, width)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(LINES), max_size=5).map("\n".join))
def test_each_prefix_of_a_text_is_shown_as_a_fresh_rendering_would(text: str) -> None:
    assert_it_shows_what_a_fresh_one_would(text, range(len(text)))


def test_every_example_of_commonmark_is_shown_the_same_however_it_arrives() -> None:
    if not (shared := os.environ.get("LLMTUI_SHARED")):
        pytest.skip("LLMTUI_SHARED is not set: the CommonMark examples are there")
    examples = json.loads((Path(shared) / "suites/commonmark/spec_tests.json").read_text())
    for example in examples:
        text = example["markdown"]
        assert_it_shows_what_a_fresh_one_would(text, range(0, len(text), 3))


TEMPLATES = [
    "{}", "{} {}", "- {}", "  - {}", "    1. {} {}", "> {}", "> > {}", ">", "", "", "| {} | {} |", "|-|-|",
    "## {}", "```", "  ```", "```{}", "    {}", "**{} {}**", "`{}` *{}", "<b>{}</b>", "![{}](http://{}.example)",
    "***", "[{}](http://{}.example)", "[{}][{}]", "7. {}", "$$ {} $$", "[^1]: {}", "\t{}",
    "---", "| {} | {} | {} | {} |", "- ```{}",
    "- | {} | {} |", "  |-|-|", "  | {} | {} | {} |", "> - {}", ">   {}",
    "_{}_ ~~{}~~ {}\\",
]  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(TEMPLATES), max_size=12), st.integers(1, 40), st.integers(0, 10_000))
def test_every_word_is_shown_however_the_text_is_cut(lines: list[str], times: int, edge: int) -> None:
    count = 0
    written = []
    for template in lines * times:
        words = [f"w{count + place}x" for place in range(template.count("{}"))]
        count += len(words)
        written.append(template.format(*words))
    text = "\n".join(written)
    body, page = Body(), Page(100, PALETTE)
    for end in sorted({edge % (len(text) + 1), len(text)}):
        body.update(text[:end])
        body.lay(page, live=True)
        while body.behind:
            body.lay(page, live=True)
    seen_words = "".join(line.text for line in lines_of(body)).replace(" ", "")
    missing = [place for place in range(count) if f"w{place}x" not in seen_words]
    assert not missing


def test_only_the_blocks_that_use_a_link_are_laid_again_when_it_is_defined() -> None:
    body, page = Body(), Page(40, PALETTE)
    text = "first\n\nsee [there]\n\nlast\n\n"
    body.update(text)
    body.lay(page, live=True)
    before = lines_of(body)
    body.update(text + "[there]: http://a.example\n\n")
    assert body.lay(page, live=True) == 2
    now = lines_of(body)
    assert [line.text for line in now] == ["first", "", "see there (http://a.example)", "", "last"]
    assert [old is new for old, new in zip(before, now, strict=True)] == [True, True, False, True, True]


def test_a_definition_at_the_end_counts_when_nothing_more_comes() -> None:
    body, page = Body(), Page(40, PALETTE)
    body.update("see [there]\n\n[there]: http://a.example")
    body.lay(page, live=True)
    assert lines_of(body)[0].text == "see [there]"
    assert body.lay(page, live=False) == 0
    assert lines_of(body)[0].text == "see there (http://a.example)"


def test_what_is_too_long_to_be_read_at_once_is_still_read() -> None:
    body = Body()
    body.update("1. top\n" + "   - an **item**\n" * 2_000)
    body.lay(Page(40, PALETTE), live=False)
    assert [line.text for line in lines_of(body)] == ["  1. top", *["     ◦ an item"] * 2_000]


def test_a_long_quote_keeps_its_bar_and_its_blank_lines() -> None:
    body = Body()
    body.update("> one *word*\n>\n" * 800)
    body.lay(Page(40, PALETTE), live=False)
    assert [line.text for line in lines_of(body)] == ["▎ one word", "▎ "] * 799 + ["▎ one word"]


END = Sight(1 << 60, 20, 0)
MUCH = {
    "a list": "first words\n\n" + "- an item with *some* words\n" * 2_000,
    "a fence": "first words\n\n```py\n" + "x = 1\n" * 9_000,
    "a fence that closes": "first words\n\n```py\n" + "x = 1\n" * 9_000 + "```\nwell",
    "a quote": "first words\n\n> ```\n" + "> x = 1\n>\n" * 3_000,
    "a table": "first words\n\n|a|b|\n|-|-|\n" + "| one | two |\n" * 3_000,
    "one line": "first " + "word " * 20_000 + "last",
}


def fresh_rows(text: str, page: Page, live: bool) -> list[str]:
    fresh = Body()
    fresh.update(text)
    fresh.lay(page, live)
    assert not fresh.behind
    assert not fresh.unfinished
    return [line.text for line in lines_of(fresh)]


@pytest.mark.parametrize("text", MUCH.values(), ids=MUCH)
def test_what_comes_at_once_is_read_with_several_draws_and_is_then_what_a_fresh_body_shows(text: str) -> None:
    page, body = Page(60, Palette.plain()), Body(seconds=0)
    body.update(text[:5])
    body.lay(page, True, END)
    body.update(text)
    draws = 0
    while body.behind:
        body.lay(page, True, END)
        draws += 1
    assert draws > 3
    body.lay(page, True, END._replace(until=math.inf))
    assert [line.text for line in lines_of(body)] == fresh_rows(text, page, True)


@pytest.mark.parametrize("text", MUCH.values(), ids=MUCH)
def test_an_answer_that_ends_while_much_is_to_be_read_is_read_to_its_end(text: str) -> None:
    page, body = Page(60, Palette.plain()), Body(seconds=0)
    body.update(text[:5])
    body.lay(page, True, END)
    body.update(text)
    body.lay(page, True, END)
    assert body.behind
    body.lay(page, False, END)
    assert not body.behind
    while body.unfinished:
        body.lay(page, False, END._replace(until=math.inf))
    assert [line.text for line in lines_of(body)] == fresh_rows(text, page, False)


@pytest.mark.parametrize("text", MUCH.values(), ids=MUCH)
def test_what_is_not_drawn_yet_has_rows_and_is_drawn_where_somebody_looks(text: str) -> None:
    page, body = Page(60, Palette.plain()), Body(seconds=0)
    body.update(text)
    body.lay(page, False, Sight(0, 0, 20))
    assert body.unfinished
    later = [line for line in lines_of(body) if isinstance(line, Undrawn)]
    at = later[len(later) // 2].start
    body.lay(page, False, Sight(at, 5, 5))
    row = bisect_right(lines_of(body), at, key=lambda line: line.start) - 1
    assert not any(isinstance(line, Undrawn) for line in lines_of(body)[row - 5 : row + 5])
    body.lay(page, False)
    assert [line.text for line in lines_of(body)] == fresh_rows(text, page, False)


@pytest.mark.parametrize(("opener", "closer"), [("<pre>", "</pre>"), ("<!--", "-->")])
def test_a_long_block_of_html_is_shown_to_the_letter_too(opener: str, closer: str) -> None:
    lines = [opener, *["    *deep* words", "", "# no heading", "- no item"] * 300, closer]
    assert fresh_rows("\n".join(lines) + "\n\n*end*\n", Page(60, PALETTE), live=False) == [*lines, "", "end"]


def test_an_answer_of_link_definitions_alone_is_shown_as_it_was_written() -> None:
    text = "[a]: http://a.example\n\n[b]: http://b.example\n"
    for page, sight in ((Page(40, PALETTE), None), (Page(40, PALETTE), Sight(0, 0, 10))):
        body = Body()
        body.update(text)
        body.lay(page, False, sight)
        assert [line.text for line in lines_of(body)] == text.rstrip().split("\n")
    body = Body()
    body.update(text + "\nwords")
    body.lay(page, False)
    assert [line.text for line in lines_of(body)] == ["words"]
