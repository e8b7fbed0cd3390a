"""Paragraphs without the line breaks of an editor."""

from llmtui.providers.unwrapping import unwrapped


def test_a_paragraph_becomes_one_line() -> None:
    assert unwrapped("One\ntwo\nthree.\n\nFour\nfive.") == "One two three.\n\nFour five."


def test_items_quotes_tables_and_headings_keep_their_lines() -> None:
    text = "# Title\nwords\n\n- one\n  more\n- two\n1. three\n\n> quote\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    assert unwrapped(text) == (
        "# Title\nwords\n\n- one more\n- two\n1. three\n\n> quote\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )


def test_code_is_left_as_it_is() -> None:
    text = "Say:\n\n```sh\nllmtui\nllmtui -c\n```\n\nand\nso on"
    assert unwrapped(text) == "Say:\n\n```sh\nllmtui\nllmtui -c\n```\n\nand so on"
