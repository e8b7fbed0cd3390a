"""Lines wider than the page: what is in sight of them, and what the mouse hits."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from llmtui.tui.drawing.lines import Line, Run, Sideways
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.signs import measure
from llmtui.tui.drawing.strips import drawn, located, overlaid

PALETTE = Palette.plain()
PAGE = Page(10, PALETTE)
LIT = Style(reverse=True)
GLYPHS = st.lists(st.sampled_from(["a", "b", "你", "e\u0301", " ", "👩\u200d🚀", "🇩🇪"]), max_size=30).map(
    "".join
)


def wide(text: str, moved: int = 0, head: str = "") -> Line:
    line = Line([*([Run(head, Style())] if head else []), Run(text, Style(), 0)], 0, Style())
    line.wide = Sideways(len(head))
    line.wide.widest = len(head) + cell_len(text)
    line.wide.moved = moved
    return line


def seen(line: Line) -> str:
    strip = drawn(line, PAGE, 12)
    assert strip.cell_length == 12
    return strip.text[1:-1]


def hit(strip: Strip, cell: int) -> int:
    """The character of the line that the mouse finds at this cell, as Textual looks for it."""
    start = 0
    for segment in strip:
        if cell < start + segment.cell_length:
            index, _ = (segment.style or Style()).meta["offset"]
            cells = [cell_len(segment.text[:count]) for count in range(len(segment.text))]
            return int(index) + max(count for count, before in enumerate(cells) if before <= cell - start)
        start += segment.cell_length
    raise AssertionError(cell)


def test_a_line_that_goes_on_has_a_sign_at_its_edge() -> None:
    assert seen(wide("abcdefghijklmnop")) == "abcdefghi›"
    assert seen(wide("abcdefghijklmnop", 3)) == "‹efghijkl›"
    assert seen(wide("abcdefghijklmnop", 6)) == "‹hijklmnop"
    assert seen(wide("abcdefghij")) == "abcdefghij"


def test_a_short_line_among_wide_ones_says_that_it_has_words_out_of_sight() -> None:
    line = wide("abc", 8)
    assert line.wide is not None
    line.wide.widest = 40
    assert seen(line) == "‹         "
    blank = wide("   ", 8)
    assert blank.wide is not None
    blank.wide.widest = 40
    assert seen(blank) == " " * 10


def test_what_stands_before_a_line_stays() -> None:
    assert seen(wide("abcdefghijklmnop", 3, "▎ ")) == "▎ ‹efghij›"


def test_half_a_glyph_is_not_shown() -> None:
    assert seen(wide("你好世界你好世界", 3)) == "‹世界你好›"
    assert seen(wide("a你好世界你好世界", 3)) == "‹ 世界你 ›"


@given(GLYPHS, st.integers(0, 40), st.integers(0, 3))
def test_what_is_seen_is_as_wide_as_the_page_and_made_of_whole_glyphs(
    text: str, moved: int, head: int
) -> None:
    line = wide(text, moved, "▎" * head)
    edges, _ = measure([text])
    glyphs = {text[low:high] for low, high in pairwise(edges)}
    shown = seen(line)
    inside = shown.strip("▎").replace("‹", "").replace("›", "")
    pieces, _ = measure([inside])
    assert {inside[low:high] for low, high in pairwise(pieces)} <= glyphs | {" "}
    assert cell_len(shown) == 10


@given(st.text(alphabet="ab你 xyz", min_size=12, max_size=40), st.integers(0, 40))
def test_a_click_on_a_moved_line_hits_the_character_that_is_seen_there(text: str, moved: int) -> None:
    line = wide(text, moved)
    strip, shown = located(line, PAGE, 12, 7), drawn(line, PAGE, 12)
    assert strip.cell_length == 12
    cell = 0
    for character in shown.text[:-1]:
        if character not in "‹› ▎":
            assert line.text[hit(strip, cell)] == character
        cell += cell_len(character)


def test_a_selection_lights_the_characters_that_it_is_of() -> None:
    line = wide("abcdefghijklmnop", 3)
    strip = overlaid(line, PAGE, 12, [(6, 9, LIT)])
    assert strip.text == drawn(line, PAGE, 12).text
    assert "".join(segment.text for segment in strip if segment.style and segment.style.reverse) == "ghi"


def test_a_line_is_made_once_for_each_place_it_is_moved_to() -> None:
    line = wide("abcdefghijklmnop")
    first = drawn(line, PAGE, 12)
    assert drawn(line, PAGE, 12) is first
    assert line.wide is not None
    assert line.wide.move(3, 10)
    assert drawn(line, PAGE, 12).text != first.text


def test_a_block_moves_no_further_than_its_widest_line_and_back_to_its_beginning() -> None:
    sideways = Sideways()
    sideways.widest = 30
    assert sideways.move(8, 10)
    assert sideways.moved == 8
    assert sideways.move(100, 10)
    assert sideways.moved == 20
    assert not sideways.move(8, 10)
    assert sideways.hidden(25) == 5, "a wider page shows more of it"
    assert sideways.hidden(10) == 20, "and a narrow one is where it was"
    assert sideways.move(-1000, 10)
    assert sideways.moved == 0


def test_what_is_out_of_sight_is_brought_into_it_and_what_is_in_sight_stays() -> None:
    line = wide("abcdefghijklmnopqrstuvwxyz", 0, "▎ ")
    assert line.wide is not None
    assert not line.wide.show(3, 5, 10)
    assert line.wide.show(20, 22, 10)
    assert "st" in seen(line)
    assert not line.wide.show(20, 22, 10)
    assert line.wide.show(2, 3, 10)
    assert seen(line) == "▎ abcdefg›"
