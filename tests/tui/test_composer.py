"""What is typed is where it was meant, however fast it comes."""

from pathlib import Path

import pytest
from textual import events

from tests.tui.stage import app

BURSTS = [
    ("abc", ("left", "left", "x"), "axbc"),
    ("abc", ("backspace", "backspace", "x"), "ax"),
    ("abc def", ("ctrl+w", "x", "home", "y"), "yabc x"),
    ("abc", ("shift+left", "x", "ctrl+j", "z"), "abx\nz"),
]


@pytest.mark.parametrize(("typed", "keys", "meant"), BURSTS)
async def test_a_letter_right_behind_a_key_comes_after_it(
    tmp_path: Path, typed: str, keys: tuple[str, ...], meant: str
) -> None:
    stage = app(tmp_path)
    async with stage.run_test() as pilot:
        await pilot.pause()
        stage.composer.put(typed)
        for key in keys:
            stage.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        await pilot.pause()
        assert stage.composer.text == meant
