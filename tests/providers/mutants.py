"""Recorded frames with one place in them changed: dropped, emptied, doubled, of a wrong type, or another."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from llmtui.providers.dialect import Frame

Kind = Literal["dropped", "emptied", "doubled", "retyped", "revalued"]

# What a model writes for a tool: whatever is in there is its own, and of no wrong type.
FREE = frozenset({"args", "arguments", "input"})

EMPTY: tuple[object, ...] = (None, "", [], [None], {})
STRANGE: tuple[object, ...] = (
    *("?", 0, -1, 1.5, 10**30, True, False),
    *(["?"], [[[]]], {"?": None}),
)


@dataclass(frozen=True)
class Mutant:
    """One frame of a stream with one thing in it changed; `place` is where, for a person to find it."""

    number: int
    kind: Kind
    place: str
    frame: Frame

    def __str__(self) -> str:
        return f"frame {self.number}, {self.kind} {self.place}: {self.frame.data}"


def mutants(found: list[Frame], most: int, seed: str) -> list[Mutant]:
    """Every change of every frame not shaped like one before it; a sample, if there are more than `most`."""
    every = [mutant for number in _telling(found) for mutant in _of(number, found[number])]
    if len(every) <= most:
        return every
    # One seed for each recording: a failure comes again.
    return random.Random(seed).sample(every, most)


def _of(number: int, frame: Frame) -> Iterator[Mutant]:
    for kind, place, changed in changes(json.loads(frame.data), ""):
        yield Mutant(number, kind, place or "whole", Frame(json.dumps(changed), frame.event))


def changes(value: Any, place: str) -> Iterator[tuple[Kind, str, Any]]:
    """The value with one thing in it changed, for all things in it: how, where, and the changed value."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield "dropped", f"{place}.{key}", {k: kept for k, kept in value.items() if k != key}
            for kind, where, changed in _instead(item, f"{place}.{key}", deep=key not in FREE):
                yield kind, where, {**value, key: changed}
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield "dropped", f"{place}[{number}]", [*value[:number], *value[number + 1 :]]
            yield "doubled", f"{place}[{number}]", [*value[:number], item, *value[number:]]
            for kind, where, changed in _instead(item, f"{place}[{number}]"):
                yield kind, where, [*value[:number], changed, *value[number + 1 :]]


def _instead(item: Any, place: str, deep: bool = True) -> Iterator[tuple[Kind, str, Any]]:
    for empty in EMPTY:
        yield "emptied", place, empty
    for strange in STRANGE:
        # What was null had no type that could be wrong.
        same = item is None or _type(strange) == _type(item)
        yield "revalued" if same else "retyped", place, strange
    if deep:
        yield from changes(item, place)


def _type(value: object) -> object:
    return "number" if type(value) in (int, float) else type(value)


def _telling(found: list[Frame]) -> list[int]:
    """The numbers of the frames that are shaped like none before them."""
    shapes: set[str] = set()
    telling = []
    for number, frame in enumerate(found):
        try:
            shape = repr((frame.event, _shape(json.loads(frame.data))))
        except ValueError:
            continue
        if shape not in shapes:
            shapes.add(shape)
            telling.append(number)
    return telling


def _shape(value: Any) -> Any:
    match value:
        case dict():
            # What kind of event this is decides what its other fields mean.
            return {k: item if k in ("type", "object") else _shape(item) for k, item in value.items()}
        case list():
            return [_shape(item) for item in value]
        case str():
            return bool(value)
        case _:
            return type(value).__name__
