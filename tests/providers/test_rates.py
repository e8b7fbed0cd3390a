"""What providers say of their limits, in each of the shapes that were seen."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.allowance import Allowance
from llmtui.providers.rates import allowances_in, asked_wait, seconds_until, span

NOW = 1_792_567_680.0  # Wed, 21 Oct 2026 07:28:00 GMT


def test_openais_headers_with_go_durations_are_read() -> None:
    headers = {
        "x-ratelimit-limit-requests": "5000",
        "x-ratelimit-remaining-requests": "4999",
        "x-ratelimit-reset-requests": "12ms",
        "x-ratelimit-limit-tokens": "160000",
        "x-ratelimit-remaining-tokens": "159000",
        "x-ratelimit-reset-tokens": "6m0s",
    }
    assert allowances_in(headers, NOW) == (
        Allowance("requests", 5000, 4999, 0.012, NOW),
        Allowance("tokens", 160000, 159000, 360.0, NOW),
    )


def test_anthropics_headers_with_dates_are_read() -> None:
    headers = {
        "anthropic-ratelimit-input-tokens-limit": "50000",
        "anthropic-ratelimit-input-tokens-remaining": "49000",
        "anthropic-ratelimit-input-tokens-reset": "2026-10-21T07:28:30Z",
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": "2026-10-21T07:27:00Z",
    }
    assert allowances_in(headers, NOW) == (
        Allowance("input-tokens", 50000, 49000, 30.0, NOW),
        Allowance("requests", 50, 0, 0.0, NOW),
    )


def test_mistrals_and_togethers_headers_are_read() -> None:
    mistral = {
        "x-ratelimit-limit-tokens-minute": "500000",
        "x-ratelimit-remaining-tokens-minute": "499960",
        "x-ratelimit-tokens-query-cost": "40",
    }
    assert allowances_in(mistral, NOW) == (Allowance("tokens-minute", 500000, 499960, None, NOW),)
    together = {
        "x-ratelimit": "60",
        "x-ratelimit-limit": "1",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": "1",
        "x-tokenlimit-limit": "2000",
        "x-tokenlimit-remaining": "1999",
    }
    assert allowances_in(together, NOW) == (
        Allowance("requests", 1, 0, 1.0, NOW),
        Allowance("tokens", 2000, 1999, None, NOW),
    )


def test_the_headers_of_the_draft_standard_are_read() -> None:
    headers = {"ratelimit-limit": "10, 10;w=1", "ratelimit-remaining": "7", "ratelimit-reset": "3"}
    assert allowances_in(headers, NOW) == (Allowance("requests", 10, 7, 3.0, NOW),)


def test_what_says_nothing_is_nothing() -> None:
    assert allowances_in({"x-ratelimit-limit-requests": "many", "content-type": "x"}, NOW) == ()
    assert allowances_in({}, NOW) == ()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("12ms", 0.012),
        ("17.399999999s", 17.399999999),
        ("6m0s", 360.0),
        ("1h0m0.5s", 3600.5),
        ("3", 3.0),
        ("0.25", 0.25),
        (str(int(NOW) + 9), 9.0),
        (str(int(NOW + 9) * 1000), 9.0),
        ("2026-10-21T07:28:09Z", 9.0),
        ("2026-10-21T09:28:09+02:00", 9.0),
        ("Wed, 21 Oct 2026 07:28:09 GMT", 9.0),
        ("Wed, 21 Oct 2020 07:28:09 GMT", 0.0),
        ("soon", None),
        ("-3", None),
        ("nan", None),
        ("", None),
        ("9999-99-99T00:00:00Z", None),
    ],
)
def test_every_way_to_write_a_reset_is_understood(text: str, seconds: float | None) -> None:
    found = seconds_until(text, NOW)
    assert found == seconds if seconds is None else found == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "20"}, 20),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "garbage", "retry-after": "9"}, 9),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT"}, 30),
        ({"retry-after": "Wed, 21 Oct 2020 07:28:30 GMT"}, None),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "1e9"}, 1e9),
        ({}, None),
    ],
)
def test_the_wait_asked_for_is_read(headers: Mapping[str, str], seconds: float | None) -> None:
    assert asked_wait(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ("Rate limit reached. Please try again in 1m3.5s. Visit …", 63.5),
        ("Please retry after 20 seconds.", 20),
        ("Please try again in 2 minutes", 120),
        ('{"details":[{"@type":"RetryInfo","retryDelay":"48.9s"}]}', 48.9),
        ("Please try again with a pdf", None),
        ("Please retry shortly", None),
    ],
)
def test_a_wait_asked_for_in_words_is_read_where_no_header_says_it(body: str, seconds: float | None) -> None:
    assert asked_wait({}, NOW, body) == seconds
    assert asked_wait({"retry-after": "7"}, NOW, body) == 7


def test_a_span_is_said_in_the_largest_unit_that_fits() -> None:
    spans = [span(seconds) for seconds in (0.2, 20, 120, 7200, 86400 * 5, 1e9)]
    assert spans == ["1 s", "20 s", "2 min", "2 h", "5 days", "more than a month"]


@given(st.dictionaries(st.sampled_from(["retry-after", "retry-after-ms"]), st.text()), st.text())
def test_nothing_that_a_server_writes_breaks_the_reading(headers: dict[str, str], body: str) -> None:
    for now in (NOW, None):
        wait = asked_wait(headers, now, body)
        assert wait is None or 0 < wait < float("inf")


@given(
    st.dictionaries(
        st.sampled_from(["x-ratelimit-limit", "ratelimit-reset-x", "anthropic-ratelimit-requests-remaining"])
        | st.text(),
        st.text() | st.integers().map(str),
    )
)
def test_no_header_breaks_the_reading_of_allowances(headers: dict[str, str]) -> None:
    for allowance in allowances_in(headers, NOW):
        assert allowance.resets is None or allowance.resets >= 0
