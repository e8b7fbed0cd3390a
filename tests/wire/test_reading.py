"""A body is read as what it is, whatever was promised and however it is cut up."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.events import Done, Event, Failed, ModelReported, TextDelta
from llmtui.chat.failure import Failure
from llmtui.providers.card import Card
from llmtui.providers.dialect import Framing
from llmtui.providers.dialects import dialect_named
from llmtui.wire.curing import USUAL_CAPS, Caps
from llmtui.wire.reading import Reading
from tests.wire.server import chunk, events

HELLO = [ModelReported("loop"), TextDelta("Hel"), TextDelta("lo"), Done("stop")]
CHUNKS = (chunk("Hel"), chunk("lo"), chunk(finish="stop"))
LINES = "".join(f"{json.dumps(item)}\n" for item in CHUNKS).encode()
WHOLE = json.dumps(
    {"model": "loop", "choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}, indent=1
).encode()

BODIES: dict[str, bytes] = {
    "events": events(*CHUNKS),
    "events-after-a-comment": b": hello\n\n" + events(*CHUNKS),
    "events-after-blank-lines-and-a-mark": b"\xef\xbb\xbf\n\n" + events(*CHUNKS),
    "events-with-every-line-end": events(*CHUNKS).replace(b"\n", b"\r"),
    "lines-where-events-were-promised": LINES,
    "objects-on-many-lines": "\n".join(json.dumps(item, indent=2) for item in CHUNKS).encode(),
    "an-array": json.dumps(CHUNKS, indent=2).encode(),
    "an-object-before-the-events": LINES[: LINES.index(b"\n") + 1] + b"\n" + events(*CHUNKS[1:]),
}


def reading(framing: Framing = "sse", content_type: str = "", caps: Caps = USUAL_CAPS) -> Reading:
    dialect = dialect_named("openai-chat")
    assert dialect is not None
    return Reading(Card("x", "X", "openai-chat", "http://x.example/v1"), dialect, framing, caps, content_type)


def read(body: bytes, step: int, framing: Framing = "sse", content_type: str = "") -> list[Event]:
    one = reading(framing, content_type)
    found = [event for at in range(0, len(body), step) for event in one.feed(body[at : at + step])]
    return found + one.end()


@pytest.mark.parametrize("promised", ["sse", "ndjson"])
@pytest.mark.parametrize("content_type", ["", "text/event-stream; charset=latin-1", "text/html"])
@pytest.mark.parametrize("name", BODIES)
def test_an_answer_is_read_as_what_it_is(name: str, promised: Framing, content_type: str) -> None:
    if promised == "ndjson" and name == "an-object-before-the-events":
        pytest.skip("a server that promised lines does not do this")
    if promised == "ndjson" and name == "objects-on-many-lines":
        assert BODIES[name].startswith(b"{\n")
    for step in (1, 2, 5, 64, 10_000):
        assert read(BODIES[name], step, promised, content_type) == HELLO


def test_one_whole_object_is_one_answer() -> None:
    for step in (1, 7, 10_000):
        for promised in ("sse", "ndjson"):
            assert read(WHOLE, step, promised)[1:] == [TextDelta("Hello"), Done("stop")]


def test_objects_come_as_soon_as_it_is_clear_that_they_are_many() -> None:
    lines = LINES.splitlines(keepends=True)
    one = reading()
    assert one.feed(lines[0]) == []
    assert one.feed(lines[1]) == HELLO[:3]


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"", "empty", "nothing in it"),
        (b" \n\xef\xbb\xbf", "empty", "nothing in it"),
        (b"<!doctype html><title>Sign in</title>", "protocol", "a web page: Sign in"),
        (b"upstream connect error", "provider", "upstream connect error"),
        (b"dog", "provider", "dog"),
        (b'{"error":{"message":"no such thing"}}', "provider", "no such thing"),
        (b'[{"error":{"message":"no such thing"}}]', "provider", "no such thing"),
        (b'{"choices":[{"message":{"content":"Hel', "cut", "cut off"),
        (b'{"error":"he said "no""} and went', "provider", 'he said "no"'),
        (b"da", "cut", "cut off"),
        (b": only comments\n\n", "cut", "cut off"),
    ],
)
def test_what_is_no_answer_is_said_to_be_none(body: bytes, kind: str, words: str) -> None:
    for step in (1, 2, 10_000):
        [ending] = read(body, step)
        assert isinstance(ending, Failed)
        assert ending.failure.kind == kind
        assert words in ending.failure.what


@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    b"data: ",
                    b"d",
                    b"event: x",
                    b": c",
                    b"error: no",
                    b'{"a":1}',
                    b"{",
                    b"}",
                    b"[",
                    b"]",
                    b",",
                ),
                *(b"\n", b"\r", b"\n\n", b'"', b"\\", b"x", b"<", b" ", b"\xef\xbb\xbf", b"[DONE]", b","),
                events(chunk("Hel"), done=False),
                LINES,
                WHOLE,
            ]
        ),
        max_size=10,
    ).map(b"".join),
    st.sampled_from(["sse", "ndjson", "array"]),
    st.sampled_from(["", "text/event-stream"]),
    st.integers(1, 40),
)
def test_any_body_in_any_pieces_gives_the_same_events_and_one_ending(
    body: bytes, framing: Framing, content_type: str, step: int
) -> None:
    found = read(body, step, framing, content_type)
    assert found == read(body, len(body) or 1, framing, content_type)
    assert [event for event in found if isinstance(event, Done | Failed)] == found[-1:]


def test_a_stream_that_breaks_ends_with_what_broke_it() -> None:
    broken = Failure("timeout", "nothing more came")
    one = reading()
    said = one.feed(events(*CHUNKS[:2], done=False))
    assert [*said, *one.end(broken)] == [*HELLO[:3], Failed(broken)]
    assert one.end(broken) == []


def test_a_stream_that_breaks_after_its_end_mark_is_complete() -> None:
    one = reading()
    said = one.feed(events(*CHUNKS, done=False))
    assert [*said, *one.end(Failure("cut", "the connection broke"))] == HELLO


def test_a_cap_ends_the_answer_and_keeps_what_came_before() -> None:
    over = events(*CHUNKS[:2], done=False)
    for caps in (Caps(line=300), Caps(event=300), Caps(events=2), Caps(answer=len(over))):
        for step in (1, 50, 10_000):
            one = reading(caps=caps)
            body = over + b"data: " + b"x" * 400 + b"\n\n" + over
            found = [event for at in range(0, len(body), step) for event in one.feed(body[at : at + step])]
            assert found[:-1] == HELLO[:3]
            assert isinstance(found[-1], Failed)
            assert found[-1].failure.kind == "limit"


def test_blanks_alone_are_not_read_for_ever() -> None:
    one = reading()
    [ending] = [event for _ in range(100) for event in one.feed(b"\n" * 1000)]
    assert isinstance(ending, Failed)
    assert ending.failure.kind == "limit"


def test_frames_are_counted_and_comments_are_not() -> None:
    one = reading()
    one.feed(b": wait\n\n: wait\n\n")
    assert one.frames == 0
    one.feed(events(*CHUNKS[:2], done=False))
    assert one.frames == 2
