"""What the screen shows when it goes wrong: waits, turns, what is offered afterwards."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Static

from llmtui.chat.events import Done, Failed, RefusalDelta, TextDelta, Unread, Waiting
from llmtui.chat.failure import Failure
from llmtui.config import Settings, Timeouts
from llmtui.tui.app import LlmtuiApp
from llmtui.tui.conversation.transcript import Transcript
from llmtui.tui.status.line import StatusLine
from tests.engine.scripted import RememberingKeeper, ScriptedLine, Step, means
from tests.tui.stage import MODEL, app, say, screen_text, settled, shown

SIZE = (120, 40)
LIMITED = Failure("rate_limit", "too many requests", "api.openai.com", status=429)
CUT = Failed(Failure("cut", "the stream ended too soon"))
HELLO = (TextDelta("Hello"), Done("stop"))


def stage_of(
    folder: Path,
    *scripts: Sequence[Step],
    prefills: tuple[str, ...] = (),
    fallbacks: tuple[str, ...] = (),
    settings: Settings | None = None,
) -> LlmtuiApp:
    """An app whose engine knows which providers take the beginning of an answer."""
    stage = app(folder, ScriptedLine(*scripts), settings=settings)
    line, keeper = ScriptedLine(*scripts), RememberingKeeper()
    around = replace(
        stage.around,
        means=lambda start: replace(
            means(line, keeper, fallbacks, prefills=prefills), start=start, now=_unix_time
        ),
    )
    return LlmtuiApp(around)


def _unix_time() -> float:
    import time

    return time.time()


async def click(pilot: Pilot[None], words: str) -> None:
    transcript = pilot.app.query_one(Transcript)
    lines = transcript.render_lines(transcript.size.region)
    texts = ["".join(segment.text for segment in line) for line in lines]
    words = words.replace(" ", "\N{NO-BREAK SPACE}")
    row = next(row for row, text in enumerate(texts) if words in text)
    await pilot.click(Transcript, offset=(texts[row].index(words) + 1, row))


async def test_a_retry_is_counted_down_in_the_message_and_the_status_line(tmp_path: Path) -> None:
    go = asyncio.Event()
    stage = stage_of(tmp_path, (Waiting("retry", 30.0, LIMITED, 1, 2), go, *HELLO))
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Hi")
        await shown(stage, "■ stop · retrying in 30 s (rate-limited, 429) · 1 of 2")
        status = stage.query_one(StatusLine)
        assert "◌ retrying in 30 s (rate-limited, 429) · 1 of 2" in screen_text(stage).splitlines()[-1]
        drawn: list[str] = []
        stage.watch(status, "status", lambda now: drawn.append(now.waiting), init=False)
        await shown(stage, "■ stop · retrying in 28 s")
        # Once for each second, and never for nothing.
        assert len(drawn) == len(set(drawn)) <= 3
        go.set()
        await settled(pilot)
        await shown(stage, "Hello")
        assert "retrying" not in screen_text(stage)


async def test_escape_ends_a_wait_at_once(tmp_path: Path) -> None:
    stage = stage_of(tmp_path, (Waiting("retry", 30.0, LIMITED, 1, 2), asyncio.Event()))
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Hi")
        await shown(stage, "retrying in 30 s")
        await pilot.press("escape")
        await settled(pilot)
        await shown(stage, "■ stopped by you")
        assert "retrying" not in screen_text(stage)


async def test_one_that_waits_for_its_turn_says_who_is_served(tmp_path: Path) -> None:
    stuck = asyncio.Event()
    stage = stage_of(tmp_path, (TextDelta("One"), stuck), (Waiting("turn"), stuck))
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "First")
        await shown(stage, "One")
        await pilot.press("ctrl+n")
        await say(pilot, "Second")
        await shown(stage, "waiting for its turn: 1 answer is arriving from openai")
        await pilot.press(*"/status", "enter")
        await shown(stage, "1 arriving, 1 waiting for its turn")


async def test_the_next_model_is_named_while_it_is_asked_and_when_it_has_answered(tmp_path: Path) -> None:
    go = asyncio.Event()
    scripts: Sequence[Sequence[Step]] = ((Failed(LIMITED),), (go, *HELLO))
    stage = stage_of(tmp_path, *scripts, fallbacks=("groq/llama-3.3-70b",))
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Hi")
        await shown(stage, f"asking groq/llama-3.3-70b: {MODEL} was rate-limited (429)")
        go.set()
        await shown(stage, f"answered by groq/llama-3.3-70b: {MODEL} was rate-limited (429)")
        await settled(pilot)
        await pilot.press("ctrl+o")
        await shown(stage, "cooling down: rate-limited, 429, ")


async def test_an_answer_that_was_cut_goes_on_in_a_branch_by_f6(tmp_path: Path) -> None:
    stage = stage_of(
        tmp_path, (TextDelta("Half of"), CUT), (TextDelta(" it all"), Done()), prefills=("openai",)
    )
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Go")
        await settled(pilot)
        await shown(stage, "✂ The stream ended too soon.")
        await pilot.press("f6")
        await shown(stage, "Half of it all")
        await shown(stage, "‹ 2/2 ›")
        await settled(pilot)
        assert "continue" not in screen_text(stage)


async def test_what_is_offered_can_be_clicked(tmp_path: Path) -> None:
    stage = stage_of(tmp_path, (TextDelta("Half of"), CUT), (TextDelta("it all"), CUT))
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Go")
        await settled(pilot)
        await shown(stage, "ended too soon")
        await click(pilot, "F6 continue")
        await settled(pilot)
        await shown(stage, "Go on where you stopped.")
        await shown(stage, "it all")
        await pilot.pause()
        # What was gone on with is no longer offered to be.
        assert screen_text(stage).count("continue") == 1
        await click(pilot, "keep")
        while "continue" in screen_text(stage):
            await pilot.pause()
        assert screen_text(stage).count("ended too soon") == 2


async def test_a_conversation_that_is_too_long_is_trimmed_and_asked_again(tmp_path: Path) -> None:
    over = Failed(Failure("context", "it is longer than the model can read", hint="Trim it."))
    stage = stage_of(tmp_path, HELLO, HELLO, (over,), (TextDelta("Shorter"), Done()))
    async with stage.run_test(size=SIZE) as pilot:
        for words in ("One", "Two", "Three"):
            await say(pilot, words)
            await settled(pilot)
        await shown(stage, "longer than the model can read")
        await click(pilot, "trim and retry")
        await shown(stage, "Shorter")
        await shown(stage, "what is above is no longer sent to the model")
        assert "One" in screen_text(stage)


async def test_where_nothing_can_be_trimmed_nothing_is_asked_again(tmp_path: Path) -> None:
    over = Failed(Failure("context", "it is longer than the model can read", hint="Trim it."))
    stage = stage_of(tmp_path, (over,), HELLO)
    async with stage.run_test(size=SIZE, notifications=True) as pilot:
        await say(pilot, "One")
        await settled(pilot)
        await click(pilot, "trim and retry")
        await shown(stage, "There is only one turn")
        await settled(pilot)
        assert len(stage.session.conversation.messages) == 2


async def test_what_could_not_be_read_and_what_was_declined_is_said(tmp_path: Path) -> None:
    unread = Unread("choices[0].delta.content is a number")
    stage = stage_of(tmp_path, (unread, RefusalDelta("I will not."), Done("stop")))
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Hi")
        await settled(pilot)
        await shown(stage, "⚠ 1 piece of the answer could not be read")
        lines = [line.strip() for line in screen_text(stage).splitlines()]
        assert any(line.endswith("The model declined:") for line in lines)
        assert "I will not." in screen_text(stage)


async def test_silence_is_counted_down_in_its_second_half(tmp_path: Path) -> None:
    settings = Settings(timeouts=Timeouts(first_event=120.0, idle=90.0))
    stage = stage_of(tmp_path, (TextDelta("Half"), asyncio.Event()), settings=settings)
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Hi")
        await shown(stage, "Half")
        # The clock of this stage moves a second each time that it is read.
        await shown(stage, "no word for 5", seconds=30)
        assert "gives up in " in screen_text(stage)


async def test_the_status_is_a_panel_that_escape_leaves(tmp_path: Path) -> None:
    stage = stage_of(tmp_path, HELLO)
    for size in (SIZE, (40, 15)):
        async with stage.run_test(size=size) as pilot:
            await say(pilot, "/status")
            await shown(stage, "Status · Esc leaves")
            told = str(stage.screen.query_one(Static).render())
            assert MODEL in told
            assert "history.db" in "".join(told.split())
            await pilot.press("escape")
            await pilot.pause()
            assert "Status · Esc" not in screen_text(stage)
        stage = stage_of(tmp_path, HELLO)
