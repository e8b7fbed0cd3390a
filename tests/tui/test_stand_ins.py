"""What is pasted is kept to the letter, and seen."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import events

from llmtui.terminal import UNSAFE, safe_text
from llmtui.tui.composing.composer import Composer
from llmtui.tui.composing.stand_ins import as_meant, as_seen, standing_in
from tests.engine.scripted import ScriptedLine
from tests.tui.stage import app, shown

LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\r", max_codepoint=0x10DFFF)
HARD = st.sampled_from(
    "\x00\x07\x1b\x7f\x85\x9b\u202e\u2028\u200b\ufeff\U000e0041\U000e0101中é\t\n\U000f0001\U00100000"
)


@given(st.text(LETTERS | HARD))
def test_every_letter_comes_back(text: str) -> None:
    assert as_meant(standing_in(text)) == text


@given(st.text(LETTERS | HARD))
def test_what_is_edited_and_seen_can_do_nothing(text: str) -> None:
    edited = standing_in(text)
    assert safe_text(edited) == edited
    assert safe_text(as_seen(edited)) == as_seen(edited)


@pytest.mark.parametrize("sign", "\x00\x1b\x7f\x85\u202e\u200b\U000e0041")
def test_a_sign_is_as_wide_as_what_it_shows(sign: str) -> None:
    edited = standing_in(f"a{sign}b")
    assert len(edited) == 3
    assert cell_len(edited) == cell_len(as_seen(edited)) == 3


def test_lines_end_as_they_do_here() -> None:
    assert standing_in("one\r\ntwo\rthree\n") == "one\ntwo\nthree\n"
    assert len(UNSAFE) > 20


async def test_what_is_pasted_is_kept_sent_and_copied_to_the_letter_and_seen(tmp_path: Path) -> None:
    line = ScriptedLine()
    stage = app(tmp_path, line)
    async with stage.run_test(size=(100, 30)) as pilot:
        stage.post_message(events.Paste("a\x1b[31mb\x00c\u202ed"))
        await shown(stage, "a␛[31mb␀c�d")
        composer = stage.query_one(Composer)
        assert composer.text == "a\x1b[31mb\x00c\u202ed"
        composer.select_all()
        assert composer.selected_text == composer.text
        await pilot.press("left", "backspace")
        composer.text = composer.text
        await shown(stage, "␛[31mb␀c�d")
