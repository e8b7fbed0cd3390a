"""Bytes become frames rightly, however they are cut up and whatever stands in them."""

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.providers.dialect import Frame, Framing
from llmtui.wire.curing import USUAL_CAPS, Caps, OverCapError
from llmtui.wire.framing import frames

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
    async def coming() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    async def all_of_them() -> list[Frame]:
        return [frame async for frame in frames(coming(), framing, caps)]

    return asyncio.run(all_of_them())


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


def test_a_lone_carriage_return_ends_an_event_at_once() -> None:
    async def first() -> Frame:
        more = asyncio.Event()

        async def coming() -> AsyncIterator[bytes]:
            yield b"data: a\r\r"
            await more.wait()

        found = frames(coming(), "sse", USUAL_CAPS)
        frame = await asyncio.wait_for(anext(aiter(found)), 5)
        more.set()
        return frame

    assert asyncio.run(first()) == Frame("a")


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
        with pytest.raises(OverCapError, match="line"):
            framed(pieces, framing, caps)


def test_what_is_held_of_an_event_is_capped() -> None:
    caps = Caps(line=100, event=1000, answer=100_000)
    with pytest.raises(OverCapError, match="event"):
        framed([b"data: x\n"] * 200, "sse", caps)
    assert len(framed([b"data: x\n\n"] * 200, "sse", caps)) == 200


@pytest.mark.parametrize("framing", ["sse", "ndjson"])
def test_what_is_held_of_an_answer_is_capped(framing: Framing) -> None:
    with pytest.raises(OverCapError, match="answer"):
        framed([b": wait\n\n"] * 200, framing, Caps(line=100, event=1000, answer=1000))
    with pytest.raises(OverCapError, match="events"):
        framed([b"data: 1\n\n"] * 20, framing, replace(USUAL_CAPS, events=10))
