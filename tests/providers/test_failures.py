"""What a provider's error means: the kind, the words, and the next step."""

import csv
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.failure import FailureKind
from llmtui.providers.card import Card
from llmtui.providers.failures import failure_from, failure_in_stream
from llmtui.redaction import learn

CARD = Card("groq", "Groq", "openai-chat", "https://api.groq.com/openai/v1", key_env="GROQ_API_KEY")
SHARED = os.environ.get("LLMTUI_SHARED")

SHAPES: list[tuple[str, int, str, FailureKind, str]] = [
    (
        "openai",
        400,
        '{"error":{"message":"Bad thing.","type":"invalid_request_error"}}',
        "bad_request",
        "Bad thing",
    ),
    (
        "anthropic",
        400,
        '{"type":"error","error":{"type":"x","message":"Bad"},"request_id":"r"}',
        "bad_request",
        "Bad",
    ),
    (
        "google",
        400,
        '{"error":{"code":400,"message":"API key not valid. Please","status":"X"}}',
        "auth",
        "refused",
    ),
    ("google's list", 404, '[{"error":{"code":404,"message":"not here"}}]', "not_found", "not here"),
    (
        "xai",
        400,
        '{"code":"invalid-argument","error":"Model not found: x"}',
        "not_found",
        "Model not found: x",
    ),
    (
        "mistral",
        400,
        '{"object":"error","message":"Invalid model: x","type":"invalid_model"}',
        "not_found",
        "x",
    ),
    ("mistral's other", 422, '{"detail":"Nope"}', "bad_request", "Nope"),
    ("fastapi", 422, '{"detail":[{"msg":"Field required"},{"msg":"Too short"}]}', "bad_request", "Too short"),
    ("ollama", 404, '{"error":"model \'x\' not found"}', "not_found", "model 'x' not found"),
    (
        "llama.cpp",
        400,
        '{"error":{"code":400,"message":"too big","type":"exceed_context_size_error","n_ctx":512}}',
        "context",
        "too big",
    ),
    (
        "doubleword",
        400,
        '{"code":400,"message":"Validation: no","type":"Bad Request"}',
        "bad_request",
        "Validation",
    ),
    (
        "openrouter",
        429,
        '{"error":{"code":429,"message":"Provider returned error","metadata":{"raw":"busy upstream"}}}',
        "rate_limit",
        "busy upstream",
    ),
    ("openai's quota", 429, '{"error":{"message":"x","code":"insufficient_quota"}}', "credit", "cannot pay"),
    (
        "llama.cpp's flags",
        500,
        '{"error":{"code":500,"message":"tools param requires --jinja flag","type":"server_error"}}',
        "bad_request",
        "--jinja",
    ),
    ("anthropic's model", 404, '{"error":{"message":"model: x"}}', "not_found", "there is no model: x"),
    ("no json", 500, "Internal Server Error\n", "server", "Internal Server Error"),
    ("nothing", 403, "", "auth", "not allowed"),
    ("odd json", 418, '{"teapot":true}', "bad_request", "not accepted"),
    (
        "litellm without a database",
        400,
        '{"error":{"message":"No connected db.","type":"no_db_connection","param":null,"code":"400"}}',
        "auth",
        "was refused",
    ),
]


@pytest.mark.parametrize(
    ("name", "status", "body", "kind", "words"), SHAPES, ids=[shape[0] for shape in SHAPES]
)
def test_every_shape_of_an_error_is_read(
    name: str, status: int, body: str, kind: FailureKind, words: str
) -> None:
    failure = failure_from(status, "application/octet-stream", body.encode(), CARD)
    assert failure.kind == kind
    assert words in failure.what
    assert failure.where == "api.groq.com"
    assert failure.detail == body.strip()


def test_a_refused_key_is_named_by_its_variable() -> None:
    failure = failure_from(401, "application/json", b'{"error":{"message":"Invalid API Key"}}', CARD)
    assert failure.message == (
        "401 from api.groq.com: the key in GROQ_API_KEY was refused. "
        "/keys groq sets another, and so does `llmtui keys set groq`; "
        "GROQ_API_KEY, where it is set, goes first."
    )


@pytest.mark.parametrize(
    "words",
    [
        "This model's maximum context length is 8192 tokens",
        "Your input exceeds the context window of this model",
        "prompt is too long: 3333404 tokens > 200000 maximum",
        "The input token count (2500009) exceeds the maximum number of tokens allowed",
        "request (2009 tokens) exceeds the available context size (512 tokens)",
        "The total length of all messages is too long.",
        "prompt too long; exceeded max context length by 1119046 tokens",
    ],
)
def test_a_conversation_that_is_too_long_is_recognised(words: str) -> None:
    body = f'{{"error":{{"message":"{words}"}}}}'.encode()
    failure = failure_from(400, "", body, CARD)
    assert failure.kind == "context"
    assert "context" in failure.hint


@pytest.mark.parametrize(
    ("page", "title"),
    [
        (b"<!DOCTYPE html><html><head><title>\n 502 Bad&nbsp;Gateway </title>", "502 Bad\xa0Gateway"),
        (b"<html><head><style>p{}</style></head><body><h1>Not <b>found</b></h1>", "Not"),
        (b"\xef\xbb\xbf  <HTML><BODY>Blocked by policy</BODY></HTML>", "Blocked by policy"),
    ],
)
def test_a_web_page_is_named_by_its_title_or_first_line(page: bytes, title: str) -> None:
    failure = failure_from(502, "text/html", page, CARD)
    assert failure.kind == "server"
    assert " ".join(title.split()) in failure.what
    assert "<" not in failure.what


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"retry-after": "20"}, "wait 20 s"),
        ({"retry-after-ms": "1500", "retry-after": "9"}, "wait 2 s"),
        ({"retry-after": "7200"}, "wait 2 h"),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, "wait until Wed, 21 Oct"),
        ({"retry-after": "-1"}, "Wait a moment"),
        ({"retry-after": "soon"}, "Wait a moment"),
        ({"retry-after": "nan"}, "Wait a moment"),
        ({}, "Wait a moment"),
    ],
)
def test_the_wait_that_is_asked_for_is_said(headers: dict[str, str], words: str) -> None:
    assert words in failure_from(429, "", b"{}", CARD, headers=headers).hint


def test_an_error_inside_a_stream_has_a_kind_by_its_code() -> None:
    for code, kind in ((401, "auth"), (502, "server"), (429, "rate_limit"), ("x", "provider")):
        failure = failure_in_stream({"error": {"code": code, "message": "oh"}}, CARD)
        assert failure.kind == kind
        assert failure.status is None


@given(
    st.integers(100, 599),
    st.binary(max_size=300)
    | st.recursive(
        st.none() | st.booleans() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ).map(lambda value: repr(value).replace("'", '"').encode("utf-8", "replace")),
)
def test_any_answer_is_a_failure_in_one_line(status: int, body: bytes) -> None:
    failure = failure_from(status, "application/json", body, CARD)
    assert failure.what
    assert "\n" not in failure.what
    assert len(failure.message) < 600


def _recorded() -> list[tuple[int, str, str, str]]:
    if SHARED is None:
        return []
    with (Path(SHARED) / "corpus" / "HTTP_ERRORS.tsv").open(encoding="utf-8") as index:
        return [
            (int(row["status"]), row["content_type"], row["retry_after"], row["file"])
            for row in csv.DictReader(index, delimiter="\t")
        ]


@pytest.mark.skipif(SHARED is None, reason="LLMTUI_SHARED is not set: no recorded errors here")
def test_what_providers_really_answered_is_understood() -> None:
    assert SHARED is not None
    kinds: Counter[str] = Counter()
    for status, content_type, asked, file in _recorded():
        body = (Path(SHARED) / "corpus" / file).read_bytes()
        headers = {"retry-after": asked} if asked else {}
        failure = failure_from(status, content_type, body, CARD, headers=headers)
        place = (file, failure)
        kinds[failure.kind] += 1
        if status == 401 or "raises-appropriate-auth-error" in file:
            assert failure.kind == "auth", place
        elif "context-length-exceeded" in file and status == 400:
            assert failure.kind == "context", place
        elif status == 404 or "nonexistent-model" in file or "unknown-model" in file:
            assert failure.kind == "not_found", place
        elif status >= 500:
            assert failure.kind == ("server" if "GET request" in failure.what else "bad_request"), place
        elif status == 429:
            assert failure.kind == "rate_limit", place
            assert failure.retry_after or "openrouter" in file, place
        elif status == 403:
            assert failure.kind == "auth", place
        elif failure.kind not in ("not_found", "auth", "context"):
            assert failure.kind == "bad_request", place
        assert failure.where == "api.groq.com", place
        assert failure.hint.endswith("."), place
        assert failure.what[-1] not in ".!", place
        assert '{"' not in failure.what, place
    # Each of these was looked at.
    assert kinds == {
        "bad_request": 44,
        "auth": 23,
        "not_found": 23,
        "context": 8,
        "rate_limit": 3,
        "server": 1,
    }


def test_a_key_that_a_long_error_repeats_is_taken_out_before_it_is_cut() -> None:
    learn(["unlooked-for-4c1d9e72a05b"])
    body = f"{'x' * 225} unlooked-for-4c1d9e72a05b".replace(" ", "").encode()
    failure = failure_from(400, "text/plain", body, CARD)
    assert "unlooked" not in failure.what
