"""A few letters find what is meant among many names, and no name makes that take for ever."""

import re

from hypothesis import given
from hypothesis import strategies as st

from llmtui.tui.panels.fuzzy import ranked

NAMES = ["openai/gpt-4o", "openai/gpt-4o-mini", "groq/llama-3.3-70b", "anthropic/claude-sonnet-4.5"]


def found(typed: str, *names: str) -> list[str]:
    return ranked(typed, names, str)


def test_letters_in_order_are_enough_and_letters_together_count_more() -> None:
    assert found("g4m", *NAMES) == ["openai/gpt-4o-mini"]
    assert found("sonnet", *NAMES) == ["anthropic/claude-sonnet-4.5"]
    assert found("4o", *NAMES)[0] == "openai/gpt-4o"
    assert found("", *NAMES) == NAMES


@given(st.text("ab.*", max_size=8), st.text("ab.* ", max_size=20))
def test_what_is_found_holds_every_letter_in_order(typed: str, name: str) -> None:
    words = typed.split()
    pattern = [".*".join(map(re.escape, word)) for word in words]
    assert bool(found(typed, name)) == all(re.search(letters, name) for letters in pattern)


def test_a_name_that_almost_matches_in_very_many_ways_is_done_with() -> None:
    assert found("1" * 30 + "x", "1" * 4_000) == []
