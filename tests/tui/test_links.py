"""Where a link leads is said beside its words, unless they say it; no host passes for another."""

import pytest

from llmtui.chat.message import Message
from llmtui.chat.parts import Text
from llmtui.tui.drawing.code_blocks import code_blocks
from llmtui.tui.drawing.links import note, short
from tests.tui.test_markdown import lines, seen


def test_a_link_says_where_it_leads() -> None:
    assert seen("[the docs](https://docs.example.org/a) and <https://b.example/c>", 80) == [
        "the docs (https://docs.example.org/a) and https://b.example/c"
    ]


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ("https://a.example/b", "https://a.example/b"),
        ("a.example/b", "https://a.example/b/"),
        ("www.a.example", "http://a.example"),
        ("A.example", "https://www.a.example/"),
        ("me@a.example", "mailto:me@a.example"),
        ("https://a.example/ä?q=ö", "https://a.example/%C3%A4?q=%C3%B6"),
    ],
)
def test_words_that_are_the_target_are_enough(words: str, target: str) -> None:
    assert note(target, "", words) == ""


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ("bank.example", "https://bank.example.evil.example/"),
        ("bank.example", "https://evil.example/bank.example"),
        ("https://bank.example", "https://bank.example@evil.example"),
        ("https://bank.example/@evil.example", "https://bank.example%2F@evil.example"),
        ("bank.example", "https://xn--bnk-5cd.example"),
        ("/etc", "/etc/passwd"),
        ("a.example", "javascript:a.example"),
    ],
)
def test_words_that_only_look_like_the_target_are_not(words: str, target: str) -> None:
    assert note(target, "", words) == target


def test_a_letter_that_looks_like_another_is_told_by_its_host() -> None:
    assert seen("<https://аpple.example>", 80) == ["https://аpple.example (https://xn--pple-43d.example)"]


def test_a_long_target_keeps_its_host_and_loses_its_middle() -> None:
    host = "https://" + "sub." * 20 + "evil.example"
    for target in (f"{host}/{'a' * 90}/end.html", f"{host}:8080?{'q' * 90}"):
        told = short(target)
        assert told.startswith(host)
        assert told.endswith(target[-15:])
        assert "…" in told
    assert len(short("https://a.example/" + "b" * 200)) == 60
    assert short(host) == host


def test_what_may_not_be_opened_is_plain_words_and_a_target() -> None:
    found = lines("[a](ftp://x.example) [b](#part) [c](../d.md) [d](javascript:x)", 80)
    assert [line.text for line in found] == ["a (ftp://x.example) b (#part) c (../d.md) [d](javascript:x)"]
    assert not any(run.style.link for line in found for run in line.runs)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("(https://a.example/b_(c))", "https://a.example/b_(c)"),
        ("see https://a.example/b_(c).", "https://a.example/b_(c)"),
        ("(see https://a.example/b)!", "https://a.example/b"),
        ("https://a.example/[1]", "https://a.example/[1]"),
        ("函数见https://a.example。然后", "https://a.example"),
    ],
)
def test_a_bare_address_ends_before_what_ends_the_sentence(text: str, target: str) -> None:
    assert [run.style.link for line in lines(text) for run in line.runs if run.style.link] == [target]


def test_titles_are_shown() -> None:
    assert seen("[a](http://b.example \"what it is\") ![c](d.png 'e')", 80) == [
        'a (http://b.example "what it is") 🖼 c (d.png "e")'
    ]


def test_an_image_is_its_words_and_its_address() -> None:
    assert seen("![a cat](http://x.example/cat.png)") == ["🖼 a cat (http://x.example/cat.png)"]
    assert seen("[![a](b.png)](http://c.example)") == ["🖼 a (b.png) (http://c.example)"]


def test_a_footnote_is_a_mark_and_its_text_hangs_beside_it() -> None:
    notes = "[^1]: One two three four.\n[^2]: Five\n[^n]: **Six** seven eight nine.\n"
    text = f"Said[^1] and done[^2][^n].\n\n{notes}"
    assert seen(text, 20) == [
        "Said⁽¹⁾ and",
        "done⁽²⁾[^n].",
        "⁽¹⁾ One two three",
        "    four.",
        "⁽²⁾ Five",
        "[^n]: Six seven",
        "      eight nine.",
    ]


def test_a_footnote_goes_on_with_what_is_indented_below_it() -> None:
    text = "[^1]: a\n\n    more *x*\n\n    ```py\n    y = 1\n    ```\n\n    - z\n\nend\n"
    assert [line for line in seen(text, 40) if line] == [
        "⁽¹⁾ a",
        "    more x",
        "     py",
        "     y = 1",
        "    ◦ z",
        "end",
    ]
    found = code_blocks(Message("a", "assistant", (Text(text),)))
    assert [(code.language, code.code) for code in found] == [("py", "y = 1")]
    assert seen("[^note]: a\n\n    mo", 40)[-1] == "         mo"
    assert seen("[^1]: a\n\nb\n\n    code", 40)[-1] == " code"


def test_a_footnote_of_one_word_is_no_link_that_nobody_sees() -> None:
    assert seen("A[^1].\n\n[^1]: word\n") == ["A⁽¹⁾.", "⁽¹⁾ word"]
    assert seen("`[^1]` and [^a-z] and [^1](http://a.example)", 80) == [
        "[^1] and [^a-z] and ^1 (http://a.example)"
    ]
