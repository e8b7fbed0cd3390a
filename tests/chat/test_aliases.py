"""Which names mean the same model."""

import pytest

from llmtui.chat.aliases import same_model


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("gpt-4o", "gpt-4o-2024-08-06"),
        ("anthropic/claude-haiku-4.5", "anthropic/claude-4.5-haiku-20251001"),
        ("claude-3-5-sonnet-latest", "claude-3-5-sonnet-20241022"),
        ("claude-sonnet-4-0", "claude-sonnet-4-20250514"),
        ("deepseek/deepseek-r1:free", "deepseek/deepseek-r1"),
        ("gemini-2.5-pro", "models/gemini-2.5-pro-preview-05-06"),
        ("mistral-large-latest", "mistral-large-2411"),
        ("openai/gpt-oss-120b:cerebras", "openai/gpt-oss-120b"),
        ("llama3.2", "llama3.2:latest"),
    ],
)
def test_a_longer_name_of_the_same_model_is_no_other_model(asked: str, told: str) -> None:
    assert same_model(asked, told)
    assert same_model(told, asked)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("gpt-4o", "gpt-4o-mini"),
        ("grok-4-0709", "grok-4.3"),
        ("google/gemini-2.0-flash-exp:free", "x-ai/grok-4"),
        ("claude-opus-4", "claude-opus-4-1-20250805"),
        ("llama-3.1-8b-instant", "llama-3.1-70b-instant"),
        ("auto", "mistralai/mixtral-8x7b"),
        ("qwen3:4b", "qwen3:30b"),
        ("模型-一", "模型-二"),
    ],
)
def test_another_model_is_another(asked: str, told: str) -> None:
    assert not same_model(asked, told)
