"""What a page may make of a message, and a process of a page."""

import json

from hypothesis import given
from hypothesis import strategies as some

from llmtui.web.packets import MOST_COLUMNS, MOST_ROWS, NOTHING, hear, opening

_VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
)
_KINDS = some.sampled_from(["stdin", "resize", "focus", "blur", "ping", "quit", "deliver_chunk_request"])


def _payload(packet: bytes) -> bytes:
    """What is in a packet, of which there is exactly one."""
    assert int.from_bytes(packet[1:5], "big") == len(packet) - 5
    return packet[5:]


@given(some.text())
def test_what_is_typed_is_one_packet_of_what_was_typed(typed: str) -> None:
    packet = hear(json.dumps(["stdin", typed])).packet
    assert packet[:1] == b"D"
    assert _payload(packet).decode() == typed.encode("utf-8", "replace").decode()


@given(_KINDS, _VALUES)
def test_whatever_else_a_page_says_becomes_nothing_but_these_packets(kind: str, value: object) -> None:
    heard = hear(json.dumps([kind, value]))
    if heard.packet[:1] == b"M":
        said = json.loads(_payload(heard.packet))
        assert said["type"] in ("resize", "focus", "blur")
        if said["type"] == "resize":
            assert 1 <= said["width"] <= MOST_COLUMNS
            assert 1 <= said["height"] <= MOST_ROWS


@given(some.text())
def test_what_is_no_message_is_nothing(message: str) -> None:
    assert hear(message) == NOTHING


def test_only_links_that_lead_to_the_web_or_to_mail_are_opened() -> None:
    def opened(url: object) -> str:
        return opening(json.dumps({"type": "open_url", "url": url, "new_tab": False}).encode())

    for url in ("https://example.com/", "http://127.0.0.1/", "mailto:a@example.com"):
        assert json.loads(opened(url)) == ["open_url", {"url": url, "new_tab": True}]
    for strange in ("javascript:alert(1)", "file:///etc/passwd", "data:,x", "", "http", 1, None, "http://["):
        assert opened(strange) == ""
    assert opening(b'{"type": "deliver_file_start", "key": "x"}') == ""
