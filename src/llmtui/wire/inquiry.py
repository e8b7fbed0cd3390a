"""Small questions to a server, each answered with one JSON body."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from llmtui.providers.addresses import host_of, origin_of
from llmtui.providers.card import Card
from llmtui.wire.beat import listen

LARGEST = 16 << 20
TROUBLES = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered; a body is cut at 16 MiB."""

    status: int
    content_type: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A server and how it is asked. `headers` show the key, and only to the origin of the card's base URL;
    so it is with what the card adds to each request.

    `trace` is told each step of the connection, in httpcore's words.
    """

    client: httpx.AsyncClient
    card: Card
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    trace: Callable[[str], None] | None = None

    async def get(self, url: str, query: Mapping[str, str] | None = None) -> Reply:
        """GET an address. Raises what httpx raises."""
        return await self._ask("GET", url, query)

    async def post(self, url: str, body: object) -> Reply:
        """POST a JSON body to an address. Raises what httpx raises."""
        return await self._ask("POST", url, None, body)

    async def _ask(
        self, method: str, url: str, query: Mapping[str, str] | None, body: object = None
    ) -> Reply:
        at_home = origin_of(url) == origin_of(self.card.base_url)
        fields = {"accept": "application/json", **(self.card.headers if at_home else {})}
        fields |= self.headers if at_home else {}
        # Merged by hand: httpx lets given parameters take the place of those in the address.
        own = self.card.query if at_home else {}
        address = httpx.URL(url).copy_merge_params({**own, **(query or {})})
        came = bytearray()
        more: dict[str, Any] = {"json": body} if body is not None else {}
        more["extensions"] = {"trace": self._traced}
        place = f"{host_of(url)}{urlsplit(url).path}"
        try:
            async with self.client.stream(method, address, headers=fields, **more) as response:
                async for piece in response.aiter_bytes():
                    came += piece
                    if len(came) > LARGEST:
                        break
        except TROUBLES as trouble:
            # A server that is looked for and is not there is no trouble of anybody's.
            log.info("%s %s: %s", method, place, type(trouble).__name__)
            raise
        log.info("%s %s: status %d, %d bytes", method, place, response.status_code, len(came))
        content_type = response.headers.get("content-type", "")
        return Reply(response.status_code, content_type, response.headers, bytes(came))

    async def _traced(self, step: str, told: Mapping[str, Any]) -> None:
        # An answer may come on this connection later.
        await listen(step, told)
        if self.trace is not None:
            self.trace(step)


def list_address(card: Card) -> str:
    """Where the card's list of models is: below its base URL, from its root (`/api/tags`), or anywhere."""
    path = card.models_path
    if "://" in path:
        return path
    if path.startswith("/"):
        return from_root(card, path)
    return f"{card.base_url.rstrip('/')}/{path}"


def from_root(card: Card, path: str) -> str:
    """An address of the card's server outside its base URL."""
    parts = urlsplit(card.base_url)
    return urlunsplit((parts.scheme, parts.netloc, "", "", "")) + path


def beside(card: Card, path: str) -> str:
    """An address beside the `/v1` of the card's base URL, where servers tell what only they have."""
    return card.base_url.rstrip("/").removesuffix("/v1") + path
