"""The way out of the app: what was begun is ended, and a disk that hangs is not waited for."""

import asyncio
from pathlib import Path

from llmtui.chat.events import TextDelta
from llmtui.chat.kept import Kept
from llmtui.chat.message import Message
from tests.engine.scripted import RememberingKeeper, ScriptedLine
from tests.tui.stage import app, say, shown

_PATIENCE = 10.0


async def test_an_answer_that_never_began_ends_although_every_worker_is_cancelled(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine((TextDelta("said"), asyncio.Event())))
    async with stage.run_test(), asyncio.timeout(_PATIENCE):
        stage.session.ask("Hi")
        stage.workers.cancel_all()
        stage.session.stop()
        await stage.session.idle()
        assert stage.session.conversation.path[-1].answer is not None


class StuckKeeper(RememberingKeeper):
    """Never comes back from an ending."""

    async def settle(self, conversation_id: str, message: Message) -> Kept:
        await asyncio.Event().wait()
        return None


async def test_a_keeper_that_hangs_is_not_waited_for_and_what_is_lost_is_told(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine((TextDelta("every word"), asyncio.Event())), StuckKeeper())
    async with stage.run_test() as pilot, asyncio.timeout(_PATIENCE):
        await say(pilot, "Hi")
        await shown(stage, "every word")
        await stage.leave()
        assert "in the conversation could not be kept" in stage.leaving.not_kept


async def test_when_all_is_kept_nothing_is_told(tmp_path: Path) -> None:
    stage = app(tmp_path, ScriptedLine((TextDelta("every word"), asyncio.Event())))
    async with stage.run_test() as pilot:
        await say(pilot, "Hi")
        await shown(stage, "every word")
        assert "the conversation" in stage.leaving.losing
        await stage.leave()
        assert stage.leaving.not_kept == stage.leaving.losing == ""


async def test_a_fault_while_keeping_is_written_down_and_does_not_hold_up_the_end(tmp_path: Path) -> None:
    stage = app(tmp_path)
    told: list[int] = []
    stage.leaving.begun = told.append

    async def fails() -> None:
        raise LookupError("words of yours")

    async with stage.run_test():
        await stage.leaving.all_kept(fails, 143)
    assert told[0] == 143
    [report] = (tmp_path / "state").glob("crash-*.txt")
    assert "LookupError" in report.read_text()
    assert "words of yours" not in report.read_text()
