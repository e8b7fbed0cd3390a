"""The oracle itself: it finds what is foreign, and lets pass what Textual has to write."""

import base64
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.terminal.oracle import Oracle, echoed, foreign_in
from tests.terminal.payloads import MARK, PAYLOADS, RAW, SHORT

# What Textual 8.2 writes around an app that draws a line, in a terminal that answers its questions.
FRAME = (
    b"\x1b[?1049h\x1b[?1000h\x1b[?1003h\x1b[?1015h\x1b[?1006h\x1b[?25l\x1b[?1004h\x1b[>25u\x1b[?2026$p\x1b[?2048$p"
    b"\x1b[?2004h\x1b[?7l\x1b[?2026h\x1b[1;1H\x1b[1;38;2;224;224;224;48;2;18;18;18mhello\x1b[0m\r\n"
    b"\x1b]8;id=123-45;https://a.example/b?c=d\x1b\\there\x1b]8;;\x1b\\\x1b[2;3H\x1b[?2026l\x1b]22;pointer\x07"
    b"\x1b7  \x1b8\x1b7\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa\x1b8\x1b[2C"
    b"\x1b[?2004l\x1b[?7h\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
ORDINARY = (
    "naïve café 你好 ✓ ─│┌ 👩\u200d👩\u200d👧 🏳️\u200d🌈 🇩🇪 1️⃣ 葛\U000e0100 می\u200cخواهم \u0661\u06dd "
    "ភាសា\u200bខ្មែរ 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f ␛[2J <U+202E> \ufffd"
)


def test_a_frame_of_textual_is_not_foreign() -> None:
    assert foreign_in(FRAME) == []


def test_ordinary_text_of_every_script_is_not_foreign() -> None:
    assert foreign_in(ORDINARY.encode()) == []
    assert foreign_in(f"one\ttwo\r\n{ORDINARY}\n".encode(), plain=True) == []


def test_there_are_enough_payloads_and_no_two_are_the_same() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 400
    assert all(MARK in payload for payload in PAYLOADS)


@pytest.mark.parametrize("plain", [False, True])
def test_every_payload_with_a_command_in_it_is_found(plain: bool) -> None:
    missed = []
    for payload in PAYLOADS:
        data = f"before {payload} after".encode()
        commands = any(
            (ord(sign) < 32 and sign not in "\t\n") or 0x7F <= ord(sign) < 0xA0 for sign in payload
        )
        if commands and not foreign_in(data, plain=plain) and not echoed(data, PAYLOADS):
            missed.append(payload)
    assert missed == []


def test_every_sign_that_deceives_is_found() -> None:
    signs = [0x61C, 0xAD, 0x180E, 0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2060, 0x2070)]
    signs += [0xFEFF, 0x3164, 0xE0001, 0xE0041, 0xE007F, 0xE0100, 0x1D173]
    signs += [0x34F, 0x17B4, 0x17B5, 0x1D159, 0x200C, 0x200D, 0xFE00, 0xFE0E, 0xFE0F]
    assert [code for code in signs if not foreign_in(f"a{chr(code)}b".encode())] == []


@pytest.mark.parametrize("raw", RAW)
def test_bytes_that_are_no_text_are_found(raw: bytes) -> None:
    assert foreign_in(raw) != []


@pytest.mark.parametrize("part", [b"\x1b", b"\x1b[1;", b"\x1b]8;;http", b"\x1b]8;;\x1b", b"\xe2\x80"])
def test_what_is_begun_and_never_ended_is_found(part: bytes) -> None:
    assert foreign_in(FRAME + part) != []


@pytest.mark.parametrize(
    "link", ["javascript:x", "file:///x", "http://ä.example", "HTTP://a", "http://a b", "ssh://x"]
)
def test_a_link_that_may_not_be_is_found(link: str) -> None:
    assert foreign_in(f"\x1b]8;id=1-2;{link}\x1b\\".encode()) != []


def test_only_what_was_copied_may_reach_the_clipboard() -> None:
    data = b"\x1b]52;c;" + base64.b64encode(b"mine") + b"\x07"
    assert foreign_in(data, copied=["mine"]) == []
    assert foreign_in(data, copied=["other"]) != []
    assert foreign_in(data) != []


def test_a_line_may_be_written_again_only_by_who_does_so() -> None:
    data = b"10 %\r20 %\r\n"
    assert [bool(foreign_in(data, plain=True, overwrites=may)) for may in (False, True)] == [True, False]


@given(st.lists(st.integers(0, 400), max_size=20))
def test_the_pieces_in_which_it_comes_make_no_difference(cuts: list[int]) -> None:
    data = FRAME + SHORT.encode() + RAW[0]
    whole, pieces = foreign_in(data), Oracle()
    places = sorted({0, len(data), *(cut % len(data) for cut in cuts)})
    for start, end in pairwise(places):
        pieces.feed(data[start:end])
    assert [found.what for found in pieces.end()] == [found.what for found in whole]
