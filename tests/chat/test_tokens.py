"""The estimate, and how it learns."""

import re
from typing import Any, SupportsIndex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.tokens import Calibration, Tally, estimate


def test_words_signs_and_spaces_count_as_measured() -> None:
    assert estimate("hello world") == 2
    assert estimate("internationalisation") == 1 + 13 / 5
    assert estimate("1234567") == 3
    assert estimate("a, b") == 2.75
    assert estimate("a\n\nb") == 3


@given(st.text(st.characters(codec="ascii", exclude_characters="\x1c\x1d\x1e\x1f")))
def test_the_estimate_is_the_sum_of_what_each_piece_counts(text: str) -> None:
    """The rule as it was measured, piece by piece."""
    told = 0.0
    for piece in re.findall(r"[A-Za-z]+|\d{1,3}|[^\sA-Za-z\d]|\s+", text):
        if piece.isalpha():
            told += 1 + max(0, len(piece) - 7) / 5
        elif piece.isdigit():
            told += 1
        elif piece.isspace():
            told += piece != " "
        else:
            told += 0.75
    assert abs(estimate(text) - told) < 1e-6


def test_what_is_not_ascii_counts_as_signs() -> None:
    assert estimate("狗 é \ud800") == 3 * 0.75


@given(st.text(), st.text())
def test_the_estimate_adds_up_where_texts_are_joined_by_a_space(one: str, other: str) -> None:
    assert abs(estimate(f"{one} x {other}") - estimate(f"{one} ") - estimate(f"x {other}")) <= 1


def test_of_a_few_hundred_pages_a_sample_tells() -> None:
    pages = [f"page {number}: {'words and 123 signs (here); ' * (number % 40)}\n" for number in range(2_000)]
    exact = sum(map(estimate, pages))
    assert abs(estimate("".join(pages)) - exact) < 0.05 * exact


def test_a_model_is_learnt_from_what_it_reports() -> None:
    calibration = Calibration()
    text = "word " * 100
    assert calibration.tokens("m", text) == 100
    calibration.learn("m", 100, 150)
    assert calibration.tokens("m", text) == 150
    assert calibration.tokens("other", text) == 100


def test_short_or_absurd_reports_teach_little() -> None:
    calibration = Calibration()
    calibration.learn("m", 10, 500)
    assert calibration.tokens("m", "word " * 100) == 100
    calibration.learn("m", 100, 100_000)
    assert calibration.tokens("m", "word " * 100) == 250


class Watched(str):
    """A text that counts how much of it is looked at."""

    looked = 0

    def __getitem__(self, key: "SupportsIndex | slice[Any, Any, Any]") -> str:
        found = super().__getitem__(key)
        Watched.looked += len(found)
        return found


@pytest.mark.parametrize("piece", ["![[]()", "word ", "a\n", "base64+", "x", "7", "你好", "a.b"])
def test_a_growing_text_is_counted_about_once_whatever_it_is_made_of(piece: str) -> None:
    tally, text = Tally(), ""
    Watched.looked = 0
    for _ in range(300):
        text += piece * (600 // len(piece))
        found = tally.of(Watched(text))
    assert found == pytest.approx(estimate(text), rel=0.02)
    assert Watched.looked < 3 * len(text)
