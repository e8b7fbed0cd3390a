"""JSON is read whatever stands before it, and nothing but ValueError comes of what is none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.providers.payload import json_bytes, json_text, parse
from tests.providers.replay import folded, replayed


@pytest.mark.parametrize("body", ['{"a":"é"}', '{"a":"é"}'.encode()])
def test_a_mark_of_the_byte_order_is_passed_over(body: str | bytes) -> None:
    mark = "\ufeff" if isinstance(body, str) else "\ufeff".encode()
    assert parse(mark + body) == {"a": "é"}  # type: ignore[operator]


def test_lines_of_json_may_begin_with_such_a_mark() -> None:
    lines = '\ufeff{"message":{"content":"Hi"}}\n{"done":true}\n'
    assert folded(replayed("ollama", lines.encode())).text == "Hi"


@pytest.mark.parametrize("body", ["", "\ufeff", "\ufeff\ufeff{}", "{", "[DONE]"])
def test_what_is_no_json_is_a_value_error(body: str) -> None:
    with pytest.raises(ValueError, match="column"):
        parse(body)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_what_is_nested_too_deep_is_a_value_error_and_no_end_of_the_program(opening: str) -> None:
    with pytest.raises(ValueError, match="too deep"):
        parse(opening * 100_000)


def test_what_is_nested_too_deep_to_be_told_again_is_left_out() -> None:
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    assert json_text(nested) == ""
    while nested:
        # Python itself cannot let go of it at once.
        nested = nested.pop()  # type: ignore[assignment]


@pytest.mark.parametrize("body", ['"a\\ud800b"', b'"a\\ud800b"', '"a\\\\ud800b"', '"\\ud83d\\ude00"'])
def test_half_a_letter_is_made_whole_and_what_only_looks_like_one_is_left(body: str | bytes) -> None:
    read = parse(body)
    assert isinstance(read, str)
    read.encode()
    assert read in ("a\ufffdb", "a\\ud800b", "😀")


def test_half_a_letter_is_sent_as_a_question_mark() -> None:
    assert json_bytes({"a": "é\ud800"}) == '{"a":"é?"}'.encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON, st.text(), st.integers(0, 250), JSON)
def test_what_is_written_piece_by_piece_is_what_is_written_at_once(
    item: object, name: str, many: int, beside: object
) -> None:
    for value in (item, {}, {name: [item] * many, "beside": beside}):
        at_once = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        assert json_bytes(value) == at_once.encode("utf-8", "replace")
