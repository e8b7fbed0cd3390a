"""What llmtui says by itself is seen whole: in the corner, on as few rows as it takes, and as a welcome."""

from pathlib import Path

import pytest

from tests.tui.stage import app, screen_text

TOLD = "Long lines of code go on sideways: Shift and the wheel, or Tab and the arrows"


@pytest.mark.parametrize("width", [31, 40, 43, 44, 77, 80, 81, 82, 120])
async def test_a_toast_is_seen_whole_at_any_width_and_hides_no_more_than_it_must(
    tmp_path: Path, width: int
) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=(width, 24), notifications=True) as pilot:
        await pilot.pause()
        stage.desk.tell(TOLD)
        await pilot.pause()
        lines = [line.partition("▌")[2] for line in screen_text(stage).splitlines()]
        rows = [line.strip() for line in lines if line]
        assert " ".join(rows) == TOLD
        assert len(rows) <= 1 + len(TOLD) // (width - 12)


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_notice_of_what_was_done_takes_the_place_of_the_one_before(
    tmp_path: Path, at_once: bool
) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=(100, 24), notifications=True) as pilot:
        for words in ("The mouse is the terminal's", "The mouse is llmtui's"):
            stage.desk.tell(words)
            if not at_once:
                await pilot.pause()
        await pilot.pause()
        assert "The mouse is llmtui's" in screen_text(stage)
        assert "The mouse is the terminal's" not in screen_text(stage)
        assert len(stage.screen.query("ToastHolder")) == 1


async def test_what_is_wrong_stays_beside_other_notices_and_is_said_once(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=(100, 24), notifications=True) as pilot:
        stage.desk.tell("This could not be read", "warning")
        stage.desk.tell("That could not be written", "error")
        await pilot.pause()
        stage.desk.tell("This could not be read", "warning")
        stage.desk.tell("Copied the answer")
        await pilot.pause()
        for words in ("This could not be read", "That could not be written", "Copied the answer"):
            assert screen_text(stage).count(words) == 1


@pytest.mark.parametrize("width", [20, 30, 38, 39, 40, 41, 80])
async def test_the_welcome_is_seen_to_its_last_word(tmp_path: Path, width: int) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=(width, 24)) as pilot:
        await pilot.pause()
        words = " ".join(screen_text(stage).partition("╭")[0].split())
        assert words == "llmtui Type a question and press Enter. Ctrl+O models Ctrl+R earlier F1 help"
