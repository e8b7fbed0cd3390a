"""What terminals do not agree about stays in the cells that it was given."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from llmtui.tui.terminal import textual_fixes
from llmtui.tui.terminal.pinned import pinned

DOUBTED = ("👍🏽", "⚠️", "❤️", "👩‍🚀", "👨‍👩‍👧", "🇯🇵", "1️⃣", "🏳️‍🌈", "🤷🏽‍♀️")


def row_of(text: str, before: str) -> list[str]:
    """The cells of a terminal with widths of its own, that had other words there."""
    pyte = pytest.importorskip("pyte", reason="it is not there on Windows")
    screen = pyte.Screen(40, 1)
    pyte.Stream(screen).feed(f"{before}\r{text}")
    return [screen.buffer[0][cell].data for cell in range(40)]


@pytest.mark.parametrize("sign", DOUBTED)
def test_what_follows_stands_where_the_screen_was_laid_out(sign: str) -> None:
    row = row_of(pinned(f"ab {sign}|end"), before="#" * 40)
    end = cell_len(f"ab {sign}")
    assert "".join(row[end : end + 5]) == "|end#"
    assert "#" not in row[:end]


def test_two_flags_are_two_signs() -> None:
    assert pinned("🇯🇵🇫🇷") == pinned("🇯🇵") + pinned("🇫🇷")


@pytest.mark.parametrize(
    "text", ["plain", "中文 日本語", "נמסתה שלום", "नमस्ते สวัสดี", "क्‍ष", "🎯 ✅ ☑", "#1 * 2"]
)
def test_what_is_as_wide_everywhere_is_left_alone(text: str) -> None:
    assert pinned(text) == text


@given(st.text(st.sampled_from([*"a 1#中", *"".join(DOUBTED)]), max_size=12))
def test_no_sign_is_lost(text: str) -> None:
    assert re.sub(r"\x1b7 *\x1b8\x1b7|\x1b8\x1b\[\d+C", "", pinned(text)) == text


def test_every_widget_of_the_app_is_written_so() -> None:
    undo = textual_fixes.guard()
    try:
        written = Strip.render_style(Style(), "⚠️ careful", None)  # type: ignore[arg-type]  # no colour
    finally:
        undo()
    assert written == pinned("⚠️ careful") != "⚠️ careful"
