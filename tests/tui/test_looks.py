"""The pictures that are looked at: every sign is where the terminal has it."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.looks import look

CELL = 12.2


def columns(picture: Path) -> dict[str, float]:
    """In which column each text of a picture begins."""
    found = re.findall(r'<text [^>]*x="([^"]+)"[^>]*>([^<]+)</text>', picture.read_text(encoding="utf-8"))
    return {html.unescape(text): float(x) / CELL for x, text in found}


async def test_a_wide_sign_has_two_cells_in_a_picture_and_a_joined_one_no_more(tmp_path: Path) -> None:
    await look(tmp_path, "ink", (40, 15))
    streaming = columns(tmp_path / "ink-40x15-streaming.svg")
    assert streaming["本"] - streaming["日"] == pytest.approx(2)
    family, thumb = "👨\u200d👩\u200d👧", "👍🏽"
    page = next(page for page in map(columns, sorted(pages(tmp_path))) if family in page)
    assert page[",\xa0thumbs\xa0"] - page[family] == pytest.approx(2)
    assert page[thumb] - page[family] == pytest.approx(2 + len(", thumbs "))


def pages(folder: Path) -> Iterator[Path]:
    return folder.glob("*-page-*.svg")
