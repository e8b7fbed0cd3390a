"""Text in any script is broken into lines where it may be, and never inside what is seen as one sign."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from llmtui.terminal import safe_text
from llmtui.tui.drawing.lines import NOWHERE, Run, shortened, wrap, wrap_whole
from llmtui.tui.drawing.paint import Code, code_lines
from llmtui.tui.drawing.palette import Palette
from tests.tui.test_markdown import lines

STYLE = Style()
EMOJI = Path(__file__).parents[3] / "shared" / "suites" / "emoji" / "emoji-test.txt"
SIGNS = [
    "👍🏽",
    "👩‍💻",
    "👨‍👩‍👧‍👦",
    "🇩🇪",
    "1️⃣",
    "❤️",
    "☺︎",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
]
SIGNS += ["e\u0301", "각", "กำ", "ที่", "क्षि", "நி", "שָׁ", "مُ", "葛\U000e0100"]


def rows(lines: list[list[Run]]) -> list[str]:
    return ["".join(run.text for run in line) for line in lines]


def wrapped(text: str, width: int) -> list[str]:
    return rows(wrap([Run(text, STYLE, 0)], width))


def code_rows(text: str, width: int) -> list[list[Run]]:
    """The same text as a line of code that is broken, without what stands before each row."""
    code = Code("")
    code.lines = [text]
    found = code_lines(code, 0, 0, width + 1, Palette.plain())
    return [[run for run in line.runs if run.at != NOWHERE] for line in found]


@pytest.mark.parametrize("sign", SIGNS)
def test_a_line_is_never_broken_inside_a_sign(sign: str) -> None:
    for width in (2, 3, 5, 7):
        for found in (wrapped(sign * 9, width), rows(code_rows(sign * 9, width))):
            assert "".join(found) == sign * 9
            assert all(len(line) % len(sign) == 0 for line in found)
            assert all(cell_len(line) <= width for line in found)


@pytest.mark.skipif(not EMOJI.exists(), reason="the shared emoji list is not here")
def test_every_emoji_keeps_its_width_and_stays_whole() -> None:
    found = [
        "".join(chr(int(code, 16)) for code in line.split(";")[0].split())
        for line in EMOJI.read_text(encoding="utf-8").splitlines()
        if "; fully-qualified" in line
    ]
    assert len(found) > 3_000
    for emoji in found:
        assert safe_text(emoji) == emoji
        # Rich, and with it the screen, gives one cell to a hand or a person that has only a skin colour.
        cells = cell_len(emoji)
        assert cells == 2 or (cells == 1 and len(emoji) == 2)
        assert wrapped(f"ab{emoji}{emoji}", 4) == [f"ab{emoji}", emoji] or cells == 1
        assert rows(code_rows(f"abc{emoji}", 4)) == ["abc", emoji] or cells == 1


def test_chinese_is_broken_between_characters_and_not_before_what_closes_or_after_what_opens() -> None:
    assert wrapped("他说：「你好。」然后走", 10) == ["他说：「你", "好。」然后", "走"]
    assert wrapped("これは「テスト」です", 10) == ["これは「テ", "スト」です"]
    assert wrapped("あいうえ（かきく）", 10) == ["あいうえ", "（かきく）"]
    assert wrapped("いっしょに", 6) == ["いっ", "しょに"]


def test_a_mark_that_closes_is_cut_off_only_where_there_is_no_other_place() -> None:
    assert wrapped("。。。。。", 4) == ["。。", "。。", "。"]


def test_words_between_chinese_stay_whole() -> None:
    assert wrapped("使用Python语言, 很好", 10) == ["使用Python", "语言, 很好"]
    assert wrapped("我们使用Python语言", 8) == ["我们使用", "Python语", "言"]


def test_words_in_scripts_of_any_direction_are_broken_at_spaces() -> None:
    assert wrapped("שלום עולם טוב", 9) == ["שלום עולם", "טוב"]
    assert wrapped("مرحبا بالعالم", 8) == ["مرحبا", "بالعالم"]
    assert wrapped("नमस्ते दुनिया", 5) == ["नमस्ते", "दुनिया"]


def test_an_indent_stays_with_the_first_word_of_a_line() -> None:
    assert wrapped("    abcdefghij", 8) == ["    abcd", "efghij"]
    assert wrapped("    你好世界", 8) == ["    你好", "世界"]


def test_a_space_of_no_width_is_a_place_to_break() -> None:
    assert wrapped("ភាសា\u200bខ្មែរ", 4) == ["ភាសា\u200b", "ខ្មែរ"]


@given(
    st.lists(
        st.sampled_from(
            [*SIGNS, "a", "bc", " ", "  ", "你", "，", "「", "\u200d", "\ufe0f", "\u0301", "🇩", "é"]
        )
    ),
    st.integers(2, 12),
    st.integers(0, 30),
)
def test_every_sign_is_there_once_in_order_and_inside_the_width(
    signs: list[str], width: int, cut: int
) -> None:
    text = safe_text("".join(signs))
    runs = [Run(text[:cut], STYLE, 0), Run(text[cut:], STYLE, cut)]
    for found, spaces in ((wrap(runs, width), ""), (code_rows(text, width), " ")):
        assert "".join(rows(found)).replace(" ", spaces) == text.replace(" ", spaces)
        assert all(sum(cell_len(run.text) for run in line) <= width for line in found)
        assert all(text[run.at : run.at + len(run.text)] == run.text for line in found for run in line)


def test_a_title_is_shortened_between_signs() -> None:
    assert shortened("ab👩‍💻cd", 4) == "ab…"
    assert shortened("ab👩‍💻cd", 5) == "ab👩‍💻…"
    assert shortened("🇩🇪🇫🇷🇮🇹", 4) == "🇩🇪…"


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("**「强调」**文字", ["「强调」"]),
        ("文字**（重点）**和**重点。**然后", ["（重点）", "重点。"]),
        ("これは**「大事」**です", ["「大事」"]),
        ("굵은**(글자)**입니다", ["(글자)"]),
        ("中**文**字 and a **b** c", ["文", "b"]),
        ("a * b 文 * 字", []),
        ("a**(b)**c", []),
    ],
)
def test_marks_beside_chinese_need_no_space(text: str, bold: list[str]) -> None:
    found = [run.text for line in lines(text) for run in line.runs if run.style.bold]
    assert found == bold


def test_figures_are_broken_between_them_as_long_as_each_has_room() -> None:
    told = [Run("■ stop", STYLE), Run(" · ↑4 ↓419 · 531 tok/s · 0.2 s to first token", STYLE)]
    assert rows(wrap_whole(told, 38)) == ["■ stop · ↑4 ↓419 · 531 tok/s", "0.2 s to first token"]
    assert rows(wrap_whole(told, 29)) == ["■ stop · ↑4 ↓419 · 531 tok/s", "0.2 s to first token"]
    assert rows(wrap_whole(told, 28)) == ["■ stop · ↑4 ↓419 · 531 tok/s", "0.2 s to first token"]
    assert wrap_whole(told, 14) == wrap(told, 14)
