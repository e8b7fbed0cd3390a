"""Text from outside may be read, and nothing else."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.terminal import safe_line, safe_link, safe_text

# What may belong to the sign before it.
LEANING = (
    *map(chr, range(0xE0000, 0xE01F0)),
    *map(chr, range(0x180B, 0x1810)),
    *map(chr, range(0xFE00, 0xFE10)),
    *"\u034f\u200b\u200c\u200d\u20e3",
)
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x1b[2J", "␛[2J"),
        ("\x9b31m", "\ufffd31m"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("tab\tstays", "tab\tstays"),
        ("\x7f\x00", "␡␀"),
        ("safe\u202egnp.exe", "safe<U+202E>gnp.exe"),
        ("\ud83d", "\ufffd"),
        ("hidden\U000e0041", "hidden<U+E0041>"),
        ("👩‍💻 café 你好", "👩‍💻 café 你好"),
        (f"the flag {ENGLAND}{ENGLAND}.", f"the flag {ENGLAND}{ENGLAND}."),
        (ENGLAND + "\U000e0067", ENGLAND + "<U+E0067>"),
        (ENGLAND[:-1], "🏴<U+E0067><U+E0062><U+E0065><U+E006E><U+E0067>"),
        ("🏴\U000e0068\U000e0069\U000e007f", "🏴<U+E0068><U+E0069><U+E007F>"),
        ("葛\U000e0100城市 x\U000e0100", "葛\U000e0100城市 x<U+E0100>"),
        ("pass\u200bword \u2060 a\u00adb \ufeff", "pass<U+200B>word <U+2060> a<U+00AD>b <U+FEFF>"),
        ("one\u2028two\u3164", "one<U+2028>two<U+3164>"),
        ("ភាសា\u200bខ្មែរ ᠠ\u180b", "ភាសា\u200bខ្មែរ ᠠ\u180b"),
        ("ភាសា\u200b\u200bx\u180b", "ភាសា\u200b<U+200B>x<U+180B>"),
        ("می\u200cخواهم 👩\u200d💻 ❤\ufe0f", "می\u200cخواهم 👩\u200d💻 ❤\ufe0f"),
        ("葛\U000e0100\U000e0101", "葛\U000e0100<U+E0101>"),
        ("a\u034fb \u17b4\u17b5 \U0001d159", "a<U+034F>b <U+17B4><U+17B5> <U+1D159>"),
        ("pay\u200dpal pay\u200cpal", "pay<U+200D>pal pay<U+200C>pal"),
        ("a\ufe0f b\ufe00 \ufe0e", "a<U+FE0F> b<U+FE00> <U+FE0E>"),
        ("a\ufe0f\u200db 👩\u200d\u200d💻", "a<U+FE0F><U+200D>b 👩\u200d<U+200D>💻"),
    ],
)
def test_what_could_command_or_deceive_is_made_visible(text: str, shown: str) -> None:
    assert safe_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم کتاب\u200cها PDF\u200cها ه\u200d",
        "क्\u200dष क्\u200cष র\u200d্য ക്\u200d",
        "👩\u200d💻 🧑🏽\u200d🚀 🏳\ufe0f\u200d🌈 ❤\ufe0f\u200d🔥 👁\ufe0f\u200d🗨\ufe0f",
        "🤷🏻\u200d♂\ufe0f 1\ufe0f\u20e3 ©\ufe0f ☎\ufe0e",
        "∩\ufe00 ⊕\ufe00 神\ufe00 。\ufe00 က\ufe00",
        "\u2800⠁⣿",
    ],
)
def test_what_is_written_so_in_persian_in_indic_scripts_and_in_emoji_is_unchanged(text: str) -> None:
    assert safe_text(text) == text


@given(st.text(st.characters(codec=None)))
def test_nothing_that_controls_a_terminal_comes_through(text: str) -> None:
    for sign in safe_text(text):
        assert sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs")


@given(st.text(), st.text())
def test_cutting_a_text_anywhere_but_inside_a_sign_makes_no_difference(one: str, other: str) -> None:
    whole = safe_text(one + other)
    if not other.startswith(LEANING) and not one.endswith(("\r", "\u200c", "\u200d")):
        assert safe_text(one) + safe_text(other) == whole


def test_a_line_is_one_line() -> None:
    assert safe_line(" a\n b\x1b[m\tc ") == "a b␛[m c"


@pytest.mark.parametrize(
    "target",
    ["https://example.com/a?b=c", "https://x.example/می\u200cخواهم", "http://x", "mailto:a@b.c", "HTTPS://X"],
)
def test_web_and_mail_addresses_may_be_opened(target: str) -> None:
    assert safe_link(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ssh://-oProxyCommand=x",
        "/etc/passwd",
        "http://a\x1b\\",
        "http://a b",
    ],
)
def test_nothing_else_may_be_opened(target: str) -> None:
    assert safe_link(target) is None
