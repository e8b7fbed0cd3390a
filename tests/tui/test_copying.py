"""What a selection copies: the words as they were written, and marks only in pairs."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmtui.chat.message import Answer, Message
from llmtui.chat.parts import Part, Reasoning, Text
from llmtui.tui.conversation.selected import Selected
from llmtui.tui.drawing.column import Column
from llmtui.tui.drawing.lines import Line, Run
from llmtui.tui.drawing.message_view import MessageView
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.spots import Spot
from llmtui.tui.drawing.telling import Telling

PAGE = Page(60, Palette.plain())
ANSWER = """# Title here

Some **bold words** and `inline code` and a [link text](https://example.com/a(b) "t") end.

1. one *em* x
2. two
   - nested **b**

     ```py
     def f():
         return 1
     ```
   - other

> quote **q q** a
> more

```python
def g():
    if x:
        return 2

y = 1
```

| head | b |
|---|---|
| c **d** | e f |
| g | h |

Last ***both*** words.
"""


def view(*parts: Part, width: int = 60) -> MessageView:
    shown = MessageView(Message("a", "assistant", parts, answer=Answer("g/r1", "g", outcome="complete")))
    shown.fold("open")
    shown.lay(Page(width, PAGE.palette), Telling())
    return shown


def rows(shown: MessageView) -> Sequence[str]:
    return [shown.line(row).text for row in range(shown.height)]


def copied(text: str, first: str, last: str, width: int = 60) -> str:
    """What is copied from the beginning of some words to the end of others."""
    shown = view(Text(text), width=width)
    lines = rows(shown)
    start = next(row for row, line in enumerate(lines) if first in line)
    end = next(row for row, line in enumerate(lines) if last in line and row >= start)
    return shown.copy((start, lines[start].index(first)), (end, lines[end].index(last) + len(last)))


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        ("ld wor", "ld wor", "ld wor"),
        ("bold words", "bold words", "bold words"),
        ("Some", "bold", "Some bold"),
        ("words", "and", "words and"),
        ("bold words", "and", "**bold words** and"),
        ("Some", "inline", "Some **bold words** and inline"),
        ("inline code", "and a", "`inline code` and a"),
        ("code", "link te", "code and a link te"),
        ("and a", "link text", 'and a [link text](https://example.com/a(b) "t")'),
        ("link text", "end", '[link text](https://example.com/a(b) "t") end'),
        ("both", "both", "both"),
        ("Last", "both", "Last ***both***"),
        ("Last", "bot", "Last bot"),
        ("th words", "words", "th words"),
    ],
)
def test_marks_are_copied_in_pairs_around_what_is_all_there(first: str, last: str, wanted: str) -> None:
    assert copied(ANSWER, first, last) == wanted


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        ("Title", "Some", "# Title here\n\nSome"),
        ("Title", "here", "Title here"),
        ("Title", "Title", "Title"),
        ("itle", "Some", "itle here\n\nSome"),
        ("1. one", "two", "1. one *em* x\n2. two"),
        ("one", "one", "one"),
        ("em", "nested", "*em* x\n2. two\n   - nested"),
        ("quote", "more", "> quote **q q** a\n> more"),
        ("q q", "more", "**q q** a\n> more"),
        ("uote", "uote", "uote"),
    ],
)
def test_headings_lists_and_quotes_are_copied_with_their_signs_from_their_beginning(
    first: str, last: str, wanted: str
) -> None:
    assert copied(ANSWER, first, last) == wanted


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        ("def g", "y = 1", "def g():\n    if x:\n        return 2\n\ny = 1"),
        ("if x", "return 2", "    if x:\n        return 2"),
        ("f x", "return 2", "f x:\n        return 2"),
        ("eturn 2", "eturn 2", "eturn 2"),
        ("python", "y = 1", "```python\ndef g():\n    if x:\n        return 2\n\ny = 1\n```"),
        ("python", "return 2", "def g():\n    if x:\n        return 2"),
        ("python", "python", "python"),
        ("return 2", "c d", "return 2\n\ny = 1\n\n| head | b |\n|---|---|\n| c **d**"),
        ("more", "y = 1", "> more\n\n```python\ndef g():\n    if x:\n        return 2\n\ny = 1\n```"),
    ],
)
def test_code_is_copied_as_code_and_its_fence_only_around_all_of_it(
    first: str, last: str, wanted: str
) -> None:
    assert copied(ANSWER, first, last) == wanted


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        ("def f", "return 1", "def f():\n    return 1"),
        ("ef f", "return 1", "ef f():\n    return 1"),
        ("py", "return 1", "```py\ndef f():\n    return 1\n```"),
    ],
)
def test_code_in_a_list_is_copied_without_what_is_before_it_there(first: str, last: str, wanted: str) -> None:
    assert copied(ANSWER, first, last) == wanted


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        ("head", "h  ", "| head | b |\n|---|---|\n| c **d** | e f |\n| g | h |"),
        ("c d", "e f", "| c **d** | e f |"),
        ("d  ", "h", "d\te f\ng\th"),
        ("e f", "e f", "e f"),
        ("d  ", "e", "d\te"),
    ],
)
def test_whole_rows_of_a_table_are_copied_as_rows_and_parts_as_cells(
    first: str, last: str, wanted: str
) -> None:
    assert copied(ANSWER, first, last) == wanted


def test_a_wrapped_cell_is_copied_on_one_line() -> None:
    text = "| a | b |\n|---|---|\n| one two three four five six | seven eight nine ten |\n"
    assert copied(text, "two", "ten", width=24) == "two three four five six\tseven eight nine ten"
    assert copied(text, "eight", "five", width=24) == "five\teight nine"
    assert copied(text, "two", "eight", width=24) == "two three four\tseven eight"


def test_tabs_in_what_a_person_wrote_are_tabs_again() -> None:
    shown = MessageView(Message("q", "user", (Text("a\tbcd\n\tefg hij"),)))
    shown.lay(PAGE, Telling())
    lines = rows(shown)
    assert shown.copy((1, 0), (2, lines[2].index("efg") + 3)) == "a\tbcd\n\tefg"
    assert shown.copy((1, lines[1].index("cd")), (2, lines[2].index("hij") + 3)) == "cd\n\tefg hij"


def test_reasoning_is_copied_without_the_bar_before_it() -> None:
    shown = view(Reasoning("first\n\nthen second", 0, 1), Text("Hi **you**"))
    lines = rows(shown)
    row = next(row for row, line in enumerate(lines) if "then" in line)
    assert shown.copy((row, 0), None) == "then second\n\nHi **you**"
    assert shown.copy((0, 0), None) == "first\n\nthen second\n\nHi **you**"


def test_several_messages_are_copied_with_who_wrote_them_and_without_figures() -> None:
    column = Column(Telling())
    answers = [
        Message(f"a{place}", "assistant", (Text(f"Answer {place}"),), answer=Answer("g/r1", "g"))
        for place in range(200)
    ]
    column.show(answers, {})
    column.fit(PAGE)
    whole = column.copy(None, None)
    assert whole == "\n\n".join(f"**r1 · g**\n\nAnswer {place}" for place in range(200))
    # Those between the first and the last need not be laid for it.
    assert sum(bool(shown.stacks) for shown in column.views) == 2
    assert column.copy((column.key_of(3, 1), 0), (column.key_of(4, 0), 2)) == "Answer 3"


WRITTEN = [
    "# Heading *em* x",
    "Some **bold words** and `code` here",
    'a [link](https://a.example "t") and <https://b.example> too',
    "- item **b**\n- another\n  - nested `c`\n",
    "1. one\n2. two ~~gone~~",
    "> quoted **all**\n> and more",
    "```py\nx = 1\n    y\n```",
    "| a | b |\n|---|---|\n| c **d** | e |\n| f | g |",
    "漢字テスト **太字** です",
    "e\u0301 👨‍👩‍👧 🇩🇪 x",
    "---",
    "&amp; \\* \\_x\\_ escaped",
    "***both*** and **a *nested* b**",
]
documents = st.lists(st.sampled_from(WRITTEN), min_size=1, max_size=5).map("\n\n".join)
shares = st.floats(0, 1, allow_nan=False)


@given(documents, st.sampled_from([24, 40, 80]))
def test_a_whole_message_is_copied_as_it_was_written(text: str, width: int) -> None:
    shown = view(Text(text), width=width)
    assert shown.copy((0, 0), None) == text.strip("\n")


@settings(max_examples=300)
@given(documents, st.sampled_from([24, 40, 80]), shares, shares, shares, shares)
def test_what_is_copied_was_written_in_this_order(
    text: str, width: int, first: float, start: float, last: float, end: float
) -> None:
    shown = view(Text(text), width=width)
    lines = rows(shown)
    spots = []
    for down, across in ((first, start), (last, end)):
        row = 1 + round(down * (shown.height - 4)) if shown.height > 4 else 1
        spots.append((row, round(across * len(lines[row]))))
    low, high = sorted(spots)
    found = shown.copy(low, high, told=False)
    assert ordered(found.replace("\t", " "), text.replace("\t", " ")) or found.strip() in "\n".join(lines)


def ordered(found: str, text: str) -> bool:
    """Whether all the characters are in the text, one after the other, but for what is between them."""
    source = iter(text)
    return all(character in source for character in found if not character.isspace())


PROSE = [text for text in WRITTEN if not text.startswith(("|", "---"))]


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from(PROSE), min_size=1, max_size=5).map("\n\n".join),
    st.sampled_from([24, 40, 80]),
    st.sampled_from([24, 40, 80]),
    shares,
    shares,
)
def test_what_is_selected_is_the_same_text_at_another_width(
    text: str, width: int, other: int, first: float, last: float
) -> None:
    column = Column(Telling())
    column.show([Message("a", "assistant", (Text(text),), answer=Answer("g/r1", "g"))], {})
    column.fit(Page(width, PAGE.palette))
    column.lay(0)
    shown = column.views[0]
    spots = [
        Spot(0, row, base + at)
        for row in range(shown.height)
        for base, run in runs_at(shown.line(row))
        for at in range(len(run.text))
        if run.at >= 0 and not run.text[at].isspace()
    ]
    low, high = sorted(spots[round(share * (len(spots) - 1))] for share in (first, last))
    selected = Selected(column)
    selected.begin(low)
    selected.extend(high)
    before = copy_of(column, selected)
    column.fit(Page(other, PAGE.palette))
    assert selected.settle()
    assert visible(copy_of(column, selected)) == visible(before)
    column.fit(Page(width, PAGE.palette))
    assert selected.settle()
    assert copy_of(column, selected) == before


def runs_at(line: Line) -> Sequence[tuple[int, Run]]:
    found, base = [], 0
    for run in line.runs:
        found.append((base, run))
        base += len(run.text)
    return found


def copy_of(column: Column, selected: Selected) -> str:
    chosen = selected.selection()
    assert chosen is not None
    assert chosen.start is not None
    assert chosen.end is not None
    return column.copy((chosen.start.y, chosen.start.x), (chosen.end.y, chosen.end.x))


def visible(text: str) -> str:
    """The letters: marks are copied at the beginning of a line, and not in the middle of it."""
    return "".join(character for character in text if character.isalpha())


def test_lines_of_code_are_copied_without_the_returns_of_their_ends() -> None:
    shown = view(Text("```\r\na = 1\r\nb = 2\r\nc\r\n```\r\n"))
    lines = rows(shown)
    first, last = (
        next(row for row, line in enumerate(lines) if words in line) for words in ("a = 1", "b = 2")
    )
    assert shown.copy((first, 0), (last, len(lines[last]))) == "a = 1\nb = 2"


@pytest.mark.parametrize(
    ("text", "first", "last", "wanted"),
    [
        ("see `ab\r\ncd` and more", "cd", "cd", "cd"),
        ("see `ab\r\ncd` and more", "and", "and", "and"),
        ("see `ab\r\ncd` and more", "ab", "cd", "ab\r\ncd"),
        ("> see `ab\n> cd` and more", "cd", "more", "cd and more"),
        ("| h | i |\n|---|---|\n| ab \\| cd | ef |\n", "cd", "cd", "cd"),
        ("| h | i |\n|---|---|\n| ab \\| cd | ef |\n", "ab", "cd", "ab \\| cd"),
        ("| h | i |\n|---|---|\n| ab `c \\| d` e | ef |\n", "d", "d", "d"),
        ("| h | i |\n|---|---|\n| ab `c \\| d` e | ef |\n", "e", "e", "e"),
    ],
)
def test_what_follows_words_that_read_otherwise_than_they_were_written_is_copied_to_the_letter(
    text: str, first: str, last: str, wanted: str
) -> None:
    assert copied(text, first, last) == wanted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- numpy", "numpy"),
        ("# Answer", "Answer"),
        ("> quoted", "quoted"),
        ("1. run", "run"),
        ("- [ ] task", "task"),
        ("- **bold**", "bold"),
        ("1. run\n   `make test`", "make test"),
        ("- a\n\n  para in a", "para in a"),
        ("- a b\n  second line", "second line"),
        ("> one\n> two", "two"),
        ("| one |\n|---|\n| two |\n", "two"),
        ("- words that are wrapped over two lines or more of them", "words that are wrapped over"),
    ],
)
def test_words_of_one_line_are_copied_without_the_sign_and_the_marks_around_them(
    text: str, words: str
) -> None:
    assert copied(text, words, words, width=40) == words
    assert copied(text + "\n\nend", words, words, width=40) == words


@pytest.mark.parametrize(
    ("text", "first", "last", "wanted"),
    [
        ("- numpy\n- scipy", "numpy", "scipy", "- numpy\n- scipy"),
        ("- numpy", "•", "numpy", "- numpy"),
        ("- a\n  second\n  third", "second", "third", "second\nthird"),
        ("- a\n\n  para\n- b", "para", "b", "para\n- b"),
        ("- a\n  - b\n    c\n- d", "b", "d", "- b\n  c\n- d"),
        ("- a\n\n      x = 1\n        y", "x", "y", "x = 1\n  y"),
        ("see [that](https://a.example)", "see", "that", "see [that](https://a.example)"),
        ("[that](https://a.example)", "that", "example)", "[that](https://a.example)"),
    ],
)
def test_over_several_lines_signs_are_copied_and_the_indent_of_the_first_is_not(
    text: str, first: str, last: str, wanted: str
) -> None:
    assert copied(text, first, last) == wanted
