"""The screen, as a person uses it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.widgets import OptionList

from llmtui.chat.events import Done, Failed, ReasoningDelta, TextDelta, Usage, UsageReported
from llmtui.chat.failure import Failure
from llmtui.chat.kept import Kept, NotKept
from llmtui.chat.message import Message
from llmtui.config import Settings, read_remembered, read_settings
from llmtui.tui.composing.composer import PLACEHOLDER, Composer
from llmtui.tui.conversation.transcript import Transcript
from llmtui.tui.needs import Opening
from llmtui.tui.panels.picker import Picker
from llmtui.tui.sidebar import Sidebar
from llmtui.tui.status.line import StatusLine
from tests.engine.scripted import RememberingKeeper, ScriptedLine
from tests.tui.stage import MODEL, app, say, screen_text, settled, shown

HELLO = (TextDelta("Hello "), TextDelta("**world**"), UsageReported(Usage(10, 20, total=30)), Done("stop"))
SIZE = (120, 40)


async def test_you_type_press_enter_and_the_answer_streams_in(tmp_path: Path) -> None:
    keeper = RememberingKeeper()
    stage = app(tmp_path, ScriptedLine(HELLO), keeper)
    async with stage.run_test(size=SIZE) as pilot:
        await pilot.press(*"Hi")
        assert stage.query_one(Composer).text == "Hi"
        await pilot.press("enter")
        await shown(stage, "Hello world")
        await settled(pilot)
        text = screen_text(stage)
        assert "You" in text
        assert "gpt-4o-mini · openai" in text
        assert "↑10 ↓20" in text
        assert "ctx 30/1k 3%" in text
        assert stage.query_one(Composer).text == ""
        assert [message.text for message in keeper.conversations[stage.session.id].path] == [
            "Hi",
            "Hello **world**",
        ]
        assert stage.query_one(Sidebar).shown == (stage.session.id,)


async def test_the_composer_has_the_keyboard_and_an_empty_conversation_a_welcome(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert isinstance(stage.focused, Composer)
        assert "Ask anything" in screen_text(stage)
        assert "Type a question and press Enter." in screen_text(stage)


async def test_reasoning_opens_while_the_model_thinks_and_folds_when_it_answers(tmp_path: Path) -> None:
    answer = asyncio.Event()
    line = ScriptedLine((ReasoningDelta("Let me see…"), answer, TextDelta("42"), Done()))
    stage = app(tmp_path, line)
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Think")
        await shown(stage, "Let me see…")
        answer.set()
        await settled(pilot)
        await shown(stage, "42")
        assert "Let me see…" not in screen_text(stage)
        await pilot.press("ctrl+t")
        await shown(stage, "Let me see…")


async def test_escape_stops_keeps_the_words_and_leaves_the_draft_alone(tmp_path: Path) -> None:
    line = ScriptedLine((TextDelta("Half of it"), asyncio.Event()))
    stage = app(tmp_path, line)
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Go")
        await shown(stage, "Half of it")
        await pilot.press(*"next")
        await pilot.press("escape")
        await settled(pilot)
        await shown(stage, "■ stopped by you")
        assert "Half of it" in screen_text(stage)
        assert stage.query_one(Composer).text == "next"


async def test_enter_while_it_streams_queues_and_up_takes_it_back(tmp_path: Path) -> None:
    more = asyncio.Event()
    line = ScriptedLine((TextDelta("One"), more, Done()), HELLO)
    stage = app(tmp_path, line)
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "First")
        await shown(stage, "One")
        await say(pilot, "Second")
        await shown(stage, "1 queued")
        await pilot.press("up")
        assert stage.query_one(Composer).text == "Second"
        assert not stage.session.queue
        await pilot.press("enter")
        more.set()
        await shown(stage, "Hello world")
        await settled(pilot)
        assert [message.text for message in stage.session.conversation.path][2] == "Second"


async def test_a_failure_says_what_happened_and_retry_makes_a_branch(tmp_path: Path) -> None:
    down = Failed(Failure("rate_limit", "too many requests", where="api.example.com", status=429))
    stage = app(tmp_path, ScriptedLine((down,), HELLO))
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Go")
        await settled(pilot)
        await shown(stage, "429 from api.example.com: too many requests")
        assert "Go" in screen_text(stage)
        await pilot.press("f5")
        await settled(pilot)
        await shown(stage, "Hello world")
        await shown(stage, "‹ 2/2 ›")
        await pilot.press("f4")
        await shown(stage, "429 from api.example.com")


@pytest.mark.parametrize("key", ["ctrl+j", "shift+enter", "alt+enter"])
async def test_these_keys_make_a_new_line_and_send_nothing(tmp_path: Path, key: str) -> None:
    line = ScriptedLine(HELLO)
    stage = app(tmp_path, line)
    async with stage.run_test(size=SIZE) as pilot:
        await pilot.press("a", key, "b")
        assert stage.query_one(Composer).text == "a\nb"
        assert not line.requests


async def test_a_setting_swaps_what_enter_does(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine(HELLO), settings=Settings(enter_sends=False))
    async with stage.run_test(size=SIZE) as pilot:
        await pilot.press("a", "enter", "b")
        assert stage.query_one(Composer).text == "a\nb"
        await pilot.press("ctrl+enter")
        await settled(pilot)
        assert stage.session.conversation.path[0].text == "a\nb"


async def test_a_backslash_before_enter_makes_a_new_line(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=SIZE) as pilot:
        await pilot.press("a", "backslash", "enter", "b")
        assert stage.query_one(Composer).text == "a\nb"


async def test_a_paste_never_sends_and_never_acts(tmp_path: Path) -> None:
    line = ScriptedLine(HELLO)
    stage = app(tmp_path, line)
    async with stage.run_test(size=SIZE) as pilot:
        stage.post_message(events.Paste("one\rtwo\x1b]52;c;aGk=\x07"))
        stage.post_message(events.Key("enter", "\r"))
        await pilot.pause()
        await shown(stage, "two␛]52;c;aGk=␇")
        assert stage.query_one(Composer).text.startswith("one\ntwo\x1b]52;c;aGk=\x07")
        assert not line.requests


async def test_the_conversation_scrolls_while_the_composer_has_the_keyboard(tmp_path: Path) -> None:
    long = "\n\n".join(f"paragraph {number}" for number in range(100))
    stage = app(tmp_path, ScriptedLine((TextDelta(long), Done())))
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Go")
        await shown(stage, "paragraph 99")
        await pilot.press("pageup", "pageup")
        await pilot.pause()
        assert "paragraph 99" not in screen_text(stage)
        await pilot.press("ctrl+home")
        await shown(stage, "paragraph 0")
        await pilot.press("ctrl+end")
        await shown(stage, "paragraph 99")
        assert isinstance(stage.focused, Composer)


async def test_ctrl_c_stops_an_answer_and_else_says_how_to_quit(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine((TextDelta("Half"), asyncio.Event())))
    async with stage.run_test(size=SIZE, notifications=True) as pilot:
        await say(pilot, "Go")
        await shown(stage, "Half")
        await pilot.press("ctrl+c")
        await settled(pilot)
        await shown(stage, "■ stopped by you")
        await pilot.press("ctrl+c")
        await shown(stage, "Ctrl+Q quits")
        assert stage.is_running


async def test_what_could_not_be_saved_is_saved_by_itself_later(tmp_path: Path) -> None:
    keeper = RememberingKeeper()
    keeper.refusal = NotKept("disk full", "Free some space")
    stage = app(tmp_path, ScriptedLine(HELLO), keeper)
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Go")
        await settled(pilot)
        await shown(stage, "NOT SAVED: disk full")
        keeper.refusal = None
        await pilot.press("ctrl+q")
    assert [message.text for message in keeper.conversations[stage.session.id].path] == [
        "Go",
        "Hello **world**",
    ]


async def test_typing_anywhere_goes_to_the_composer(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=SIZE) as pilot:
        stage.query_one(Transcript).focus()
        await pilot.press("h", "i")
        assert stage.query_one(Composer).text == "hi"


async def test_slash_commands_are_suggested_completed_and_run(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=SIZE) as pilot:
        await pilot.press("/", "r", "e", "n")
        await shown(stage, "/rename [title]")
        await pilot.press("tab")
        assert stage.query_one(Composer).text == "/rename "
        await pilot.press(*"Kyoto")
        await pilot.press("enter")
        await pilot.pause()
        assert stage.session.conversation.title == "Kyoto"
        assert stage.query_one(Composer).text == ""


async def test_escape_closes_suggestions_first(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=SIZE) as pilot:
        await pilot.press("/", "m")
        await shown(stage, "/model")
        await pilot.press("escape")
        await pilot.pause()
        assert "/model [provider/model]" not in screen_text(stage)
        assert stage.query_one(Composer).text == "/m"


async def test_an_unknown_command_is_kept_in_the_composer_and_a_path_is_sent(tmp_path: Path) -> None:
    line = ScriptedLine(HELLO)
    stage = app(tmp_path, line)
    async with stage.run_test(size=SIZE, notifications=True) as pilot:
        await say(pilot, "/nonsense")
        await shown(stage, "There is no /nonsense")
        assert stage.query_one(Composer).text == "/nonsense"
        await say(pilot, "/etc/passwd is what?")
        await settled(pilot)
        assert line.requests[0].messages[0].text == "/etc/passwd is what?"


async def test_the_model_is_switched_in_the_middle_and_remembered(tmp_path: Path) -> None:
    line = ScriptedLine(HELLO, HELLO)
    stage = app(tmp_path, line)
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "One")
        await settled(pilot)
        await pilot.press("ctrl+o")
        await pilot.pause()
        assert isinstance(stage.screen, Picker)
        await pilot.press(*"lla")
        await pilot.press("enter")
        await pilot.pause()
        assert stage.query_one(StatusLine).status.model == "groq/llama-3.3-70b"
        await say(pilot, "Two")
        await settled(pilot)
        assert [str(request.model) for request in line.requests] == [MODEL, "groq/llama-3.3-70b"]
        await shown(stage, "llama-3.3-70b · groq")
    assert read_remembered(tmp_path / "state" / "state.json").model == "groq/llama-3.3-70b"


async def test_a_starred_model_comes_first(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+o")
        await pilot.pause()
        await pilot.press(*"lla", "ctrl+s")
        await pilot.pause()
        await pilot.press("backspace", "backspace", "backspace")
        await pilot.pause()
        options = stage.screen.query_one(OptionList).options
        assert next(option.id for option in options if option.id) == "groq/llama-3.3-70b"


async def test_conversations_are_left_and_resumed(tmp_path: Path) -> None:
    keeper = RememberingKeeper()
    stage = app(tmp_path, ScriptedLine(HELLO, HELLO), keeper)
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "About Kyoto")
        await settled(pilot)
        first = stage.session.id
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert stage.session.id != first
        assert "Hello world" not in screen_text(stage)
        await say(pilot, "About Osaka")
        await settled(pilot)
        await pilot.press("ctrl+r")
        await pilot.pause()
        await pilot.press(*"kyoto", "enter")
        await shown(stage, "Hello world")
        assert stage.session.id == first
        assert isinstance(stage.focused, Composer)


async def test_an_answer_goes_on_behind_another_conversation(tmp_path: Path) -> None:
    more = asyncio.Event()
    stage = app(tmp_path, ScriptedLine((TextDelta("Begun "), more, TextDelta("and done"), Done())))
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Go")
        await shown(stage, "Begun")
        behind = stage.session
        await pilot.press("ctrl+n")
        await shown(stage, "1 in the background")
        more.set()
        await behind.idle()
        await pilot.pause()
        stage.query_one(Sidebar).post_message(Sidebar.Chosen(behind.id))
        await shown(stage, "Begun and done")


async def test_a_draft_waits_where_it_was_written(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine(HELLO, HELLO))
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "One")
        await settled(pilot)
        first = stage.session.id
        await pilot.press(*"half a thought")
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert stage.query_one(Composer).text == ""
        stage.query_one(Sidebar).post_message(Sidebar.Chosen(first))
        await pilot.pause()
        await pilot.pause()
        assert stage.query_one(Composer).text == "half a thought"


async def test_what_was_typed_and_never_sent_is_there_again_the_next_time(tmp_path: Path) -> None:
    keeper = RememberingKeeper()
    first = app(tmp_path, keeper=keeper)
    async with first.run_test(size=SIZE) as pilot:
        await pilot.press(*"half a thought")
        await pilot.press("ctrl+q")
    again = app(tmp_path, keeper=keeper)
    async with again.run_test(size=SIZE) as pilot:
        await shown(again, "half a thought")
        assert again.query_one(Composer).text == "half a thought"
        assert again.query_one(Sidebar).shown == ()


async def test_deleting_is_undone_and_not_confirmed(tmp_path: Path) -> None:
    keeper = RememberingKeeper()
    stage = app(tmp_path, ScriptedLine(HELLO), keeper)
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "About Kyoto")
        await settled(pilot)
        first = stage.session.id
        await say(pilot, "/delete")
        await pilot.pause()
        assert keeper.deleted == {first}
        assert stage.query_one(Sidebar).shown == ()
        await say(pilot, "/undo")
        await shown(stage, "Hello world")
        assert keeper.deleted == set()


async def test_copying_takes_the_source_and_not_the_drawing(tmp_path: Path) -> None:
    code = "Look:\n\n```python\nprint(1)\n```\n"
    stage = app(tmp_path, ScriptedLine((TextDelta(code), Done())))
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Go")
        await settled(pilot)
        await pilot.press("f9")
        assert stage.clipboard.strip() == "print(1)"
        await pilot.press("f8")
        assert stage.clipboard == code


async def test_export_writes_a_file_and_never_over_another(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine(HELLO))
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Go")
        await settled(pilot)
        await say(pilot, "/export")
        await say(pilot, "/export")
        await pilot.pause()
    exported = sorted(path.name for path in (tmp_path / "data" / "exports").iterdir())
    assert exported == ["go-2.md", "go.md"]


async def test_a_theme_is_worn_and_written_into_the_settings(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=SIZE) as pilot:
        light = next(theme for theme in stage.desk.themes if theme == "paper")
        await say(pilot, f"/theme {light}")
        await pilot.pause()
        assert stage.theme == light
    settings = read_settings(tmp_path / "config" / "config.toml")
    assert isinstance(settings, Settings)
    assert settings.theme == light


async def test_leaving_the_theme_list_wears_the_old_one_again(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=SIZE) as pilot:
        before = stage.theme
        await say(pilot, "/theme")
        await pilot.pause()
        await pilot.press("down", "down")
        await pilot.pause()
        assert stage.theme != before
        await pilot.press("escape")
        await pilot.pause()
        assert stage.theme == before


async def test_a_missing_theme_is_told_and_another_worn(tmp_path: Path) -> None:
    stage = app(tmp_path, settings=Settings(theme="no-such-theme"))
    async with stage.run_test(size=SIZE, notifications=True):
        await shown(stage, "No theme is called no-such-theme")


async def test_a_theme_of_ones_own_is_worn_and_a_broken_one_named_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "themes"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text('name = "mine"\nprimary = "#336699"\n')
    (folder / "broken.toml").write_text('name = "broken"\nprimary = "no colour"\n')
    stage = app(tmp_path, settings=Settings(theme="mine"))
    async with stage.run_test(size=SIZE, notifications=True) as pilot:
        assert stage.theme == "mine"
        await say(pilot, "/theme broken")
        await shown(stage, "broken.toml")
        await shown(stage, "line 2")
        assert stage.theme == "mine"


async def test_what_is_not_saved_stays_in_sight(tmp_path: Path) -> None:
    keeper = RememberingKeeper()
    keeper.refusal = NotKept("disk full", "Free some space")
    stage = app(tmp_path, ScriptedLine(HELLO, HELLO), keeper)
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Go")
        await settled(pilot)
        await shown(stage, "NOT SAVED: disk full")
        assert "Hello world" in screen_text(stage)
        keeper.refusal = None
        await say(pilot, "On")
        await settled(pilot)
        assert "NOT SAVED" not in screen_text(stage)


class SlowKeeper(RememberingKeeper):
    """Settles what it is given only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.let = asyncio.Event(), asyncio.Event()

    async def settle(self, conversation_id: str, message: Message) -> Kept:
        self.asked.set()
        await self.let.wait()
        return await super().settle(conversation_id, message)


async def test_an_end_that_comes_in_two_ways_at_once_keeps_every_word(tmp_path: Path) -> None:
    keeper = SlowKeeper()
    stage = app(tmp_path, ScriptedLine((TextDelta("every word"), asyncio.Event())), keeper)
    async with stage.run_test() as pilot:
        await say(pilot, "Hi")
        await shown(stage, "every word")
        stage.end(143)
        await keeper.asked.wait()
        # The other way cancels the worker that was waiting for what is kept.
        stage.exit()
        asyncio.get_running_loop().call_later(0.05, keeper.let.set)
    [kept] = keeper.conversations.values()
    assert kept.path[-1].text == "every word"
    assert "settle stopped" in keeper.log


async def test_quitting_while_it_streams_keeps_every_word(tmp_path: Path) -> None:
    keeper = RememberingKeeper()
    stage = app(tmp_path, ScriptedLine((TextDelta("Half"), asyncio.Event())), keeper)
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Go")
        await shown(stage, "Half")
        await pilot.press(*"draft")
        await pilot.press("ctrl+q")
        await stage.workers.wait_for_complete()
    kept = next(iter(keeper.conversations.values()))
    assert [message.text for message in kept.path] == ["Go", "Half"]
    assert kept.path[-1].answer is not None
    assert kept.path[-1].answer.outcome == "stopped"
    assert kept.draft == "draft"


async def test_a_prompt_on_the_command_line_is_sent_at_once(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine(HELLO), opening=Opening(prompt="Hi", model=MODEL))
    async with stage.run_test(size=SIZE):
        await shown(stage, "Hello world")


async def test_where_nobody_chose_a_model_a_better_one_is_suggested(tmp_path: Path) -> None:
    stage = app(tmp_path, opening=Opening(model="builtin/guide", model_open=True))
    async with stage.run_test(size=SIZE):
        await shown(stage, "groq/llama-3.3-70b ▾")


async def test_the_newest_conversation_goes_on(tmp_path: Path) -> None:
    keeper = RememberingKeeper()
    first = app(tmp_path, ScriptedLine(HELLO), keeper)
    async with first.run_test(size=SIZE) as pilot:
        await say(pilot, "Go")
        await settled(pilot)
    line = ScriptedLine(HELLO)
    again = app(tmp_path, line, keeper, Opening(newest=True, model="x/y"))
    async with again.run_test(size=SIZE) as pilot:
        await shown(again, "Hello world")
        await say(pilot, "On")
        await settled(pilot)
        assert [message.text for message in line.requests[0].messages] == ["Go", "Hello **world**", "On"]
        assert str(line.requests[0].model) == MODEL


@pytest.mark.parametrize("size", [(80, 24), (40, 15)])
async def test_narrow_terminals_hide_the_sidebar_until_it_is_wanted(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    stage = app(tmp_path, ScriptedLine(HELLO))
    async with stage.run_test(size=size) as pilot:
        await pilot.pause()
        assert not stage.query_one(Sidebar).display
        await say(pilot, "Go")
        await settled(pilot)
        await shown(stage, "Hello world")
        assert MODEL in screen_text(stage)
        await pilot.press("f3")
        await pilot.pause()
        assert stage.query_one(Sidebar).display
        await pilot.press("escape")
        await pilot.pause()
        assert not stage.query_one(Sidebar).display


@pytest.mark.parametrize("opened", ["", "/", "palette"])
async def test_a_terminal_may_shrink_to_nothing_and_grow_again(tmp_path: Path, opened: str) -> None:
    wide = (TextDelta("日本語の長い文"), Done("stop"))
    stage = app(tmp_path, ScriptedLine(wide))
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Go")
        await settled(pilot)
        await pilot.press(*{"palette": ["ctrl+p"], "/": ["/"]}.get(opened, []))
        for width, height in ((31, 10), (30, 10), (29, 10), (12, 6), (4, 3), (1, 1)):
            await pilot.resize_terminal(width, height)
            await pilot.resize_terminal(*SIZE)
            await pilot.pause()
        await shown(stage, {"": PLACEHOLDER, "/": "/model", "palette": "Search"}[opened])


async def test_text_from_outside_is_never_markup_and_never_a_command(tmp_path: Path) -> None:
    nasty = "[/etc] [bold]x[/bold] \x1b]52;c;aGk=\x07 [@click=app.quit]quit[/]"
    failure = Failed(Failure("server", nasty, where=nasty, detail=nasty))
    stage = app(tmp_path, ScriptedLine((TextDelta(nasty), ReasoningDelta(nasty), failure)))
    async with stage.run_test(size=SIZE, notifications=True) as pilot:
        await say(pilot, nasty)
        await settled(pilot)
        stage.desk.tell(nasty, "error")
        stage.session.rename(nasty)
        await pilot.pause()
        text = screen_text(stage)
        assert "\x1b" not in text
        assert "[/etc] [bold]x[/bold]" in text
        assert stage.is_running


@pytest.mark.parametrize("panel", ["f1", "ctrl+o", "ctrl+r", "ctrl+p"])
async def test_quitting_works_from_every_panel(tmp_path: Path, panel: str) -> None:
    stage = app(tmp_path, ScriptedLine(HELLO))
    async with stage.run_test(size=SIZE) as pilot:
        await pilot.press(panel)
        await pilot.pause()
        assert len(stage.screen_stack) == 2
        await pilot.press("ctrl+q")
        await stage.workers.wait_for_complete()
        assert stage.return_code == 0


async def test_help_tells_the_keys_of_the_transcript_as_they_are_now(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine(HELLO), settings=Settings(keys={"reading.next_hit": "ctrl+g,x"}))
    async with stage.run_test(size=(100, 200)) as pilot:
        await pilot.press("f1")
        await shown(stage, "Help · Esc leaves")
        lines = [" ".join(line.strip(" │").split()) for line in screen_text(stage).splitlines()]
        assert "Ctrl+G, x the next hit" in lines
        assert "N the hit before" in lines
        assert "! pipe a block or the message" in lines


async def test_help_gives_a_long_name_a_line_to_itself(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine(HELLO))
    async with stage.run_test(size=(100, 200)) as pilot:
        await pilot.press("f1")
        await shown(stage, "Help · Esc leaves")
        lines = [line.strip(" │") for line in screen_text(stage).splitlines()]
        long = next(number for number, line in enumerate(lines) if line.startswith("/copy"))
        assert lines[long] == "/copy [question | reasoning | message | all]"
        assert lines[long + 1].startswith("F8 · Copy the newest answer")


async def test_in_eighty_columns_help_has_its_words_beside_the_keys(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine(HELLO))
    async with stage.run_test(size=(80, 24)) as pilot:
        await pilot.press("f1")
        await shown(stage, "Help · Esc leaves")
        lines = [" ".join(line.strip(" │").split()) for line in screen_text(stage).splitlines()]
        assert "Ctrl+J, Shift+Enter new line" in lines
        await pilot.press("pagedown")
        await shown(stage, "Esc · Stop the arriving answer")


async def test_a_command_that_comes_without_a_key_can_be_given_one(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine(HELLO), settings=Settings(keys={"status": "ctrl+g,f8"}))
    async with stage.run_test(size=(100, 80), notifications=True) as pilot:
        await pilot.press("ctrl+g")
        await pilot.pause()
        assert type(stage.screen).__name__ == "StatusPanel"
        await pilot.press("escape", "f1")
        await shown(stage, "Ctrl+G · Show the model")
        assert not stage._notifications


async def test_a_key_for_something_that_is_not_there_is_told(tmp_path: Path) -> None:
    keys = {"retyr": "ctrl+e", "new": "f7", "reading.next": "x", "find.next": "f4", "selecting.copy": "c"}
    stage = app(tmp_path, ScriptedLine(HELLO), settings=Settings(keys=keys))
    async with stage.run_test(size=SIZE, notifications=True):
        await shown(stage, "nothing is called retyr")
        assert [notice.message.count("nothing is called") for notice in stage._notifications] == [1]


async def test_keys_can_be_changed_in_the_settings(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine(HELLO), settings=Settings(keys={"help": "ctrl+g"}))
    async with stage.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+g")
        await shown(stage, "Help · Esc leaves")


async def test_what_a_question_needs_is_loaded_when_somebody_begins_to_type(tmp_path: Path) -> None:
    loaded: list[str] = []

    async def warm(model: str) -> None:
        loaded.append(model)

    stage = app(tmp_path)
    stage.around = replace(stage.around, warm=warm)
    async with stage.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        assert not loaded
        await pilot.press("H")
        await settled(pilot)
        await pilot.press("i")
        await settled(pilot)
        assert loaded == [stage.session.conversation.model]
