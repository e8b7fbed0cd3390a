"""The model lists as providers gave them, kept on disk with their age."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from llmtui.chat.models import ModelFacts, ModelName
from llmtui.config import write_whole
from llmtui.providers.fact_fields import fits

DAY = 86_400.0


class Listing(NamedTuple):
    """What one provider listed at an address, and when (Unix seconds; 0 if it did not)."""

    url: str
    at: float
    models: tuple[ModelFacts, ...]


def read_listings(path: Path) -> dict[str, Listing]:
    """Every kept list, by provider. A damaged file is as good as none: lists can be asked for again."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        return {
            name: Listing(
                str(entry["url"]), float(entry["at"]), tuple(_facts(name, model) for model in entry["models"])
            )
            for name, entry in table.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return {}


def write_listings(path: Path, listings: Mapping[str, Listing]) -> None:
    """Raises OSError."""
    table = {
        name: {"url": listing.url, "at": listing.at, "models": [_as_table(facts) for facts in listing.models]}
        for name, listing in listings.items()
    }
    write_whole(path, json.dumps(table, ensure_ascii=False))


def _as_table(facts: ModelFacts) -> dict[str, Any]:
    said = {field: value for field, value in asdict(facts).items() if value not in (None, "")}
    return {**said, "name": facts.name.model}


def _facts(provider: str, table: Mapping[str, Any]) -> ModelFacts:
    rest = {field: value for field, value in table.items() if fits(field, value)}
    return ModelFacts(ModelName(provider, str(table["name"])), **rest)
