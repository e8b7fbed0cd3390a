"""A history in a folder of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from llmtui.store.history import History


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.db"


@pytest.fixture
async def history(path: Path) -> AsyncIterator[History]:
    history = History(path)
    yield history
    await history.close()
