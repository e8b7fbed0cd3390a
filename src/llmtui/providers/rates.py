"""What a provider says of its limits: how much is left of each, and how long to leave it alone."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from llmtui.chat.allowance import Allowance
from llmtui.providers.payload import amount_in

# OpenAI, Groq, xAI, Mistral, Cerebras and Together name what is limited last, Anthropic first.
_HEADERS = (
    re.compile(r"(?:x-)?ratelimit-(?P<field>limit|remaining|reset)(?:-(?P<of>.+))?"),
    re.compile(r"anthropic-ratelimit-(?P<of>.+)-(?P<field>limit|remaining|reset)"),
    re.compile(r"x-(?P<of>token)limit-(?P<field>limit|remaining|reset)"),
)
_GO_DURATION = re.compile(r"(?:\d+(?:\.\d*)?(?:h|ms|m|s|us|µs|ns))+")
_GO_PIECE = re.compile(r"(\d+(?:\.\d*)?)(h|ms|m|s|us|µs|ns)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_LEADING_NUMBER = re.compile(r"\s*(\d{1,15})(?:\.\d*)?\s*(?:[;,].*)?")

# Numbers from here on are a time of day in Unix seconds, and from there on in milliseconds.
_UNIX = 1e9
_UNIX_MILLISECONDS = 1e11

_IN_WORDS = re.compile(
    r'"retryDelay"\s*:\s*"(?P<go>[^"]{1,40})"'
    r"|\b(?:try again|retry)(?: again)? (?:in|after):? "
    r"(?:(?P<go2>(?:\d+(?:\.\d+)?(?:h|ms|m|s))+)\b|(?P<count>\d+(?:\.\d+)?) ?(?P<unit>second|minute|hour))",
    re.IGNORECASE,
)
_UNITS = {"second": 1.0, "minute": 60.0, "hour": 3600.0}
_LONGEST_NAME = 40


def allowances_in(headers: Mapping[str, str], now: float) -> tuple[Allowance, ...]:
    """What these headers (names in lower case) say is left, in their order; `now` is in Unix seconds."""
    found: dict[str, dict[str, str]] = {}
    for name, text in headers.items():
        if "limit" not in name:
            continue
        for pattern in _HEADERS:
            if match := pattern.fullmatch(name):
                of = {"": "requests", "token": "tokens"}.get(match["of"] or "", match["of"])
                found.setdefault(of[:_LONGEST_NAME], {})[match["field"]] = text
                break
    allowances = (
        Allowance(
            of,
            _number(said.get("limit")),
            _number(said.get("remaining")),
            seconds_until(said.get("reset", ""), now),
            now,
        )
        for of, said in found.items()
    )
    return tuple(each for each in allowances if each.limit is not None or each.remaining is not None)


def seconds_until(text: str, now: float) -> float | None:
    """Seconds from `now` to a moment written as seconds, a Go duration (`6m0s`), a Unix time in seconds or
    milliseconds, RFC 3339 or an HTTP date; 0 for one that is over, None for anything else."""
    text = text.strip()
    amount = amount_in(text)
    if amount is not None:
        if amount >= _UNIX:
            return max(0.0, (amount / 1000 if amount >= _UNIX_MILLISECONDS else amount) - now)
        return amount
    if _GO_DURATION.fullmatch(text):
        return sum(float(number) * _SECONDS[unit] for number, unit in _GO_PIECE.findall(text))
    moment = _moment(text)
    return None if moment is None else max(0.0, moment - now)


def asked_wait(headers: Mapping[str, str], now: float | None, body: str = "") -> float | None:
    """For how many seconds an error asks us to wait, None if it does not say, or nothing sensible.

    The milliseconds of Azure go before the seconds, then comes an HTTP date (read only if `now`, in Unix
    seconds, is given), and last what the body says in words.
    """
    milliseconds = amount_in(headers.get("retry-after-ms"))
    if milliseconds:
        return milliseconds / 1000
    said = headers.get("retry-after", "")
    if seconds := amount_in(said):
        return seconds
    moment = _moment(said) if said and now is not None else None
    if moment is not None and now is not None and moment > now:
        return moment - now
    return _wait_in_words(body)


def span(seconds: float) -> str:
    """A time to wait, in words: `20 s`, `2 min`, `3 h`."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    if seconds < 6000:
        return f"{round(seconds / 60)} min"
    if seconds < 48 * 3600:
        return f"{round(seconds / 3600)} h"
    return f"{round(seconds / 86400)} days" if seconds < 32 * 86400 else "more than a month"


def _number(text: str | None) -> int | None:
    match = _LEADING_NUMBER.fullmatch(text) if text else None
    return int(match[1]) if match else None


def _moment(text: str) -> float | None:
    """A date in Unix seconds, None if it is none."""
    read = datetime.fromisoformat if text[:4].isdecimal() else parsedate_to_datetime
    try:
        moment = read(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _wait_in_words(body: str) -> float | None:
    match = _IN_WORDS.search(body)
    if match is None:
        return None
    if count := match["count"]:
        return float(count) * _UNITS[match["unit"].lower()] or None
    return seconds_until((match["go"] or match["go2"]).lower(), 0.0) or None
