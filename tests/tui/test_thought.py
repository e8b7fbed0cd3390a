"""What folds: thoughts, and tools' calls and results, in a window of their own where they are long."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.message import Answer, Message
from llmtui.chat.parts import Part, Reasoning, Text, ToolCall, ToolResult
from llmtui.tui.drawing.anchors import row_showing
from llmtui.tui.drawing.json_lines import json_lines
from llmtui.tui.drawing.lines import NOWHERE, Line, Run
from llmtui.tui.drawing.message_view import MessageView
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.panel import Panel
from llmtui.tui.drawing.spots import Spot, bookmarked, resolved
from llmtui.tui.drawing.telling import Telling
from llmtui.tui.drawing.window import Window, room
from llmtui.tui.drawing.written import Written

PAGE = Page(60, Palette.plain())
TELLING = Telling(clock=lambda: 110.0)
BAR = Run("│ ", PAGE.palette.faint)
MANY = "\n".join(f"line {number}" for number in range(100))


def message(*parts: Part, streaming: bool = False) -> Message:
    answer = Answer("groq/r1", "groq", outcome="streaming" if streaming else "complete")
    return Message("a", "assistant", parts, answer=answer)


def rows(view: MessageView, page: Page = PAGE) -> list[str]:
    view.lay(page, TELLING)
    return [view.line(row).text.rstrip() for row in range(view.height)]


def inside(view: MessageView, page: Page = PAGE) -> list[str]:
    """What is seen in the panel."""
    return [row.removeprefix("│ ") for row in rows(view, page) if row.startswith("│ ")]


def opened(*parts: Part, streaming: bool = False) -> tuple[MessageView, Panel]:
    view = MessageView(message(*parts, streaming=streaming))
    (panel,) = view.panels()
    panel.choose(True)
    view.stir()
    rows(view)
    return view, panel


def scroll(view: MessageView, panel: Panel, by: int) -> bool:
    moved = panel.scroll(by)
    view.stir()
    return moved


def test_a_long_thought_is_seen_through_a_window_that_says_how_much_is_above_and_below() -> None:
    view, panel = opened(Reasoning(MANY), Text("Hi"))
    assert inside(view) == [*(f"line {number}" for number in range(15)), "↓ 85 lines"]
    assert scroll(view, panel, 10)
    assert inside(view) == ["↑ 11 lines", *(f"line {number}" for number in range(11, 25)), "↓ 75 lines"]
    assert scroll(view, panel, 1000)
    assert inside(view) == ["↑ 85 lines", *(f"line {number}" for number in range(85, 100))]
    assert not scroll(view, panel, 1)


def test_a_thought_that_fits_has_no_window() -> None:
    view, panel = opened(Reasoning("one\ntwo"), Text("Hi"))
    assert inside(view) == ["one", "two"]
    assert not scroll(view, panel, 1)


def test_the_window_is_smaller_in_a_small_terminal_and_the_same_message_fits_itself() -> None:
    view, _ = opened(Reasoning(MANY))
    assert len(inside(view)) == room(40) == 16
    assert len(inside(view, replace(PAGE, height=12))) == room(12) == 4
    assert view.laid(replace(PAGE, height=13))
    assert not view.laid(PAGE)


def test_what_has_no_window_is_not_laid_again_for_another_height() -> None:
    view = MessageView(message(Reasoning(MANY), Text("Hi")))
    rows(view)
    assert view.laid(replace(PAGE, height=12))


def test_all_of_a_thought_can_be_shown_and_folding_it_brings_the_window_back() -> None:
    view, panel = opened(Reasoning(MANY))
    panel.show_whole()
    view.stir()
    assert inside(view) == MANY.split("\n")
    view.toggle()
    view.toggle()
    assert len(inside(view)) == 16


def test_an_open_thought_follows_what_is_thought_until_somebody_scrolls_up() -> None:
    view, panel = opened(Reasoning(MANY), streaming=True)
    assert inside(view)[-1] == "line 99"
    view.update(message(Reasoning(MANY + "\nnew"), streaming=True))
    assert inside(view)[-1] == "new"
    assert scroll(view, panel, -50)
    before = inside(view)[1:-1]
    view.update(message(Reasoning(MANY + "\nnew\nnewer"), streaming=True))
    assert inside(view)[1:-1] == before
    assert scroll(view, panel, 1000)
    view.update(message(Reasoning(MANY + "\nnew\nnewer\nnewest"), streaming=True))
    assert inside(view)[-1] == "newest"


def test_what_was_followed_stays_in_sight_when_the_thinking_ends() -> None:
    view, _ = opened(Reasoning(MANY), streaming=True)
    before = inside(view)
    view.update(message(Reasoning(MANY), Text("Hi"), streaming=True))
    assert inside(view) == before


def test_a_place_that_is_folded_or_scrolled_away_is_brought_into_sight() -> None:
    view = MessageView(message(Reasoning(MANY), Text("Hi")))
    rows(view)
    at = MANY.index("line 50")
    assert row_showing(view.stacks, 0, at) is None
    view.reveal(0, 0)
    assert row_showing(view.stacks, 0, at) is None
    view.reveal(0, at)
    assert "│ line 50" in rows(view)
    row = row_showing(view.stacks, 0, at)
    assert row is not None
    assert view.line(row).text == "│ line 50"
    view.reveal(0, 0)
    assert inside(view)[0] == "line 0"


def test_what_is_copied_from_a_window_is_what_was_seen_of_it() -> None:
    view, panel = opened(Reasoning(MANY), Text("Hi"))
    scroll(view, panel, 10)
    found = rows(view)
    top, end = found.index("│ line 11"), found.index("Hi")
    copied = view.copy((top, 0), (end, 2))
    assert copied.startswith("line 11\nline 12\n")
    assert "line 24\n" in copied
    assert "line 25" not in copied
    assert copied.endswith("Hi")


def test_only_the_new_lines_of_an_open_thought_are_laid() -> None:
    view, _ = opened(Reasoning(MANY), streaming=True)
    before = [view.line(row) for row in range(view.height) if "line 9" in view.line(row).text]
    view.update(message(Reasoning(MANY + "\nnew"), streaming=True))
    rows(view)
    after = [view.line(row) for row in range(view.height) if "line 9" in view.line(row).text]
    assert [line for line in before if line in after] == before[:-1]


@given(st.lists(st.text(alphabet="ab \n\té你\u0301"), max_size=20), st.integers(3, 20))
def test_a_text_that_grows_is_wrapped_as_if_it_came_at_once(pieces: list[str], width: int) -> None:
    growing, text = Written(), ""
    for piece in pieces:
        text += piece
        lines = growing.lay(text, width, PAGE.palette.text, BAR)
        fresh = Written().lay(text, width, PAGE.palette.text, BAR)
        assert [(line.start, line.runs) for line in lines] == [(line.start, line.runs) for line in fresh]


@pytest.mark.parametrize("unit", ["word ", "x", "你", "e\u0301", "👩‍👩‍👧"])
def test_a_line_without_an_end_is_wrapped_once_and_loses_nothing(unit: str) -> None:
    growing, text = Written(), ""
    while len(text) < 30_000:
        text += unit * 700
        lines = growing.lay(text, 40, PAGE.palette.text, BAR)
    fresh = Written().lay(text, 40, PAGE.palette.text, BAR)
    assert [(line.start, line.text) for line in lines] == [(line.start, line.text) for line in fresh]
    shown = "".join(line.text.removeprefix("│ ") for line in lines)
    assert shown.replace(" ", "") == text.replace(" ", "")


def test_every_character_knows_where_it_was_written() -> None:
    text = "a\tb\x1b[31m c\u202ed"
    (line,) = Written().lay(text, 60, PAGE.palette.text)
    for letter in "abcd":
        (run,) = [
            run for run in line.runs if letter in run.text and run.at != NOWHERE and "U+" not in run.text
        ]
        assert text[run.at + run.text.index(letter)] == letter


def test_a_tool_is_one_line_until_it_is_opened() -> None:
    view, _ = opened(ToolCall("1", "read", '{"path": "a", "lines": [1, 2], "nothing": {}}'))
    assert rows(view)[1:-1] == [
        "▾ ⚙ read",
        "│ {",
        '│   "path": "a",',
        '│   "lines": [',
        "│     1,",
        "│     2",
        "│   ],",
        '│   "nothing": {}',
        "│ }",
    ]
    view.toggle(0)
    assert rows(view)[1] == '▸ ⚙ read({"path": "a", "lines": [1, 2], "nothing": {}})'


def test_arguments_that_are_no_json_are_shown_as_they_were_written() -> None:
    view, _ = opened(ToolCall("1", "read", '{"path": "a", \nand so'))
    assert inside(view) == ['{"path": "a",', "and so"]


def test_a_result_is_seen_whole_and_an_error_is_marked() -> None:
    view, panel = opened(ToolResult("1", MANY, is_error=True))
    assert rows(view)[1] == "▾ ✗ 100 lines · 789 B"
    assert inside(view)[-1] == "↓ 85 lines"
    assert scroll(view, panel, 1000)
    assert inside(view)[-1] == "line 99"


def test_a_call_without_arguments_and_an_empty_result_have_nothing_to_unfold() -> None:
    view = MessageView(message(ToolCall("1", "now", "{}"), ToolResult("1", "")))
    assert rows(view)[1:3] == ["  ⚙ now({})", "  ↳ (nothing)"]
    view.toggle(0)
    assert rows(view)[1:3] == ["  ⚙ now({})", "  ↳ (nothing)"]


def test_what_a_message_holds_is_folded_and_unfolded_together() -> None:
    view = MessageView(message(Reasoning("hm"), ToolCall("1", "read", '{"a": 1}'), ToolResult("1", "one")))
    assert view.toggle_panels()
    assert {"│ hm", '│   "a": 1', "│ one"} <= set(rows(view))
    assert view.toggle_panels()
    assert not [row for row in rows(view) if row.startswith("│")]
    assert not MessageView(message(Text("Hi"))).toggle_panels()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.lists(JSON, min_size=1) | st.dictionaries(st.text(), JSON, min_size=1), st.integers(20, 80))
def test_indented_arguments_lose_no_character_and_know_where_each_was(value: object, width: int) -> None:
    import json

    text = json.dumps(value, ensure_ascii=False)
    lines = json_lines(text, width, PAGE.palette.text, BAR)
    assert lines is not None
    starts = [line.start for line in lines]
    assert starts == sorted(starts)
    covered = {
        run.at + place
        for line in lines
        for run in line.runs
        if run.at != NOWHERE
        for place in range(len(run.text))
    }
    assert {place for place, letter in enumerate(text) if letter.isprintable() and letter != " "} <= covered


def test_selected_arguments_are_copied_as_they_were_sent() -> None:
    sent = '{"path": "a",    "lines": [1, 2]}'
    view, _ = opened(ToolCall("1", "read", sent))
    found = rows(view)
    assert view.copy((found.index("│ {"), 0), (found.index("│ }"), 3)) == sent


def test_a_window_never_hides_a_line_without_saying_so() -> None:
    lines = [
        Line([Run(str(number), PAGE.palette.text, number)], number, PAGE.palette.text) for number in range(40)
    ]
    window = Window()
    for _ in range(40):
        above, seen, below = window.stacks(lines, "x" * 40, PAGE, 0, growing=False)
        hidden = [int(line.text.split()[2]) for stack in (above, below) for line in stack.lines]
        assert len(seen.lines) + sum(hidden) == 40
        assert sum(len(stack.lines) for stack in (above, seen, below)) == 16
        window.scroll(1, growing=False)


def test_five_hundred_tools_are_not_laid_again_when_nothing_of_them_changed() -> None:
    parts = [
        part for n in range(250) for part in (ToolCall(str(n), "read", '{"a": 1}'), ToolResult(str(n), MANY))
    ]
    view = MessageView(message(*parts))
    rows(view)
    kept = [view.line(row) for row in range(view.height)]
    view.update(message(*parts, Text("Hi")))
    assert view.lay(PAGE, TELLING) == len(parts) + 1
    assert all(view.line(row) is line for row, line in enumerate(kept[: len(parts) + 1]))


def test_a_spot_on_the_title_stays_there_whatever_signs_are_below_the_text() -> None:
    view, panel = opened(Reasoning(MANY))
    panel.scroll(20)
    view.stir()
    rows(view)
    for row in range(view.height):
        bookmark = bookmarked(view.stacks, Spot(0, row, 0))
        assert bookmark is not None
        assert resolved(view.stacks, bookmark) == Spot(0, row, 0)


def test_a_copy_of_a_window_ends_with_what_is_seen_in_it() -> None:
    view, _ = opened(Reasoning(MANY))
    seen = [row for row in inside(view) if row.startswith("line")]
    assert view.copy((0, 0), None) == "\n".join(seen)
