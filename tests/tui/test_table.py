"""Tables: of any size, whole, and quiet once their columns are as wide as they stay."""

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from llmtui.tui.drawing.body import Body
from llmtui.tui.drawing.lines import Line, Recast
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.table import SETTLED

PALETTE = Palette.plain()
WORDS = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "mu",
]


def laid(text: str, width: int = 60) -> list[Line]:
    body = Body()
    body.update(text)
    body.lay(Page(width, PALETTE), live=True)
    return lines_of(body)


def lines_of(body: Body) -> list[Line]:
    return [line for stack in body.stacks for line in stack.lines]


def seen(text: str, width: int = 60) -> list[str]:
    return [line.text.rstrip() for line in laid(text, width)]


def table(rows: int) -> str:
    return "| a | b |\n|---|---|\n" + "".join(f"| {row} | row {row} |\n" for row in range(rows))


def test_two_thousand_rows_are_shown_whole() -> None:
    found = seen(table(2_000))
    assert len(found) == 2_002
    assert found[-1] == "1999   │ row 1999"


def test_a_table_with_no_room_for_its_columns_is_wider_than_the_page_and_moves_as_one() -> None:
    found = laid("| first | second | third |\n|---|---|---|\n| aaaaaaaa | bbbbbbbb | cccccccc |\n\n", 20)
    assert [line.text.rstrip() for line in found][2] == "aaaaaaaa │ bbbbbbbb │ cccccccc"
    (wide,) = {line.wide for line in found}
    assert wide is not None
    assert wide.widest == cell_len(found[1].text) > 20


def test_a_table_that_fits_is_not_moved() -> None:
    assert {line.wide for line in laid(table(3))} == {None}


def test_columns_do_not_change_once_they_have_settled_and_a_longer_row_wraps() -> None:
    body, page = Body(), Page(40, PALETTE)
    text = table(SETTLED)
    body.update(text)
    body.lay(page, live=True)
    before = lines_of(body)
    text += "| 50 | a row with more words than any of the rows above it |\n"
    body.update(text)
    assert body.lay(page, live=True) == len(before)
    now = lines_of(body)
    assert all(old is new for old, new in zip(before, now, strict=False))
    assert len(now) > len(before) + 1


def test_a_row_with_more_cells_than_the_head_shows_them_all() -> None:
    assert seen("|a|b|\n|-|-|\n|1|2|3|4|\n") == ["a │ b", "──┼──────────", "1 │ 2 | 3 | 4"]


def test_a_bar_in_a_cell_is_no_edge() -> None:
    assert seen("|a|b|\n|-|-|\n|1 \\| 2|3|\n")[-1] == "1 | 2 │ 3"


def test_a_table_in_a_list_and_a_quote_stands_in_them() -> None:
    assert seen("- see\n\n  > | a | b |\n  > |---|---|\n  > | 1 | 2 |\n") == [
        "  • see",
        "",
        "    ▎ a │ b",
        "    ▎ ──┼──",
        "    ▎ 1 │ 2",
    ]


def test_a_place_in_a_cell_is_where_it_was_written() -> None:
    text = "- x\n\n  | a | b |\n  |---|---|\n  | one **two** | three |\n"
    for line in laid(text):
        for run in line.runs:
            if run.at >= 0:
                assert text[run.at : run.at + len(run.text)] == run.text


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join), min_size=1, max_size=40),
    st.integers(1, 6),
    st.integers(8, 80),
    st.lists(st.integers(0, 2_000), max_size=6),
)
def test_every_word_of_a_table_is_there_in_its_column(
    cells: list[str], columns: int, width: int, cuts: list[int]
) -> None:
    rows = [cells[at : at + columns] for at in range(0, len(cells), columns)]
    head = "|" + "|".join(f"h{place}" for place in range(columns)) + "|\n" + "|-" * columns + "|\n"
    text = head + "".join("|" + "|".join(row) + "|\n" for row in rows)
    body = Body()
    for end in [*sorted(cut % len(text) for cut in cuts), len(text)]:
        body.update(text[:end])
        body.lay(Page(width, PALETTE), live=True)
    for place in range(columns):
        shown = [line.text.split(" │ ")[place] for line in lines_of(body)[2:] if "┼" not in line.text]
        wanted = [row[place] for row in rows if place < len(row)]
        assert "".join(shown).replace(" ", "") == "".join(wanted).replace(" ", "")


def test_a_formula_or_a_footnote_in_the_head_is_shown_and_stays_one_piece_while_rows_come() -> None:
    body = Body()
    text = "| $x^2$ | note[^1] |\n|---|---|\n| a | b |\n"
    for end in range(len(text) + 1):
        body.update(text[:end])
        body.lay(Page(60, PALETTE), live=True)
    head = lines_of(body)[0]
    assert head.text.split() == ["x²", "│", "note⁽¹⁾"]
    formula = head.runs[0]
    assert isinstance(formula, Recast)
    assert (formula.at, formula.length, formula.style.bold) == (2, len("$x^2$"), True)
