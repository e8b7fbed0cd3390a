"""An error that does not call itself one ends the answer in its own words, and keeps what was said."""

import pytest

from llmtui.chat.events import Failed
from tests.providers.replay import DIALECTS, card_for, folded, replayed, spoken

_SAID = {
    "openai-chat": b'{"choices":[{"index":0,"delta":{"content":"Hi"}}]}',
    "openai-completions": b'{"choices":[{"index":0,"text":"Hi"}]}',
    "openai-responses": b'{"type":"response.output_text.delta","output_index":0,"delta":"Hi"}',
    "anthropic": b'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}',
    "gemini": b'{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}]}',
    "ollama": b'{"message":{"content":"Hi"}}',
    "ollama-generate": b'{"response":"Hi"}',
}
_ERRORS = (
    b'{"detail":"the pool is drained"}',
    b'{"detail":[{"loc":["body"],"msg":"the pool is drained"}]}',
    b'{"message":"the pool is drained","request_id":"1"}',
    b'{"code":400,"message":"the pool is drained","type":"Bad Request"}',
    b'{"object":"error","message":"the pool is drained","type":"service_error","param":null,"code":"3505"}',
)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("error", _ERRORS)
@pytest.mark.parametrize("name", [b"", b"event: error\n"])
def test_an_error_without_that_word_is_told_and_what_came_before_is_kept(
    dialect: str, error: bytes, name: bytes
) -> None:
    if dialect.startswith("ollama"):
        events = replayed(dialect, _SAID[dialect] + b"\n" + error + b"\n")
    else:
        events = replayed(dialect, b"data: " + _SAID[dialect] + b"\n\n" + name + b"data: " + error + b"\n\n")
    assert folded(events).text == "Hi"
    assert isinstance(events[-1], Failed)
    assert "the pool is drained" in events[-1].failure.what


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("error", _ERRORS)
def test_a_body_that_is_such_an_error_is_told(dialect: str, error: bytes) -> None:
    (*_, failed) = spoken(dialect).whole(card_for(dialect), error)
    assert isinstance(failed, Failed)
    assert "the pool is drained" in failed.failure.what


@pytest.mark.parametrize("dialect", ["openai-responses", "anthropic"])
def test_an_event_of_an_unknown_kind_may_have_a_message(dialect: str) -> None:
    news = b'data: {"type":"llmtui.unheard.of","message":"all is well"}\n\n'
    said = b"data: " + _SAID[dialect] + b"\n\n"
    assert folded(replayed(dialect, said + news + said)).text == "HiHi"
