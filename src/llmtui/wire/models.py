"""Asking a server what models it has, and whether it is there at all."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager

import httpx

from llmtui.chat.failure import Failure
from llmtui.chat.models import ModelFacts, ModelName
from llmtui.providers.addresses import host_of
from llmtui.providers.card import Card
from llmtui.providers.failures import failure_from
from llmtui.providers.listing import answers_as, models_in, next_page, no_models
from llmtui.wire.client import new_client
from llmtui.wire.inquiry import TROUBLES, Inquiry, Reply, list_address
from llmtui.wire.keys import in_the_open, key_headers, without_key
from llmtui.wire.local_servers import completed
from llmtui.wire.trouble import failure_of

_LIST_SECONDS = 20.0
_CONNECT_SECONDS = 5.0
_PAGES = 20
# A page of this many bytes is read in a thread.
_LONG = 32 << 10


async def list_models(
    card: Card,
    key: str = "",
    client: httpx.AsyncClient | None = None,
    trace: Callable[[str], None] | None = None,
) -> tuple[ModelFacts, ...] | Failure:
    """The models of a card's server; those on the card if the server lists none; or what went wrong.

    Without a client one is made for this call alone: `Line.list_models` shares one. `trace` is told each
    step of the connection, in httpcore's words.
    """
    headers = in_the_open(card, key) or key_headers(card, key)
    if isinstance(headers, Failure):
        return headers
    async with _shared_or_own(client, card) as using:
        inquiry = Inquiry(using, card, headers, trace)
        listed = await _all_pages(inquiry)
        if isinstance(listed, Failure):
            return without_key(listed, card, key)
        models, first = listed
        return await completed(inquiry, models, first) if models else _offered(card) or no_models(card)


async def probe(card: Card, seconds: float = 0.3, client: httpx.AsyncClient | None = None) -> bool:
    """Whether the card's server answers in time, and is the one that the card means. Raises nothing."""
    if in_the_open(card, "") is not None:
        return False
    try:
        async with _shared_or_own(client, card) as using, asyncio.timeout(seconds):
            # To see who is there the bare list is enough.
            reply = await Inquiry(using, card).get(list_address(card).partition("?")[0])
    except (TimeoutError, OSError, ValueError, ImportError, *TROUBLES):
        return False
    if reply.status == 200:
        return answers_as(card, reply.body)
    # A server that wants a key is there all the same; which one it is cannot be told from outside.
    return reply.status in (401, 403) and card.name != "gateway"


@asynccontextmanager
async def _shared_or_own(
    client: httpx.AsyncClient | None, card: Card
) -> AsyncGenerator[httpx.AsyncClient, None]:
    if client is not None:
        yield client
        return
    async with await asyncio.to_thread(new_client, _CONNECT_SECONDS, card.ca_file) as own:
        yield own


async def _all_pages(inquiry: Inquiry) -> tuple[tuple[ModelFacts, ...], bytes] | Failure:
    """The models of all pages, with the first page as it came; those on the card where there is no list."""
    card = inquiry.card
    found: dict[str, ModelFacts] = {}
    query: dict[str, str] = {}
    address = list_address(card)
    first = b""
    try:
        async with asyncio.timeout(_LIST_SECONDS):
            for _ in range(_PAGES):
                reply = await inquiry.get(address, query)
                if reply.status == 400 and "?" in address and not found:
                    # What was asked for beyond the list is not known there.
                    address = address.partition("?")[0]
                    reply = await inquiry.get(address, query)
                if len(reply.body) < _LONG:
                    listed, following = _read(card, reply)
                else:
                    # It takes a tenth of a second, in which nobody could type.
                    listed, following = await asyncio.to_thread(_read, card, reply)
                if isinstance(listed, Failure):
                    return _instead(card, listed)
                first = first or reply.body
                found |= {facts.name.model: facts for facts in listed}
                query = dict(following)
                if not query:
                    break
    except TimeoutError:
        what = f"its list of models did not come within {_LIST_SECONDS:g} s"
        return _instead(card, Failure("timeout", what, host_of(card.base_url)))
    except TROUBLES as trouble:
        return _instead(card, failure_of(trouble, card, _CONNECT_SECONDS))
    return tuple(found.values()), first


def _read(card: Card, reply: Reply) -> tuple[tuple[ModelFacts, ...] | Failure, Mapping[str, str]]:
    """The models of one page, or what it says instead, and the query of the next page."""
    if reply.status == 200:
        return models_in(card, reply.body), next_page(reply.body)
    return failure_from(reply.status, reply.content_type, reply.body, card, headers=reply.headers), {}


def _instead(card: Card, failure: Failure) -> tuple[tuple[ModelFacts, ...], bytes] | Failure:
    """What the card offers, where the server lists nothing; a refused key is said all the same."""
    offered = _offered(card)
    return (offered, b"") if offered and failure.kind != "auth" else failure


def _offered(card: Card) -> tuple[ModelFacts, ...]:
    return tuple(ModelFacts(ModelName(card.name, model)) for model in card.models)
