"""The cards: read from their `.toml` files and from the user's tables, fitted to the environment."""

import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from llmtui.chat.failure import Failure
from llmtui.providers.addresses import base_url_from, is_base_url, path_of, port_of
from llmtui.providers.card import Card
from llmtui.providers.dialects import MODULES
from llmtui.providers.fact_fields import FACTS, fits
from llmtui.providers.shelf import FOLDER


class _UnfitError(Exception):
    """A value that is not what its field holds; the message says what it should be."""


def read_cards() -> dict[str, Card]:
    """The cards that come with llmtui, by name. A card that is broken is a bug, and raises ValueError."""
    cards: dict[str, Card] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        found = _read(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
        if isinstance(found, Failure):
            raise ValueError(f"{path.name}: {found.message}")
        cards[path.stem] = Card(path.stem, **found)
    return cards


def card_from_table(name: str, table: object, base: Card | None = None) -> Card | Failure:
    """The card that a table describes, over `base` if it changes a card that exists.

    It counts as configured. A wrong table is a Failure that names the field: `providers.NAME.FIELD`.
    """
    if not name or name == "builtin" or "/" in name or not name.isprintable() or len(name.split()) != 1:
        return _wrong(f"providers.{name!r}", "a provider's name holds no slash and no blank")
    found = _read(name, table)
    if isinstance(found, Failure):
        return found
    if base is None:
        if "base_url" not in found:
            return _wrong(f"providers.{name}.base_url", "it is missing")
        base = Card(name, name, "openai-chat", "")
    if base.elsewhere and found.get("base_url", base.base_url) != base.base_url:
        found.setdefault("dialect", base.elsewhere)
    if "dialect" in found:
        # Ollama lists its models in one place where it speaks its own language, in another where OpenAI's.
        places = ("api/tags", "models") if found["dialect"].startswith("ollama") else ("models", "api/tags")
        if base.models_path == places[1]:
            found.setdefault("models_path", places[0])
    return replace(base, **found, configured=True)


def _read(name: str, table: object) -> dict[str, Any] | Failure:
    """The fields of a card that a table sets."""
    if not isinstance(table, Mapping):
        return _wrong(f"providers.{name}", "it must be a table")
    found: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _FIELDS:
            return _wrong(f"providers.{name}.{key}", f"there is no such setting, but {', '.join(_FIELDS)}")
        field, read = _FIELDS[key]
        try:
            found[field] = read(value)
        except _UnfitError as unfit:
            return _wrong(f"providers.{name}.{key}", str(unfit))
    return found


def with_environment(card: Card, environ: Mapping[str, str]) -> Card:
    """The card with the base URL that its `url_env` variable holds, if that holds one.

    For a server on this machine the variable may be as short as `0.0.0.0` or `box:8080`: scheme, port and
    path are then the card's own. Elsewhere only a path is added, if the card says which.
    """
    text = environ.get(card.url_env, "").strip() if card.url_env else ""
    if not text:
        return _at_its_root(card)
    path = path_of(card.base_url) if card.local else card.url_path
    port = port_of(card.base_url) if card.local else None
    try:
        url = base_url_from(text, path, port)
    except ValueError:
        url = text
    # What is no address stays as it is and cannot be reached: nothing goes to another place than was meant.
    if url != card.base_url:
        # Another server may not have the model that the card suggests, nor speak as this one does.
        card = replace(card, base_url=url, suggested="", dialect=card.elsewhere or card.dialect)
    return _at_its_root(card)


def _at_its_root(card: Card) -> Card:
    """The card; an Ollama that is still addressed at its compatible endpoint is asked beside it."""
    if not card.dialect.startswith("ollama"):
        return card
    return replace(card, base_url=card.base_url.removesuffix("/v1"))


def is_active(card: Card, environ: Mapping[str, str], kept: Collection[str] = ()) -> bool:
    """Whether somebody means to use this provider: it is configured, the environment names it, or a key is
    kept for it; `kept` are the providers of which that is so.

    A server on this machine that nobody named is active if it answers, which only the wire can tell.
    LLM_PROVIDER names one behind the Inference Gateway, if there is one.
    """
    named = (card.key_env, card.url_env)
    behind_the_gateway = bool(environ.get("INFERENCE_GATEWAY_URL", "").strip())
    return (
        card.configured
        or card.name in kept
        or any(name and environ.get(name, "").strip() for name in named)
        or (not behind_the_gateway and environ.get("LLM_PROVIDER", "").strip() == card.name)
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _UnfitError("it must be a text")
    return value.strip()


def _variable(value: object) -> str:
    name = _text(value)
    if not (name.isascii() and name.replace("_", "a").isalnum()):
        # Whoever puts the key itself here must not see it in a message.
        raise _UnfitError("it must be the name of an environment variable, not a key")
    return name


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _UnfitError("it must be true or false")
    return value


def _url(value: object) -> str:
    url = _text(value).rstrip("/")
    if not is_base_url(url):
        raise _UnfitError("it must be an address that begins with http:// or https://, without ? and #")
    return url


def _dialect(value: object) -> str:
    return _one_of(*MODULES)(value)


def _models(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise _UnfitError('it must be a list of model names: ["gpt-4o", "llama-3.3-70b"]')
    return tuple(item.strip() for item in value)


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _UnfitError("it must be a whole number of at least 1")
    return value


def _headers(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise _UnfitError('it must be a table of texts: { X-Team = "blue" }')
    for name, text in value.items():
        if not isinstance(text, str) or not (text.isascii() and text.isprintable()):
            raise _UnfitError(f"the header {name} must be a text in ASCII, on one line")
        if not (name.isascii() and name.replace("-", "a").replace("_", "a").isalnum()):
            raise _UnfitError(f"no header can be called {name!r}")
    return dict(value)


def _model_facts(value: object) -> dict[str, dict[str, object]]:
    if not isinstance(value, Mapping) or not all(isinstance(table, Mapping) for table in value.values()):
        raise _UnfitError('it must hold a table for each model: [providers.NAME.model."llama-3"]')
    return {str(model): _one_models_facts(str(model), table) for model, table in value.items()}


def _one_models_facts(model: str, table: Mapping[str, object]) -> dict[str, object]:
    for name, said in table.items():
        kind = FACTS.get(name)
        if kind is None:
            raise _UnfitError(f"of {model!r}: there is no {name}, but {', '.join(FACTS)}")
        if not fits(name, said):
            raise _UnfitError(f"of {model!r}: {name} must be {kind}")
    return dict(table)


def _one_of(*words: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise _UnfitError(f"it must be {' or '.join(words)}")
        return value

    return read


# What a table may set: the card's field, and how it is read.
_FIELDS: Mapping[str, tuple[str, Callable[[object], object]]] = {
    "title": ("title", _text),
    "dialect": ("dialect", _dialect),
    "base_url": ("base_url", _url),
    "auth": ("auth", _one_of("bearer", "x-api-key", "x-goog-api-key", "api-key", "none")),
    "api_key_env": ("key_env", _variable),
    "api_key_cmd": ("key_cmd", _text),
    "url_env": ("url_env", _variable),
    "headers": ("headers", _headers),
    "local": ("local", _flag),
    "models": ("models", _models),
    "model": ("facts", _model_facts),
    "suggest": ("suggested", _text),
    "usage_option": ("usage_option", _flag),
    "limit_field": ("limit_field", _one_of("max_tokens", "max_completion_tokens")),
    "inline_thinking": ("inline_thinking", _flag),
    "effort_field": ("effort_field", _one_of("none", "reasoning_effort", "reasoning", "thinking")),
    "replay": ("replay", _one_of("none", "reasoning_content", "reasoning", "reasoning_details")),
    "prefill": ("prefill", _one_of("none", "plain", "prefix", "final_message")),
    "models_path": ("models_path", _text),
    "routes": ("routes", _flag),
    "query": ("query", _headers),
    "elsewhere": ("elsewhere", _dialect),
    "url_path": ("url_path", _text),
    "seed_field": ("seed_field", _one_of("seed", "random_seed")),
    "summaries": ("summaries", _flag),
    "streams": ("streams", _flag),
    "concurrent": ("concurrent", _count),
    "requests_per_minute": ("requests_per_minute", _count),
    "tokens_per_minute": ("tokens_per_minute", _count),
    "allow_insecure": ("allow_insecure", _flag),
    "ca_file": ("ca_file", _text),
}


def _wrong(place: str, why: str) -> Failure:
    return Failure("configuration", f"{place}: {why}", hint="Correct it in config.toml.")
