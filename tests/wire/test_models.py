"""Asking servers what they have, and whether they are there."""

import asyncio
import json
import threading
from dataclasses import replace

import httpx
import pytest

from llmtui.chat.failure import Failure
from llmtui.chat.models import ModelFacts, ModelName
from llmtui.providers.card import Card
from llmtui.providers.listing import models_in as listing_of
from llmtui.wire import models
from llmtui.wire.line import Line
from llmtui.wire.models import list_models, probe
from tests.wire.server import LoopbackServer, Pause, Reply

JSON = {"content-type": "application/json"}


def card_at(url: str, name: str = "vllm") -> Card:
    return Card(name, name, "openai-chat", url, key_env="KEY", local=True)


def listing(body: object, status: int = 200) -> Reply:
    return Reply(status, JSON, [json.dumps(body).encode()], "length")


async def test_a_server_lists_its_models() -> None:
    async with LoopbackServer(listing({"data": [{"id": "m", "max_model_len": 4096}]})) as server:
        found = await list_models(card_at(server.url), "sk-1")
        assert found == (ModelFacts(ModelName("vllm", "m"), context=4096),)
        (received,) = server.requests
        assert (received.method, received.path) == ("GET", "/v1/models")
        assert received.headers["authorization"] == "Bearer sk-1"


async def test_a_list_in_pages_is_read_to_its_end() -> None:
    pages = [
        listing({"data": [{"id": "a"}], "has_more": True, "last_id": "a"}),
        listing({"data": [{"id": "b"}], "has_more": False, "last_id": "b"}),
    ]
    async with LoopbackServer(*pages) as server:
        found = await list_models(card_at(server.url))
        assert not isinstance(found, Failure)
        assert [facts.name.model for facts in found] == ["a", "b"]
        assert server.requests[1].path == "/v1/models?after_id=a"


async def test_a_long_list_is_read_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    readers: list[threading.Thread] = []

    def reading(card: Card, body: bytes) -> tuple[ModelFacts, ...] | Failure:
        readers.append(threading.current_thread())
        return listing_of(card, body)

    monkeypatch.setattr(models, "models_in", reading)
    names = [f"vendor/model-{number}" for number in range(2000)]
    async with LoopbackServer(listing({"data": [{"id": name} for name in names]})) as server:
        found = await list_models(card_at(server.url))
    assert not isinstance(found, Failure)
    assert [facts.name.model for facts in found] == names
    assert threading.main_thread() not in readers


async def test_the_list_is_where_the_card_says() -> None:
    there = listing({"data": [{"id": "m"}]})
    async with LoopbackServer(there) as server, LoopbackServer(there) as elsewhere:
        card = replace(card_at(server.url), headers={"X-Team": "blue"}, query={"api-version": "1"})
        paths = ("models?include=pricing", "/api/tags", f"{elsewhere.url}/catalog")
        for path in paths:
            assert not isinstance(await list_models(replace(card, models_path=path), "sk-1"), Failure)
        assert [received.path for received in server.requests] == [
            "/v1/models?include=pricing&api-version=1",
            "/api/tags?api-version=1",
        ]
        # A list at another place is asked for without what only the provider may know.
        (stranger,) = elsewhere.requests
        assert stranger.path == "/v1/catalog"
        assert "authorization" not in stranger.headers
        assert "x-team" not in stranger.headers


async def test_a_gateway_that_knows_less_is_asked_for_less() -> None:
    told = {
        "id": "groq/m",
        "served_by": "groq",
        "context_window": {"tokens": 8, "source": "runtime"},
        "pricing": {
            "input_per_token": "0.000001",
            "output_per_token": "0.000002",
            "cache_read_per_token": None,
        },
        "modalities": {"input": ["text", "image"], "output": ["text"]},
    }
    path = "models?include=context_window,modalities,pricing"
    replies = {"/v1/models?include=context_window%2Cmodalities%2Cpricing": listing({"data": [told]})}
    async with LoopbackServer(listing({"error": "unknown include value"}, 400), by_path=replies) as server:
        card = replace(card_at(server.url, "gateway"), models_path=path)
        found = await list_models(card)
        assert found == (
            ModelFacts(
                ModelName("gateway", "groq/m"),
                context=8,
                input_price=1.0,
                output_price=2.0,
                images=True,
                audio=False,
            ),
        ), [received.path for received in server.requests]
    older = {"/v1/models": listing({"data": [{"id": "groq/m"}]})}
    async with LoopbackServer(listing({"error": "unknown include value"}, 400), by_path=older) as server:
        card = replace(card_at(server.url, "gateway"), models_path=path)
        assert await list_models(card) == (ModelFacts(ModelName("gateway", "groq/m")),)
        assert not await probe(card, 5)
    served = {"/v1/models": listing({"data": [{"id": "groq/m", "served_by": "groq"}]})}
    async with LoopbackServer(listing({}, 400), by_path=served) as server:
        assert await probe(replace(card_at(server.url, "gateway"), models_path=path), 5)
    async with LoopbackServer(listing({"error": "no"}, 400)) as server:
        refused = await list_models(replace(card_at(server.url), models_path=path))
        assert isinstance(refused, Failure)
        assert len(server.requests) == 2


async def test_llamacpp_says_what_each_slot_can_read() -> None:
    props = {"default_generation_settings": {"n_ctx": 2048}, "modalities": {"vision": True}}
    signed = {"data": [{"id": "m", "owned_by": "llamacpp", "meta": {"n_ctx": 8192}}]}
    async with LoopbackServer(listing({}, 404), by_path={"/v1/models": listing(signed)}) as server:
        bare = await list_models(card_at(server.url), "sk-1")
        assert bare == (ModelFacts(ModelName("vllm", "m"), context=8192),)
        server.will(listing(props))
        full = await list_models(card_at(server.url), "sk-1")
        assert full == (ModelFacts(ModelName("vllm", "m"), context=2048, images=True),)
        assert server.requests[-1].path == "/props"
        assert server.requests[-1].headers["authorization"] == "Bearer sk-1"


async def test_ollama_is_asked_about_each_model() -> None:
    tags = {"models": [{"name": "a", "model": "a"}, {"name": "b", "model": "b"}, {"name": "e", "model": "e"}]}
    show = {
        "capabilities": ["completion", "tools"],
        "model_info": {"general.architecture": "q", "q.context_length": 9},
    }
    loaded = {"models": [{"model": "b", "context_length": 4}]}
    replies = {"/api/tags": listing(tags), "/api/show": listing(show), "/api/ps": listing(loaded)}
    async with LoopbackServer(by_path=replies) as server:
        card = Card(
            "ollama",
            "Ollama",
            "ollama",
            server.url.removesuffix("/v1"),
            "none",
            models_path="api/tags",
            local=True,
        )
        found = await list_models(card)
        assert not isinstance(found, Failure)
        assert [(facts.name.model, facts.context, facts.tools) for facts in found] == [
            ("a", 9, True),
            ("b", 4, True),
            ("e", 9, True),
        ]
        shown = [received.json["model"] for received in server.requests if received.path == "/api/show"]
        assert sorted(shown) == ["a", "b", "e"]


async def test_an_ollama_that_tells_nothing_more_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from llmtui.wire import local_servers

    monkeypatch.setattr(local_servers, "_SECONDS", 0.05)
    silent = Reply(pieces=[Pause(asyncio.Event())])
    tags = listing({"models": [{"name": "a"}]})
    async with LoopbackServer(silent, by_path={"/api/tags": tags}) as server:
        card = Card(
            "ollama", "Ollama", "ollama", server.url.removesuffix("/v1"), "none", models_path="api/tags"
        )
        assert await asyncio.wait_for(list_models(card), 5) == (ModelFacts(ModelName("ollama", "a")),)


async def test_lm_studio_says_what_is_loaded() -> None:
    own = {
        "data": [
            {"id": "m", "max_context_length": 9, "loaded_context_length": 4},
            {"id": "e", "type": "embeddings"},
        ]
    }
    compatible = {"data": [{"id": "m"}, {"id": "e"}]}
    replies = {"/v1/models": listing(compatible), "/api/v0/models": listing(own)}
    async with LoopbackServer(listing({}, 404), by_path=replies) as server:
        found = await list_models(card_at(server.url, "lmstudio"))
        assert found == (ModelFacts(ModelName("lmstudio", "m"), context=4),)


async def test_a_refused_key_is_said_even_where_the_card_names_models() -> None:
    async with LoopbackServer(listing({"error": {"message": "no"}}, 401)) as server:
        refused = await list_models(replace(card_at(server.url), models=("sonar",)), "sk-1")
        assert isinstance(refused, Failure)
        assert refused.kind == "auth"


async def test_the_cards_own_models_stand_in_for_a_list_that_is_not_there() -> None:
    async with LoopbackServer(listing({"error": "nope"}, 404)) as server:
        card = card_at(server.url)
        refused = await list_models(card)
        assert isinstance(refused, Failure)
        assert refused.kind == "not_found"
        offered = await list_models(replace(card, models=("sonar",)))
        assert offered == (ModelFacts(ModelName("vllm", "sonar")),)


async def test_trouble_is_a_failure_and_keeps_the_key() -> None:
    async with LoopbackServer(listing({"error": {"message": "sk-canary is no key"}}, 400)) as server:
        url = server.url
        found = await list_models(card_at(url), "sk-canary")
        assert isinstance(found, Failure)
        assert "sk-canary" not in repr(found)
    gone = await list_models(card_at(url))
    assert isinstance(gone, Failure)
    assert gone.kind == "connection"


async def test_a_probe_tells_who_is_there() -> None:
    llamacpp = listing({"data": [{"id": "m", "owned_by": "llamacpp"}]})
    async with LoopbackServer(llamacpp) as server:
        assert await probe(card_at(server.url, "llamacpp"), 5)
        assert not await probe(card_at(server.url, "gateway"), 5)
        server.will(Reply(200, {"content-type": "text/html"}, [b"<html>hi</html>"]))
        assert not await probe(card_at(server.url), 5)
        server.will(listing({"error": "key?"}, 401))
        assert await probe(card_at(server.url), 5)
        url = server.url
    assert not await probe(card_at(url), 5)


async def test_a_probe_gives_up_in_time() -> None:
    never = asyncio.Event()
    async with LoopbackServer(Reply(pieces=[Pause(never)])) as server:
        assert not await probe(card_at(server.url), 0.05)
        await asyncio.wait_for(server.requests[0].gone.wait(), 1)


async def test_a_bug_on_the_way_to_a_list_is_a_failure_too() -> None:
    async def key_of(card: Card) -> str | Failure:
        raise RuntimeError("no key at all")

    line = Line({}, key_of)
    found = await line.list_models(card_at("https://api.example.com/v1"))
    assert isinstance(found, Failure)
    assert (found.kind, found.detail) == ("bug", "RuntimeError: no key at all")


async def test_a_probe_shows_no_secret_header_in_the_open() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"data": [{"id": "m"}]})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        card = replace(card_at("http://box:8000/v1"), headers={"Authorization": "Bearer mine"})
        assert not await probe(card, 5, client)
        assert not asked
        assert await probe(replace(card, allow_insecure=True), 5, client)
        assert await probe(replace(card, headers={"X-Team": "blue"}), 5, client)


async def test_the_line_asks_over_its_own_connections() -> None:
    async def key_of(card: Card) -> str | Failure:
        return "sk-1"

    async with LoopbackServer(listing({"data": [{"id": "m"}]})) as server:
        line = Line({}, key_of)
        assert await line.probe(card_at(server.url), 5)
        found = await line.list_models(card_at(server.url))
        await line.close()
        assert found == (ModelFacts(ModelName("vllm", "m")),)
        assert server.connections == 1
