"""Where the rooms are put together: the only place that knows all of them.

Each room is entered when it is first needed: before the first paint of the screen that is none of them.
"""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterable, Mapping
from functools import cached_property
from logging import getLogger
from typing import TYPE_CHECKING, Any, cast

from llmtui import __version__, logs
from llmtui.cli.choosing import Misconfigured, fallbacks_from
from llmtui.cli.notices import Notices
from llmtui.config import (
    LOG_LEVEL,
    LOG_LEVELS,
    LogLevel,
    Paths,
    Remembered,
    Settings,
    Unreadable,
    find_paths,
    read_remembered,
    read_settings,
)
from llmtui.engine.means import Means
from llmtui.engine.needs import Start
from llmtui.providers.shelf import card_names

if TYPE_CHECKING:
    from llmtui.chat.allowance import Allowance
    from llmtui.chat.events import Event
    from llmtui.chat.request import Request
    from llmtui.cli.catalogue import Catalogue
    from llmtui.keys.finding import Keys
    from llmtui.providers.card import Card
    from llmtui.store.history import History
    from llmtui.wire.line import Line


class House:
    """Every room, made when it is first entered."""

    def __init__(
        self, environ: Mapping[str, str], paths: Paths, settings: Settings, remembered: Remembered
    ) -> None:
        self.environ, self.paths, self.settings, self.remembered = environ, paths, settings, remembered
        self.notices = Notices()

    @cached_property
    def cards(self) -> "dict[str, Card]":
        """Every provider's card. Raises ValueError, in words, if a table of the settings is wrong."""
        from llmtui.chat.failure import Failure
        from llmtui.providers.cards import card_from_table, read_cards, with_environment
        from llmtui.redaction import learn
        from llmtui.wire.keys import secrets_of

        cards = read_cards()
        for name, table in self.settings.providers.items():
            card = card_from_table(name, table, cards.get(name))
            if isinstance(card, Failure):
                raise ValueError(f"{self.paths.config_file}: {card.what}")
            cards[name] = card
        cards = {name: with_environment(card, self.environ) for name, card in cards.items()}
        learn(secret for card in cards.values() for secret in secrets_of(card, ""))
        return cards

    @cached_property
    def keys(self) -> "Keys":
        from llmtui.keys.finding import Keys

        return Keys(self.environ, self.paths.keys_file, self.outside)

    @cached_property
    def line(self) -> "Line":
        from llmtui.wire.line import Line
        from llmtui.wire.timeouts import Timeouts

        def place_of(card: "Card") -> str:
            return next((source.place for source in self.keys.sources(card)), "")

        waits, limits = self.settings.timeouts, self.settings.limits
        return Line(
            self.cards,
            self.keys.of,
            Timeouts(waits.connect, waits.first_event, waits.idle, waits.total),
            guide=LateGuide(self),
            retries=limits.retries,
            streams=limits.streams,
            place_of=place_of,
            # Only what is known already: nothing is read from the disk between Enter and the wire.
            is_whole=lambda name: "catalogue" in self.__dict__ and self.catalogue.is_whole(name),
        )

    @cached_property
    def history(self) -> "History":
        from llmtui.store.history import History

        return History(self.paths.history, told=self.notices.hear)

    @cached_property
    def catalogue(self) -> "Catalogue":
        from llmtui.cli.catalogue import Catalogue

        return Catalogue(
            lambda: self.cards, lambda: self.line, self.environ, self.paths.listings, lambda: self.keys.names
        )

    @cached_property
    def outside(self) -> dict[str, str]:
        """The environment as programs inherit it that are no part of llmtui: without keys."""
        from llmtui.keys.children import without_keys

        tables = self.settings.providers.values()
        named = {table.get(field) for table in tables for field in ("api_key_env", "url_env")}
        return without_keys(self.environ, {name for name in named if isinstance(name, str)})

    @property
    def provider_names(self) -> frozenset[str]:
        """Every provider that can be named, without reading its card."""
        return card_names() | self.settings.providers.keys() | {"builtin"}

    def means(self, start: Start) -> Means:
        """What sessions work with."""

        def routes(provider: str) -> bool:
            return provider in self.cards and self.cards[provider].routes

        def prefills(provider: str) -> bool:
            return provider in self.cards and self.cards[provider].prefill != "none"

        return Means(
            LateLine(self),
            self.history,
            start,
            fallbacks=self.settings.fallback,
            routes=routes,
            prefills=prefills,
        )

    async def close(self) -> None:
        """Let go of connections and, when everything is written, of the history."""
        rooms: list[Coroutine[Any, Any, None] | Awaitable[None]] = []
        if "line" in self.__dict__:
            rooms.append(self.line.close())
        if "history" in self.__dict__:
            rooms.append(self.history.close())
        await asyncio.gather(*rooms)


class LateLine:
    """The line, made when it is first used."""

    def __init__(self, house: House) -> None:
        self._house = house

    def stream(self, request: "Request", watched: asyncio.Event) -> "AsyncGenerator[Event, None]":
        return self._house.line.stream(request, watched)

    def allowances(self, provider: str) -> "tuple[Allowance, ...]":
        return self._house.line.allowances(provider) if "line" in self._house.__dict__ else ()


class LateGuide:
    """The guide, who reads the manual when he is first asked."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._answer: Callable[[Request], Iterable[Event]] | None = None

    def answer(self, request: "Request") -> "Iterable[Event]":
        if self._answer is None:
            from llmtui.cli.choosing import found
            from llmtui.providers.guide import Guide, read_manual

            house = self._house
            self._answer = Guide(
                read_manual(),
                lambda: found(house.cards, house.environ, house.catalogue.servers, house.keys.names),
            ).answer
        return self._answer(request)


def build(environ: Mapping[str, str] | None = None) -> House | Misconfigured:
    """The house as the environment and the settings want it."""
    # What the process hands on to others may have fewer variables than it was started with.
    environ = dict(os.environ) if environ is None else environ
    paths = find_paths(environ)
    settings = read_settings(paths.config_file)
    if isinstance(settings, Unreadable):
        return Misconfigured(settings.message)
    level = environ.get(LOG_LEVEL, "") or settings.log_level
    if level not in LOG_LEVELS:
        return Misconfigured(f"{LOG_LEVEL} is one of {', '.join(LOG_LEVELS)}")
    logs.begin(paths.log, cast(LogLevel, level))
    getLogger(__name__).info("llmtui %s begins on Python %s", __version__, sys.version.split()[0])
    house = House(environ, paths, settings, read_remembered(paths.remembered))
    fallbacks = fallbacks_from(house, settings.fallback, f"{paths.config_file}: fallback")
    if isinstance(fallbacks, Misconfigured):
        return fallbacks
    if settings.providers:
        try:
            _ = house.cards
        except ValueError as error:
            return Misconfigured(str(error))
    return house
