"""What a terminal sends is told apart, and the keys are back within a second, whatever it was."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.tui.terminal.terminal_input import Alt, Pasted, Sequence, TerminalInput, Typed, Unit

START, END = "\x1b[200~", "\x1b[201~"
TICK = 0.1


def told(*reads: str, apart: float = 0.01) -> list[Unit]:
    """What comes of these reads, so many seconds apart, and of a second of silence behind them."""
    terminal, now = TerminalInput(), 100.0
    units: list[Unit] = []
    for read in reads:
        units += terminal.feed(read, now)
        now += apart
    for _ in range(10):
        now += TICK
        units += terminal.silence(now)
    return units


def typed(units: Iterable[Unit]) -> str:
    return "".join(unit.text for unit in units if isinstance(unit, Typed))


def pasted(units: Iterable[Unit]) -> str:
    return "".join(unit.text for unit in units if isinstance(unit, Pasted))


@pytest.mark.parametrize("csi", ["\x9b", "\udc9b"])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_a_paste_may_be_marked_by_one_byte_as_well(csi: str, size: int) -> None:
    read = f"{csi}200~one\r\u4e2d {csi} {csi}20 two{csi}201~x"
    kept = "\ufffd" if csi == "\udc9b" else csi
    units = told(*(read[at : at + size] for at in range(0, len(read), size)))
    assert (typed(units), pasted(units)) in (
        ("", f"one\r\u4e2d {kept} {kept}20 twox"),
        ("x", f"one\r\u4e2d {kept} {kept}20 two"),
    )
    assert told(f"{csi}200~one\r", "two\r", f"{csi}20", "1~") == [Pasted("one\rtwo\r")]
    assert typed(told(f"{csi}200~one{csi}201~ two\r\x11{csi}201~")) == ""
    assert told(f"{csi}2") == []


@pytest.mark.parametrize(
    ("read", "units"),
    [
        ("hi\r", [Typed("hi\r")]),
        ("\x1b", [Typed("\x1b")]),
        ("\x1b\x1b[A", [Typed("\x1b"), Sequence("\x1b[A")]),
        ("\x1b[A\x1bOPx", [Sequence("\x1b[A"), Sequence("\x1bOP"), Typed("x")]),
        ("\x1b\rx", [Alt("\r"), Typed("x")]),
        ("\x1bO", [Alt("O")]),
        ("\x1b[<0;-1;5M", [Sequence("\x1b[<0;-1;5M")]),
        ("\x1b[M !!x", [Sequence("\x1b[M !!"), Typed("x")]),
        ("\x1b]10;rgb:1/2/3\x1b\\x", [Typed("x")]),
        ("\x1b]lname\x07\x1bP>|me\x1b\\\x1b_G\x1b\\x", [Typed("x")]),
        ("\x9d10;rgb:1/2/3\x9cx", [Typed("x")]),
        ("\udc9b?62;22c\udcffx", [Sequence("\x1b[?62;22c"), Typed("x")]),
        ("\x1b[1;2\rx", [Typed("\rx")]),
        ("\x1b[1;2", []),
        ("\x1b]10;rgb", []),
    ],
)
def test_keys_are_keys_and_answers_are_nothing(read: str, units: list[Unit]) -> None:
    assert told(read) == units


@pytest.mark.parametrize(
    "answer", ["\x1b[?62;22c", "\x1b]10;rgb:1/2/3\x1b\\", "\x1bP>|XTerm(390)\x1b\\", "\x1b_Gi=1;OK\x1b\\"]
)
def test_no_piece_of_an_answer_is_typed(answer: str) -> None:
    for at in range(len(answer)):
        assert typed(told(answer[:at])) in ("", "\x1b")
        assert typed(told(answer[:at], answer[at:])) == ""


def test_what_is_half_is_over_after_less_than_a_second() -> None:
    for half in (
        "\x1b[1;",
        "\x1bO",
        "\x1b]10;rgb",
        "\x1bPx\x1b",
        "\x1b[M !",
        f"{START}pasted",
        START + "x\x1b[20",
    ):
        terminal = TerminalInput()
        terminal.feed(half, 0.0)
        for tick in range(1, 10):
            terminal.silence(tick * TICK)
        assert terminal.feed("\x11", 0.95) == [Typed("\x11")]


def test_keys_are_back_also_for_who_goes_on_typing() -> None:
    terminal = TerminalInput()
    terminal.feed(f"{START}pasted", 0.0)
    units = [unit for tick in range(1, 10) for unit in terminal.feed("k", tick * TICK)]
    assert pasted(units).startswith("pasted")
    assert units[-1] == Typed("k")


def test_what_is_pasted_is_one_paste_however_it_is_read() -> None:
    text = "one\r\x1b[31mtwo\x00\x07 \x1b[20 é"
    whole = f"{START}{text}{END}"
    for size in range(1, len(whole)):
        reads = [whole[at : at + size] for at in range(0, len(whole), size)]
        assert told(*reads) == [Pasted(text)]


def test_two_pastes_are_two() -> None:
    assert told(f"{START}a{END}{START}b{END}") == [Pasted("a"), Pasted("b")]


def test_what_stands_behind_a_forged_end_is_pasted_too() -> None:
    assert told(f"{START}a{END}rm -rf\r\x11{END}") == [Pasted(f"a{END}rm -rf\r\x11")]
    for rest in ("rm -rf\r", "a\x1b[17~b\r", "x" * 5000 + "\r"):
        for at in range(len(rest)):
            units = told(f"{START}a{END}{rest[:at]}", rest[at:] + END)
            assert "\r" not in typed(units)
            assert pasted(units).replace(END, "") == f"a{rest}"
            if at > 40:
                break


def test_the_mouse_behind_a_paste_is_no_part_of_it() -> None:
    units = told(f"{START}a{END}\x1b[<35;1;1M\x1b[<0;1;1m")
    assert units == [Pasted("a")]


def test_a_key_some_time_after_a_paste_is_a_key() -> None:
    assert told(f"{START}a{END}", "\r", apart=0.06) == [Pasted("a"), Typed("\r")]


def test_the_rest_of_a_paste_that_stayed_out_for_long_is_pasted() -> None:
    assert told(f"{START}one", f"two\r{END}", apart=0.7) == [Pasted("one"), Pasted("two\r")]
    assert told(f"{START}one", "x\r" * 100, apart=0.7) == [Pasted("one"), Pasted("x\r" * 100)]


def test_a_paste_after_one_that_never_ended_is_one_of_its_own() -> None:
    assert told(f"{START}one", f"{START}two{END}", apart=0.7) == [Pasted("one"), Pasted("two")]


def test_bytes_that_are_no_text_are_seen_where_they_were_pasted() -> None:
    assert told(f"{START}a\udcffb{END}") == [Pasted("a\ufffdb")]


def test_a_window_that_cannot_make_up_its_mind_is_told_of_once() -> None:
    assert told(*["\x1b[O\x1b[I"] * 500) == [Sequence("\x1b[I")]
    assert told("\x1b[O", "\x1b[I", apart=0.3) == [Sequence("\x1b[O"), Sequence("\x1b[I")]
    assert told("\x1b[Ox") == [Sequence("\x1b[O"), Typed("x")]


PIECES = [
    "\x1b",
    "[",
    "]",
    "O",
    "P",
    "M",
    "\\",
    "\x07",
    "200~",
    "201~",
    START,
    END,
    "1;2",
    "\r",
    "a",
    "é",
    "\x9b",
]


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), max_size=6), st.floats(0, 1))
def test_whatever_is_read_it_comes_to_an_end(reads: list[str], apart: float) -> None:
    terminal, now = TerminalInput(), 0.0
    for read in reads:
        now += apart
        terminal.feed(read, now)
    for _ in range(9):
        now += TICK
        terminal.silence(now)
    assert terminal.feed("k", now + 0.06) == [Typed("k")]
