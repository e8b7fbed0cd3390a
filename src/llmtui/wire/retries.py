"""When a request may be sent again by itself, and after how long a wait."""

import errno
import socket
import ssl

import httpx

from llmtui.chat.events import Delta, Unread
from llmtui.chat.failure import Failure
from llmtui.providers.addresses import is_loopback
from llmtui.providers.card import Card
from llmtui.wire.clock import Clock
from llmtui.wire.trip import Trip
from llmtui.wire.trouble import causes

SAID = (*Delta.__args__, Unread)
"""What comes from a model: after one of these, nothing is sent again."""

LONGEST_WAIT = 60.0

_PASSING_STATUSES = (408, 409, 425, 429)
_PASSING_KINDS = ("rate_limit", "server", "timeout")
# Asking again changes nothing about these, whatever the status and the headers say.
_LASTING_KINDS = ("auth", "credit", "not_found", "context", "refused", "configuration", "limit", "bug")
_FIRST_WAIT = 0.5
_LAST_WAIT = 8.0


def retries_for(failure: Failure, trip: Trip, card: Card, most: int) -> int:
    """How often in all a request that met this, before its first word, is sent again."""
    if failure.kind in _LASTING_KINDS:
        return 0
    if trip.trouble is not None:
        return _after_trouble(trip.trouble, trip, card, most)
    if trip.status is None or trip.status < 300:
        # A good status, and then an error or an end in place of the first word.
        if failure.kind == "cut":
            return min(1, most)
        return most if failure.kind in _PASSING_KINDS else 0
    match trip.headers.get("x-should-retry", "").strip().lower():
        case "true":
            return most
        case "false":
            return 0
    passing = trip.status in _PASSING_STATUSES or trip.status >= 500
    return most if (passing and failure.kind != "bad_request") or trip.status in (409, 425) else 0


def wait_before(failure: Failure, done: int, clock: Clock) -> float | None:
    """Seconds to wait before the next try, None if that is asked to be longer than anybody waits.

    Without a wish of the other side: half a second, doubled with each try `done`, and a little chance, so
    that those who failed together do not come back together.
    """
    if failure.retry_after is not None:
        return failure.retry_after if failure.retry_after <= LONGEST_WAIT else None
    longest = min(_FIRST_WAIT * 2.0 ** min(done, 16), _LAST_WAIT)
    return longest * (1 - clock.chance() / 4)


def _after_trouble(trouble: Exception, trip: Trip, card: Card, most: int) -> int:
    match trouble:
        case (
            httpx.ProxyError() | httpx.UnsupportedProtocol() | httpx.InvalidURL() | httpx.LocalProtocolError()
        ):
            return 0
        case httpx.ConnectError():
            return most if _may_connect_yet(trouble, card) else 0
        case httpx.TransportError() if not isinstance(trouble, httpx.DecodingError):
            # What was wholly sent may have been worked on, and will be paid for: once more, and no more.
            return min(1, most) if trip.sent else most
        case _:
            # Patience that ended, a cap that was met, an answer that cannot be unpacked.
            return 0


def _may_connect_yet(trouble: httpx.ConnectError, card: Card) -> bool:
    for cause in causes(trouble):
        match cause:
            case ssl.SSLError():
                return False
            case socket.gaierror():
                return cause.errno == socket.EAI_AGAIN
            case ConnectionRefusedError():
                # On this machine nobody will begin to listen within a second: better to be told at once.
                return not (card.local or is_loopback(card.base_url))
            case OSError() if cause.errno in (errno.EACCES, errno.EPERM, errno.EAFNOSUPPORT):
                return False
    return True
