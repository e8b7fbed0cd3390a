"""JSON is read whatever stands before it, and nothing but ValueError comes of what is none."""

import pytest

from llmtui.providers.payload import parse
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
