"""A home in which a hostile world may do as it likes."""

from pathlib import Path

import pytest

from tests.end_to_end.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Nothing is set up here."""
    return Home(tmp_path / "home")
