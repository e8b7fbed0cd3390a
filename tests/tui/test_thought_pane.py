"""Reasoning on a screen: its own scroll under the pointer and by keys, and the pane beside the transcript."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.events import AppBlur, AppFocus, MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot

from llmtui.chat.events import Done, ReasoningDelta, TextDelta
from llmtui.chat.message import Message, after
from llmtui.chat.parts import Reasoning, Text, ToolResult
from llmtui.config import Paths, Remembered, Settings, read_remembered, write_remembered
from llmtui.tui.app import LlmtuiApp
from llmtui.tui.conversation.thought_pane import ThoughtPane
from llmtui.tui.conversation.transcript import Transcript
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.written import Written
from tests.engine.scripted import ScriptedLine
from tests.tui.stage import app as staged
from tests.tui.stage import say, screen_text
from tests.tui.stage import settled as answered
from tests.tui.test_transcript import Talk, click, question, reply, screen, settled

MANY = "\n".join(f"line {number}" for number in range(100))


def thought(place: int, text: str = MANY, said: str = "Hi", outcome: Any = "complete") -> Message:
    parts = (Reasoning(text, 0, 12), *((Text(said),) if said else ()))
    return replace(reply(place, outcome=outcome), parts=parts)


def inside(app: Talk) -> list[str]:
    return [
        row.strip(" ▌").removeprefix("│ ")
        for row in screen(app.transcript)
        if row.strip(" ▌").startswith("│")
    ]


async def wheel(pilot: Pilot[None], words: str, down: bool = True) -> None:
    """Turn the wheel over these words."""
    transcript = pilot.app.query_one(Transcript)
    row = next(row for row, line in enumerate(screen(transcript)) if words in line)
    kind = MouseScrollDown if down else MouseScrollUp
    region = transcript.region
    event = kind(transcript, 3, row, 0, 0, 0, False, False, False, region.x + 3, region.y + row)
    transcript.post_message(event)
    await pilot.pause()


async def test_the_wheel_scrolls_what_is_under_it_and_at_its_end_the_transcript() -> None:
    app = Talk([question(0), thought(0), *(question(n) for n in range(1, 30))])
    async with app.run_test(size=(60, 40)) as pilot:
        transcript = app.transcript
        transcript.action_scroll_home()
        await settled(pilot, transcript)
        await click(pilot, "Thought for")
        assert inside(app)[-1] == "↓ 85 lines"
        top = transcript.scroll_offset.y
        await wheel(pilot, "line 5")
        assert inside(app)[0].startswith("↑")
        assert transcript.scroll_offset.y == top
        while "line 99" not in inside(app):
            await wheel(pilot, inside(app)[3])
        assert transcript.scroll_offset.y == top
        await wheel(pilot, "line 95")
        assert transcript.scroll_offset.y > top


async def test_keys_scroll_inside_show_all_and_fold_what_the_current_message_holds() -> None:
    tool = replace(reply(1), parts=(ToolResult("1", MANY),))
    app = Talk([question(0), thought(0), tool])
    async with app.run_test(size=(60, 40)) as pilot:
        app.transcript.focus()
        await pilot.pause()
        app.transcript.current = 2
        await pilot.press("t")
        assert inside(app)[-1] == "↓ 85 lines"
        await pilot.press("right_square_bracket")
        assert inside(app)[0] == "↑ 5 lines"
        await pilot.press("left_square_bracket")
        assert inside(app)[0] == "line 0"
        await pilot.press("o")
        assert app.transcript.views[2].height > 100
        await pilot.press("o", "t")
        assert inside(app) == []


async def test_a_click_on_the_sign_shows_all_of_it() -> None:
    app = Talk([question(0), thought(0)])
    async with app.run_test(size=(60, 40)) as pilot:
        await settled(pilot, app.transcript)
        await click(pilot, "Thought for")
        await click(pilot, "↓ 85 lines")
        assert app.transcript.views[1].height > 100


THINKING = tuple(ReasoningDelta(f"line {number}\n") for number in range(60))


def line(*scripts: Any) -> ScriptedLine:
    return ScriptedLine(*(scripts or ((*THINKING, TextDelta("Hi"), Done("stop")),)))


def pane(app: LlmtuiApp) -> ThoughtPane:
    return app.screen.query_one(ThoughtPane)


@pytest.mark.parametrize(("size", "beside"), [((120, 40), True), ((80, 24), False), ((40, 15), False)])
async def test_a_key_opens_the_reasoning_beside_the_transcript_or_below_it(
    tmp_path: Path, size: tuple[int, int], beside: bool
) -> None:
    app = staged(tmp_path, line())
    async with app.run_test(size=size) as pilot:
        await say(pilot, "Hello")
        await answered(pilot)
        await pilot.press("f7")
        await pilot.pause()
        found = pane(app)
        assert (found.region.x > app.transcript.region.x) is beside
        assert (found.region.y > app.transcript.region.y) is not beside
        assert found.size.height >= 2
        assert app.transcript.size.height >= 4
        assert "tokens" in str(found.border_title)
        assert "line 0" in screen_text(app)
        await pilot.press("f7")
        await pilot.pause()
        assert not app.screen.query(ThoughtPane)


async def test_the_pane_goes_where_there_is_room_when_the_terminal_changes(tmp_path: Path) -> None:
    app = staged(tmp_path, line())
    async with app.run_test(size=(120, 40)) as pilot:
        await say(pilot, "Hello")
        await answered(pilot)
        await pilot.press("f7")
        await pilot.pause()
        width = pane(app).size.width
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert pane(app).size.width > width
        assert pane(app).region.y > app.transcript.region.y


def live(count: int) -> Message:
    message = reply(0, outcome="streaming")
    for number in range(count):
        message = after(message, ReasoningDelta(f"line {number}\n"), 1.0 + number)
    return message


async def test_the_pane_follows_what_is_thought_unless_somebody_scrolled_up(tmp_path: Path) -> None:
    app = staged(tmp_path)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("f7")
        await pilot.pause()
        transcript, found = app.transcript, pane(app)
        transcript.show([question(0), live(50)])
        await pilot.pause()
        assert found.scroll_offset.y == found.max_scroll_y > 0
        transcript.say(live(60))
        await settled(pilot, transcript)
        assert "line 59" in screen_text(app)
        found.scroll_to(y=3)
        await pilot.pause()
        transcript.say(live(70))
        await settled(pilot, transcript)
        assert found.scroll_offset.y == 3
        found.scroll_end(animate=False)
        await pilot.pause()
        transcript.say(live(80))
        await settled(pilot, transcript)
        assert found.scroll_offset.y == found.max_scroll_y


async def test_the_pane_shows_the_current_message_s_reasoning_or_the_newest(tmp_path: Path) -> None:
    app = staged(tmp_path)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("f7")
        await pilot.pause()
        app.transcript.show([question(0), thought(0, "the first"), question(1), thought(1, "the second")])
        await pilot.pause()
        assert "the second" in screen_text(app)
        app.transcript.current = 1
        await pilot.pause()
        assert "the first" in screen_text(app)
        assert "the second" not in screen_text(app)
        app.transcript.current = 2
        await pilot.pause()
        assert "the second" in screen_text(app)


async def test_the_pane_shows_on_a_question_what_was_thought_before_its_answer(tmp_path: Path) -> None:
    app = staged(tmp_path)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("f7")
        await pilot.pause()
        app.transcript.show([question(0), thought(0, "the first"), question(1), thought(1, "the second")])
        app.transcript.current = 0
        await pilot.pause()
        assert "the first" in screen_text(app)
        app.transcript.show([question(0), thought(0, "the first"), question(1)])
        await pilot.pause()
        # Its answer has not begun: the newest thoughts are still those before.
        assert "the first" in screen_text(app)
        app.transcript.current = 2
        await pilot.pause()
        assert "No reasoning here" in screen_text(app)


async def test_the_bottom_line_tells_the_keys_of_the_pane_as_long_as_it_has_them(tmp_path: Path) -> None:
    keys = {"thoughts.down": "n"}
    app = staged(tmp_path, line(), settings=Settings(keys=keys))
    async with app.run_test(size=(120, 30)) as pilot:
        await say(pilot, "Hello")
        await answered(pilot)
        await pilot.press("f7", "tab")
        await pilot.pause()
        assert "Esc back · j k message" in screen_text(app)
        await pilot.press("tab")
        await pilot.pause()
        assert pane(app).has_focus
        assert "Esc back · n k line · Space page · g beginning · G end · F7 close" in screen_text(app)
        await pilot.press("pagedown", "end")
        assert pane(app).following
        await pilot.press("pageup")
        assert not pane(app).following
        await pilot.press("f7")
        await pilot.pause()
        assert "F1 help" in screen_text(app)


async def test_the_pane_stays_with_the_marked_message_as_long_as_it_has_the_keys(tmp_path: Path) -> None:
    app = staged(tmp_path)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("f7")
        await pilot.pause()
        app.transcript.show([question(0), thought(0), question(1), reply(1)])
        await pilot.pause()
        assert "No reasoning here" in screen_text(app)
        await pilot.press("alt+up", "k", "k", "k")
        await pilot.pause()
        assert app.transcript.current == 0
        assert str(pane(app).border_title).startswith("Thought for 12 s")
        await pilot.press("tab")
        await pilot.pause()
        assert pane(app).has_focus
        assert in_sight(pane(app))[0] == "line 0"
        await pilot.press("j", "pagedown")
        await pilot.pause()
        row = pane(app).size.height
        assert in_sight(pane(app))[0] == f"line {row + 1}"
        # A terminal that is looked away from has no keys for anybody.
        app.post_message(AppBlur())
        app.transcript.say(replace(app.transcript.views[3].message, parts=(Text("Hi there"),)))
        await pilot.pause()
        app.post_message(AppFocus())
        await pilot.pause()
        assert in_sight(pane(app))[0] == f"line {row + 1}"
        await pilot.press("escape")
        await pilot.pause()
        assert "No reasoning here" in screen_text(app)


async def test_thoughts_that_come_while_the_keys_are_in_the_pane_are_seen(tmp_path: Path) -> None:
    app = staged(tmp_path)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("f7")
        app.transcript.show([question(0), live(50)])
        await pilot.pause()
        await pilot.press("tab", "tab")
        await pilot.pause()
        assert pane(app).has_focus
        app.transcript.say(live(60))
        await settled(pilot, app.transcript)
        assert "line 59" in screen_text(app)
        # Another conversation has thoughts of its own.
        app.transcript.show([question(1), thought(1, "the second")])
        await pilot.pause()
        assert "the second" in screen_text(app)


async def test_what_is_selected_in_the_pane_is_copied_as_it_was_written(tmp_path: Path) -> None:
    app = staged(tmp_path)
    text = "some *words* that go on for more than a line of the pane, surely and really"
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("f7")
        await pilot.pause()
        app.transcript.show([question(0), thought(0, text + "\nand so on")])
        await pilot.pause()
        end = next(row for row, words in enumerate(screen_text(app).split("\n")) if "and so on" in words)
        await pilot.mouse_down(ThoughtPane, offset=(2, 1))
        await pilot.hover(ThoughtPane, offset=(6, end))
        await pilot.mouse_up(ThoughtPane, offset=(6, end))
        await pilot.pause()
        assert (app.screen.get_selected_text() or "").startswith(text + "\nand")


class Held(ThoughtPane):
    """A pane that draws no more than what is in sight until it is asked."""

    def _lay_more(self) -> None:
        pass

    def go_on(self) -> None:
        while self.unfinished:
            super()._lay_more()


def in_sight(pane: ThoughtPane) -> list[str]:
    return [pane.render_line(row).text.strip() for row in range(pane.size.height)]


class Beside(App[None]):
    def compose(self) -> ComposeResult:
        yield Held(lambda: None)


def several(last: str) -> Message:
    """Three thoughts with words between them, the last of which goes on."""
    written = "\n\n" + MANY.replace("line", "a line of words that are more than one row")
    before = (Reasoning(written, 0, 12), Text("So"), Reasoning(written, 20, 31), Text("then"))
    return replace(reply(0, outcome="streaming"), parts=(*before, Reasoning(last, 40)))


@pytest.mark.parametrize("above", [-1, 0, 1, 2, 3])
async def test_the_reader_stays_at_the_heading_of_a_thought_whatever_comes_below(above: int) -> None:
    app = Beside()
    async with app.run_test(size=(40, 12)) as pilot:
        found = app.query_one(Held)
        page = Page(38, Palette.plain())
        found.look(several("word "), page)
        found.go_on()
        rows = [found._found(row) for row in range(found.virtual_size.height)]
        heads = [at for at, row in enumerate(rows) if row and row[1].text.startswith("Thought for")]
        assert len(heads) == 2
        found.scroll_to(y=heads[1] - above)
        await pilot.pause()
        shown = in_sight(found)
        for count in range(2, 40):
            found.look(several("word " * count), page)
        found.on_resize()
        await pilot.pause()
        assert in_sight(found) == shown
        assert found.scroll_offset.y == heads[1] - above
        # And where the rows are others, for a while.
        for width in (25, 60, 33, 40):
            await pilot.resize_terminal(width, 12)
            await pilot.pause()
        assert in_sight(found) == shown


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.985])
async def test_any_widths_and_back_show_the_same_words_at_the_top(share: float) -> None:
    text = " ".join(f"word{number}" for number in range(3_000))
    app = Beside()
    async with app.run_test(size=(60, 24)) as pilot:
        found = app.query_one(Held)
        found.look(thought(0, text), Page(58, Palette.plain()))
        await pilot.pause()
        found.go_on()
        found.scroll_to(y=round(found.max_scroll_y * share))
        await pilot.pause()
        shown, top = in_sight(found), found.scroll_offset.y
        for width, height in ((31, 30), (60, 24), (97, 12), (44, 60), (25, 9), (180, 200), (60, 24)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            found.go_on()
            if width == 60:
                assert (in_sight(found), found.scroll_offset.y) == (shown, top)
        assert not found.following


async def test_what_a_taller_pane_shows_above_is_read_then_and_stays_when_text_comes() -> None:
    def words(count: int) -> Message:
        text = " ".join(f"word{number}" for number in range(count))
        return replace(reply(0, outcome="streaming"), parts=(Reasoning(text, 0),))

    app = Beside()
    async with app.run_test(size=(60, 24)) as pilot:
        found, page = app.query_one(Held), Page(58, Palette.plain())
        found.look(words(1_000), page)
        await pilot.pause()
        found.scroll_to(y=found.max_scroll_y - 2)
        await pilot.resize_terminal(60, 60)
        await pilot.pause()
        assert found.scroll_offset.y == found.max_scroll_y
        assert not found.following
        first = in_sight(found)[0]
        for count in range(1_001, 1_100, 9):
            found.look(words(count), page)
            assert in_sight(found)[0] == first


async def test_only_what_is_in_sight_of_a_long_thought_is_drawn_at_once_in_the_pane() -> None:
    text = "".join(
        f"line {number} with words enough for more than one row of it\n" for number in range(9_000)
    )
    app = Beside()
    async with app.run_test(size=(50, 60)) as pilot:
        found = app.query_one(Held)
        page = Page(48, Palette.plain())
        found.look(thought(0, text), page)
        await pilot.pause()
        assert in_sight(found)[0].startswith("line 0 with")
        assert found.unfinished
        for place in (0.5, 0.2, 1.0):
            found.scroll_to(y=round(found.max_scroll_y * place))
            await pilot.pause()
            shown = in_sight(found)
            assert found.unfinished
            assert all(
                words.startswith(("line ", "than ", "row ", "more ", "one ", "of ")) for words in shown
            ), shown
        found.scroll_to(y=found.max_scroll_y // 3)
        await pilot.pause()
        shown = in_sight(found)
        found.go_on()
        await pilot.pause()
        assert in_sight(found) == shown
        rows = Written().lay(text, 48, page.palette.muted)
        assert found.virtual_size.height == len(rows)
        top = found.scroll_offset.y
        assert shown == [row.text.strip() for row in rows[top : top + found.size.height]]


async def test_an_open_pane_and_open_reasoning_are_remembered(tmp_path: Path) -> None:
    app = staged(tmp_path, line())
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("f7")
        await say(pilot, "/reasoning all")
        await pilot.pause()
        remembered = read_remembered(app.around.paths.remembered)
        assert (remembered.thoughts, remembered.reasoning) == (True, "open")
    again = staged(tmp_path, line())
    again.remembered = remembered
    async with again.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        await say(pilot, "Hello")
        await answered(pilot)
        assert pane(again).display
        assert again.transcript.reasoning == "open"
        await say(pilot, "/reasoning all")
        await pilot.pause()
        assert read_remembered(again.around.paths.remembered).reasoning is None


def test_a_state_that_makes_no_sense_is_none(tmp_path: Path) -> None:
    paths = Paths(tmp_path, tmp_path, tmp_path)
    write_remembered(paths.remembered, Remembered(thoughts=True, reasoning="closed"))
    assert read_remembered(paths.remembered).reasoning == "closed"
    paths.remembered.write_text('{"reasoning": "sideways", "thoughts": 1}')
    assert read_remembered(paths.remembered) == Remembered()


def test_a_pane_that_nobody_opens_is_not_imported() -> None:
    loaded = "import sys, llmtui.tui.app; print('llmtui.tui.conversation.thought_pane' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"


async def test_what_a_key_opens_out_of_sight_is_brought_into_sight() -> None:
    app = Talk([question(0), thought(0, said="Hi\n\n" * 100)])
    async with app.run_test(size=(60, 40)) as pilot:
        await settled(pilot, app.transcript)
        app.transcript.toggle_newest_reasoning()
        await settled(pilot, app.transcript)
        assert screen(app.transcript)[0].strip().startswith("▾ Thought for 12 s")
        assert not app.transcript.following
