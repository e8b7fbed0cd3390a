"""Model lists in the shapes that servers send, and what the world knows of models."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from llmtui.chat.failure import Failure
from llmtui.chat.models import ModelFacts, ModelName
from llmtui.providers.card import Card
from llmtui.providers.known import read_known
from llmtui.providers.listing import answers_as, models_in, next_page
from llmtui.providers.local_servers import lm_studio_facts, loaded_sizes, with_props, with_show

SHARED = os.environ.get("LLMTUI_SHARED")


def card(name: str = "x") -> Card:
    return Card(name, "X", "openai-chat", "https://api.x.example/v1")


def listed(body: object, name: str = "x") -> dict[str, ModelFacts]:
    found = models_in(card(name), to_json(body))
    assert not isinstance(found, Failure), found
    return {facts.name.model: facts for facts in found}


def test_a_routers_list_tells_nearly_everything() -> None:
    item = {
        "id": "qwen/q",
        "name": "Qwen: Q",
        "canonical_slug": "qwen/q-20260101",
        "context_length": 262144,
        "pricing": {"prompt": "0.00000045", "completion": "-1", "input_cache_read": "0.0000001"},
        "architecture": {"input_modalities": ["text", "image", "file"], "output_modalities": ["text"]},
        "supported_parameters": ["tools", "reasoning"],
        "top_provider": {"max_completion_tokens": 8192},
    }
    alias = {"id": "~qwen/latest", "canonical_slug": "~qwen/latest", "alias_target": {"slug": "qwen/q"}}
    found = listed({"data": [item, alias]})
    assert found["qwen/q"] == ModelFacts(
        ModelName("x", "qwen/q"),
        "Qwen: Q",
        262144,
        8192,
        0.45,
        None,
        reasoning=True,
        tools=True,
        images=True,
        files=True,
        audio=False,
        cached_price=0.1,
        canonical="qwen/q-20260101",
    )
    assert found["~qwen/latest"].canonical == "qwen/q-20260101"


def test_prices_in_four_shapes_are_dollars_per_million() -> None:
    shapes = {
        "per token, in texts": {
            "prompt": "0.000001",
            "completion": "0.000002",
            "input_cache_write": "0.000003",
        },
        "per token, as input": {"input": "0.000001", "output": "0.000002", "input_cache_write": "0.000003"},
        "per million": {"input": 1, "output": 2.0, "cache_write": 3, "unit": "usd_per_1m_tokens"},
        "in two currencies": {
            "input": {"usd": 1, "diem": 9},
            "output": {"usd": 2},
            "cache_write": {"usd": 3},
        },
    }
    found = listed([{"id": name, "pricing": pricing} for name, pricing in shapes.items()])
    for name, facts in found.items():
        prices = (facts.input_price, facts.output_price, facts.cache_write_price, facts.cached_price)
        assert prices == (1, 2, 3, None), name


def test_what_nobody_says_is_unknown_and_not_false() -> None:
    assert listed([{"id": "m"}])["m"] == ModelFacts(ModelName("x", "m"))


def test_a_routers_hosts_agree_or_are_not_believed() -> None:
    def host(size: int, price: float, tools: bool, status: str = "live") -> dict[str, object]:
        pricing = {"input": price, "output": price}
        return {"context_length": size, "pricing": pricing, "supports_tools": tools, "status": status}

    agreed = listed(
        [{"id": "m", "providers": [host(8, 1, False), host(9, 1, True), host(1, 5, True, "off")]}]
    )["m"]
    assert (agreed.context, agreed.input_price, agreed.tools) == (8, 1, True)
    assert listed([{"id": "m", "providers": [host(8, 1, True), host(8, 2, True)]}])["m"].input_price is None


def test_githubs_catalogue_says_what_streams() -> None:
    item = {
        "id": "openai/gpt-4.1",
        "name": "OpenAI GPT-4.1",
        "capabilities": ["streaming", "tool-calling"],
        "limits": {"max_input_tokens": 1048576, "max_output_tokens": 32768},
        "supported_input_modalities": ["text", "image", "audio"],
        "supported_output_modalities": ["text"],
        "tags": ["multipurpose"],
    }
    still = {**item, "id": "openai/o1", "capabilities": ["reasoning"]}
    deaf = {**item, "id": "openai/embed", "supported_output_modalities": ["embeddings"]}
    found = listed([item, still, deaf])
    assert list(found) == ["openai/gpt-4.1", "openai/o1"]
    told = found["openai/gpt-4.1"]
    assert (told.context, told.output_limit, told.tools, told.images, told.audio) == (
        1048576,
        32768,
        True,
        True,
        True,
    )
    assert [facts.streaming for facts in found.values()] == [True, False]
    assert found["openai/o1"].reasoning


def test_only_what_the_dialect_can_ask_is_offered() -> None:
    items = [
        {"id": "both", "supported_endpoints": ["/chat/completions", "/responses"]},
        {"id": "new", "supported_endpoints": ["/responses"]},
        {"id": "gpt-3.5-turbo-instruct"},
        {"name": "command", "endpoints": ["chat", "generate"], "context_length": 5},
        {"name": "rerank", "endpoints": ["rerank"]},
    ]
    by_dialect = {
        dialect: [facts.name.model for facts in found]
        for dialect in ("openai-chat", "openai-responses", "openai-completions")
        if not isinstance(found := models_in(Card("x", "X", dialect, "https://x"), to_json(items)), Failure)
    }
    assert by_dialect == {
        "openai-chat": ["both", "command"],
        "openai-responses": ["both", "new", "command"],
        "openai-completions": ["both", "new", "gpt-3.5-turbo-instruct", "command"],
    }


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
    assert next_page(b'{"links":{"next":"/api/v1/models?offset=500&limit=500"}}') == {
        "offset": "500",
        "limit": "500",
    }
    assert next_page(b'{"links":{"next":null},"next_page_token":"u"}') == {"page_token": "u"}


def test_two_servers_at_one_port_are_told_apart() -> None:
    llamacpp = to_json({"data": [{"id": "m.gguf", "owned_by": "llamacpp"}]})
    gateway = to_json({"data": [{"id": "groq/m", "owned_by": "groq", "served_by": "groq"}]})
    other = to_json({"data": [{"id": "m"}]})
    assert [answers_as(card("llamacpp"), body) for body in (llamacpp, gateway, other)] == [True, False, False]
    assert [answers_as(card("gateway"), body) for body in (llamacpp, gateway, other)] == [False, True, False]
    assert [answers_as(card("vllm"), body) for body in (llamacpp, other, b"<html>")] == [True, True, False]


KEYS = (
    *("id", "data", "models", "name", "pricing", "capabilities", "architecture", "prompt", "providers"),
    *("input_modalities", "loaded_instances", "model_info", "modalities", "details", "families", "links"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
        )
    ),
)


@given(JSON)
def test_any_json_is_a_list_or_a_failure(body: object) -> None:
    found = models_in(card(), to_json(body))
    assert isinstance(found, Failure | tuple)
    answers_as(card("gateway"), to_json(body))
    next_page(to_json(body))
    lm_studio_facts(card(), to_json(body))
    loaded_sizes(to_json(body))
    facts = ModelFacts(ModelName("x", "m"))
    with_show(facts, to_json(body))
    with_props(facts, to_json(body))


# How many of a recorded list can converse, and what is said of one of them.
RECORDED: dict[str, tuple[int, str, dict[str, object]]] = {
    "anthropic-models-rig": (
        9,
        "claude-opus-4-7",
        {"context": 1_000_000, "output_limit": 128_000, "reasoning": True, "images": True, "files": True},
    ),
    "cerebras-models-pydantic-ai": (3, "gemma-4-31b", {"context": None, "tools": None}),
    "deepseek-models-rig": (2, "deepseek-v4-flash", {"input_price": None}),
    "github-copilot-models-rig": (
        28,
        "claude-opus-4.7",
        {"context": 264_000, "reasoning": True, "tools": True, "images": True, "streaming": True},
    ),
    "google-models-rig": (
        31,
        "gemini-2.5-flash",
        {"context": 1_048_576, "output_limit": 65_536, "reasoning": True, "title": "Gemini 2.5 Flash"},
    ),
    "groq-models-rig": (
        11,
        "openai/gpt-oss-20b",
        {
            "context": 131_072,
            "input_price": 0.075,
            "output_price": 0.3,
            "cached_price": 0.0375,
            "tools": True,
        },
    ),
    "llamacpp-models-rig": (1, "/REDACTED_PATH/Qwen3-1.7B-Q4_K_M.gguf", {"context": 4096}),
    "mistral-models-rig": (
        36,
        "codestral-latest",
        {
            "context": 256_000,
            "tools": True,
            "images": False,
            "reasoning": False,
            "canonical": "codestral-2508",
        },
    ),
    "ollama-tags-rig": (4, "qwen3:4b", {"context": None}),
    "openai-models-rig": (75, "gpt-5.4-mini", {"context": None, "reasoning": None}),
    "openai-models-ruby-openai": (31, "gpt-4-1106-preview", {"images": None}),
    "openrouter-models-llm-openrouter": (
        4,
        "anthropic/claude-sonnet-4",
        {
            "context": 1_000_000,
            "output_limit": 64_000,
            "input_price": 3,
            "output_price": 15,
            "cached_price": 0.3,
            "cache_write_price": 3.75,
            "files": True,
            "canonical": "anthropic/claude-4-sonnet-20250522",
        },
    ),
    "openrouter-models-llm-openrouter~2": (
        5,
        "openai/gpt-5-nano",
        {"cached_price": 0.005, "reasoning": True},
    ),
    "openrouter-models-rig": (413, "qwen/qwen3.8-27b", {"context": 262_144, "tools": False, "images": True}),
    "perplexity-models-ruby_llm": (
        39,
        "anthropic/claude-fable-5",
        {"input_price": 10, "output_price": 50, "cached_price": 1, "cache_write_price": 12.5},
    ),
    "venice-models-rig": (
        108,
        "gemini-3-6-flash",
        {
            "context": 1_000_000,
            "input_price": 1.875,
            "cached_price": 0.1875,
            "audio": True,
            "title": "Gemini 3.6 Flash",
        },
    ),
}


@pytest.mark.skipif(SHARED is None, reason="LLMTUI_SHARED is not set: no recorded lists here")
def test_what_servers_really_list_is_read() -> None:
    assert SHARED is not None
    paths = {path.stem: path for path in sorted((Path(SHARED) / "corpus" / "models").glob("*.json"))}
    assert {name for name in paths if "props" not in name} == RECORDED.keys()
    for name, (count, model, said) in RECORDED.items():
        found = models_in(card(name.partition("-")[0]), paths[name].read_bytes())
        assert not isinstance(found, Failure), name
        assert len(found) == count, name
        facts = next(facts for facts in found if facts.name.model == model)
        assert {field: getattr(facts, field) for field in said} == said, name
        assert answers_as(card("llamacpp"), paths[name].read_bytes()) == name.startswith("llamacpp")


@pytest.mark.skipif(SHARED is None, reason="LLMTUI_SHARED is not set: no recorded lists here")
def test_what_llamacpp_really_says_of_itself_is_read() -> None:
    assert SHARED is not None
    folder = Path(SHARED) / "corpus" / "models"
    blind, seeing = (
        with_props(ModelFacts(ModelName("llamacpp", "m")), (folder / name).read_bytes())
        for name in ("llamacpp-props-rig.json", "llamacpp-props-rig~2.json")
    )
    assert (blind.context, blind.images, blind.audio, blind.tools) == (4096, False, False, True)
    assert seeing.images


def test_what_ollama_shows_is_the_size_that_it_serves() -> None:
    shown = {
        "capabilities": ["completion", "tools", "thinking"],
        "model_info": {
            "general.architecture": "qwen3",
            "qwen3.context_length": 262144,
            "other.context_length": 1,
        },
        "parameters": 'temperature    0.6\nnum_ctx                        8192\nstop    "<|im_end|>"',
    }
    facts = ModelFacts(ModelName("ollama", "qwen3:4b"))
    found = with_show(facts, to_json(shown))
    assert found is not None
    assert (found.context, found.tools, found.reasoning, found.images) == (8192, True, True, False)
    trained = with_show(facts, to_json({**shown, "parameters": ""}))
    assert trained is not None
    assert trained.context == 262144
    assert with_show(facts, to_json({"capabilities": ["embedding"]})) is None
    assert with_show(facts, b"no json") == facts
    assert loaded_sizes(to_json({"models": [{"model": "a", "context_length": 4096}, {"name": "b"}]})) == {
        "a": 4096
    }


def test_lm_studios_own_list_says_with_which_size_a_model_is_loaded() -> None:
    newer = {
        "models": [
            {
                "type": "llm",
                "key": "google/gemma-3-4b",
                "display_name": "Gemma 3 4B",
                "loaded_instances": [{"id": "gemma:2", "config": {"context_length": 4096}}],
                "max_context_length": 131072,
                "capabilities": {"vision": True, "trained_for_tool_use": False},
            },
            {"type": "embedding", "key": "nomic"},
        ]
    }
    found = lm_studio_facts(card("lmstudio"), to_json(newer))
    assert found["nomic"] is None
    for name in ("google/gemma-3-4b", "gemma:2"):
        facts = found[name]
        assert facts is not None
        assert (facts.context, facts.images, facts.tools) == (4096, True, False)
    older = {"data": [{"id": "q", "type": "vlm", "state": "not-loaded", "max_context_length": 32768}]}
    (facts,) = lm_studio_facts(card("lmstudio"), to_json(older)).values()
    assert facts is not None
    assert (facts.context, facts.images) == (32768, True)


def test_the_world_knows_prices_and_contexts() -> None:
    known = read_known(["minimax"])
    facts = known.facts(ModelName("openai", "gpt-4o"))
    assert facts is not None
    assert facts.context == 128_000
    assert (facts.input_price, facts.output_price, facts.cached_price) == (2.5, 10, 1.25)
    assert (facts.images, facts.files, facts.audio, facts.tools) == (True, True, False, True)
    through = known.facts(ModelName("gateway", "openai/gpt-4o"))
    assert through is not None
    assert through.context == facts.context
    assert known.facts(ModelName("gemini", "gemini-2.5-flash")) is not None
    assert known.facts(ModelName("nobody", "nothing")) is None
    assert known.facts(ModelName("openai", "no-such-model")) is None
    assert read_known([]).facts(ModelName("minimax", "MiniMax-M2")) is None
    assert known.facts(ModelName("minimax", "MiniMax-M2")) is not None


def test_facts_complete_each_other_without_contradicting() -> None:
    name = ModelName("x", "m")
    said = ModelFacts(name, context=5, input_price=0.0, tools=False)
    world = ModelFacts(ModelName("y", "n"), "M", 9, 7, 1.0, 2.0, tools=True, canonical="c")
    assert said.completed(world) == ModelFacts(name, "M", 5, 7, 0.0, 2.0, tools=False, canonical="c")
    assert said.completed(None) is said
