"""Bytes become frames rightly, however they are cut up and whatever stands in them."""

import base64
import json
import os
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.providers.dialect import Frame, Framing
from llmtui.wire.curing import USUAL_CAPS, Caps
from llmtui.wire.framing import framer

SHARED = os.environ.get("LLMTUI_SHARED")

# What goes in, and the events that come out: (data, event).
VECTORS: dict[str, tuple[bytes, list[tuple[str, str]]]] = {
    "a-space-after-the-colon-is-not-data": (
        b"data: a\n\ndata:b\n\ndata:  c\n\n",
        [("a", ""), ("b", ""), (" c", "")],
    ),
    "several-data-lines": (b"data: a\ndata: b\ndata\ndata: c\n\n", [("a\nb\n\nc", "")]),
    "every-line-end": (b"data: a\r\n\r\ndata: b\r\rdata: c\n\n", [("a", ""), ("b", ""), ("c", "")]),
    "line-ends-in-any-mix": (b"data: a\r\ndata: b\rdata: c\n\r\ndata: d\n\r", [("a\nb\nc", ""), ("d", "")]),
    "a-byte-order-mark": (b"\xef\xbb\xbfdata: a\n\n", [("a", "")]),
    "a-second-mark-is-a-letter": (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n", [("b", "")]),
    "comments-and-empty-data": (b": hello\n\n:\n\ndata\n\ndata:\n\ndata: a\n: in it\n\n", [("a", "")]),
    "a-name": (b"event: error\ndata: a\n\ndata: b\n\n", [("a", "error"), ("b", "")]),
    "a-name-alone": (b"event: ping\n\ndata: a\n\n", [("a", "")]),
    "identities-make-no-events": (b"id: 1\ndata: a\n\n\n: still\n\nid: 2\n\nretry: 5\n\n", [("a", "")]),
    "unicode-line-ends-are-letters": (
        'data: {"a":"x\u2028y\u2029z\u0085\x0b\x0c\x1c"}\n\n'.encode(),
        [('{"a":"x\u2028y\u2029z\u0085\x0b\x0c\x1c"}', "")],
    ),
    "broken-utf-8": (b"data: a\xff\xe2\x82b\n\n", [("a\ufffd\ufffdb", "")]),
    "an-error-on-a-line-of-its-own": (b'data: a\n\nerror: {"x":1}\n\n', [("a", ""), ('{"x":1}', "error")]),
    "an-error-line-after-data": (b'data: a\nerror: {"x":1}\n\n', [("a", ""), ('{"x":1}', "error")]),
    "bare-json-between-events": (
        b'data: a\n\n{"error":1}\ndata: b\n\n',
        [("a", ""), ('{"error":1}', ""), ("b", "")],
    ),
    "other-fields-are-none-of-ours": (b"dato: x\nfoo\n data: y\ndata: a\n\n", [("a", "")]),
    "the-last-event-without-its-blank-line": (b'data: a\n\ndata: {"b":1}', [("a", ""), ('{"b":1}', "")]),
    "the-last-event-with-half-its-end": (b"data: a\n\ndata: [DONE]\n", [("a", ""), ("[DONE]", "")]),
    "what-was-cut-off-is-no-event": (b'data: a\n\ndata: {"b":', [("a", "")]),
    "an-end-mark-cut-off-is-no-event": (b"data: a\n\ndata: [DON", [("a", "")]),
    "nothing": (b"", []),
}


def framed(pieces: Iterable[bytes], framing: Framing = "sse", caps: Caps = USUAL_CAPS) -> list[Frame]:
    cutting = framer(framing, caps)
    return [*(frame for piece in pieces for frame in cutting.feed(piece)), *cutting.end()]


def trouble(pieces: Iterable[bytes], framing: Framing, caps: Caps) -> str:
    cutting = framer(framing, caps)
    for piece in pieces:
        cutting.feed(piece)
    cutting.end()
    return cutting.trouble


def cut(body: bytes, cuts: Iterable[int]) -> list[bytes]:
    places = sorted({0, len(body), *cuts})
    return [body[start:end] for start, end in pairwise(places)]


@pytest.mark.parametrize("name", VECTORS)
def test_events_are_read_by_the_grammar_and_a_little_better(name: str) -> None:
    body, expected = VECTORS[name]
    wanted = [Frame(data, event) for data, event in expected]
    assert framed([body]) == wanted
    assert framed(cut(body, range(len(body)))) == wanted
    for place in range(1, len(body)):
        assert framed(cut(body, [place])) == wanted


def _conformance() -> list[dict[str, Any]]:
    if SHARED is None:
        return []
    path = Path(SHARED) / "corpus" / "sse_conformance" / "vectors.json"
    vectors: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return vectors


@pytest.mark.skipif(SHARED is None, reason="LLMTUI_SHARED is not set: no conformance vectors here")
@pytest.mark.parametrize("vector", _conformance(), ids=lambda vector: vector["name"])
def test_the_vectors_of_the_standard_are_read_as_it_says(vector: dict[str, Any]) -> None:
    body = base64.b64decode(vector["bytes_b64"])
    # An event with nothing in it says nothing: it is left out on purpose.
    expected = [(event["data"], event["event"]) for event in vector["expected"] if event["data"]]
    for pieces in ([body], cut(body, range(len(body)))):
        found = [(frame.data, frame.event or "message") for frame in framed(pieces)]
        # The standard drops a last event without its blank line; it is kept here if it is whole JSON.
        assert found == expected


@given(
    st.lists(
        st.sampled_from(
            [
                *(b"data: ", b"data", b":", b"event: x", b"id: 1", b"error: no", b'{"a":1}', b"[DONE]"),
                *(b"\n", b"\r", b"\r\n", b"\n\n", "é\u2028\u0085".encode(), b"\xff", b"\xef\xbb\xbf"),
            ]
        ),
        max_size=30,
    ).map(b"".join),
    st.lists(st.integers(0, 200), max_size=30),
)
def test_any_chunking_gives_the_same_frames(body: bytes, places: list[int]) -> None:
    cuts = [place for place in places if place < len(body)]
    assert framed(cut(body, cuts)) == framed([body])
    assert framed(cut(body, cuts), "ndjson") == framed([body], "ndjson")
    assert framed(cut(body, cuts), "array") == framed([body], "array")


def test_a_lone_carriage_return_ends_an_event_at_once() -> None:
    assert framer("sse", USUAL_CAPS).feed(b"data: a\r\r") == [Frame("a")]


def test_lines_of_json_are_cut_at_line_feeds_only() -> None:
    lines = ['{"a":"x\u0085y\u2028z"}', '{"b":"\\u0085"}', '{"c":3}']
    body = "\r\n".join(lines).encode()
    assert [frame.data for frame in framed(cut(body, range(len(body))), "ndjson")] == lines
    assert [frame.data for frame in framed([b"\xef\xbb\xbf" + body + b"\n\n"], "ndjson")] == lines
    assert [frame.data for frame in framed([body, b'\n{"d":'], "ndjson")] == lines


@pytest.mark.parametrize("framing", ["sse", "ndjson"])
def test_what_is_held_of_a_line_is_capped(framing: Framing) -> None:
    caps = Caps(line=100, event=1000, answer=10_000)
    long = b"data: " + b"x" * 200
    for pieces in ([long], [long + b"\n\n"], cut(long, range(len(long))), [b"data: a\n\n" + long + b"\n\n"]):
        assert "line" in trouble(pieces, framing, caps)


@pytest.mark.parametrize("framing", ["sse", "ndjson"])
def test_what_came_before_a_line_over_the_cap_is_kept(framing: Framing) -> None:
    caps = Caps(line=100, event=1000, answer=10_000)
    first = b"data: a\n\n" if framing == "sse" else b"a\n"
    body = first + b"data: " + b"x" * 200 + b"\n\n" + first
    for pieces in ([body], cut(body, range(len(body)))):
        assert framed(pieces, framing, caps) == [Frame("a")]


def test_what_is_held_of_an_event_is_capped() -> None:
    caps = Caps(line=100, event=1000, answer=100_000)
    assert "event" in trouble([b"data: x\n"] * 200, "sse", caps)
    assert "event" in trouble([b'{"a":\n'] * 400, "sse", caps)
    assert len(framed([b"data: x\n\n"] * 200, "sse", caps)) == 200
    array = b'[{"a":1},{"a":"' + b"x" * 2000 + b'"}]'
    for pieces in ([array], cut(array, range(len(array)))):
        assert "event" in trouble(pieces, "array", caps)
        assert framed(pieces, "array", caps) == [Frame('{"a":1}')]


ARRAYS: dict[str, tuple[bytes, list[str]]] = {
    "one-line": (b'[{"a":1},{"b":[2,{"c":"]}"}]}]', ['{"a":1}', '{"b":[2,{"c":"]}"}]}']),
    "as-google-writes-it": (
        b'[{\n  "a": 1\n}\n,\r\n{\n  "b": 2\n}\n]\n',
        ['{\n  "a": 1\n}', '{\n  "b": 2\n}'],
    ),
    "brackets-in-texts": (
        rb'[{"a":"[{\"}\\"},{"b":"\\\""}]',
        [r'{"a":"[{\"}\\"}', r'{"b":"\\\""}'],
    ),
    "a-byte-order-mark": (b'\xef\xbb\xbf [{"a":1}]', ['{"a":1}']),
    "cut-in-an-element": (b'[{"a":1},{"b":', ['{"a":1}']),
    "cut-between-elements": (b'[{"a":1},', ['{"a":1}']),
    "arrays-in-an-array": (b"[[1],[[2]]]", ["[1]", "[[2]]"]),
    "other-values": (b'[null, {"a":1}, "x"]', ["null", '{"a":1}', '"x"']),
    "no-elements": (b"[]", []),
    "objects-without-an-array": (b'{"a":1}\n{"b":\n2} {"c":3}', ['{"a":1}', '{"b":\n2}', '{"c":3}']),
    "an-error-after-the-array": (b'[{"a":1}]\n{"error":2}', ['{"a":1}', '{"error":2}']),
    "letters-of-many-bytes": ('[{"a":"é\u2028😀\u0085"}]'.encode(), ['{"a":"é\u2028😀\u0085"}']),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_the_elements_of_an_array_are_frames(name: str) -> None:
    body, wanted = ARRAYS[name]
    assert [frame.data for frame in framed([body], "array")] == wanted
    assert [frame.data for frame in framed(cut(body, range(len(body))), "array")] == wanted
    for place in range(1, len(body)):
        assert [frame.data for frame in framed(cut(body, [place]), "array")] == wanted


def test_an_element_is_given_as_soon_as_it_is_there() -> None:
    elements = framer("array", USUAL_CAPS)
    assert elements.feed(b'[{"a":"}') == []
    assert elements.feed(b'"}') == [Frame('{"a":"}"}')]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=4), values, max_size=3),
    max_leaves=8,
)


@given(
    st.lists(st.dictionaries(st.text(max_size=4), json_values, max_size=3), max_size=4),
    st.sampled_from([None, 1]),
    st.booleans(),
    st.lists(st.integers(0, 300), max_size=20),
)
def test_any_array_gives_its_elements_however_it_is_written(
    values: list[Any], indent: int | None, ascii_only: bool, places: list[int]
) -> None:
    body = json.dumps(values, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "replace")
    pieces = cut(body, [place for place in places if place < len(body)])
    assert [json.loads(frame.data) for frame in framed(pieces, "array")] == json.loads(body)


# The body that says where JSON stands outside the grammar.
BARE = b"""data: a

{
  "error": {
    "code": 503,

    "message": "overloaded {"
  }
}
data: b

"""


def test_bare_json_on_many_lines_is_one_event() -> None:
    for pieces in ([BARE], cut(BARE, range(len(BARE)))):
        first, error, last = framed(pieces)
        assert (first.data, last.data) == ("a", "b")
        assert json.loads(error.data) == {"error": {"code": 503, "message": "overloaded {"}}


def test_a_bare_error_that_never_becomes_json_is_an_error_all_the_same() -> None:
    body = b'data: a\n\n{"error": "he said "no\ndata: b\n\n'
    assert framed([body]) == [Frame("a"), Frame('{"error": "he said "no', "error"), Frame("b")]
