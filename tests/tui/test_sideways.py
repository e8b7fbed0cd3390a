"""Code and tables that are wider than the page: moved by keys and by the wheel, and wrapped on a key."""

from pathlib import Path

from textual import events
from textual.geometry import Region
from textual.pilot import Pilot

from llmtui.chat.events import Done, TextDelta
from llmtui.chat.message import Message, after
from llmtui.config import Remembered, Settings, read_remembered
from llmtui.tui.app import LlmtuiApp
from llmtui.tui.conversation.transcript import Transcript
from tests.engine.scripted import ScriptedLine
from tests.tui.stage import app as staged
from tests.tui.stage import say, shown
from tests.tui.stage import settled as all_settled
from tests.tui.test_transcript import Talk, question, reply, screen, settled

LETTERS = "".join(chr(ord("a") + count % 26) for count in range(100))
CODE = f"Look:\n\n```python\nx = 1\n# {LETTERS}\ny = 2\n```\n\nAnd after."
TABLE = "\n".join(
    ["|" + "|".join(f" head {place} " for place in range(12)) + "|", "|" + "---|" * 12]
    + ["|" + "|".join(f" cell {row}.{place} is long " for place in range(12)) + "|" for row in range(2)]
)


class Wide(Talk):
    """A transcript whose code is not wrapped."""

    def on_mount(self) -> None:
        self.transcript.code = "scroll"
        super().on_mount()


def how_code_is_shown(stage: LlmtuiApp) -> str:
    return stage.transcript.code


async def coloured(pilot: Pilot[None], transcript: Transcript) -> None:
    """Until all that is in sight has its colours."""
    await settled(pilot, transcript)
    await transcript.coloured()
    await pilot.pause()


def row_of(transcript: Transcript, words: str) -> int:
    return next(row for row, line in enumerate(screen(transcript)) if words in line)


async def wheel(pilot: Pilot[None], row: int, kind: type[events.MouseEvent], *, shift: bool = False) -> None:
    transcript = pilot.app.query_one(Transcript)
    region = transcript.region
    x, y = 5, row
    transcript.post_message(kind(transcript, x, y, 0, 0, 0, shift, False, False, region.x + x, region.y + y))
    await pilot.pause()


async def test_code_that_is_not_wrapped_moves_with_the_keys_and_says_what_is_in_sight() -> None:
    app = Wide([question(0), reply(0, CODE)])
    async with app.run_test(size=(42, 24)) as pilot:
        transcript = app.transcript
        await coloured(pilot, transcript)
        top = row_of(transcript, "python")
        assert screen(transcript)[top : top + 4] == [
            "  python · 1–38 of 102 ›",
            "  x = 1",
            f"  # {LETTERS[:36]}›",
            "  y = 2",
        ]
        transcript.focus()
        await pilot.press("right")
        assert screen(transcript)[top : top + 4] == [
            "▌ python · ‹ 9–46 of 102 ›",
            "▌‹",
            f"▌‹{LETTERS[6:44]}›",
            "▌‹",
        ]
        await pilot.press("l", "h", "left")
        assert screen(transcript)[top + 1] == "▌ x = 1"
        await pilot.press(*["right"] * 20)
        assert screen(transcript)[top] == "▌ python · ‹ 64–102 of 102"
        assert screen(transcript)[top + 2] == f"▌‹{LETTERS[-39:]}"
        await pilot.press("0")
        assert screen(transcript)[top] == "▌ python · 1–38 of 102 ›"


async def test_only_the_rows_of_the_block_are_drawn_again() -> None:
    app = Wide([question(0), reply(0, CODE)])
    async with app.run_test(size=(42, 24)) as pilot:
        transcript = app.transcript
        await coloured(pilot, transcript)
        top = row_of(transcript, "python")
        transcript.action_sideways(1)
        stale = {row for region in transcript._exchange_repaint_regions() for row in region.line_range}
        assert stale == {top, top + 1, top + 2, top + 3}


async def test_the_wheel_turned_sideways_moves_the_block_under_it_and_nothing_else() -> None:
    app = Wide([question(0), reply(0, CODE + "\n\nmore" * 30)])
    async with app.run_test(size=(42, 24)) as pilot:
        transcript = app.transcript
        transcript.scroll_home()
        await coloured(pilot, transcript)
        top, before = row_of(transcript, "python"), transcript.scroll_offset.y
        await wheel(pilot, top + 2, events.MouseScrollRight)
        assert "‹ 9–46" in screen(transcript)[top]
        await wheel(pilot, top + 2, events.MouseScrollDown, shift=True)
        assert "‹ 17–54" in screen(transcript)[top]
        await wheel(pilot, top, events.MouseScrollUp, shift=True)
        await wheel(pilot, top, events.MouseScrollLeft)
        assert "· 1–38" in screen(transcript)[top]
        await wheel(pilot, top + 6, events.MouseScrollDown, shift=True)
        await wheel(pilot, top + 6, events.MouseScrollRight)
        assert "· 1–38" in screen(transcript)[top]
        assert transcript.scroll_offset.y == before
        await wheel(pilot, top + 2, events.MouseScrollDown)
        assert transcript.scroll_offset.y > before


async def test_a_selection_on_a_moved_line_copies_the_characters_that_are_seen() -> None:
    app = Wide([question(0), reply(0, CODE)])
    async with app.run_test(size=(42, 24)) as pilot:
        transcript = app.transcript
        await coloured(pilot, transcript)
        row = row_of(transcript, "# abc")
        transcript.action_sideways(1)
        await pilot.pause()
        seen = screen(transcript)[row]
        start = seen.index("jkl")
        await pilot.mouse_down(Transcript, offset=(start, row))
        await pilot.hover(Transcript, offset=(start + 2, row))
        await pilot.mouse_up(Transcript, offset=(start + 2, row))
        await pilot.pause()
        assert transcript.text_selection is not None
        selected = app.screen.get_selected_text()
        assert selected is not None
        assert selected in ("jk", "jkl")
        assert LETTERS in CODE


async def test_a_table_too_wide_for_the_page_is_moved_too() -> None:
    app = Talk([question(0), reply(0, TABLE)])
    async with app.run_test(size=(42, 24)) as pilot:
        transcript = app.transcript
        await settled(pilot, transcript)
        top = row_of(transcript, "head 0")
        assert screen(transcript)[top].endswith("›")
        transcript.focus()
        await pilot.press("right")
        assert screen(transcript)[top].startswith("▌‹")
        await pilot.press(*["right"] * 60)
        assert "head 11" in screen(transcript)[top]
        assert not screen(transcript)[top].endswith("›")


async def test_what_stands_before_the_code_in_a_quote_or_a_list_stays() -> None:
    text = f"> ```\n> {LETTERS}\n> ```\n\n- item\n\n  ```\n  {LETTERS}\n  ```\n"
    app = Wide([question(0), reply(0, text)])
    async with app.run_test(size=(42, 24)) as pilot:
        transcript = app.transcript
        await settled(pilot, transcript)
        for row in (row for row, line in enumerate(screen(transcript)) if "abc" in line):
            before = screen(transcript)[row]
            line = transcript._column.line(row + transcript.scroll_offset.y)
            assert line is not None
            assert line.wide is not None
            head = before.index("abc") - 1
            transcript.move(line.wide, 1)
            assert screen(transcript)[row] == f"{before[:head]}‹{LETTERS[8 : 8 + 39 - head]}›"


async def test_a_block_stays_where_it_was_moved_to_while_it_grows_and_when_it_is_laid_again() -> None:
    app = Wide([question(0)])
    async with app.run_test(size=(42, 24)) as pilot:
        transcript = app.transcript
        message: Message = reply(0, outcome="streaming")
        message = after(message, TextDelta(f"```python\n# {LETTERS}\n"), 0.1)
        transcript.say(message)
        await coloured(pilot, transcript)
        transcript.action_sideways(1)
        message = after(message, TextDelta(f"# {LETTERS}{LETTERS}\nx"), 0.2)
        transcript.say(message)
        await coloured(pilot, transcript)
        top = row_of(transcript, "python")
        assert screen(transcript)[top] == "  python · ‹ 9–46 of 202 ›"
        await pilot.resize_terminal(62, 24)
        await coloured(pilot, transcript)
        assert "‹ 9–66 of 202 ›" in screen(transcript)[row_of(transcript, "python")]
        await pilot.resize_terminal(42, 24)
        app.theme = "textual-light"
        await coloured(pilot, transcript)
        assert "‹ 9–46 of 202 ›" in screen(transcript)[row_of(transcript, "python")]


async def test_wrapping_and_scrolling_keep_the_readers_place() -> None:
    long = "\n".join(f"line {place} {LETTERS}" for place in range(60))
    app = Talk([question(0), reply(0, f"```\n{long}\n```\n\nend")])
    async with app.run_test(size=(42, 24)) as pilot:
        transcript = app.transcript
        await settled(pilot, transcript)
        transcript.scroll_home()
        transcript.scroll_to(y=row_of(transcript, "line 0") + 3 * 40)
        await pilot.pause()
        first = next(line for line in screen(transcript) if "line" in line).split()[1]
        transcript.code = "scroll"
        await pilot.pause()
        assert (
            abs(int(next(line for line in screen(transcript) if "line" in line).split()[1]) - int(first)) <= 1
        )
        transcript.code = "wrap"
        await pilot.pause()
        assert (
            abs(int(next(line for line in screen(transcript) if "line" in line).split()[1]) - int(first)) <= 1
        )


async def test_w_and_the_command_wrap_or_scroll_and_are_remembered(tmp_path: Path) -> None:
    app = staged(tmp_path, ScriptedLine((TextDelta("Hi"), Done())))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await say(pilot, "hello")
        await all_settled(pilot)
        app.transcript.focus()
        await pilot.press("w")
        await pilot.pause()
        assert how_code_is_shown(app) == "scroll"
        assert read_remembered(app.around.paths.remembered).code == "scroll"
        await pilot.press("escape")
        await say(pilot, "/wrap")
        await pilot.pause()
        assert how_code_is_shown(app) == "wrap"
        await shown(app, "Long lines of code are wrapped")
        assert read_remembered(app.around.paths.remembered) == Remembered(
            model=app.remembered.model, recents=app.remembered.recents
        )


async def test_the_setting_says_how_long_lines_are_shown(tmp_path: Path) -> None:
    app = staged(tmp_path, settings=Settings(code="scroll"))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.transcript.code == "scroll"


async def test_a_long_program_is_coloured_while_nobody_waits() -> None:
    program = "\n".join(f"x{place} = 'one'  # two" for place in range(8_000))
    app = Talk([question(0), reply(0, f"```python\n{program}\n```")])
    async with app.run_test(size=(60, 24)) as pilot:
        transcript = app.transcript
        await pilot.pause()
        await transcript.coloured()
        await pilot.pause()
        row = row_of(transcript, "x7999")
        [strip] = transcript.render_lines(Region(0, row, 60, 1))
        styles = {str(segment.style) for segment in strip if segment.text.strip()}
        assert len(styles) >= 3
