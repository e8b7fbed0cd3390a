"""Every number of seconds is some time."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.local_time import local_time


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_file_may_claim_any_time(seconds: float) -> None:
    assert 1970 <= local_time(seconds).year <= 3000


@pytest.mark.parametrize("seconds", [86_400.0, 1_800_000_000.25, 32_000_000_000.0])
def test_a_time_in_the_calendar_is_that_time(seconds: float) -> None:
    assert local_time(seconds) == datetime.fromtimestamp(seconds)
