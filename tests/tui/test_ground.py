"""What holds others, and shows nothing itself, looks as Textual would draw it."""

from pathlib import Path

import pytest
from rich.style import Style
from textual.filter import LineFilter, Monochrome
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from llmtui.tui.ground import empty_rows
from tests.tui.stage import app


def _cells(strips: list[Strip]) -> list[list[tuple[str, object]]]:
    """Each cell of each row: its sign and its ground. What colour a blank would be written in is not seen."""
    return [
        [(sign, (segment.style or Style()).bgcolor) for segment in strip for sign in segment.text]
        for strip in strips
    ]


@pytest.mark.parametrize("filters", [[], [Monochrome()]], ids=["in colours", "without colours"])
async def test_an_empty_row_looks_as_textuals_own(tmp_path: Path, filters: list[LineFilter]) -> None:
    async with app(tmp_path).run_test(size=(100, 20)) as pilot:
        pilot.app._filters.extend(filters)
        seen: list[Widget] = [pilot.app.screen, *pilot.app.query("#rooms, #conversation, #sidebar")]
        assert len(seen) == 4
        for widget in seen:
            width, height = widget.size
            for crop in (Region(0, 0, width, height), Region(1, 2, width - 3, 5)):
                rows = widget.render_lines(crop)
                assert rows == empty_rows(widget, crop)
                assert _cells(rows) == _cells(widget._styles_cache.render_widget(widget, crop))
