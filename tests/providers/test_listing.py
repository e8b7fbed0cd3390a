"""Model lists in the shapes that servers send, and what the world knows of models."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from llmtui.chat.failure import Failure
from llmtui.chat.models import ModelFacts, ModelName
from llmtui.providers import known
from llmtui.providers.card import Card
from llmtui.providers.listing import answers_as, models_in, next_page

SHARED = os.environ.get("LLMTUI_SHARED")


def card(name: str = "x") -> Card:
    return Card(name, "X", "openai-chat", "https://api.x.example/v1")


def listed(body: object, name: str = "x") -> dict[str, ModelFacts]:
    found = models_in(card(name), to_json(body))
    assert not isinstance(found, Failure), found
    return {facts.name.model: facts for facts in found}


def test_prices_per_token_become_prices_per_million() -> None:
    item = {
        "id": "qwen/q",
        "name": "Qwen: Q",
        "context_length": 262144,
        "pricing": {"prompt": "0.00000045", "completion": "-1"},
        "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
        "supported_parameters": ["tools", "reasoning"],
        "top_provider": {"max_completion_tokens": 8192},
    }
    assert listed({"data": [item]})["qwen/q"] == ModelFacts(
        ModelName("x", "qwen/q"), "Qwen: Q", 262144, 8192, 0.45, None, reasoning=True, tools=True, images=True
    )


def test_what_cannot_talk_is_left_out() -> None:
    ids = ["text-embedding-3-small", "whisper-1", "gpt-4o", "tts-1", "davinci-002", "gpt-4o-realtime-preview"]
    found = listed({"object": "list", "data": [{"id": name} for name in ids]})
    assert list(found) == ["gpt-4o"]
    audio = {"id": "a", "output_modalities": ["transcription"]}
    assert not listed([audio, {"id": "b", "type": "embedding"}, {"id": "c", "active": False}])


def test_wrappers_and_bare_lists_are_read() -> None:
    assert list(listed([{"id": "a"}, {"id": "a"}, {"id": ""}, None])) == ["a"]
    assert list(listed({"models": [{"name": "models/gemini-x", "inputTokenLimit": 9}]})) == ["gemini-x"]
    assert listed({"object": "list", "data": None}) == {}
    for body in (b"{}", b'{"error":"no"}', b"<html>", b'"x"', b"", b'{"data":{}}'):
        assert isinstance(models_in(card(), body), Failure)


def test_pages_follow_each_other() -> None:
    assert next_page(b'{"has_more":true,"last_id":"b"}') == {"after_id": "b"}
    assert next_page(b'{"nextPageToken":"t"}') == {"pageToken": "t"}
    assert next_page(b'{"has_more":false,"last_id":"b"}') == {}
    assert next_page(b"oh") == {}


def test_two_servers_at_one_port_are_told_apart() -> None:
    llamacpp = to_json({"data": [{"id": "m.gguf", "owned_by": "llamacpp"}]})
    gateway = to_json({"data": [{"id": "groq/m", "owned_by": "groq", "served_by": "groq"}]})
    other = to_json({"data": [{"id": "m"}]})
    assert [answers_as(card("llamacpp"), body) for body in (llamacpp, gateway, other)] == [True, False, False]
    assert [answers_as(card("gateway"), body) for body in (llamacpp, gateway, other)] == [False, True, False]
    assert [answers_as(card("vllm"), body) for body in (llamacpp, other, b"<html>")] == [True, True, False]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["id", "data", "models", "name", "pricing", "capabilities", "architecture", "prompt"]
            ),
            inner,
        )
    ),
)


@given(JSON)
def test_any_json_is_a_list_or_a_failure(body: object) -> None:
    found = models_in(card(), to_json(body))
    assert isinstance(found, Failure | tuple)
    answers_as(card("gateway"), to_json(body))


@pytest.mark.skipif(SHARED is None, reason="LLMTUI_SHARED is not set: no recorded lists here")
def test_what_servers_really_list_is_read() -> None:
    assert SHARED is not None
    least = {
        "openrouter-models-rig": 400,
        "groq-models-rig": 10,
        "mistral-models-rig": 30,
        "openai-models-rig": 50,
    }
    for path in sorted((Path(SHARED) / "corpus" / "models").glob("*.json")):
        if "props" in path.name:
            continue
        found = models_in(card(path.name.partition("-")[0]), path.read_bytes())
        assert not isinstance(found, Failure), path.name
        assert len(found) >= least.get(path.stem, 1), path.name
        assert answers_as(card("llamacpp"), path.read_bytes()) == path.name.startswith("llamacpp")


def test_the_world_knows_prices_and_contexts() -> None:
    facts = known.facts(ModelName("openai", "gpt-4o"))
    assert facts is not None
    assert facts.name == ModelName("openai", "gpt-4o")
    assert facts.context
    assert facts.input_price
    assert facts.images
    through = known.facts(ModelName("gateway", "openai/gpt-4o"))
    assert through is not None
    assert through.context == facts.context
    assert known.facts(ModelName("gemini", "gemini-2.5-flash")) is not None
    assert known.facts(ModelName("nobody", "nothing")) is None
    assert known.facts(ModelName("openai", "no-such-model")) is None
