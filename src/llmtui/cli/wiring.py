"""Where the rooms are put together: the only place that knows all of them."""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from llmtui.chat.events import Event
from llmtui.chat.models import parse_model
from llmtui.chat.request import Request
from llmtui.config import Paths, Remembered, Settings, Unreadable, find_paths, read_remembered, read_settings
from llmtui.engine.means import Means
from llmtui.engine.needs import Start
from llmtui.keys import Keys
from llmtui.providers.card import Card
from llmtui.providers.cards import card_from_table, is_active, read_cards, with_environment
from llmtui.providers.guide import Guide, read_manual
from llmtui.store.history import History
from llmtui.wire.line import Line
from llmtui.wire.timeouts import Timeouts

GUIDE = "builtin/guide"


@dataclass(frozen=True)
class House:
    """Every room, ready to be used; nothing in it has touched the disk or the network yet."""

    environ: Mapping[str, str]
    paths: Paths
    settings: Settings
    remembered: Remembered
    cards: dict[str, Card]
    keys: Keys
    history: History
    line: Line

    def means(self, start: Start) -> Means:
        """What sessions work with."""
        return Means(self.line, self.history, start)

    async def close(self) -> None:
        """Let go of connections and, when everything is written, of the history."""
        await asyncio.gather(self.line.close(), self.history.close())


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """What must be put right before llmtui can start."""

    message: str


def build(environ: Mapping[str, str] | None = None) -> House | Misconfigured:
    """The house as the environment and the settings want it."""
    environ = os.environ if environ is None else environ
    paths = find_paths(environ)
    settings = read_settings(paths.config_file)
    if isinstance(settings, Unreadable):
        return Misconfigured(settings.message)
    cards = read_cards()
    for name, table in settings.providers.items():
        card = card_from_table(name, table, cards.get(name))
        if not isinstance(card, Card):
            return Misconfigured(f"{paths.config_file}: {card.message}")
        cards[name] = card
    cards = {name: with_environment(card, environ) for name, card in cards.items()}
    keys = Keys(environ)
    waits = settings.timeouts
    return House(
        environ,
        paths,
        settings,
        read_remembered(paths.remembered),
        cards,
        keys,
        History(paths.history),
        Line(
            cards,
            keys.of,
            Timeouts(waits.connect, waits.first_event, waits.idle),
            guide=_guide(cards, environ),
        ),
    )


def opening_model(house: House, wanted: str) -> str | Misconfigured:
    """The `provider/model` to begin with: as told, as the environment says, as set, as last time; else the
    guide."""
    if wanted:
        return _checked(house, wanted, "-m")
    if variable := house.environ.get("LLM_MODEL", "").strip():
        return _from_environment(house, house.environ.get("LLM_PROVIDER", "").strip(), variable)
    if house.settings.default_model:
        return _checked(house, house.settings.default_model, "default_model")
    remembered = parse_model(house.remembered.model)
    if remembered and (remembered.provider == "builtin" or remembered.provider in house.cards):
        return str(remembered)
    return GUIDE


def _from_environment(house: House, provider: str, model: str) -> str | Misconfigured:
    """LLM_PROVIDER and LLM_MODEL mean a provider behind the Inference Gateway, if one is set, else ours."""
    if house.environ.get("INFERENCE_GATEWAY_URL") and provider != "gateway":
        return f"gateway/{provider}/{model}" if provider else f"gateway/{model}"
    if not provider:
        return _checked(house, model, "LLM_MODEL")
    return f"{provider}/{model}" if provider in house.cards else f"gateway/{provider}/{model}"


def _checked(house: House, name: str, where: str) -> str | Misconfigured:
    model = parse_model(name)
    if model is None:
        return Misconfigured(f"{where}: {name!r} is not a provider and a model, as in openai/gpt-4o-mini")
    if model.provider == "builtin" or model.provider in house.cards:
        return str(model)
    known = ", ".join(sorted(house.cards))
    return Misconfigured(f"{where}: there is no provider called {model.provider!r}. There are: {known}")


def _guide(cards: Mapping[str, Card], environ: Mapping[str, str]) -> "_LazyGuide":
    return _LazyGuide(lambda: Guide(read_manual(), lambda: found(cards, environ)))


class _LazyGuide:
    """The manual is read when the guide is first asked, and not at start."""

    def __init__(self, make: Callable[[], Guide]) -> None:
        self._make = make
        self._guide: Guide | None = None

    def answer(self, request: Request) -> Iterable[Event]:
        if self._guide is None:
            self._guide = self._make()
        return self._guide.answer(request)


def found(cards: Mapping[str, Card], environ: Mapping[str, str]) -> str:
    """Which keys and servers were found, in a paragraph of markdown."""
    active = [card for card in cards.values() if not card.local and is_active(card, environ)]
    if not active:
        return "I found no API key in the environment."
    lines = [f"- **{card.title}** ({card.key_env or 'as configured'})" for card in active]
    return "I found what is needed for:\n\n" + "\n".join(lines)
