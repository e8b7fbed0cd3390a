"""A letter says which block is meant: to copy it, save it, or pipe it into a command."""

import asyncio
import os
from pathlib import Path
from select import select

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from llmtui.chat.events import Done, ReasoningDelta, TextDelta
from llmtui.chat.message import Answer, Message
from llmtui.chat.parts import Text
from llmtui.tui.app import LlmtuiApp
from llmtui.tui.composing.composer import Composer
from llmtui.tui.conversation.hint_bar import HintBar
from llmtui.tui.conversation.hints import Block, Hints, blocks_in_sight
from llmtui.tui.conversation.prompt_line import PromptLine
from llmtui.tui.drawing.code_blocks import code_blocks
from llmtui.tui.drawing.column import Column
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.paint import Code
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.telling import Telling
from llmtui.tui.outside.saving import name_for
from tests.engine.scripted import ScriptedLine
from tests.tui.stage import app, say, screen_text, settled, shown

SIZE = (100, 40)
PYTHON = "def f():\n\treturn 1\n\n"
ANSWER = f"""First:

```python
{PYTHON}
```

1. In a list:

   ```sh
   ls -la
   \techo "tab"
   ```

> In a quote:
>
> ~~~
> plain
> ~~~

   ```json
   {{"indented": true}}
  ```

That is all.
"""


def talk(folder: Path, *answers: str, thought: str = "") -> LlmtuiApp:
    thoughts = (ReasoningDelta(thought),) if thought else ()
    return app(folder, ScriptedLine(*[(*thoughts, TextDelta(answer), Done()) for answer in answers]))


async def answered(pilot: Pilot[None], question: str = "Show me") -> LlmtuiApp:
    stage = pilot.app
    assert isinstance(stage, LlmtuiApp)
    await say(pilot, question)
    await settled(pilot)
    return stage


def lettered(stage: LlmtuiApp) -> dict[str, str]:
    """What the lines that end with a letter begin with, by letter."""
    found = {}
    for line in screen_text(stage).splitlines():
        words = line.split()
        if len(line) > SIZE[0] - 8 and len(words) > 1 and len(words[-1]) <= 2 and words[-1].isalpha():
            found[words[-1]] = line.rstrip()[: -len(words[-1])].strip(" │▎▌")
    return found


async def test_each_block_in_sight_has_a_letter_and_the_letter_copies_its_source(tmp_path: Path) -> None:
    async with talk(tmp_path, ANSWER).run_test(size=SIZE, notifications=True) as pilot:
        stage = await answered(pilot)
        copied = {}
        for letter in "abcd":
            await pilot.press("f9")
            await shown(stage, "copy: a–d code · m the answer · Esc")
            await pilot.press(letter)
            await pilot.pause()
            copied[letter] = stage.clipboard
        assert copied == {
            "a": PYTHON,
            "b": 'ls -la\n\techo "tab"',
            "c": "plain",
            "d": '{"indented": true}',
        }
        await shown(stage, "Sent a json code block of 1 line (18 characters)")


async def test_the_letters_stand_on_the_lines_that_name_the_language(tmp_path: Path) -> None:
    async with talk(tmp_path, ANSWER).run_test(size=SIZE, notifications=True) as pilot:
        stage = await answered(pilot)
        await pilot.press("f9")
        await shown(stage, "copy: a–d")
        letters = lettered(stage)
        assert letters["a"].endswith("python")
        assert letters["b"].endswith("sh")
        assert letters["d"].endswith("json")


async def test_one_block_in_sight_is_copied_at_once(tmp_path: Path) -> None:
    async with talk(tmp_path, "```python\nx = 1\n```\n").run_test(size=SIZE, notifications=True) as pilot:
        stage = await answered(pilot)
        await pilot.press("f9")
        await shown(stage, "a python code block of 1 line (5 characters)")
        assert stage.clipboard == "x = 1"
        assert not stage.query(HintBar)


async def test_where_no_block_is_in_sight_the_newest_is_copied(tmp_path: Path) -> None:
    answer = "```\nup there\n```\n" + "\n\nword" * 60
    async with talk(tmp_path, answer).run_test(size=SIZE, notifications=True) as pilot:
        stage = await answered(pilot)
        await pilot.press("f9")
        await shown(stage, "the newest code block, 1 line")
        assert stage.clipboard == "up there"


async def test_a_block_whose_head_is_above_the_screen_has_its_letter_on_its_first_row(tmp_path: Path) -> None:
    long = "\n".join(f"row {number}" for number in range(60))
    async with talk(tmp_path, f"```\n{long}\n```\n\n```sh\nls\n```\n").run_test(
        size=SIZE, notifications=True
    ) as pilot:
        stage = await answered(pilot)
        await pilot.press("f9")
        await shown(stage, "copy: a–b")
        letters = lettered(stage)
        assert letters["a"].startswith("row ")
        assert letters["b"].endswith("sh")
        await pilot.press("a")
        await pilot.pause()
        assert stage.clipboard == long


async def test_another_letter_ends_it_and_is_typed_nowhere(tmp_path: Path) -> None:
    async with talk(tmp_path, ANSWER).run_test(size=SIZE) as pilot:
        stage = await answered(pilot)
        stage.copy_to_clipboard("before")
        await pilot.press("f9", "z")
        await pilot.pause()
        assert not stage.query(HintBar)
        assert stage.query_one(Composer).text == ""
        assert stage.clipboard == "before"
        assert lettered(stage) == {}
        assert isinstance(stage.focused, Composer)
        await pilot.press("f9", "escape")
        await pilot.press(*"on")
        assert stage.query_one(Composer).text == "on"


async def test_what_is_pasted_while_letters_are_shown_goes_nowhere(tmp_path: Path) -> None:
    async with talk(tmp_path, ANSWER).run_test(size=SIZE, notifications=True) as pilot:
        stage = await answered(pilot)
        await pilot.press("f9")
        stage.post_message(events.Paste("ab"))
        await pilot.pause()
        assert stage.query_one(Composer).text == ""


async def test_the_message_and_its_reasoning_have_letters_of_their_own(tmp_path: Path) -> None:
    async with talk(tmp_path, "Forty-two", thought="Let me see").run_test(
        size=SIZE, notifications=True
    ) as pilot:
        stage = await answered(pilot)
        stage.transcript.focus()
        await pilot.press("y")
        await shown(stage, "copy: m the answer · r its reasoning · Esc")
        await pilot.press("r")
        await pilot.pause()
        assert stage.clipboard == "Let me see"
        await pilot.press("y", "m")
        await pilot.pause()
        assert stage.clipboard == "Forty-two"
        assert stage.focused is stage.transcript


async def test_the_marked_message_is_meant_and_stays_marked(tmp_path: Path) -> None:
    async with talk(tmp_path, "Forty-two").run_test(size=SIZE) as pilot:
        stage = await answered(pilot, "What is it?")
        stage.transcript.focus()
        await pilot.press("k", "y")
        await shown(stage, "copy: m the question · Esc")
        assert stage.transcript.current == 0
        await pilot.press("m")
        await pilot.pause()
        assert stage.clipboard == "What is it?"
        assert stage.transcript.current == 0
        assert stage.focused is stage.transcript


async def test_letters_follow_scrolling_and_streaming_and_stay_with_their_blocks(tmp_path: Path) -> None:
    more = asyncio.Event()
    first = "```sh\nfirst\n```\n\n```sh\nsecond\n```\n\n"
    line = ScriptedLine((TextDelta(first), more, TextDelta("word\n\n" * 40 + "```sh\nthird\n```\n"), Done()))
    stage = app(tmp_path, line)
    async with stage.run_test(size=SIZE, notifications=True) as pilot:
        await say(pilot, "Go")
        await shown(stage, "second")
        await pilot.press("f9")
        await shown(stage, "copy: a–b")
        more.set()
        await shown(stage, "copy: a–c")
        await settled(pilot)
        assert lettered(stage).keys() == {"c"}
        await pilot.press("home")
        await pilot.pause()
        assert lettered(stage).keys() >= {"a", "b"}
        await pilot.press("end")
        await pilot.pause()
        await pilot.press("b")
        await pilot.pause()
        assert stage.clipboard == "second"


async def test_for_more_blocks_than_letters_there_are_two_letters(tmp_path: Path) -> None:
    answer = "".join(f"```\n{number}\n```\n\n" for number in range(24))
    async with talk(tmp_path, answer).run_test(size=(100, 120), notifications=True) as pilot:
        stage = await answered(pilot)
        await pilot.press("f9")
        await shown(stage, "copy: a–xd code")
        await pilot.press("x")
        await shown(stage, "copy: x… · Esc")
        await pilot.press("c")
        await pilot.pause()
        assert stage.clipboard == "22"
        await pilot.press("f9", "x", "w")
        await pilot.pause()
        assert stage.clipboard == "22"
        assert not stage.query(HintBar)


@given(st.integers(1, 89))
def test_no_letters_begin_like_others(count: int) -> None:
    hints = Hints(lambda: None)
    names = [hints.name(Block("m", 0, start, Code(""))) for start in range(count)]
    assert len(set(names)) == count
    assert not set("".join(name[0] for name in names)) & {"m", "r"}
    assert not [(one, two) for one in names for two in names if one != two and two.startswith(one)]
    assert [hints.name(Block("m", 0, start, Code(""))) for start in range(count)] == names


def test_a_block_is_the_same_however_far_the_answer_has_come() -> None:
    nested = "- a\n  1. ```c\n     int x;\n     ```\n\n> - q\n>\n>   ```d\n>   d\n>   ```\n"
    text = f"{ANSWER}\n{nested}"
    column = Column(Telling())
    column.fit(Page(80, Palette.plain()))
    column.show([Message("a", "assistant", answer=Answer("x"))], {})
    seen = set()
    for end in range(1, len(text) + 1):
        message = Message("a", "assistant", (Text(text[:end]),), answer=Answer("x"))
        column.say(message)
        column.lay(0)
        seen |= {block.where for block in blocks_in_sight(column, 0, column.rows)}
    assert seen == {(block.message_id, block.part, block.start) for block in code_blocks(message)}
    assert len(seen) == 6


async def test_nothing_to_take_is_said(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=SIZE, notifications=True) as pilot:
        await pilot.press("f9")
        await shown(stage, "There is no code in this conversation yet")
        await say(pilot, "/save")
        await shown(stage, "There is nothing to save yet")


# Saving


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that llmtui was started in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


async def saving(pilot: Pilot[None], letter: str) -> Input:
    """The line that asks where to, once a letter was pressed."""
    await say(pilot, "/save")
    await shown(pilot.app, "save: ")  # type: ignore[arg-type]
    await pilot.press(letter)
    await shown(pilot.app, "Enter saves")  # type: ignore[arg-type]
    return pilot.app.query_one(PromptLine).query_one(Input)


async def test_a_block_is_saved_under_a_name_for_its_language_where_llmtui_was_started(
    here: Path, tmp_path: Path
) -> None:
    async with talk(tmp_path, ANSWER, thought="Hm").run_test(size=SIZE, notifications=True) as pilot:
        stage = await answered(pilot, "Tell me: why?")
        names = []
        for letter in "abcdmr":
            names.append((await saving(pilot, letter)).value)
            await pilot.press("enter")
            await shown(stage, "Saved")
            await pilot.pause()
        assert names == [
            "tell-me-why.py",
            "tell-me-why.sh",
            "tell-me-why.txt",
            "tell-me-why.json",
            "tell-me-why.md",
            "tell-me-why-reasoning.md",
        ]
        assert (here / "tell-me-why.py").read_text() == PYTHON
        assert (here / "tell-me-why.sh").read_text() == 'ls -la\n\techo "tab"\n'
        assert (here / "tell-me-why-reasoning.md").read_text() == "Hm\n"
        assert isinstance(stage.focused, Composer)


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("python", "x.py"),
        ("TypeScript", "x.ts"),
        ("r", "x.R"),
        ("dockerfile", "Dockerfile"),
        ("console", "x.txt"),
        ("", "x.txt"),
        ("no-such-thing", "x.txt"),
        ("js:src/app.js", "app.js"),
        ("sh:../../.bashrc", "x.sh"),
    ],
)
def test_a_file_is_called_as_its_language_is_usually_called(language: str, name: str) -> None:
    assert name_for("x", language) == name


async def test_a_file_that_is_there_is_written_over_only_when_that_was_asked_for(
    here: Path, tmp_path: Path
) -> None:
    (here / "notes.py").write_text("mine")
    async with talk(tmp_path, "```python\nx = 1\n```\n").run_test(size=SIZE, notifications=True) as pilot:
        stage = await answered(pilot)
        (await saving(pilot, "a")).value = "notes.py"
        await pilot.press("enter")
        await shown(stage, "notes.py is there already: Enter writes notes-2.py · Ctrl+S writes over it")
        assert (here / "notes.py").read_text() == "mine"
        await pilot.press("enter")
        await shown(stage, "notes-2.py")
        (await saving(pilot, "a")).value = "notes.py"
        await pilot.press("enter")
        await shown(stage, "Enter writes notes-3.py")
        assert (here / "notes.py").read_text() == "mine"
        await pilot.press("ctrl+s")
        await shown(stage, "Saved")
        assert (here / "notes.py").read_text() == "x = 1\n"
        assert (here / "notes-2.py").read_text() == "x = 1\n"


async def test_a_place_that_can_not_be_written_is_said_and_asked_for_again(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (here / "folder").mkdir()
    async with talk(tmp_path, "```python\nx = 1\n```\n").run_test(size=SIZE, notifications=True) as pilot:
        stage = await answered(pilot)
        line = await saving(pilot, "a")
        line.value = "nowhere/x.py"
        await pilot.press("enter")
        await shown(stage, "It could not be written: No such file or directory")
        line.value = "a\0b"
        await pilot.press("enter")
        await shown(stage, "No file can be called that")
        line.value = "~/at-home.py"
        await pilot.press("enter")
        await shown(stage, "~/at-home.py")
        assert (tmp_path / "at-home.py").read_text() == "x = 1\n"
        (await saving(pilot, "a")).value = "folder"
        await pilot.press("enter")
        await shown(stage, "Saved a python code block of 1 line")
        assert (here / "folder" / "show-me.py").read_text() == "x = 1\n"
        await saving(pilot, "a")
        await pilot.press("escape")
        await pilot.pause()
        assert not stage.query(PromptLine)
        assert os.listdir(here) == ["folder"]


# Piping

posix = pytest.mark.skipif(os.name != "posix", reason="the commands are those of a POSIX shell")


async def piped(pilot: Pilot[None], command: str) -> LlmtuiApp:
    stage = pilot.app
    assert isinstance(stage, LlmtuiApp)
    await say(pilot, "/pipe")
    await shown(stage, "pipe into a command: a")
    await pilot.press("a")
    await shown(stage, "Enter runs it")
    stage.query_one(PromptLine).query_one(Input).value = command
    await pilot.press("enter")
    return stage


@posix
async def test_a_block_is_piped_into_a_command_and_what_it_says_is_shown(here: Path, tmp_path: Path) -> None:
    async with talk(tmp_path, "```python\nx = 1\ny = 2\n```\n").run_test(
        size=SIZE, notifications=True
    ) as pilot:
        await answered(pilot)
        stage = await piped(
            pilot, "wc -l; pwd; echo oops >&2; printf '\\033[31mred\\033[0m \\033]52;c;eA==\\a'; exit 3"
        )
        await shown(stage, "exit status 3 · y copies this · Esc leaves")
        text = screen_text(stage)
        for said in ("2", str(here), "oops", "red "):
            assert said in text
        assert "52;c" not in text
        await pilot.press("y")
        await shown(stage, "what the command said")
        assert stage.clipboard.splitlines()[2:] == ["oops", "red "]


@posix
async def test_the_last_command_is_offered_again_and_none_before_the_first(
    here: Path, tmp_path: Path
) -> None:
    async with talk(tmp_path, "```sh\nrm -rf everything\n```\n").run_test(
        size=SIZE, notifications=True
    ) as pilot:
        stage = await answered(pilot)
        await say(pilot, "/pipe")
        await pilot.pause()
        await pilot.press("a")
        await shown(stage, "Enter runs it")
        assert stage.query_one(PromptLine).query_one(Input).value == ""
        await pilot.press("enter")
        await shown(stage, "Type a command")
        await pilot.press("escape")
        await pilot.pause()
        await piped(pilot, "cat")
        await shown(stage, "done · y copies this")
        await pilot.press("escape")
        await pilot.pause()
        await say(pilot, "/pipe")
        await pilot.pause()
        await pilot.press("a")
        await shown(stage, "Enter runs it")
        assert stage.query_one(PromptLine).query_one(Input).value == "cat"


@posix
async def test_escape_stops_a_command_and_what_it_said_stays(here: Path, tmp_path: Path) -> None:
    async with talk(tmp_path, "```\nx\n```\n").run_test(size=SIZE, notifications=True) as pilot:
        await answered(pilot)
        stage = await piped(pilot, "echo one; sleep 600; echo two")
        await shown(stage, "one")
        assert "running · Esc stops it" in screen_text(stage)
        await pilot.press("escape")
        await shown(stage, "stopped · y copies this · Esc leaves")
        assert "one" in screen_text(stage)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(stage.focused, Composer)


@posix
async def test_quitting_ends_a_command_that_runs(here: Path, tmp_path: Path) -> None:
    async with talk(tmp_path, "```\nx\n```\n").run_test(size=SIZE, notifications=True) as pilot:
        await answered(pilot)
        stage = await piped(pilot, "mkfifo alive && (sleep 600 > alive &) ; echo it runs; sleep 600 > alive")
        await shown(stage, "it runs")
        # It can be read to its end when nobody has it open for writing any more.
        alive = await asyncio.to_thread(open, here / "alive", "rb")
        await pilot.press("ctrl+q")
    with alive:
        assert select([alive], [], [], 10.0)[0]
        assert alive.read() == b""


@posix
async def test_a_command_that_says_too_much_is_cut_and_that_is_said(here: Path, tmp_path: Path) -> None:
    async with talk(tmp_path, "```\nx\n```\n").run_test(size=SIZE, notifications=True) as pilot:
        await answered(pilot)
        stage = await piped(pilot, "head -c 300000 /dev/zero | tr '\\0' 'x' | fold -w 60")
        await shown(stage, "done · y copies this")
        await pilot.press("end")
        await shown(stage, "bytes more are not shown (the first 200,000 are)")


@posix
async def test_what_a_command_leaves_behind_is_not_waited_for_and_not_killed(
    here: Path, tmp_path: Path
) -> None:
    async with talk(tmp_path, "```\nx\n```\n").run_test(size=SIZE, notifications=True) as pilot:
        await answered(pilot)
        stage = await piped(pilot, "sleep 600 & echo $!")
        await shown(stage, "done · y copies this")
        await pilot.press("y")
        await shown(stage, "what the command said")
        os.kill(int(stage.clipboard), 15)
