"""The line to every model: one request in, the events of its answer out.

This module does not import httpx, so that it can be imported before the screen is painted: `warm` and the
first `stream` do, in a thread.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from llmtui.chat.allowance import Allowance
from llmtui.chat.events import Done, Event, Failed, Stopped
from llmtui.chat.failure import Failure
from llmtui.chat.models import ModelFacts, ModelName
from llmtui.chat.request import Request
from llmtui.providers.addresses import is_base_url, is_loopback, shown
from llmtui.providers.card import Card
from llmtui.providers.dialects import MODULES, dialect_named
from llmtui.redaction import redacted
from llmtui.wire.clock import USUAL_CLOCK, Clock
from llmtui.wire.curing import USUAL_CAPS, Caps
from llmtui.wire.keys import in_the_open, key_headers, naming
from llmtui.wire.shared import Shared
from llmtui.wire.timeouts import USUAL_TIMEOUTS, Timeouts
from llmtui.wire.turns import Turns

if TYPE_CHECKING:
    import httpx

    from llmtui.wire.asking import Asking

BUILTIN = "builtin"
_GUIDE_PAUSE_SECONDS = 0.004
_REPORT = "Try again; if it stays so, please report it."


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
        retries: int = 2,
        streams: int = 8,
        place_of: Callable[[Card], str] = lambda _card: "",
        is_whole: Callable[[ModelName], bool] = lambda _name: False,
        clock: Clock = USUAL_CLOCK,
    ) -> None:
        """`retries` is how often a question is sent again, `streams` how many answers arrive at once;
        `place_of` says where a card's key is kept, in words, `is_whole` whether a model does not stream."""
        self._cards = cards
        self._key_of = key_of
        self._guide = guide
        self._shared = Shared(timeouts, caps, clock, retries, Turns(streams), place_of, is_whole)
        self._clients: dict[tuple[str, bool], httpx.AsyncClient] = {}
        self._making = asyncio.Lock()

    async def warm(self, provider: str = "") -> Failure | None:
        """Make the HTTP client ready that a provider is asked with, off the event loop; the guide needs none.
        Says what is wrong if it cannot be made."""
        if provider == BUILTIN:
            return None
        client = await self._client_for(self._cards.get(provider))
        return client if isinstance(client, Failure) else None

    async def close(self) -> None:
        """Close every connection."""
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.aclose()

    def allowances(self, provider: str) -> tuple[Allowance, ...]:
        """What a provider's newest answer, good or bad, said that it still allows."""
        return self._shared.allowances.get(provider, ())

    async def stream(
        self, request: Request, watched: asyncio.Event | None = None
    ) -> AsyncGenerator[Event, None]:
        """The events of one answer, exactly one ending last. Raises nothing but CancelledError; closing
        it early closes the connection at once. While `watched` is there and not set nobody looks at the
        answer, and it may come in fewer and larger pieces."""
        ended = False
        try:
            if request.model.provider == BUILTIN:
                source = self._guided(request)
            else:
                asking = await self._asked(request, watched or _always())
                source = _only(asking) if isinstance(asking, Failure) else asking.events()
            async with aclosing(source) as events:
                async for event in events:
                    if not ended:
                        ended = isinstance(event, Done | Failed | Stopped)
                        yield event
        except Exception as bug:
            if not ended:
                ended = True
                yield Failed(_bug(bug))
        if not ended:
            yield Failed(Failure("bug", "the answer had no ending", hint=_REPORT))

    async def list_models(self, card: Card) -> tuple[ModelFacts, ...] | Failure:
        """The models of a card's server, those on the card if it lists none, or what went wrong. Raises
        nothing but CancelledError."""
        try:
            return await self._listed(card)
        except Exception as bug:
            return _bug(bug)

    async def _listed(self, card: Card) -> tuple[ModelFacts, ...] | Failure:
        key = await self._key_of(card)
        if isinstance(key, Failure):
            return key
        client = in_the_open(card, key) or await self._client_for(card)
        if isinstance(client, Failure):
            return client
        from llmtui.wire.models import list_models

        return await list_models(card, key, client)

    async def probe(self, card: Card, seconds: float = 0.3) -> bool:
        """Whether a server on this machine is there, within so many seconds. Raises nothing."""
        client = await self._client_for(card)
        if isinstance(client, Failure):
            return False
        from llmtui.wire.models import probe

        return await probe(card, seconds, client)

    async def _guided(self, request: Request) -> AsyncGenerator[Event, None]:
        if self._guide is None:
            yield Failed(Failure("configuration", "there is no built-in guide here", hint=_REPORT))
            return
        for event in self._guide.answer(request):
            yield event
            await asyncio.sleep(_GUIDE_PAUSE_SECONDS)

    async def _asked(self, request: Request, watched: asyncio.Event) -> "Asking | Failure":
        """A question that can be put, or why it cannot."""
        provider = request.model.provider
        card = self._cards.get(provider)
        if card is None:
            hint = f"Choose another model (Ctrl+O), or describe [providers.{provider}] in config.toml."
            return Failure("configuration", f"there is no provider called {provider}", hint=hint)
        dialect = dialect_named(card.dialect)
        if dialect is None:
            hint = f"Correct dialect of [providers.{provider}] in config.toml."
            what = f"{card.title} is said to speak {card.dialect}, which nobody here understands"
            return Failure("configuration", what, hint=hint)
        if not is_base_url(card.base_url):
            hint = f"Correct base_url of [providers.{provider}] in config.toml."
            return Failure("configuration", f"{shown(card.base_url)} is no address of a server", hint=hint)
        key = await self._key_of(card)
        if isinstance(key, Failure):
            return key
        headers = in_the_open(card, key) or key_headers(card, key)
        if isinstance(headers, Failure):
            return naming(headers, card, self._shared.place_of(card))
        client = await self._client_for(card)
        if isinstance(client, Failure):
            return client
        # By now this costs nothing: warming has imported it.
        from llmtui.wire.asking import Asking

        return Asking(client, card, dialect, request, key, headers, self._shared, watched)

    async def _client_for(self, card: Card | None) -> "httpx.AsyncClient | Failure":
        """The client that trusts whom the card trusts, made off the event loop when it is first needed."""
        ca_file = card.ca_file if card else ""
        in_here = card is not None and not ca_file and _stays_here(card.base_url)
        async with self._making:
            if (client := self._clients.get((ca_file, in_here))) is not None:
                return client
            try:
                connect = self._shared.timeouts.connect
                client = await asyncio.to_thread(_new_client, card, connect, ca_file, in_here)
            except (ValueError, ImportError, OSError) as trouble:
                return _unusable(card if ca_file else None, str(trouble))
            self._clients[ca_file, in_here] = client
            return client


def _stays_here(url: str) -> bool:
    """Whether what is said there stays on this machine and needs no certificate."""
    return url.startswith("http://") and is_loopback(url)


def _new_client(
    card: Card | None, connect_seconds: float, ca_file: str, in_here: bool
) -> "httpx.AsyncClient":
    # What a request needs is imported here, in the thread; the dialects of other cards when they are spoken.
    dialect = MODULES.get(card.dialect) if card else None
    for module in ("llmtui.wire.asking", "llmtui.wire.models", *([dialect] if dialect else [])):
        import_module(module)
    from llmtui.wire.client import new_client

    return new_client(connect_seconds, ca_file, in_here)


def _unusable(card: Card | None, detail: str) -> Failure:
    if card is not None:
        what = f"the certificate authority of {card.title} cannot be read"
        hint = f"Correct ca_file of [providers.{card.name}]: a file of certificates in PEM form."
        return Failure("configuration", what, hint=hint, detail=detail)
    hint = "Check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR."
    what = "a proxy or certificate setting in the environment cannot be used"
    return Failure("configuration", what, hint=hint, detail=detail)


def _always() -> asyncio.Event:
    watched = asyncio.Event()
    watched.set()
    return watched


async def _only(failure: Failure) -> AsyncGenerator[Event, None]:
    yield Failed(failure)


def _bug(error: Exception) -> Failure:
    detail = redacted(f"{type(error).__name__}: {error}")
    return Failure("bug", "llmtui itself went wrong", hint=_REPORT, detail=detail)
