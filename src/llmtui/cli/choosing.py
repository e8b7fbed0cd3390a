"""Which model to begin with, and what there is to choose from."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

from llmtui.chat.models import GUIDE, parse_model
from llmtui.chat.nearest import did_you_mean
from llmtui.config import Remembered, Settings

if TYPE_CHECKING:
    from llmtui.providers.card import Card


class Misconfigured(NamedTuple):
    """What must be put right before llmtui can start."""

    message: str


class Choices(Protocol):
    """What a model is chosen from."""

    environ: Mapping[str, str]
    settings: Settings
    remembered: Remembered

    @property
    def provider_names(self) -> Collection[str]:
        """Every provider that can be named."""
        ...


def opening_model(choices: Choices, wanted: str) -> str | Misconfigured:
    """The `provider/model` to begin with: as told, as the environment says, as set, or as last time.

    Empty if none of them says anything: see `suggested_model`.
    """
    if wanted:
        return _checked(choices, wanted, "-m")
    if variable := choices.environ.get("LLM_MODEL", "").strip():
        return _from_environment(choices, choices.environ.get("LLM_PROVIDER", "").strip(), variable)
    if choices.settings.default_model:
        return _checked(choices, choices.settings.default_model, "default_model")
    remembered = parse_model(choices.remembered.model)
    if remembered and remembered.provider in choices.provider_names:
        return str(remembered)
    return ""


def fallbacks_from(choices: Choices, names: Collection[str], where: str) -> tuple[str, ...] | Misconfigured:
    """The models to fall back on as somebody wrote them, each as `provider/model`."""
    found: list[str] = []
    for name in names:
        model = _checked(choices, name, where)
        if isinstance(model, Misconfigured):
            return model
        found.append(model)
    return tuple(found)


def suggested_model(
    cards: "Mapping[str, Card]", environ: Mapping[str, str], kept: Collection[str] = ()
) -> str:
    """The model to begin with where only a key was given; the built-in guide where not even that."""
    from llmtui.providers.cards import is_active

    for card in cards.values():
        if card.suggested and is_active(card, environ, kept):
            return f"{card.name}/{card.suggested}"
    return GUIDE


def _from_environment(choices: Choices, provider: str, model: str) -> str | Misconfigured:
    """LLM_PROVIDER and LLM_MODEL mean a provider behind the Inference Gateway, if one is set, else ours."""
    if choices.environ.get("INFERENCE_GATEWAY_URL") and provider != "gateway":
        return f"gateway/{provider}/{model}" if provider else f"gateway/{model}"
    if not provider:
        return _checked(choices, model, "LLM_MODEL")
    return f"{provider}/{model}" if provider in choices.provider_names else f"gateway/{provider}/{model}"


def _checked(choices: Choices, name: str, where: str) -> str | Misconfigured:
    model = parse_model(name)
    if model is None:
        return Misconfigured(f"{where}: {name!r} is not a provider and a model, as in openai/gpt-4o-mini")
    if model.provider in choices.provider_names:
        return str(model)
    known = ", ".join(sorted(choices.provider_names))
    meant = did_you_mean(model.provider, choices.provider_names)
    return Misconfigured(
        f"{where}: there is no provider called {model.provider!r}.{meant} There are: {known}"
    )


def found(
    cards: "Mapping[str, Card]",
    environ: Mapping[str, str],
    servers: Collection[str],
    kept: Collection[str] = (),
) -> str:
    """Which keys and servers were found, in a paragraph of markdown; `servers` are those that answered, and
    `kept` the providers whose keys llmtui keeps."""
    from llmtui.providers.cards import is_active

    keys = [
        f"- **{card.title}** ({_key_place(card, environ, kept)})"
        for card in cards.values()
        if not card.local and is_active(card, environ, kept)
    ]
    here = [f"- **{cards[name].title}**, a server on this machine" for name in servers]
    if not keys and not here:
        return "I found no API key, and no server on this machine."
    return "I found what is needed for:\n\n" + "\n".join((*keys, *here))


def _key_place(card: "Card", environ: Mapping[str, str], kept: Collection[str]) -> str:
    if card.name in kept and not environ.get(card.key_env, "").strip():
        return "its key is kept"
    return card.key_env or "as configured"
