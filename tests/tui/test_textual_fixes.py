"""Each cure of a fault of Textual's says what is seen, which test shows it, and when it can go."""

import ast
import asyncio
import gc
import re
import selectors
import weakref
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.segment import Segment
from textual import events, screen
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.document._document import Document
from textual.document._wrapped_document import WrappedDocument
from textual.driver import Driver
from textual.drivers.headless_driver import HeadlessDriver
from textual.keys import Keys, key_to_character
from textual.strip import Strip

from llmtui.tui.terminal import textual_fixes
from llmtui.tui.terminal.textual_fixes import CarefulParser
from tests.tui.stage import app

ROOT = Path(__file__).parents[2]
SHOWN = re.compile(r"Shown: (.+)")


def cures() -> list[str]:
    tree = ast.parse(Path(textual_fixes.__file__).read_text(encoding="utf-8"))
    told = (
        ast.get_docstring(node) or ""
        for node in tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
    )
    return [words for words in told if "Seen:" in words]


def keys(text: str, parser: type[XTermParser] = CarefulParser) -> list[str]:
    return [event.key for event in parser().feed(text) if isinstance(event, events.Key)]


def test_every_cure_says_what_is_seen_what_shows_it_and_when_it_goes() -> None:
    assert len(cures()) >= 5
    for words in cures():
        assert words.count("Seen:") == words.count("Shown:") == words.count("Goes:")


@pytest.mark.parametrize(
    "where", [where for words in cures() for one in SHOWN.findall(words) for where in one.split(", ")]
)
def test_the_test_that_shows_it_is_there(where: str) -> None:
    path, _, name = where.partition("::")
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8") if name else (ROOT / path).is_file()


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ("\r", "enter"),
        ("\x1b\r", "alt+enter"),
        ("\x1b[27;2;13~", "shift+enter"),
        ("\x1b[27;5;13~", "ctrl+enter"),
        ("\x1b[13;2u", "shift+enter"),
        ("\x1b[13;5u", "ctrl+enter"),
    ],
)
def test_enter_is_called_enter_whatever_is_held_with_it(sent: str, key: str) -> None:
    assert keys(sent) == [key]


def test_the_cures_are_still_needed() -> None:
    assert keys("\x1b[27;2;13~", XTermParser) != ["shift+enter"]
    with pytest.raises((ValueError, OverflowError)):
        keys("\x1b[99999999999u", XTermParser)


def test_a_terminal_that_knows_no_pixels_has_a_mouse_all_the_same() -> None:
    parser = CarefulParser()
    told = [*parser.feed("\x1b[48;24;80;0;0t\x1b[<0;5;6M")]
    assert [type(event) for event in told] == [events.Resize, events.MouseDown]
    assert isinstance(told[1], events.MouseDown)
    assert (told[1].x, told[1].y) == (4, 5)


def test_a_driver_reads_with_care() -> None:
    linux_driver = pytest.importorskip("textual.drivers.linux_driver", reason="Windows has another one")
    driver: type[Driver] = linux_driver.LinuxDriver
    assert textual_fixes.cured(driver) is driver
    assert linux_driver.XTermParser is CarefulParser
    assert linux_driver.getincrementaldecoder("utf-8")().decode(b"a\xff") == "a\udcff"
    assert textual_fixes.cured(HeadlessDriver) is HeadlessDriver


EDITS = st.lists(
    st.tuples(st.text("ab \n中", max_size=30), st.integers(0, 40), st.integers(0, 40)), max_size=8
)


@given(EDITS, st.integers(1, 20))
def test_a_text_has_as_many_rows_as_it_is_wrapped_into(edits: list[tuple[str, int, int]], width: int) -> None:
    textual_fixes.count_rows_once()
    document = Document("one two\nthree")
    wrapped = WrappedDocument(document, width)
    for text, *places in edits:
        lines = document.lines
        start, end = sorted(
            (place % len(lines), place % (len(lines[place % len(lines)]) + 1)) for place in places
        )
        edited = document.replace_range(start, end, text)
        wrapped.wrap_range(start, end, edited.end_location)
        assert wrapped.height == sum(len(sections) for sections in wrapped.lines)


@pytest.mark.parametrize(
    "key", [key.value for key in Keys] + ["a", "ä", "question_mark", "ctrl+a", "no_such_key"]
)
def test_a_key_without_a_sign_is_not_looked_up(key: str) -> None:
    textual_fixes.know_keys_without_a_sign()
    before = key_to_character.cache_info()
    sign = vars(screen)["key_to_character"](key)
    spared = key_to_character.cache_info() == before
    textuals = key_to_character(key)
    assert sign == (textuals if textuals and textuals.isprintable() else None)
    assert spared is (key in {known.value for known in Keys} - {"space"})


class Watched(Strip):
    """A line of which it can be told whether it is gone."""

    __slots__ = ("__weakref__",)


def test_a_line_that_is_cut_at_its_end_does_not_hold_itself() -> None:
    textual_fixes.let_lines_go()
    gc.disable()
    try:
        line = Watched([Segment("some words")])
        assert line.divide([10]) == [line]
        assert [part.text for part in line.divide([4, 10])] == ["some", " words"]
        assert line.divide([4, 20]) == line.divide([4])
        gone = weakref.ref(line)
        del line
        assert gone() is None
    finally:
        gc.enable()


NUMBERS = st.one_of(st.integers(0, 10**12).map(str), st.sampled_from(["", "0", ":", "55296", "1:2", "-1"]))


@given(
    st.lists(NUMBERS, max_size=5).map(";".join), st.sampled_from("?<>= "), st.sampled_from("uMmRtyc~ABIOPQS")
)
def test_no_number_ends_the_app(numbers: str, mark: str, final: str) -> None:
    sequence = f"\x1b[{mark.strip()}{numbers}{final}"
    # The oldest report of a mouse goes on for three letters.
    assume(sequence != "\x1b[M")
    parser = CarefulParser()
    for _ in parser.feed(sequence):
        pass
    assert [event.key for event in parser.feed("k") if isinstance(event, events.Key)] == ["k"]


@given(st.text(st.sampled_from("\x1b[]OP\\<;0159?uMmtyR~Aa\r\x07\x00"), max_size=80))
def test_no_garbage_ends_the_app(garbage: str) -> None:
    for _ in CarefulParser().feed(garbage):
        pass


class _Leaping(selectors.SelectSelector):
    """Waits for nothing: moves its clock on instead."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += timeout or 0.0
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    """Seconds pass at once."""

    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        return self._leaping.now


@pytest.mark.parametrize("changes", [(0.0, 5.0, 5.25, 7.5), (0.0, 0.25, 10.0, 10.75)])
def test_a_frame_waits_for_nothing_but_the_frame_before(changes: tuple[float, ...]) -> None:
    """Where frames are a second apart: those of the second change, and of the one soon after another."""
    shown: list[float] = []

    async def show() -> None:
        now = asyncio.get_running_loop().time
        async with App[None]().run_test() as pilot:
            frames = textual_fixes.Frames(pilot.app.screen, 1.0, callback=lambda: told(), pause=True)

            def told() -> None:
                frames.pause()
                shown.append(round(now() - began, 3))

            frames._start()
            began = now()
            for change in changes:
                await asyncio.sleep(began + change - now())
                frames.resume()
            await asyncio.sleep(2)
            frames.stop()

    with asyncio.Runner(loop_factory=_Loop) as runner:
        runner.run(show())
    wanted: list[float] = []
    for change in changes:
        wanted.append(max(change, wanted[-1] + 1.0) if wanted else change)
    assert shown == wanted


async def test_every_screen_is_shown_by_such_frames(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test() as pilot:
        assert isinstance(stage.screen._update_timer, textual_fixes.Frames)
        await pilot.press("ctrl+o")
        assert len(stage.screen_stack) == 2
        assert isinstance(stage.screen._update_timer, textual_fixes.Frames)
