"""Asking servers what they have, and whether they are there."""

import asyncio
import json
from dataclasses import replace

from llmtui.chat.failure import Failure
from llmtui.chat.models import ModelFacts, ModelName
from llmtui.providers.card import Card
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
