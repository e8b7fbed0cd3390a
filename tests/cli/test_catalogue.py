"""The models that can be asked: lists from real servers, kept with their age, joined with the config."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from llmtui.chat.failure import Failure
from llmtui.chat.models import ModelFacts
from llmtui.cli.catalogue import Catalogue
from llmtui.cli.listings import DAY, read_listings
from llmtui.providers.card import Card
from llmtui.providers.cards import card_from_table
from llmtui.wire.line import Line
from tests.wire.server import LoopbackServer, Reply

JSON = {"content-type": "application/json"}


def listing(*items: object, status: int = 200) -> Reply:
    return Reply(status, JSON, [json.dumps({"data": items}).encode()], "length")


@asynccontextmanager
async def catalogue_of(folder: Path, *cards: Card) -> AsyncGenerator[Catalogue]:
    async def key_of(card: Card) -> str | Failure:
        return "sk-1"

    by_name = {card.name: card for card in cards}
    line = Line(by_name, key_of)
    yield Catalogue(lambda: by_name, lambda: line, {}, folder / "models.json")
    await line.close()


def work(url: str, **more: object) -> Card:
    """A provider of the config."""
    card = card_from_table("work", {"base_url": url, **more})
    assert isinstance(card, Card), card
    return card


def nothing() -> None:
    """Nobody listens."""


async def test_the_config_goes_before_the_provider_and_that_before_the_world(tmp_path: Path) -> None:
    told = {"gpt-4o": {"input_price": 1.5, "title": "Ours"}, "secret": {"context": 5}}
    item = {"id": "gpt-4o", "context_length": 7, "pricing": {"input": 9, "output": 8}}
    async with LoopbackServer(listing(item)) as server:
        card = card_from_table("openai", {"base_url": server.url, "model": told})
        assert isinstance(card, Card)
        async with catalogue_of(tmp_path, card) as catalogue:
            await catalogue.look(nothing)
            before = catalogue.facts("openai/gpt-4o")
            await catalogue.learn()
            joined = catalogue.facts("openai/gpt-4o")
            names = [str(facts.name) for facts in catalogue.known]
            unlisted = catalogue.facts("openai/secret")
    assert before is not None
    assert before.tools is None
    assert joined is not None
    assert (joined.title, joined.input_price) == ("Ours", 1.5)
    assert (joined.context, joined.output_price) == (7, 8)
    assert joined.tools
    assert joined.output_limit == 16_384
    assert names == ["openai/gpt-4o", "openai/secret", "builtin/guide"]
    assert unlisted is not None
    assert unlisted.context == 5


async def test_a_list_is_kept_and_asked_for_again_when_somebody_wants_it(tmp_path: Path) -> None:
    async with LoopbackServer(listing({"id": "a", "pricing": {"cache_read": 0.5}})) as server:
        card = work(server.url)
        async with catalogue_of(tmp_path, card) as catalogue:
            assert catalogue.age is None
            await catalogue.look(nothing)
            assert catalogue.age is not None
            assert catalogue.age < 60
        async with catalogue_of(tmp_path, card) as catalogue:
            await catalogue.look(nothing)
            assert len(server.requests) == 1
            assert [facts.cached_price for facts in catalogue.known] == [0.5, None]
            server.will(listing({"id": "b"}))
            await catalogue.look(nothing, anew=True)
            assert len(server.requests) == 2
            assert [facts.name.model for facts in catalogue.known] == ["b", "guide"]
        async with catalogue_of(tmp_path, card) as catalogue:
            await catalogue.recall()
            assert [facts.name.model for facts in catalogue.known] == ["b", "guide"]
        # What another address listed is not this one's.
        async with catalogue_of(tmp_path, work(f"{server.url}/other")) as catalogue:
            await catalogue.recall()
            assert [facts.name.model for facts in catalogue.known] == ["guide"]
            assert len(server.requests) == 2
            await catalogue.look(nothing)
            assert len(server.requests) == 3


async def test_an_old_list_is_shown_with_the_reason_why_it_is_old(tmp_path: Path) -> None:
    async with LoopbackServer(listing({"id": "a"})) as server:
        card = work(server.url)
        async with catalogue_of(tmp_path, card) as catalogue:
            await catalogue.look(nothing)
        path = tmp_path / "models.json"
        table = json.loads(path.read_text())
        table["work"]["at"] -= DAY + 3600
        path.write_text(json.dumps(table))
        server.will(listing(status=503))
        async with catalogue_of(tmp_path, card) as catalogue:
            await catalogue.look(nothing)
            assert [facts.name.model for facts in catalogue.known] == ["a", "guide"]
            assert "work" in catalogue.troubles[0]
            assert catalogue.age is not None
            assert catalogue.age > DAY
            server.will(listing({"id": "b"}))
            await catalogue.look(nothing)
            assert catalogue.troubles == ()
            assert [facts.name.model for facts in catalogue.known] == ["b", "guide"]


def test_a_damaged_list_is_as_good_as_none(tmp_path: Path) -> None:
    path = tmp_path / "models.json"
    kept = {
        "work": {"url": "u", "at": 1, "models": [{"name": "m", "context": "many", "tools": True, "odd": 1}]}
    }
    for text in ("", "[]", '{"work": 1}', '{"work": {"url": "u"}}'):
        path.write_text(text)
        assert read_listings(path) == {}
    path.write_text(json.dumps(kept))
    (facts,) = read_listings(path)["work"].models
    assert (facts.context, facts.tools) == (None, True)


def test_what_a_table_says_of_a_model_is_checked() -> None:
    wrong = {
        "a number": 5,
        "no such field": {"m": {"contxt": 5}},
        "a price that is a text": {"m": {"input_price": "5"}},
        "no size at all": {"m": {"context": 0}},
        "a flag that is a number": {"m": {"tools": 1}},
    }
    for what, table in wrong.items():
        found = card_from_table("work", {"base_url": "https://x/v1", "model": table})
        assert isinstance(found, Failure), what
        assert found.what.startswith("providers.work.model"), what


async def test_models_that_were_listed_before_are_not_joined_again(tmp_path: Path) -> None:
    async with LoopbackServer(listing({"id": "a"})) as one, LoopbackServer(listing({"id": "b"})) as other:
        # What the config says of them has to be joined to what is listed.
        first = work(one.url, model={"a": {"context": 5}})
        second = card_from_table("other", {"base_url": other.url, "model": {"b": {"context": 5}}})
        assert isinstance(second, Card)
        seen: list[tuple[ModelFacts, ...]] = []
        async with catalogue_of(tmp_path, first, second) as catalogue:
            await catalogue.look(lambda: seen.append(catalogue.known))
            first_listed, both = seen
            assert len(first_listed) == 2
            assert len(both) == 3
            assert any(facts is first_listed[0] for facts in both)
            # What the world knows changes all of them.
            await catalogue.learn()
            assert len(catalogue.known) == 3
