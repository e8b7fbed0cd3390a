"""What Textual 8.2 does wrong and how it is put right: what is seen, the test that shows it, when it can go.

`tests/tui/test_textual_fixes.py` holds every cure to that. What Textual lets us do otherwise, and is no
fault, is not here: `pointing` selects, `browser` hears packets, `stopping` gives the terminal back.
"""

import asyncio
import sys
from codecs import getincrementaldecoder
from collections import abc
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from math import ceil
from time import monotonic
from typing import Any, Protocol, cast

from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual import screen as textual_screen
from textual._keyboard_protocol import MODIFIER_FUNCTIONAL_KEYS
from textual._xterm_parser import XTermParser
from textual.document._wrapped_document import WrappedDocument
from textual.driver import Driver
from textual.geometry import Region
from textual.keys import Keys, key_to_character
from textual.message import Message
from textual.screen import Screen
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip
from textual.timer import EventTargetGone, Timer

from llmtui.tui.terminal.safe_strips import is_safe_target, safe_signs
from llmtui.tui.terminal.terminal_input import Alt, Pasted, Sequence, TerminalInput, Typed, Unit

# Longer than any sequence that Textual knows; of longer ones it makes letters.
_LONGEST_SEQUENCE = 32
_ENTER_SPELLED = "\r"
_PLAIN = Style.null()
_divide = Strip.divide
_render = Strip.render
_render_style = Strip.render_style.__func__  # type: ignore[attr-defined]  # mypy does not see through classmethod

_WITHOUT_A_SIGN = frozenset(key.value for key in Keys if key is not Keys.Space)

MODIFIER_KEYS = frozenset(MODIFIER_FUNCTIONAL_KEYS)
"""Shift, Ctrl and so on alone, as keys."""


# What comes in


def cured(driver: type[Driver]) -> type[Driver]:
    """The driver, which reads with care from now on.

    Seen: one byte that is no UTF-8 on standard input ends the app with a traceback.
    Shown: tests/end_to_end/test_input.py::test_bytes_that_are_no_text_type_nothing
    Goes: when Textual's drivers decode with `errors=`, and take the parser's class from outside.
    """
    for layer in driver.__mro__:
        reads: Any = sys.modules[layer.__module__]
        if hasattr(reads, "XTermParser"):
            reads.XTermParser = CarefulParser
        if hasattr(reads, "getincrementaldecoder"):
            reads.getincrementaldecoder = _forgiving
    return driver


def _forgiving(encoding: str) -> Callable[[], Any]:
    return partial(getincrementaldecoder(encoding), errors="surrogateescape")


class CarefulParser(XTermParser):
    """Textual's parser, which is given whole sequences only and no paste.

    Seen: an answer of the terminal (DA, OSC 10, DECRQSS, a title) is typed into the composer, as is half of
    any sequence; a paste whose end never comes takes every key from then on, Ctrl+Q, too; what stands behind
    a forged end of a paste is typed and sent; numbers that are no characters in a sequence of the kitty
    protocol, and a terminal that tells its size as 0 pixels, end the app; a window that gains and loses the
    keys a thousand times takes the app ten seconds.
    Shown: tests/end_to_end/test_input.py, tests/tui/test_terminal_input.py
    Goes: when Textual's parser knows where a sequence ends that it does not know, and times pastes.

    Seen: ESC CR, as terminals send Alt+Enter, is Enter, and a question is sent by accident; Shift+Enter and
    Ctrl+Enter of xterm's modifyOtherKeys (tmux has it, too) are called `shift+\\r` and `ctrl+\\r`.
    Shown: tests/tui/test_textual_fixes.py::test_enter_is_called_enter_whatever_is_held_with_it
    Goes: when Textual names them so.
    """

    def __init__(self, debug: bool = False) -> None:
        self._input = TerminalInput()
        super().__init__(debug)

    def feed(self, data: str) -> Iterable[Message]:
        if data:
            for unit in self._input.feed(data, monotonic()):
                yield from self._told(unit)
        else:
            yield from super().feed("")

    def tick(self) -> Iterable[Message]:
        for unit in self._input.silence(monotonic()):
            yield from self._told(unit)

    def _told(self, unit: Unit) -> Iterator[Message]:
        match unit:
            case Typed(text):
                for sign in text:
                    yield from self._keys(sign)
            case Alt("\r"):
                yield events.Key("alt+enter", None)
            case Alt(sign):
                yield from list(self._keys(f"\x1b{sign}")) or self._keys(sign, alt=True)
            case Pasted(text):
                yield events.Paste(text)
            case Sequence(text):
                yield from self._known(text)

    def _keys(self, sequence: str, alt: bool = False) -> Iterator[events.Key]:
        for event in self._sequence_to_key_events(sequence, alt):
            if event.key != Keys.Ignore:
                yield event

    def _known(self, sequence: str) -> Iterator[Message]:
        """What Textual makes of a sequence, if it knows it and there is sense in its numbers."""
        if len(sequence) > _LONGEST_SEQUENCE or not self._makes_sense(sequence):
            return
        for event in super().feed(sequence):
            if isinstance(event, events.Key) and event.key.endswith(_ENTER_SPELLED):
                event = events.Key(f"{event.key.removesuffix(_ENTER_SPELLED)}enter", None)
            yield event
        if self.terminal_pixel_size is not None and not all(self.terminal_pixel_size):
            self.terminal_pixel_size = None
        if self._timeout_time is not None:
            # It waits for more, so it knows no such sequence. After a while it would take it for letters.
            self._timeout_time = 0.0
            for _ in super().tick():
                pass

    def _makes_sense(self, sequence: str) -> bool:
        try:
            self._parse_extended_key(sequence)
        except (ValueError, OverflowError):
            return False
        # A window without rows or columns.
        return not (sequence.startswith("\x1b[48;") and {"0", ""} & set(sequence[5:-1].split(";")[:2]))


# What goes out


def guard() -> Callable[[], None]:
    """Let nothing but words and safe links out from now on, in every app of this process; the way back, for
    tests.

    Seen: what any widget draws is written to the terminal as it is, ESC and all, and so is a link's target:
    whatever is shown may write to the clipboard, clear the screen, or make the terminal type.
    Shown: tests/tui/test_safe_strips.py::test_without_the_guard_stock_widgets_do_command_the_terminal
    Goes: its control characters when `Strip.render` drops them; the rest of it never.
    """

    def undo() -> None:
        Strip.render = _render  # type: ignore[method-assign]
        Strip.render_style = classmethod(_render_style)  # type: ignore[method-assign, assignment]

    Strip.render = _all_styled  # type: ignore[method-assign, assignment]
    Strip.render_style = classmethod(_safely)  # type: ignore[method-assign, assignment]
    return undo


def _all_styled(strip: Strip, console: Console) -> str:
    """Textual writes what has no style as it is, without asking `render_style`."""
    if strip._render_cache is None and any(style is None for _, style, _ in strip):
        strip = Strip([Segment(text, style or _PLAIN) for text, style, _ in strip])
    return _render(strip, console)


def _safely(cls: type[Strip], style: Style, text: str, color_system: ColorSystem) -> str:
    if not (text.isascii() and text.isprintable()):
        text = safe_signs(text)
    if style.link and not is_safe_target(style.link):
        style = style.update_link(None)
    rendered: str = _render_style(cls, style, text, color_system)
    return rendered


# What is switched at start only


class _MouseDriver(Protocol):
    _mouse: bool

    def _enable_mouse_support(self) -> None: ...

    def _disable_mouse_support(self) -> None: ...

    def _enable_mouse_pixels(self) -> None: ...


def has_mouse(driver: Driver | None) -> bool:
    """Whether llmtui has the mouse, and not the terminal for its own selecting."""
    return bool(getattr(driver, "_mouse", True))


def take_mouse(driver: Driver | None, wanted: bool) -> bool:
    """Take the mouse, or let go of it; False where that can not be done (a browser, a test).

    Seen: the mouse is the terminal's or Textual's from start to end.
    Shown: tests/tui/test_mouse.py::test_a_key_lets_go_of_the_mouse_and_takes_it_back
    Goes: when a driver has a switch for it.
    """
    if not hasattr(driver, "_enable_mouse_support") or not hasattr(driver, "_disable_mouse_support"):
        return False
    switched = cast(_MouseDriver, driver)
    # Each does nothing while `_mouse` is off; what starts again after Ctrl+Z or an editor asks for it too.
    if wanted:
        switched._mouse = True
        switched._enable_mouse_support()
        if getattr(driver, "_in_band_window_resize", False):
            # Then Textual reads places as pixels, and this mode has just been taken the place of.
            switched._enable_mouse_pixels()
    else:
        switched._disable_mouse_support()
        switched._mouse = False
    return True


# What is done too often


def count_rows_once() -> None:
    """Know how many rows a text has that is edited.

    Seen: they are summed up line by line, ten times for every key: half of what a key costs in a draft of
    some megabytes.
    Shown: tests/tui/test_textual_fixes.py::test_a_text_has_as_many_rows_as_it_is_wrapped_into
    Goes: when `WrappedDocument.height` is the length of a list that it keeps.
    """
    WrappedDocument.height = property(_rows)  # type: ignore[method-assign, assignment]


def _rows(document: WrappedDocument) -> int:
    return len(document._offset_to_line_info)


def know_keys_without_a_sign() -> None:
    """Know without looking it up that a key like F5 or Escape writes nothing.

    Seen: with the first key that is pressed the name of each bound key is looked for in Unicode's table of
    names, of which 0.8 MB come into memory for it.
    Shown: tests/tui/test_textual_fixes.py::test_a_key_without_a_sign_is_not_looked_up
    Goes: when Textual looks up only those keys that may have a sign.
    """
    screen: Any = textual_screen
    screen.key_to_character = sign_of


def sign_of(key: str) -> str | None:
    """What a key writes, None for nothing that could be seen."""
    return None if key in _WITHOUT_A_SIGN else key_to_character(key)


def let_lines_go() -> None:
    """Let a line that was drawn be forgotten with whoever drew it.

    Seen: a line that is as wide as its widget is kept in its own table of cuts, so that it is garbage only
    when the collector looks: 33 KB for each answer, for the list of conversations is drawn anew.
    Shown: tests/tui/test_textual_fixes.py::test_a_line_that_is_cut_at_its_end_does_not_hold_itself
    Goes: when `Strip.divide` keeps no strip in itself.
    """
    Strip.divide = _divided  # type: ignore[method-assign, assignment]


def _divided(strip: Strip, cuts: Iterable[int]) -> abc.Sequence[Strip]:
    wanted = [*cuts]
    return [strip] if wanted == [strip.cell_length] else _divide(strip, wanted)


# What is done too late


def show_at_once() -> None:
    """Show at once what changed, or a sixtieth of a second after the frame before.

    Seen: a timer that was paused, or is late, leaves one beat out too many, so that what changes soon after a
    frame is shown 17 to 33 ms after it: half of the keys wait for that beside an answer that streams.
    Shown: tests/tui/test_textual_fixes.py::test_a_frame_waits_for_nothing_but_the_frame_before
    Goes: when `Timer` does not count on through a pause, and goes on with the next beat.
    """
    Screen._update_timer = property(_frames)  # type: ignore[method-assign, assignment]


def _frames(screen: Screen[Any]) -> Timer:
    own = screen.__dict__
    if "_frames" not in own:
        own["_frames"] = frames = Frames(
            screen, textual_screen.UPDATE_PERIOD, callback=screen._on_timer_update, pause=True
        )
        frames._start()
        screen._timers.add(frames)
    return cast(Timer, own["_frames"])


class Frames(Timer):
    """Ticks as soon as it is resumed, but not within an interval of the tick before."""

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        with suppress(EventTargetGone):
            while True:
                await self._active.wait()
                began = clock()
                await self._tick(next_timer=began, count=0)
                await asyncio.sleep(began + self._interval - clock())


class SteadyScrollBar(ScrollBar):
    """A scrollbar that is drawn again when it looks otherwise.

    Seen: all its lines are made anew for every row that a conversation grows by: a tenth of what it costs to
    draw an answer that streams.
    Shown: tests/tui/test_scrollbar.py::test_it_looks_as_textuals_own_wherever_it_is
    Goes: when Textual's own keeps its lines.
    """

    _seen: tuple[object, ...] = ()
    _lines: list[Strip]

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines in a region: those of the last time as long as the thumb is where it was."""
        looks = (crop, self._thumb(crop.height), self.mouse_over, self.grabbed is None, self.app.theme)
        if looks != self._seen:
            self._seen, self._lines = looks, list(self._drawn(crop))
        return self._lines

    def _drawn(self, crop: Region) -> Iterator[Strip]:
        """The lines as Textual makes them, but each kind of cell is made once."""
        bar = self.render()
        if not isinstance(bar, ScrollBarRender) or crop != self.size.region:
            yield from super().render_lines(crop)
            return
        style = self.app.console.get_style(bar.style)
        assert style.color is not None
        assert style.bgcolor is not None
        cells = bar.render_bar(
            crop.height,
            bar.virtual_size,
            bar.window_size,
            bar.position,
            bar.thickness,
            bar.vertical,
            style.bgcolor,
            style.color,
        )
        made: dict[Segment, Strip] = {}
        base = self.visual_style.rich_style
        filters, background = self.get_line_filters(), self.background_colors[1]
        for cell in cells.segments:
            if cell not in made:
                strip = Strip([*Segment.apply_style([cell], base)], crop.width)
                for line_filter in filters:
                    strip = strip.apply_filter(line_filter, background)
                made[cell] = strip
            yield made[cell]

    def _thumb(self, height: int) -> tuple[int, int]:
        """Where the thumb begins and ends, in eighths of a cell: as finely as it can be drawn."""
        virtual, window = self.window_virtual_size, self.window_size
        if not window or virtual <= window:
            return 0, 0
        size = max(1.0, window * height / virtual)
        start = int((height - size) * self.position / (virtual - window) * 8)
        return start, start + ceil(size * 8)
