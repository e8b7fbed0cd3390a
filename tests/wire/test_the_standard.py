"""Server-sent events as the standard's own tests for browsers want them (web-platform-tests, eventsource).

Written anew after those: each is the bytes, and the data that a browser hands out. What only a browser has
(reconnecting, the last id, the state of the connection) is no matter here; that the fields which carry it
make no event is. An event with empty data is handed out there, and says nothing here: it is left out.
"""

import pytest

from llmtui.providers.dialect import Frame
from llmtui.wire.curing import USUAL_CAPS
from llmtui.wire.framing import framer

_MARK = b"\xef\xbb\xbf"
_LONG = b":" + b"x" * 2048

CASES: dict[str, tuple[bytes, list[str]]] = {
    "format-bom": (_MARK + b"data:1\n\n" + _MARK + b"data:2\n\ndata:3\n\n", ["1", "3"]),
    "format-bom-2": (_MARK * 2 + b"data:1\n\ndata:2\n\ndata:3\n\n", ["2", "3"]),
    "format-comments": (
        b"data:1\r:\0\n:\r\ndata:2\n" + _LONG + b"\rdata:3\n:data:fail\r" + _LONG + b"\ndata:4\n\n",
        ["1\n2\n3\n4"],
    ),
    "format-data-before-final-empty-line": (
        b"retry:1000\ndata:test1\n\nid:test\ndata:test2\n",
        ["test1"],
    ),
    "format-field-data": (b"data:\n\ndata\ndata\n\ndata:test\n\n", ["\n", "test"]),
    "format-field-event-empty": (b"event: \ndata:data\n\n", ["data"]),
    "format-field-event": (b"event:test\ndata:x\n\ndata:x\n\n", ["x", "x"]),
    "format-field-id": ("id: …\ndata: hello\n\ndata: …\n\n".encode(), ["hello", "…"]),
    "format-field-id-2": ("id\nid: …\ndata: hello\n\nid\ndata: hello\n\n".encode(), ["hello", "hello"]),
    "format-field-id-3, it persists": (
        b"id: 1\ndata: 1\n\ndata: 2\n\nid: 2\ndata:3\n\ndata:4\n\n",
        ["1", "2", "3", "4"],
    ),
    "format-field-id-3, it is reset": (b"id: 1\ndata: 1\n\nid: \ndata: 2\n\ndata: 3\n\n", ["1", "2", "3"]),
    "format-field-id-3, without a colon": (
        b"id: 1\ndata: 1\n\nid\ndata: 2\n\ndata: 3\n\n",
        ["1", "2", "3"],
    ),
    "format-field-id-null, alone": (b"id: \0\0\ndata: hello\n\n\n", ["hello"]),
    "format-field-id-null, at the end": (b"id: x\0\ndata: hello\n\n\n", ["hello"]),
    "format-field-id-null, at the beginning": (b"id: \0x\ndata: hello\n\n\n", ["hello"]),
    "format-field-id-null, in the midst": (b"id: x\0x\ndata: hello\n\n\n", ["hello"]),
    "format-field-id-null, after a blank": (b"id:  \0\ndata: hello\n\n\n", ["hello"]),
    "format-field-parsing": (
        b"data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\n"
        b"data:4\n\n",
        ["\0\n 2\n1\n3\n\n4"],
    ),
    "format-field-retry": (b"retry:03000\ndata:x\n\n", ["x"]),
    "format-field-retry-bogus": (b"retry:3000\nretry:1000x\ndata:x\n\n", ["x"]),
    "format-field-retry-empty": (b"retry\ndata:test\n\n", ["test"]),
    "format-field-unknown": (
        b"data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n",
        ["test\n\ntest"],
    ),
    "format-leading-space": (b"data:\ttest\rdata: \ndata:test\n\n", ["\ttest\n\ntest"]),
    "format-newlines": (b"data:test\r\ndata\ndata:test\r\n\r\n", ["test\n\ntest"]),
    "format-null-character": (b"data:\0\n\n\n\n", ["\0"]),
    "format-utf-8": ("data:ok…\n\n".encode(), ["ok…"]),
    "event-data": (
        b"data:msg\ndata: msg\n\n:\nfalsefield:msg\n\nfalsefield:msg\nData:data\n\ndata\n\ndata:end\n\n",
        ["msg\nmsg", "end"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_events_are_what_a_browser_makes_of_them(name: str) -> None:
    body, wanted = CASES[name]
    for step in (len(body), 1, 2, 3, 7):
        events = framer("sse", USUAL_CAPS)
        pieces = (body[start : start + step] for start in range(0, len(body), step))
        found = [frame.data for piece in pieces for frame in events.feed(piece)]
        assert found + [frame.data for frame in events.end()] == wanted


def test_the_name_of_an_event_is_its_own() -> None:
    body, _ = CASES["format-field-event"]
    assert framer("sse", USUAL_CAPS).feed(body) == [Frame("x", "test"), Frame("x")]
