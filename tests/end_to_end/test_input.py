"""Whatever comes in from the terminal, nothing is typed or sent by itself, nothing ends the app, and the keys
are back soon. (How soon is in `tests/tui/test_terminal_input.py`, where the clock is ours.)"""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from time import monotonic, sleep

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminal of this kind", allow_module_level=True)

from tests.end_to_end.home import Home
from tests.end_to_end.word_server import WordServer
from tests.pty.terminal import Terminal

# Half of a sequence takes keys for a moment; a person types again.
TRIES, SECONDS = 40, 0.25

ANSWERS = {
    "device attributes": b"\x1b[?62;22c",
    "secondary device attributes": b"\x1b[>0;276;0c",
    "tertiary device attributes": b"\x1bP!|00000000\x1b\\",
    "place of the cursor": b"\x1b[12;40R",
    "status": b"\x1b[0n",
    "colour, ended by ST": b"\x1b]11;rgb:1010/1010/1010\x1b\\",
    "colour, ended by BEL": b"\x1b]10;rgb:e0e0/e0e0/e0e0\x07",
    "colour, in one-byte controls": b"\x9d11;rgb:1010/1010/1010\x9c",
    "device attributes, in one-byte controls": b"\x9b?62;22c",
    "device attributes, in two-byte controls": b"\xc2\x9b?62;22c",
    "title": b"\x1b]lrm -rf ~\x1b\\",
    "icon": b"\x1b]Lrm -rf ~\x1b\\",
    "clipboard": b"\x1b]52;c;cm0gLXJmIH4=\x1b\\",
    "setting": b"\x1bP1$r0;1m\x1b\\",
    "capability": b"\x1bP1+r544e=787465726d\x1b\\",
    "name and version": b"\x1bP>|XTerm(390)\x1b\\",
    "keyboard protocol": b"\x1b[?0u",
    "a mode that is not known": b"\x1b[?2026;0$y",
    "a mode that is set": b"\x1b[?1004;1$y",
    "size in cells": b"\x1b[8;40;120t",
    "size in pixels": b"\x1b[4;800;1200t",
    "graphics": b"\x1b_Gi=1;OK\x1b\\",
    "light or dark": b"\x1b[?997;1n",
}
NO_TEXT = {
    "a byte of Latin-1": b"\xe9",
    "bytes that begin nothing": b"\xff\xfe\x80\xbf",
    "half a letter": b"\xe2\x82",
    "a letter that is too long": b"\xc0\xaf\xe0\x80\xaf",
    "a lone surrogate": b"\xed\xa0\x80",
    "a lone surrogate as a key": b"\x1b[55296u\x1b[97;;55296u",
    "no character as a key": b"\x1b[99999999999u\x1b[97;;1114112u\x1b[97:65u",
    "NUL as text": b"\x1b[0;;0u",
}
GARBAGE = {
    "mouse far away": b"\x1b[<0;99999;99999M\x1b[<0;99999;99999m",
    "mouse before the beginning": b"\x1b[<35;-4;-9M\x1b[<0;0;0M",
    "mouse with any button": b"".join(b"\x1b[<%d;60;5M" % button for button in range(3, 256)),
    "mouse as of old": b"\x1b[M !!\x1b[M\x22\xff\xff\x1b[35;60;5M",
    "half a mouse": b"\x1b[<0;12",
    "mouse without numbers": b"\x1b[<M\x1b[<;;M\x1b[<1;2M",
    "a storm of focus": b"\x1b[O\x1b[I" * 500,
    "sizes that are none": b"\x1b[48;0;0;0;0t\x1b[48;;;;t",
    "half a sequence": b"\x1b[1;2",
    "half a sequence of a function key": b"\x1bO",
    "half a colour": b"\x1b]11;rgb:10",
    "half a setting": b"\x1bP1$r0;1",
    "a long sequence": b"\x1b[" + b"1;" * 3000 + b"A",
    "a long answer": b"\x1b]52;c;" + b"QUFB" * 20_000 + b"\x1b\\",
    "sequences in sequences": b"\x1b[1;\x1b]0;\x1bP\x1b[?\x1b_x\x1b\\",
}


@pytest.fixture(scope="module")
def server() -> Iterator[WordServer]:
    with WordServer(3, 0) as server:
        yield server


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, server: WordServer) -> Iterator[Terminal]:
    home = Home(tmp_path_factory.mktemp("input") / "home")
    home.knows(server.address)
    with home.open("-m", "openai/word") as terminal:
        terminal.wait_for("Ask anything")
        yield terminal
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0


@pytest.fixture
def screen(opened: Terminal) -> Terminal:
    """The one app that all this is done to, with nothing in its composer."""
    clear(opened)
    return opened


def draft(text: str) -> str:
    """What is seen of what is in the composer."""
    lines = text.splitlines()
    tops = [at for at, line in enumerate(lines) if "╭" in line]
    # A frame may be half drawn.
    shown = [line for line in lines[tops[-1] + 1 :] if line.count("│") >= 2] if tops else []
    return "\n".join(line[: line.rindex("│")].rpartition("│ ")[2].strip() for line in shown)


def types_again(screen: Terminal, before: str = "") -> None:
    """Type until it is seen; it is all that is in the composer but what was there before."""
    for _ in range(TRIES):
        screen.type("h")
        with suppress(AssertionError):
            screen.wait_for(lambda text: draft(text).startswith(f"{before}h"), SECONDS)
            break
    screen.wait_for(lambda text: set(draft(text).removeprefix(before)) == {"h"}, 5)


def clear(screen: Terminal) -> None:
    for _ in range(40):
        if draft(screen.text).startswith("Ask anything"):
            return
        # To the beginning of the row, and of the one before.
        screen.type("\x15\x7f" * 12)
        with suppress(AssertionError):
            screen.wait_for(lambda text: draft(text).startswith("Ask anything"), 0.5)
    raise AssertionError(screen.text)


@pytest.mark.parametrize("what", ANSWERS)
def test_an_answer_that_comes_late_types_nothing(screen: Terminal, server: WordServer, what: str) -> None:
    screen.send(ANSWERS[what])
    types_again(screen)
    assert server.asked == []


@pytest.mark.parametrize("what", ANSWERS)
def test_an_answer_in_pieces_types_nothing(screen: Terminal, server: WordServer, what: str) -> None:
    answer = ANSWERS[what]
    for at in range(0, len(answer), 3):
        screen.send(answer[at : at + 3])
    types_again(screen)
    assert server.asked == []


@pytest.mark.parametrize("what", NO_TEXT)
def test_bytes_that_are_no_text_type_nothing(screen: Terminal, server: WordServer, what: str) -> None:
    screen.send(NO_TEXT[what])
    types_again(screen)
    assert server.asked == []


@pytest.mark.parametrize("what", GARBAGE)
def test_garbage_types_nothing(screen: Terminal, server: WordServer, what: str) -> None:
    screen.send(GARBAGE[what])
    types_again(screen)
    assert server.asked == []


def test_a_paste_whose_end_never_comes_gives_the_keys_back(screen: Terminal, server: WordServer) -> None:
    screen.send(b"\x1b[200~one\rtwo")
    screen.wait_for(lambda text: draft(text).startswith("one\ntwo"))
    types_again(screen, "one\ntwo")
    assert server.asked == []


SHORT_MARKS = {"one byte": b"\x9b", "two bytes": b"\xc2\x9b"}


@pytest.mark.parametrize("what", SHORT_MARKS)
@pytest.mark.parametrize("ended", [True, False])
def test_a_paste_with_marks_of_the_short_kind_sends_nothing(
    screen: Terminal, server: WordServer, what: str, ended: bool
) -> None:
    screen.send(SHORT_MARKS[what] + b"200~one\rtwo" + ended * (SHORT_MARKS[what] + b"201~"))
    screen.wait_for(lambda text: draft(text).startswith("one\ntwo"))
    types_again(screen, "one\ntwo")
    assert server.asked == []


def test_what_stands_behind_a_forged_end_is_pasted_and_not_typed(
    screen: Terminal, server: WordServer
) -> None:
    screen.send(b"\x1b[200~one\x1b[201~ two\r\x11/quit\r\x1b[201~")
    screen.wait_for(lambda text: "/quit" in draft(text))
    types_again(screen, "one␛[201~ two\n␑/quit\n")
    assert server.asked == []


def test_a_long_paste_with_a_forged_end_sends_nothing(screen: Terminal, server: WordServer) -> None:
    screen.send(b"\x1b[200~x\x1b[201~" + b"and so on " * 600 + b"\r\x11the end\x1b[201~")
    screen.wait_for(lambda text: "the end" in draft(text))
    assert server.asked == []


LARGE = {
    "many lines": ("a line of some words that is here\r" * 150_000, "5.1 MB, 150,000 lines"),
    "one line": ("中文 words " * 400_000, "5.2 MB, 1 line"),
}


@pytest.mark.parametrize("what", LARGE)
def test_five_megabytes_that_are_pasted_send_nothing_and_the_keys_are_back(
    screen: Terminal, server: WordServer, what: str
) -> None:
    text, told = LARGE[what]
    screen.paste(text)
    screen.wait_for(lambda text: draft(text).startswith(f"[pasted {told}]"))
    types_again(screen, f"[pasted {told}]")
    assert server.asked == []


def test_five_megabytes_outlive_the_program_and_are_sent_to_the_letter(home: Home) -> None:
    text = "a line of some words that is here\n" * 150_000
    with WordServer(3, 0) as server:
        home.knows(server.address)
        with home.open("-m", "openai/word") as terminal:
            terminal.wait_for("Ask anything")
            terminal.type("Sum up: ")
            terminal.wait_for("Sum up:")
            terminal.paste(f"{text}the end")
            terminal.wait_for("[pasted 5.1 MB, 150,001 lines]")
            wait_until_kept(home, f"Sum up: {text}the end")
            terminal.kill()
        with home.open("-m", "openai/word") as terminal:
            terminal.wait_for(lambda text: "the end" in draft(text))
            assert "[pasted 5.1 MB, 149,9" in terminal.text
            terminal.press("enter")
            terminal.wait_for("word2")
            terminal.press("ctrl+q")
            assert terminal.wait_for_exit() == 0
    assert server.asked[0]["messages"][-1]["content"] == f"Sum up: {text}the end"


def wait_until_kept(home: Home, draft: str) -> None:
    """Wait until the history has this as a draft."""
    history = sqlite3.connect(f"file:{home.history}?mode=ro", uri=True)
    over = monotonic() + 20
    with closing(history):
        while (draft,) not in history.execute("SELECT draft FROM conversation"):
            assert monotonic() < over
            sleep(0.05)


def test_a_paste_in_the_middle_of_a_sequence_is_pasted(screen: Terminal, server: WordServer) -> None:
    screen.send(b"\x1b[1;\x1b[200~pasted\x1b[201~")
    screen.wait_for(lambda text: draft(text).startswith("pasted"))
    types_again(screen, "pasted")
    assert server.asked == []


def test_the_mouse_in_the_middle_of_a_paste_is_no_key(screen: Terminal, server: WordServer) -> None:
    screen.send(b"\x1b[200~pasted\x1b[201~\x1b[<35;60;5M\x1b[<0;60;5m\x1b[O\x1b[I")
    screen.wait_for(lambda text: draft(text).startswith("pasted"))
    types_again(screen, "pasted")
    assert server.asked == []


def test_no_line_of_a_paste_is_sent(screen: Terminal, server: WordServer) -> None:
    screen.send(b"\x1b[200~one\rtwo\nthree\r\nfour\r\x1b[201~\r")
    screen.wait_for(lambda text: draft(text).startswith("one\ntwo\nthree\nfour"))
    assert server.asked == []
