"""Where something is, in words that hold: rows of a message, and characters of what was written."""

from hypothesis import given, settings
from hypothesis import strategies as st

from llmtui.chat.message import Answer, Message
from llmtui.chat.parts import Part, Reasoning, Text, ToolCall, ToolResult
from llmtui.tui.drawing.anchors import anchor, row_of
from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.message_view import MessageView
from llmtui.tui.drawing.page import Page, Stack
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.telling import Telling

PALETTE = Palette.plain()
LINES = """# head
words and more words of it
- item
  - inner
> quote
```py
x = 1
```
| a | b |
|---|---|
| c | d e f g h |

[x]: /y
$$
***
1. one
    code
[x] and ![i](j)"""
MARKDOWN = st.lists(st.sampled_from(LINES.split("\n")), max_size=14).map("\n".join)


def view(*parts: Part, width: int, live: bool) -> MessageView:
    answer = Answer("g/m", "g") if live else Answer("g/m", "g", outcome="complete")
    shown = MessageView(Message("a", "assistant", parts, answer=answer))
    shown.fold("open")
    shown.lay(Page(width, PALETTE), Telling())
    return shown


@settings(max_examples=200)
@given(st.lists(MARKDOWN, min_size=1, max_size=3), st.integers(4, 40), st.booleans())
def test_the_anchor_of_a_row_is_that_row(texts: list[str], width: int, live: bool) -> None:
    thought, *said = [Text(text) for text in texts]
    call, result = ToolCall("1", "read", '{"a": 1}'), ToolResult("1", thought.text)
    shown = view(Reasoning(thought.text), call, result, thought, *said, width=width, live=live)
    stacks = shown.stacks
    rows = range(shown.height)
    assert [row_of(stacks, anchor(stacks, row)) for row in rows] == list(rows)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=12).map(sorted), st.integers(0, 12))
def test_a_row_is_found_where_what_is_closed_of_a_text_ends_as_what_is_open_begins(
    starts: list[int], closed: int
) -> None:
    lines = [Line([], start, PALETTE.text) for start in starts]
    text = "x" * 8
    stacks = [Stack(lines[:closed], text, 0), Stack(lines[closed:], text, 0)]
    rows = range(len(lines))
    assert [row_of(stacks, anchor(stacks, row)) for row in rows] == list(rows)
    # A moment later the text is closed.
    later = [Stack(lines, text, 0), Stack([], text, 0)]
    assert [row_of(later, anchor(stacks, row)) for row in rows] == list(rows)
