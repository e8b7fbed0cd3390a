"""Every way in which a server may go wrong over HTTP, and what is to come of each: one table.

What a server does before it speaks HTTP (nobody there, no such name, no TLS …) is in `test_connecting.py`.
"""

import gzip
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from llmtui.chat.failure import FailureKind
from llmtui.wire.curing import USUAL_CAPS, Caps
from llmtui.wire.timeouts import Timeouts
from tests.faults.asking import PATIENT, QUICK, STALLING
from tests.faults.speech import Speech
from tests.faults.toxics import Timeout, Toxic
from tests.wire.server import Close, Piece, Reply, Reset, Sleep

Serves = Callable[[Speech], Reply | Sequence[Reply]]
Ends = Literal["chunked", "length", "close"]
Kept = Literal["all", "some", "nothing", "any"]

SAYS_NO = "Something was wrong"
NEVER = Sleep(60)
JSON = {"content-type": "application/json"}
HTML = {"content-type": "text/html; charset=utf-8"}
PAGE = b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
ELSEWHERE = "http://elsewhere.invalid/v1"
SMALL = Caps(line=1 << 16, event=1 << 18, answer=1 << 20)

SSE_ONLY = frozenset({"ollama"})
"""Faults of server-sent events are none of NDJSON."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a server does (`serves`, and the toxics on the way back), and what is to come of it.

    `kind` is that of the failure, empty where the answer is to be complete all the same; `says` are words of
    the message; `kept` how much of the answer: a first word is `some`. `asked` is how often the server is
    asked in all, `waits` for how many seconds before each time but the first, where that is told.
    `apart_from` are dialects in which the fault cannot be.
    """

    name: str
    serves: Serves
    kind: FailureKind | Literal[""]
    says: str = ""
    kept: Kept = "nothing"
    asked: int = 1
    waits: Sequence[float] | None = None
    down: Sequence[Toxic] = ()
    timeouts: Timeouts = PATIENT
    caps: Caps = USUAL_CAPS
    apart_from: frozenset[str] = field(default_factory=frozenset)

    def replies(self, speech: Speech) -> Sequence[Reply]:
        """What the server answers, request by request."""
        served = self.serves(speech)
        return (served,) if isinstance(served, Reply) else served


def status(code: int, **headers: str) -> Serves:
    """An error with this status, in the dialect's own words."""

    def serve(speech: Speech) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Reply(code, {**JSON, **named}, [speech.refusing(SAYS_NO)], "length")

    return serve


def streams(*pieces: Callable[[Speech], Piece] | Piece, ends: Ends = "chunked") -> Serves:
    """A good status, and then these pieces; a function of the speech stands for a part of it."""

    def serve(speech: Speech) -> Reply:
        made = [piece(speech) if callable(piece) else piece for piece in pieces]
        return Reply(200, speech.headers, made, ends)

    return serve


def answers(code: int, body: bytes = b"", **headers: str) -> Serves:
    """This body, whatever was asked."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda speech: Reply(code, named, [body], "length")


def then_well(serve: Serves) -> Serves:
    """The fault once, and after it a good answer."""

    def both(speech: Speech) -> Sequence[Reply]:
        first = serve(speech)
        assert isinstance(first, Reply)
        return (first, Reply(200, speech.headers, [speech.stream]))

    return both


def whole(speech: Speech) -> bytes:
    return speech.stream


def begun(speech: Speech) -> bytes:
    return speech.begun


def opened(speech: Speech) -> bytes:
    return speech.unopened


def rest(speech: Speech) -> bytes:
    return speech.stream[len(speech.begun) :]


def ending(speech: Speech) -> bytes:
    return b"".join(speech.ending)


def _slowly(speech: Speech) -> Reply:
    """A byte now and then, of a frame that is never finished."""
    pieces: list[Piece] = [speech.begun]
    for byte in speech.words[1] * 40:
        if byte != 0x0A:
            pieces += [bytes([byte]), Sleep(0.02)]
    return Reply(200, speech.headers, pieces)


def _with_bad_bytes(speech: Speech) -> bytes:
    return speech.stream.replace(b" blue.", b" bl\xff\xfeue.")


def _bomb(speech: Speech) -> Reply:
    body = gzip.compress(speech.begun + b'data: {"x": "' + bytes(16 << 20), 1)
    return Reply(200, {**speech.headers, "content-encoding": "gzip"}, [body], "length")


AGAIN = 3
"""A request and its two retries."""
ONCE_MORE = 2
"""A request that may have been worked on, and so is paid for, is sent once more only."""
OURS = (0.5, 1.0)
"""For how long to wait where the other side does not say."""
TOO_MANY = "too many requests for now"
IN_30_S = "Mon, 26 Oct 2026 07:33:50 GMT"

FAULTS: Sequence[Fault] = (
    # An error instead of an answer
    Fault("400", status(400), "bad_request", SAYS_NO),
    Fault("401", status(401), "auth", "LOOP_KEY was refused"),
    Fault("403", status(403), "auth", "is not allowed this"),
    Fault("404", status(404), "not_found", SAYS_NO),
    Fault("408", status(408), "timeout", "took too long", asked=AGAIN),
    Fault("409", status(409), "bad_request", SAYS_NO, asked=AGAIN),
    Fault("413", status(413), "bad_request", SAYS_NO),
    Fault("422", status(422), "bad_request", SAYS_NO),
    Fault("425", status(425), "bad_request", SAYS_NO, asked=AGAIN),
    Fault("429", status(429), "rate_limit", TOO_MANY, asked=AGAIN, waits=OURS),
    Fault("429, seconds", status(429, retry_after="7"), "rate_limit", TOO_MANY, asked=AGAIN, waits=(7, 7)),
    Fault(
        "429, a date", status(429, retry_after=IN_30_S), "rate_limit", TOO_MANY, asked=AGAIN, waits=(30, 30)
    ),
    Fault(
        "429, ms", status(429, retry_after_ms="1500"), "rate_limit", TOO_MANY, asked=AGAIN, waits=(1.5, 1.5)
    ),
    Fault("429, hours", status(429, retry_after="7200"), "rate_limit", "2 h", waits=()),
    Fault(
        "429, less than nothing",
        status(429, retry_after="-7"),
        "rate_limit",
        TOO_MANY,
        asked=AGAIN,
        waits=OURS,
    ),
    Fault("429, no number", status(429, retry_after="soon"), "rate_limit", TOO_MANY, asked=AGAIN, waits=OURS),
    Fault("500", status(500), "server", SAYS_NO, asked=AGAIN),
    Fault(
        "502, a web page",
        answers(502, PAGE, content_type="text/html"),
        "server",
        "502 Bad Gateway",
        asked=AGAIN,
    ),
    Fault("503", status(503), "server", SAYS_NO, asked=AGAIN),
    Fault("504", status(504), "timeout", "took too long", asked=AGAIN),
    Fault("529", status(529), "server", SAYS_NO, asked=AGAIN),
    Fault("503, then well", then_well(status(503)), "", kept="all", asked=2),
    Fault("429, then well", then_well(status(429, retry_after="1")), "", kept="all", asked=2),
    # Something else than an answer
    Fault("307 to another origin", answers(307, location=ELSEWHERE), "configuration", ELSEWHERE),
    Fault("302 to nowhere", answers(302), "configuration", "base_url"),
    Fault(
        "200 with an error",
        lambda speech: Reply(200, JSON, [speech.refusing(SAYS_NO)], "length"),
        "provider",
        SAYS_NO,
    ),
    Fault("200 with a web page", answers(200, PAGE, content_type="text/html"), "protocol", "502 Bad Gateway"),
    Fault("200 with nothing", answers(200, content_type="text/event-stream"), "empty", "nothing in it"),
    Fault("204", answers(204), "empty", "nothing in it"),
    Fault("200 with another type", lambda speech: Reply(200, HTML, [speech.stream]), "", kept="all"),
    Fault("200 without a type", lambda speech: Reply(200, {}, [speech.stream]), "", kept="all"),
    Fault("in one piece", lambda speech: Reply(200, JSON, [speech.whole], "length"), "", kept="all"),
    # It stops, or dawdles
    Fault(
        "stall before the head", streams(whole), "timeout", "nothing came", down=[Timeout()], timeouts=QUICK
    ),
    Fault("stall after the head", streams(NEVER), "timeout", "nothing came", timeouts=QUICK),
    Fault("stall before a word", streams(opened, NEVER), "timeout", "nothing more came", timeouts=STALLING),
    Fault(
        "stall in the midst", streams(begun, NEVER), "timeout", "nothing more came", "some", timeouts=STALLING
    ),
    Fault("loris", _slowly, "timeout", "nothing more came", "some", timeouts=STALLING),
    # It breaks off
    Fault("reset before the head", streams(Reset()), "cut", "the connection broke", asked=ONCE_MORE),
    Fault("cut before a word", streams(opened, Close()), "cut", "the connection broke", asked=ONCE_MORE),
    Fault("reset in the midst", streams(begun, Sleep(0.02), Reset()), "cut", "the connection broke", "some"),
    Fault("a chunked body cut", streams(begun, Close()), "cut", "the connection broke", "some"),
    Fault(
        "a closed body cut", streams(begun, Close(), ends="close"), "cut", "cut off before its end", "some"
    ),
    Fault("no end mark", streams(lambda speech: speech.said), "cut", "cut off before its end", "some"),
    # What it says is not what it should be
    Fault(
        "an error in the midst", streams(begun, lambda speech: speech.error), "server", "Overloaded", "some"
    ),
    Fault(
        "an error before a word",
        streams(opened, lambda speech: speech.error),
        "server",
        "Overloaded",
        asked=AGAIN,
    ),
    Fault("the end mark twice", streams(whole, ending), "", kept="all"),
    Fault("a word after the end", streams(whole, lambda speech: speech.words[1]), "", kept="any"),
    Fault(
        "a broken frame",
        streams(begun, lambda speech: speech.frame('{"choices": [{"delta"'), rest),
        "protocol",
        "no JSON",
        "some",
    ),
    Fault("bad UTF-8", streams(_with_bad_bytes), "", kept="any"),
    # It says too much
    Fault(
        "a frame of 10 MB",
        streams(begun, lambda speech: speech.frame("x" * 10_000_000)),
        "limit",
        "longer than",
        "some",
    ),
    Fault(
        "a line without end",
        streams(begun, *[b"x" * 4096] * 32, NEVER),
        "limit",
        "longer than",
        "some",
        caps=SMALL,
    ),
    Fault(
        "an answer without end",
        streams(begun, *[lambda speech: speech.words[1] * 64] * 1000, NEVER),
        "limit",
        "larger than",
        "some",
        caps=SMALL,
    ),
    Fault("a gzip bomb", _bomb, "limit", "than", "any"),
    # Harmless oddities
    Fault("a byte order mark", streams(b"\xef\xbb\xbf", whole), "", kept="all"),
    Fault(
        "carriage returns",
        streams(lambda speech: speech.stream.replace(b"\r\n", b"\n").replace(b"\n", b"\r")),
        "",
        kept="all",
        apart_from=SSE_ONLY,
    ),
    Fault(
        "CRLF",
        streams(lambda speech: speech.stream.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")),
        "",
        kept="all",
    ),
    Fault(
        "comments all over", streams(b": hello\n\n", whole, b": bye\n\n"), "", kept="all", apart_from=SSE_ONLY
    ),
)
