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


@pytest.mark.parametrize("width", [20, 30, 38, 39, 40, 41, 80])
async def test_the_welcome_is_seen_to_its_last_word(tmp_path: Path, width: int) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=(width, 24)) as pilot:
        await pilot.pause()
        words = " ".join(screen_text(stage).partition("╭")[0].split())
        assert words == "llmtui Type a question and press Enter. Ctrl+O models Ctrl+R earlier F1 help"
