"""Asking a server what models it has, and whether it is there at all."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx

from llmtui.chat.failure import Failure
from llmtui.chat.models import ModelFacts, ModelName
from llmtui.providers.addresses import host_of
from llmtui.providers.card import Card
from llmtui.providers.failures import failure_from
from llmtui.providers.listing import answers_as, models_in, next_page, no_models
from llmtui.wire.client import new_client
from llmtui.wire.keys import key_headers, without_key
from llmtui.wire.trouble import failure_of

_LIST_SECONDS = 20.0
_CONNECT_SECONDS = 5.0
_LARGEST = 16 << 20
_PAGES = 20
_TROUBLES = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError)


async def list_models(
    card: Card, key: str = "", client: httpx.AsyncClient | None = None
) -> tuple[ModelFacts, ...] | Failure:
    """The models of a card's server; those on the card if the server lists none; or what went wrong.

    Without a client one is made for this call alone: `Line.list_models` shares one.
    """
    headers = key_headers(card, key)
    if isinstance(headers, Failure):
        return headers
    async with _shared_or_own(client) as using:
        listed = await _all_pages(using, card, headers)
    return without_key(listed, key) if isinstance(listed, Failure) else listed


async def probe(card: Card, seconds: float = 0.3, client: httpx.AsyncClient | None = None) -> bool:
    """Whether the card's server answers in time, and is the one that the card means. Raises nothing."""
    try:
        async with _shared_or_own(client) as using, asyncio.timeout(seconds):
            status, _, _, body = await _get(using, card, {}, {})
    except (TimeoutError, OSError, ValueError, ImportError, *_TROUBLES):
        return False
    # A server that wants a key is there all the same; which one it is cannot be told from outside.
    return answers_as(card, body) if status == 200 else status in (401, 403) and card.name != "gateway"


@asynccontextmanager
async def _shared_or_own(client: httpx.AsyncClient | None) -> AsyncGenerator[httpx.AsyncClient, None]:
    if client is not None:
        yield client
        return
    async with await asyncio.to_thread(new_client, _CONNECT_SECONDS) as own:
        yield own


async def _all_pages(
    client: httpx.AsyncClient, card: Card, headers: dict[str, str]
) -> tuple[ModelFacts, ...] | Failure:
    found: dict[str, ModelFacts] = {}
    query: dict[str, str] = {}
    try:
        async with asyncio.timeout(_LIST_SECONDS):
            for _ in range(_PAGES):
                listed = await _page(client, card, headers, query)
                if isinstance(listed, Failure):
                    return _offered(card) or listed
                models, query = listed
                found |= {facts.name.model: facts for facts in models}
                if not query:
                    break
    except TimeoutError:
        what = f"its list of models did not come within {_LIST_SECONDS:g} s"
        return _offered(card) or Failure("timeout", what, host_of(card.base_url))
    except _TROUBLES as trouble:
        return _offered(card) or failure_of(trouble, card, _CONNECT_SECONDS)
    return tuple(found.values()) or _offered(card) or no_models(card)


async def _page(
    client: httpx.AsyncClient, card: Card, headers: dict[str, str], query: dict[str, str]
) -> tuple[tuple[ModelFacts, ...], dict[str, str]] | Failure:
    status, content_type, answered, body = await _get(client, card, headers, query)
    if status != 200:
        return failure_from(status, content_type, body, card, headers=answered)
    models = models_in(card, body)
    return models if isinstance(models, Failure) else (models, dict(next_page(body)))


async def _get(
    client: httpx.AsyncClient, card: Card, headers: dict[str, str], query: dict[str, str]
) -> tuple[int, str, httpx.Headers, bytes]:
    url = f"{card.base_url.rstrip('/')}/models"
    fields = {"accept": "application/json", **card.headers, **headers}
    body = bytearray()
    async with client.stream("GET", url, headers=fields, params=query or None) as response:
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > _LARGEST:
                break
    return response.status_code, response.headers.get("content-type", ""), response.headers, bytes(body)


def _offered(card: Card) -> tuple[ModelFacts, ...]:
    return tuple(ModelFacts(ModelName(card.name, model)) for model in card.models)
