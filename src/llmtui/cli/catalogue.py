"""The models that can be asked: what providers list, joined with what is known of them."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from llmtui.chat.failure import Failure
from llmtui.chat.models import ModelFacts, ModelName, parse_model
from llmtui.cli.choosing import GUIDE, suggested_model

if TYPE_CHECKING:
    from llmtui.providers.card import Card
    from llmtui.wire.line import Line

_GUIDE = ModelFacts(ModelName("builtin", "guide"), title="the built-in guide", context=None)
_PROBE_SECONDS = 0.3


class Catalogue:
    """Fits `tui.needs.Models`. Providers are asked all at once; a silent one keeps nobody waiting."""

    def __init__(
        self,
        cards: "Callable[[], Mapping[str, Card]]",
        line: "Callable[[], Line]",
        environ: Mapping[str, str],
    ) -> None:
        """Cards and line are asked for when somebody looks."""
        self._cards, self._line, self._environ = cards, line, environ
        self._listed: dict[str, tuple[ModelFacts, ...]] = {}
        self._troubles: dict[str, str] = {}
        self._facts: dict[str, ModelFacts | None] = {}
        self._learnt: Callable[[ModelName], ModelFacts | None] | None = None
        self._looking: asyncio.Lock | None = None

    @property
    def known(self) -> tuple[ModelFacts, ...]:
        found = [facts for listed in self._listed.values() for facts in listed]
        return (*(self._joined(facts) for facts in found), _GUIDE)

    @property
    def troubles(self) -> tuple[str, ...]:
        return tuple(self._troubles.values())

    @property
    def servers(self) -> tuple[str, ...]:
        """The providers on this machine that answered."""
        return tuple(name for name in self._listed if self._cards()[name].local)

    def suggestion(self) -> str:
        """The model to begin with where nobody chose one: a key's, else the first that any server has."""
        suggested = suggested_model(self._cards(), self._environ)
        if suggested != GUIDE:
            return suggested
        return next((str(facts.name) for facts in self.known), GUIDE)

    def facts(self, model: str) -> ModelFacts | None:
        if model not in self._facts:
            name = parse_model(model)
            listed = self._listed.get(name.provider, ()) if name else ()
            found = next((facts for facts in listed if facts.name == name), None)
            if found is None and name is not None:
                found = ModelFacts(name)
            self._facts[model] = self._joined(found) if found else None
        return self._facts[model]

    async def learn(self) -> None:
        def load() -> Callable[[ModelName], ModelFacts | None]:
            from llmtui.providers.known import facts

            facts(ModelName("openai", "gpt-4o"))
            return facts

        self._learnt = await asyncio.to_thread(load)
        self._facts.clear()

    async def look(self, changed: Callable[[], None]) -> None:
        """Ask the active providers for their lists, and see which local servers are there."""
        self._looking = self._looking or asyncio.Lock()
        async with self._looking:
            await asyncio.gather(*(self._look_at(card, changed) for card in self._cards().values()))

    async def _look_at(self, card: "Card", changed: Callable[[], None]) -> None:
        from llmtui.providers.cards import is_active

        line = self._line()
        if not is_active(card, self._environ) and not (card.local and await line.probe(card, _PROBE_SECONDS)):
            self._listed.pop(card.name, None)
            return
        listed = await line.list_models(card)
        offered = tuple(ModelFacts(ModelName(card.name, model)) for model in card.models)
        if isinstance(listed, Failure):
            self._troubles[card.name] = f"{card.title}: {listed.what}"
            self._listed[card.name] = offered
        else:
            self._troubles.pop(card.name, None)
            self._listed[card.name] = listed or offered
        self._facts.clear()
        changed()

    def _joined(self, facts: ModelFacts) -> ModelFacts:
        """What the provider says of its model, completed by what is generally known."""
        known = self._learnt(facts.name) if self._learnt else None
        if known is None:
            return facts
        blanks = {
            field: getattr(known, field)
            for field in ModelFacts.__dataclass_fields__
            if getattr(facts, field) is None
        }
        return replace(facts, **blanks)
