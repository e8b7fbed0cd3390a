"""The cards that come with llmtui, the user's own tables, and what the environment makes of them."""

from dataclasses import replace
from typing import Any

import pytest

from llmtui.chat.failure import Failure
from llmtui.providers.addresses import host_of, is_base_url
from llmtui.providers.card import Card
from llmtui.providers.cards import card_from_table, is_active, read_cards, with_environment
from llmtui.providers.dialects import dialect_named

CARDS = read_cards()
NAMED = [
    "openai",
    "openrouter",
    "groq",
    "deepseek",
    "mistral",
    "xai",
    "together",
    "fireworks",
    "cerebras",
    "perplexity",
    "ollama",
    "lmstudio",
    "llamacpp",
    "vllm",
    "litellm",
    "gateway",
    "anthropic",
    "gemini",
    "azure",
    "cohere",
    "huggingface",
    "github",
    "moonshot",
    "zai",
    "nvidia",
]


def test_every_promised_provider_has_its_card() -> None:
    assert set(NAMED) <= set(CARDS)


@pytest.mark.parametrize("card", CARDS.values(), ids=lambda card: card.name)
def test_a_card_can_be_used(card: Card) -> None:
    assert dialect_named(card.dialect) is not None
    assert is_base_url(card.base_url)
    assert card.local or (card.base_url.startswith("https://") and card.key_env)
    assert not card.configured
    assert not is_active(card, {})


@pytest.mark.parametrize("card", CARDS.values(), ids=lambda card: card.name)
def test_a_provider_is_active_once_somebody_names_it(card: Card) -> None:
    for name in filter(None, (card.key_env, card.url_env)):
        assert is_active(card, {name: "x"})
        assert not is_active(card, {name: " "})
    assert is_active(card, {"LLM_PROVIDER": card.name})
    assert is_active(replace(card, configured=True), {})


@pytest.mark.parametrize(
    ("name", "value", "url"),
    [
        ("ollama", "0.0.0.0", "http://127.0.0.1:11434"),
        ("ollama", "0.0.0.0:9999", "http://127.0.0.1:9999"),
        ("ollama", ":9999", "http://127.0.0.1:9999"),
        ("ollama", "box", "http://box:11434"),
        ("ollama", "box:8080/", "http://box:8080"),
        ("ollama", "http://box:8080", "http://box:8080"),
        ("ollama", "https://ollama.example.com", "https://ollama.example.com"),
        ("ollama", "http://[::1]:11434", "http://[::1]:11434"),
        ("ollama", "[::]", "http://[::1]:11434"),
        ("ollama", "http://box:11434/v1", "http://box:11434"),
        ("ollama", "box:11434/v1/", "http://box:11434"),
        ("ollama", "https://box.example/ollama", "https://box.example/ollama"),
        ("ollama", " ", "http://localhost:11434"),
        ("ollama", "http://[::1", "http://[::1"),
        ("gateway", "http://box:8080/v1", "http://box:8080/v1"),
        ("gateway", "http://box:8080", "http://box:8080/v1"),
        ("openai", "https://proxy.example/openai/v1/", "https://proxy.example/openai/v1"),
        ("openai", "https://proxy.example", "https://proxy.example"),
        ("azure", "https://r.openai.azure.com/", "https://r.openai.azure.com/openai/v1"),
        ("azure", "https://r.openai.azure.com/openai/v1/", "https://r.openai.azure.com/openai/v1"),
        ("groq", "https://evil.example", "https://api.groq.com/openai/v1"),
    ],
)
def test_the_environment_says_where_a_server_is(name: str, value: str, url: str) -> None:
    card = CARDS[name]
    assert with_environment(card, {card.url_env or "GROQ_URL": value}).base_url == url


def test_openai_speaks_its_newer_dialect_and_whatever_stands_in_for_it_the_older() -> None:
    card = CARDS["openai"]
    assert card.dialect == "openai-responses"
    assert with_environment(card, {"OPENAI_BASE_URL": f"{card.base_url}/"}) == card
    elsewhere = with_environment(card, {"OPENAI_BASE_URL": "http://localhost:9/v1"})
    assert (elsewhere.dialect, elsewhere.suggested) == ("openai-chat", "")
    table = {"base_url": "https://proxy.example/v1"}
    for more, dialect in (({}, "openai-chat"), ({"dialect": "openai-responses"}, "openai-responses")):
        found = card_from_table("openai", table | more, card)
        assert isinstance(found, Card)
        assert found.dialect == dialect


def test_without_an_address_of_ones_own_azure_is_nowhere() -> None:
    assert host_of(CARDS["azure"].base_url).endswith(".invalid")


@pytest.mark.parametrize("card", CARDS.values(), ids=lambda card: card.name)
def test_a_list_of_models_is_asked_for_where_the_key_may_go(card: Card) -> None:
    if "://" in card.models_path:
        assert host_of(card.models_path) == host_of(card.base_url)


def test_a_table_describes_a_provider() -> None:
    table = {
        "dialect": "openai-chat",
        "base_url": "http://gateway.local:8080/v1/",
        "api_key_env": "WORK_KEY",
        "headers": {"X-Team": "blue"},
        "models": ["gpt-4o", "llama-3.3-70b"],
    }
    assert card_from_table("work", table) == Card(
        "work",
        "work",
        "openai-chat",
        "http://gateway.local:8080/v1",
        key_env="WORK_KEY",
        headers={"X-Team": "blue"},
        models=("gpt-4o", "llama-3.3-70b"),
        configured=True,
    )


def test_an_ollama_lists_its_models_where_the_language_that_it_is_asked_in_has_them() -> None:
    at_box = {"base_url": "http://box:11434"}
    own = card_from_table("box", {**at_box, "dialect": "ollama"})
    bare = card_from_table("box", {**at_box, "dialect": "ollama-generate"})
    compatible = card_from_table("ollama", {**at_box, "dialect": "openai-chat"}, CARDS["ollama"])
    chosen = card_from_table("box", {**at_box, "dialect": "ollama", "models_path": "list"})
    found = [card.models_path for card in (own, bare, compatible, chosen) if isinstance(card, Card)]
    assert found == ["api/tags", "api/tags", "models", "list"]


def test_a_table_changes_a_card_that_exists() -> None:
    card = card_from_table("groq", {"api_key_cmd": "pass show groq"}, CARDS["groq"])
    assert card == replace(CARDS["groq"], key_cmd="pass show groq", configured=True)


@pytest.mark.parametrize(
    ("table", "place", "words"),
    [
        ({}, "providers.work.base_url", "missing"),
        ({"base_url": "gateway.local"}, "providers.work.base_url", "http://"),
        ({"base_url": 8080}, "providers.work.base_url", "text"),
        ({"base_url": "http://x/v1?key=1"}, "providers.work.base_url", "without ?"),
        ({"base_url": "http://x", "dialect": "klingon"}, "providers.work.dialect", "openai-chat"),
        ({"base_url": "http://x", "models": "gpt"}, "providers.work.models", "list"),
        ({"base_url": "http://x", "headers": {"X-A": 1}}, "providers.work.headers", "X-A"),
        ({"base_url": "http://x", "headers": {"X A": "1"}}, "providers.work.headers", "X A"),
        ({"base_url": "http://x", "headers": {"X-A": "a\nb"}}, "providers.work.headers", "line"),
        ({"base_url": "http://x", "local": "yes"}, "providers.work.local", "true or false"),
        ({"base_url": "http://x", "api_key": "sk-canary"}, "providers.work.api_key", "api_key_env"),
        ({"base_url": "http://x", "api_key_env": "sk-canary"}, "providers.work.api_key_env", "name of an"),
        ({"base_url": "http://x", "auth": "basic"}, "providers.work.auth", "bearer or x-api-key"),
        (["base_url"], "providers.work", "table"),
    ],
)
def test_a_wrong_table_is_a_failure_that_names_the_field(table: Any, place: str, words: str) -> None:
    failure = card_from_table("work", table)
    assert isinstance(failure, Failure)
    assert failure.kind == "configuration"
    assert failure.what.startswith(f"{place}: ")
    assert words in failure.what
    assert "sk-canary" not in failure.message


@pytest.mark.parametrize("name", ["", "a/b", "a b", "builtin", "a\x1b"])
def test_a_provider_needs_a_name_that_can_be_typed(name: str) -> None:
    assert isinstance(card_from_table(name, {"base_url": "http://x"}), Failure)


def test_an_unknown_dialect_is_none() -> None:
    assert dialect_named("klingon") is None
