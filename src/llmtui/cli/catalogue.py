"""The models that can be asked: what providers list, joined with what is known of them."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any

from llmtui.chat.failure import Failure
from llmtui.chat.models import GUIDE, ModelFacts, ModelName, parse_model
from llmtui.cli.choosing import suggested_model
from llmtui.cli.listings import DAY, Listing, read_listings, write_listings

if TYPE_CHECKING:
    from llmtui.providers.card import Card
    from llmtui.providers.known import Known
    from llmtui.wire.line import Line

_GUIDE = ModelFacts(ModelName("builtin", "guide"), title="the built-in guide")
_PROBE_SECONDS = 0.3


class Catalogue:
    """Fits `tui.needs.Models`. Providers are asked all at once; a silent one keeps nobody waiting.

    What the cloud lists is kept for a day; servers on this machine are looked at each time. What the config
    says of a model goes before what its provider says, and that before what is generally known.
    """

    def __init__(
        self,
        cards: "Callable[[], Mapping[str, Card]]",
        line: "Callable[[], Line]",
        environ: Mapping[str, str],
        kept: Path,
        with_keys: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        """Cards and line are asked for when somebody looks; `kept` is the file of the lists, and
        `with_keys` names the providers whose keys llmtui keeps."""
        self._cards, self._line, self._environ, self._kept = cards, line, environ, kept
        self._with_keys = with_keys
        self._listings: dict[str, Listing] = {}
        self._troubles: dict[str, str] = {}
        self._facts: dict[str, ModelFacts | None] = {}
        # By provider: of thousands of models only those are joined anew that were listed anew.
        self._joint: dict[str, tuple[ModelFacts, ...]] = {}
        self._learnt: Known | None = None
        self._looking: asyncio.Lock | None = None

    @property
    def known(self) -> tuple[ModelFacts, ...]:
        cards = self._cards()
        for name, listing in self._listings.items():
            if name not in self._joint:
                listed = _with_told(cards[name], listing.models)
                self._joint[name] = tuple(self._joined(facts) for facts in listed)
        return (*(facts for name in self._listings for facts in self._joint[name]), _GUIDE)

    @property
    def troubles(self) -> tuple[str, ...]:
        return tuple(self._troubles.values())

    @property
    def servers(self) -> tuple[str, ...]:
        """The providers on this machine that answered."""
        return tuple(name for name in self._listings if self._cards()[name].local)

    @property
    def age(self) -> float | None:
        """How many seconds ago the oldest list of the cloud was asked for; None if there is none."""
        asked = [
            listing.at for name, listing in self._listings.items() if listing.at and self._is_remote(name)
        ]
        return max(time() - min(asked), 0.0) if asked else None

    def is_whole(self, name: ModelName) -> bool:
        """Whether a model answers in one piece only, by its provider's list, if that is here."""
        listing = self._listings.get(name.provider)
        return listing is not None and any(
            facts.streaming is False and facts.name == name for facts in listing.models
        )

    def suggestion(self) -> str:
        """The model to begin with where nobody chose one: a key's, else the first that any server has."""
        suggested = suggested_model(self._cards(), self._environ, self._with_keys())
        if suggested != GUIDE:
            return suggested
        return next((str(facts.name) for facts in self.known), GUIDE)

    def facts(self, model: str) -> ModelFacts | None:
        if model not in self._facts:
            name = parse_model(model)
            listing = self._listings.get(name.provider) if name else None
            found = next((facts for facts in listing.models if facts.name == name), None) if listing else None
            if found is None and name is not None:
                found = ModelFacts(name)
            self._facts[model] = self._joined(found) if found else None
        return self._facts[model]

    async def learn(self) -> None:
        def load() -> "Known":
            from llmtui.providers.known import read_known

            return read_known(self._cards().keys())

        self._learnt = await asyncio.to_thread(load)
        self._forget_joint(*self._joint)

    async def recall(self) -> None:
        """Know what is known without asking anybody: the kept lists however old, and the world's table."""
        cards = self._cards()
        for name, kept in (await asyncio.to_thread(read_listings, self._kept)).items():
            if name in cards and kept.url == cards[name].base_url:
                self._listings.setdefault(name, kept)
        await self.learn()

    async def look(self, changed: Callable[[], None], anew: bool = False) -> None:
        """Ask the active providers for their lists, and see which local servers are there.

        `anew` asks those too whose list is younger than a day.
        """
        self._looking = self._looking or asyncio.Lock()
        async with self._looking:
            cards = self._cards()
            kept = await asyncio.to_thread(read_listings, self._kept)
            with_keys = self._with_keys()
            before = dict(self._listings)
            await asyncio.gather(
                *(
                    self._look_at(card, with_keys, kept.get(card.name), anew, changed)
                    for card in cards.values()
                )
            )
            if self._listings != before:
                await self._keep(cards)

    async def _look_at(
        self,
        card: "Card",
        with_keys: Collection[str],
        kept: Listing | None,
        anew: bool,
        changed: Callable[[], None],
    ) -> None:
        from llmtui.providers.cards import is_active

        line = self._line()
        active = is_active(card, self._environ, with_keys)
        if not active and not (card.local and await line.probe(card, _PROBE_SECONDS)):
            self._listings.pop(card.name, None)
            self._troubles.pop(card.name, None)
            self._forget_joint(card.name)
            return
        if kept is not None and kept.url != card.base_url:
            kept = None
        if kept is not None and not anew and not card.local and time() - kept.at < DAY:
            listing = kept
        else:
            listing = await self._ask(line, card, kept)
        self._listings[card.name] = listing
        self._forget_joint(card.name)
        changed()

    async def _ask(self, line: "Line", card: "Card", kept: Listing | None) -> Listing:
        listed = await line.list_models(card)
        offered = tuple(ModelFacts(ModelName(card.name, model)) for model in card.models)
        if isinstance(listed, Failure):
            self._troubles[card.name] = f"{card.title}: {listed.what}"
            # An old list is better than none: the trouble says why it is old.
            return kept if kept and not card.local else Listing(card.base_url, 0.0, offered)
        self._troubles.pop(card.name, None)
        return Listing(card.base_url, time(), listed or offered)

    async def _keep(self, cards: "Mapping[str, Card]") -> None:
        """Keep the lists of the cloud for the next time."""
        worth = {
            name: listing for name, listing in self._listings.items() if listing.at and not cards[name].local
        }
        try:
            await asyncio.to_thread(write_listings, self._kept, worth)
        except OSError:
            # A list that cannot be kept is asked for again: nobody loses a word by it.
            return

    def _is_remote(self, name: str) -> bool:
        card = self._cards().get(name)
        return card is not None and not card.local

    def _forget_joint(self, *providers: str) -> None:
        for name in providers:
            self._joint.pop(name, None)
        self._facts.clear()

    def _joined(self, facts: ModelFacts) -> ModelFacts:
        """What the config says of the model, then what its provider says, then what is generally known."""
        card = self._cards().get(facts.name.provider)
        told: Mapping[str, Any] = card.facts.get(facts.name.model, {}) if card else {}
        known = self._learnt.facts(facts.name) if self._learnt else None
        return (replace(facts, **told) if told else facts).completed(known)


def _with_told(card: "Card", listed: tuple[ModelFacts, ...]) -> tuple[ModelFacts, ...]:
    """The listed models, and those that only the config knows."""
    there = {facts.name.model for facts in listed}
    return listed + tuple(
        ModelFacts(ModelName(card.name, model)) for model in card.facts if model not in there
    )
