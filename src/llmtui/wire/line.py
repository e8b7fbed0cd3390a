"""The line to every model: one request in, the events of its answer out.

This module does not import httpx, so that it can be imported before the screen is painted: `warm` and the
first `stream` do, in a thread.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from llmtui.chat.events import Done, Event, Failed, Stopped
from llmtui.chat.failure import Failure
from llmtui.chat.models import ModelFacts
from llmtui.chat.request import Request
from llmtui.providers.addresses import is_base_url
from llmtui.providers.card import Card
from llmtui.providers.dialects import MODULES, dialect_named
from llmtui.wire.curing import USUAL_CAPS, Caps
from llmtui.wire.keys import key_headers, without_key
from llmtui.wire.timeouts import USUAL_TIMEOUTS, Timeouts

if TYPE_CHECKING:
    import httpx

BUILTIN = "builtin"
_GUIDE_PAUSE_SECONDS = 0.004


class Guide(Protocol):
    """A provider that lives in this process."""

    def answer(self, request: Request) -> Iterable[Event]:
        """The events of its answer, an ending last."""
        ...


class Line:
    """The way to the models of these cards, and to the guide under the provider name `builtin`.

    `cards` is looked at anew for each request, so it may change; `key_of` finds a card's key (empty if it
    needs none) or says what is missing.
    """

    def __init__(
        self,
        cards: Mapping[str, Card],
        key_of: Callable[[Card], Awaitable[str | Failure]],
        timeouts: Timeouts = USUAL_TIMEOUTS,
        caps: Caps = USUAL_CAPS,
        guide: Guide | None = None,
    ) -> None:
        self._cards = cards
        self._key_of = key_of
        self._timeouts = timeouts
        self._caps = caps
        self._guide = guide
        self._client: httpx.AsyncClient | None = None
        self._making = asyncio.Lock()

    async def warm(self) -> Failure | None:
        """Make the HTTP client ready, off the event loop; says what is wrong if it cannot be made."""
        async with self._making:
            if self._client is None:
                try:
                    self._client = await asyncio.to_thread(_new_client, self._timeouts.connect)
                except (ValueError, ImportError, OSError) as trouble:
                    hint = "Check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR."
                    what = "a proxy or certificate setting in the environment cannot be used"
                    return Failure("configuration", what, hint=hint, detail=str(trouble))
        return None

    async def close(self) -> None:
        """Close every connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """The events of one answer, exactly one ending last. Raises nothing but CancelledError; closing
        it early closes the connection at once."""
        ended = False
        try:
            source = self._guided(request) if request.model.provider == BUILTIN else self._asked(request)
            async with aclosing(source) as events:
                async for event in events:
                    if not ended:
                        ended = isinstance(event, Done | Failed | Stopped)
                        yield event
        except Exception as bug:
            if not ended:
                ended = True
                yield _failed("bug", "llmtui itself went wrong", f"{type(bug).__name__}: {bug}")
        if not ended:
            yield _failed("bug", "the answer had no ending", "")

    async def list_models(self, card: Card) -> tuple[ModelFacts, ...] | Failure:
        """The models of a card's server, those on the card if it lists none, or what went wrong."""
        key = await self._key_of(card)
        if isinstance(key, Failure):
            return key
        if failure := await self.warm():
            return failure
        from llmtui.wire.models import list_models

        return await list_models(card, key, self._client)

    async def probe(self, card: Card, seconds: float = 0.3) -> bool:
        """Whether a server on this machine is there, within so many seconds. Raises nothing."""
        if await self.warm():
            return False
        from llmtui.wire.models import probe

        return await probe(card, seconds, self._client)

    async def _guided(self, request: Request) -> AsyncGenerator[Event, None]:
        if self._guide is None:
            yield _failed("configuration", "there is no built-in guide here", "")
            return
        for event in self._guide.answer(request):
            yield event
            await asyncio.sleep(_GUIDE_PAUSE_SECONDS)

    async def _asked(self, request: Request) -> AsyncGenerator[Event, None]:
        provider = request.model.provider
        card = self._cards.get(provider)
        if card is None:
            hint = f"Choose another model (Ctrl+O), or describe [providers.{provider}] in config.toml."
            yield Failed(Failure("configuration", f"there is no provider called {provider}", hint=hint))
            return
        dialect = dialect_named(card.dialect)
        if dialect is None:
            hint = f"Correct dialect of [providers.{provider}] in config.toml."
            what = f"{card.title} is said to speak {card.dialect}, which nobody here understands"
            yield Failed(Failure("configuration", what, hint=hint))
            return
        if not is_base_url(card.base_url):
            hint = f"Correct base_url of [providers.{provider}] in config.toml."
            what = f"{card.base_url} is no address of a server"
            yield Failed(Failure("configuration", what, hint=hint))
            return
        key = await self._key_of(card)
        if isinstance(key, Failure):
            yield Failed(key)
            return
        headers = key_headers(card, key)
        if isinstance(headers, Failure):
            yield Failed(headers)
            return
        if failure := await self.warm():
            yield Failed(failure)
            return
        # By now this costs nothing: warming has imported it.
        from llmtui.wire.exchange import Exchange

        assert self._client is not None
        call = dialect.call(card, request)
        exchange = Exchange(self._client, card, dialect, call, headers, self._timeouts, self._caps)
        async with aclosing(exchange.events()) as events:
            async for event in events:
                if isinstance(event, Failed):
                    event = replace(event, failure=without_key(event.failure, key))
                yield event


def _new_client(connect_seconds: float) -> "httpx.AsyncClient":
    # Everything that a request needs is imported here, in the thread.
    for module in ("llmtui.wire.exchange", "llmtui.wire.models", *MODULES.values()):
        import_module(module)
    from llmtui.wire.client import new_client

    return new_client(connect_seconds)


def _failed(kind: str, what: str, detail: str) -> Failed:
    hint = "Try again; if it stays so, please report it."
    return Failed(Failure("bug" if kind == "bug" else "configuration", what, hint=hint, detail=detail))
