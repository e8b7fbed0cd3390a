"""Markdown as it is drawn: everything that was written is there, in its place, and stays inside the width."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from llmtui.chat.blocks import Blocks
from llmtui.terminal import safe_text
from llmtui.tui.drawing.block import draw, read_whole
from llmtui.tui.drawing.body import Body
from llmtui.tui.drawing.lines import NOWHERE, Line, Recast, Run, wrap
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.table import fit

PALETTE = Palette.plain()
HARD = "".join(chr(code) for code in range(32)) + "\x7f\x9b\u202e\U000e0041"


def lines(text: str, width: int = 60) -> list[Line]:
    blocks = Blocks(text)
    found = []
    for block in (*blocks.closed, *((blocks.open,) if blocks.open else ())):
        found += draw(block, width, PALETTE, blocks.references)
    return found


def seen(text: str, width: int = 60) -> list[str]:
    return [line.text.rstrip() for line in lines(text, width)]


def styles(text: str) -> dict[str, Style]:
    return {run.text.strip(): run.style for line in lines(text) for run in line.runs}


def test_a_paragraph_is_wrapped_at_words_and_keeps_its_own_line_breaks() -> None:
    assert seen("one two three four\nfive", 10) == ["one two", "three four", "five"]


def test_wide_characters_are_wrapped_by_their_cells_and_closing_marks_stay_with_their_word() -> None:
    assert seen("你好，世界。这是一个很长的句子", 10) == ["你好，世", "界。这是一", "个很长的句", "子"]


def test_a_long_word_is_broken() -> None:
    assert seen("a " + "x" * 25, 10) == ["a", "x" * 10, "x" * 10, "x" * 5]


def test_a_line_has_room_for_a_wide_letter_however_narrow_it_should_be() -> None:
    run = Run("日本", Style(), 0)
    assert ["".join(piece.text for piece in row) for row in wrap([run], 1)] == ["日", "本"]


@given(st.text(alphabet="ab c你，👍é \u0301z‍", max_size=80), st.integers(2, 20))
def test_wrapping_loses_nothing_and_never_leaves_the_width(text: str, width: int) -> None:
    style = Style()
    rows = wrap([Run(text, style, 0)], width)
    joined = ["".join(run.text for run in row) for row in rows]
    assert all(cell_len(row.rstrip()) <= width for row in joined)
    assert "".join(joined).replace(" ", "") == text.replace(" ", "")
    assert all(text[run.at : run.at + len(run.text)] == run.text for row in rows for run in row)


def test_words_are_styled_as_they_are_meant() -> None:
    found = styles("plain **bold** *slanted* ~~struck~~ `code`")
    assert found["bold"].bold
    assert found["slanted"].italic
    assert found["struck"].strike
    assert "code" in found


def test_lists_are_nested_numbered_and_ticked() -> None:
    text = "1. one\n2. two\n   - below\n\n- [ ] open\n- [x] done\n"
    assert seen(text) == ["  1. one", "  2. two", "     ◦ below", "  ☐ open", "  ☑ done"]


def test_a_numbered_task_keeps_its_number_and_any_number_its_bracket() -> None:
    assert seen("1. [ ] first\n2. [x] **second**\n3. plain\n") == [
        "  1. ☐ first",
        "  2. ☑ second",
        "  3. plain",
    ]
    assert seen("1) one\n2) two\n   3) *three*\n") == ["  1) one", "  2) two", "     3) three"]


def test_the_words_of_an_image_are_shown_without_their_marks() -> None:
    assert seen("![alt *text* `a_b` \\_ [c](d)](e.png)") == ["🖼 alt text a_b _ c (e.png)"]


def test_a_later_item_of_a_list_keeps_the_number_it_has_in_the_list() -> None:
    assert seen("8. a\n8. b\n8. c\n") == ["  8. a", "  9. b", "  10. c"]


def test_a_quote_has_a_bar_at_every_line() -> None:
    assert seen("> one two three four\n> - five", 12) == ["▎ one two", "▎ three four", "▎ • five"]


def test_a_table_is_aligned_and_its_cells_wrap() -> None:
    assert seen("| a | bb |\n|--:|:--|\n| 1 | one two three |\n\n", 12) == [
        "a │ bb",
        "──┼─────────",
        "1 │ one two",
        "  │ three",
    ]


@given(st.lists(st.integers(1, 200), min_size=1, max_size=25), st.integers(1, 300))
def test_columns_never_need_more_room_than_there_is(natural: list[int], room: int) -> None:
    widths = fit(natural, room)
    if widths is not None:
        assert sum(widths) <= room
        assert all(1 <= width <= wanted for width, wanted in zip(widths, natural, strict=True))


def test_a_fence_says_its_language_and_folds_long_lines() -> None:
    assert seen("```python\nx = 'aaaaaaaaaaaaa'\n```\n", 12) == [" python", " x = 'aaaaaa", "↪aaaaaaa'"]


def test_a_long_line_of_code_goes_on_below_where_it_begins() -> None:
    code = "```\n    return one + two + three\n\tfour = five + sixty\n" + " " * 20 + "deep = deeper\n```\n"
    assert seen(code, 22)[1:] == [
        "     return one + two",
        "     ↪ + three",
        "     four = five +",
        "     ↪ sixty",
        "",
        "        ↪ deep =",
        "        ↪ deeper",
    ]


def test_html_is_shown_as_it_was_written() -> None:
    assert seen("<b>bold</b> <!-- secret -->\n") == ["<b>bold</b> <!-- secret -->"]


@pytest.mark.parametrize(
    "text",
    [
        '<pre>\n  def f():\n\n      return "_a_ **b**"\n</pre>',
        '<script>\n  alert("*x*")\n\n# no heading\n</script>',
        "<style>\n  p { color: red }\n</style>",
        "<p>\n    in *it*\n    and more\n</p>",
        "<!--\n  - no list\n\n$x^2$\n-->",
    ],
)
def test_a_block_of_html_is_shown_to_the_letter(text: str) -> None:
    assert seen(f"{text}\n\n*end*\n") == [*text.split("\n"), "end"]
    indented = text.replace("\n", "\n  ").replace("\n  \n", "\n\n")
    assert seen(f"- {indented}\n- *end*\n") == [
        *(f"  {'  ' if place else '• '}{line}".rstrip() for place, line in enumerate(text.split("\n"))),
        "  • end",
    ]


def test_what_only_names_a_tag_and_what_stands_in_tags_of_a_model_is_markdown() -> None:
    assert seen("<pre> is a *tag*\n\n*more*\n") == ["<pre> is a tag", "more"]
    assert seen("<answer>\n*so*\n</answer>\n") == ["<answer>", "so", "</answer>"]
    assert seen("<details>\n<summary>*a*</summary>\n\n*so*\n\n</details>\n") == [
        "<details>",
        "<summary>*a*</summary>",
        "so",
        "</details>",
    ]


def test_only_web_and_mail_addresses_become_links() -> None:
    found = lines(
        "[web](https://a.example) [mail](mailto:a@b.c) [bad](javascript:x) [file](file:///etc/passwd)"
    )
    links = [(run.text, run.style.link) for line in found for run in line.runs if run.style.link]
    assert links == [("web", "https://a.example"), ("mail", "mailto:a@b.c")]
    assert "[bad](javascript:x) [file](file:///etc/passwd)" in " ".join(line.text for line in found)


def test_a_bare_address_is_a_link_without_the_full_stop_after_it() -> None:
    found = [run for line in lines("See https://a.example/x. End") for run in line.runs if run.style.link]
    assert [(run.text, run.style.link) for run in found] == [("https://a.example/x", "https://a.example/x")]


def test_a_reference_is_resolved_from_definitions_in_other_blocks() -> None:
    assert seen("[there][x]\n\n[x]: https://x.example\n\n") == ["there (https://x.example)"]


@pytest.mark.parametrize(
    "text",
    [
        *("p {}", "# {}", "- {}", "> {}", "`{}`", "    {}", "~~{}~~ **{}**", "|{}|b|\n|-|-|\n|{}|c|\n"),
        *(
            "```\n{}\n```",
            "```python\n'{}'\n```",
            "```{}\nx\n```",
            "[{}](http://a)",
            "![{}](http://a)",
            "[a](<{}>)",
        ),
    ],
)
def test_no_control_character_is_ever_in_a_line(text: str) -> None:
    payload = HARD.replace("\n", "")
    for line in lines(text.replace("{}", payload)):
        assert not set("".join(run.text for run in line.painted())) & set(HARD)
        assert not any(run.style.link and set(run.style.link) & set(HARD) for run in line.runs)


@settings(max_examples=200)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(["- a **b** c", "  more", "1. x", "```py", "x = 1", "```", "> q [l](http://e)"]),
            st.sampled_from(
                ["`a", "b` c", "> `a", "> b c`", "``x `\r", "``", "|`a\\|b`|c \\| d|", "![a", "b](c)"]
            ),
            st.sampled_from(["# h", "", "", "|a|b|", "|-|-|", "|1|`2`|", "two words", "你好世界 and"]),
            st.sampled_from(
                ["\tt", "&amp; \\*", "![i](u)", "- [ ] t", "[r]: /u", "***", "a\rb", "> ```", "- > 1. x"]
            ),
            st.text(alphabet="-*_`~#>|[]()!1.2 \t\r:a\\<&é你\x1b\x00", max_size=20),
        ),
        max_size=12,
    ).map("\n".join),
    st.integers(8, 40),
)
def test_lines_share_the_whole_source_in_order_and_runs_are_where_they_say(text: str, width: int) -> None:
    found = lines(text, width)
    assert all(above.start <= below.start for above, below in pairwise(found))
    assert all(0 <= line.start <= len(text) for line in found)
    for run in (run for line in found for run in line.runs if run.at != NOWHERE):
        if isinstance(run, Recast):
            assert 0 <= run.at < run.at + run.length <= len(text)
        else:
            said = re.sub("[\r\n]", " ", text[run.at : run.at + len(run.text)])
            written = safe_text(said.replace("\0", "\ufffd"))
            assert run.text.replace("␀", "\ufffd") == written


@pytest.mark.parametrize(
    ("text", "shown", "places"),
    [
        (r"a \* b \_c", "a * b _c", [("a ", 0), ("*", 2), (" b ", 4), ("_", 7), ("c", 9)]),
        ("x &lt; y &amp; z", "x < y & z", [("x ", 0), ("<", 2), (" y ", 6), ("&", 9), (" z", 14)]),
        ("`a  b` c", "a  b c", [("a  b", 1), (" c", 6)]),
        ("a\u202eb", "a<U+202E>b", [("a", 0), ("<U+202E>", 1), ("b", 2)]),
        (r"\[ ] no task", "[ ] no task", [("[", 0), (" ] no task", 2)]),
        ("![an image](u)", "🖼 an image (u)", [("🖼 ", -1), ("an image", 2), (" (u)", -1)]),
        ("[^1]:  ", "⁽¹⁾ ", [("⁽¹⁾ ", 0)]),
        ("`a\r\nb` c", "a b c", [("a", 1), (" ", 2), ("b", 4), (" c", 6)]),
        ("`a\n  b` c", "a   b c", [("a", 1), ("   ", 2), ("b", 5), (" c", 7)]),
        ("` a\r\nb ` and a b", "a b and a b", [("a", 2), (" ", 3), ("b", 5), (" and a b", 8)]),
        ("![a\r\nb](u)", "🖼 a b (u)", [("🖼 ", -1), ("a", 2), (" ", 3), ("b", 5), (" (u)", -1)]),
        ("a`\n{`b", "a {b", [("a", 0), (" {", 2), ("b", 5)]),
    ],
)
def test_what_reads_otherwise_than_it_was_written_is_where_it_was_written(
    text: str, shown: str, places: list[tuple[str, int]]
) -> None:
    (line,) = lines(text)
    assert line.text == shown
    assert [(run.text, run.at) for run in line.runs] == places


def test_an_address_goes_on_over_an_escape() -> None:
    (line,) = lines(r"see http://a.example/x\_y, and")
    assert [run.text for run in line.runs if run.style.link == "http://a.example/x_y"] == [
        "http://a.example/x",
        "_",
        "y",
    ]


def streamed(text: str, size: int, width: int = 40) -> list[str]:
    body, page = Body(), Page(width, PALETTE)
    for end in range(size, len(text) + size, size):
        assert body.update(text[:end])
        body.lay(page, live=True)
    body.lay(page, live=False)
    return [line.text for stack in body.stacks for line in stack.lines]


def at_once(text: str, width: int = 40) -> list[str]:
    body = Body()
    body.update(text)
    body.lay(Page(width, PALETTE), live=False)
    return [line.text for stack in body.stacks for line in stack.lines]


ANSWER = """# Title

Some *text* that is longer than a line may be, with [a link][later].

1. one
2. two

   ```python
   def f():
       return "x"
   ```
3. three

```js
let a = 1; // and a comment that is too long for one line of this page

	tab()
```

| a | b |
|---|---|
| 1 | 2 |

[later]: https://later.example
"""


@pytest.mark.parametrize("size", [1, 3, 7, 50])
def test_a_streamed_answer_ends_up_drawn_as_one_that_came_at_once(size: int) -> None:
    assert streamed(ANSWER, size) == at_once(ANSWER)


def test_a_tight_list_has_no_blank_lines_and_an_airy_one_has() -> None:
    assert at_once("- a\n- b\n\n\n- c\n\ntext") == ["  • a", "  • b", "", "  • c", "", "text"]


def test_a_closed_block_is_not_drawn_again() -> None:
    body, page = Body(), Page(40, PALETTE)
    body.update("first\n\nsec")
    body.lay(page, live=True)
    first = body.stacks[0].lines[0]
    body.update("first\n\nsecond\n\nthird")
    assert body.lay(page, live=True) == 2
    assert body.stacks[0].lines[0] is first


def look(line: Line) -> object:
    return line.start, line.runs


@settings(max_examples=400)
@given(
    st.sampled_from(["", "\n", "- ", "* ", "7. ", "007) ", "**"]),
    st.text(alphabet="ab *_`~[]()!<>&|#1.:/$^\\é你\t -+=", min_size=1, max_size=40),
    st.sampled_from(["", "\n", "  \n\n", "\r\n"]),
    st.integers(8, 40),
)
def test_a_line_read_for_its_words_alone_is_drawn_as_markdown_means_it(
    begins: str, text: str, ends: str, width: int
) -> None:
    references = {"A": {"href": "http://a.example", "title": ""}}
    for block in Blocks(f"{begins}a{text}{ends}").tails + tuple(Blocks(f"{begins}a{text}{ends}").closed):
        short, whole = (show(block, width, PALETTE, references) for show in (draw, read_whole))
        assert [look(line) for line in short] == [look(line) for line in whole]


def test_the_finished_lines_of_an_open_fence_are_kept() -> None:
    body, page = Body(), Page(40, PALETTE)
    body.update("```py\na = 1\nb =")
    body.lay(page, live=True)
    kept = body.stacks[1].lines[1]
    body.update("```py\na = 1\nb = 2\nc")
    assert body.lay(page, live=True) == 2
    assert body.stacks[1].lines[1] is kept
    assert [line.text for line in body.stacks[1].lines] == [" py", " a = 1", " b = 2", " c"]


def test_a_fence_without_a_line_is_its_label_alone_in_a_list_too() -> None:
    assert at_once("- ```py\nb") == ["  •  py", "", "b"]
    assert at_once("- ```py\n  ```\n\nb") == ["  •  py", "", "b"]
    assert at_once("```py\n```\n\nb") == [" py", "", "b"]
