"""How quickly five thousand models are searched."""

import asyncio
import random
import time
from collections.abc import Iterator

from textual.app import App
from textual.widgets import Input

from benchmarks.figure import Figure
from llmtui.chat.models import ModelFacts, ModelName
from llmtui.config import Remembered
from llmtui.tui.panels.choices import model_choices
from llmtui.tui.panels.picker import Picker

_MODELS = 5_000
_ROUNDS = 5
_TYPED = "gpt mini 4"
_WORDS = (
    *("gpt", "claude", "llama", "qwen", "mistral", "gemini", "sonnet", "opus", "mini", "large", "instruct"),
    *("preview", "turbo", "vision", "coder", "thinking", "70b", "8b", "405b", "3.5", "4.1", "2.5"),
)


def figures() -> Iterator[Figure]:
    """From a key to the list that it leaves, while typing; and opening the list."""
    rounds = [asyncio.run(_search()) for _ in range(_ROUNDS)]
    opened = min(seconds for seconds, _ in rounds)
    keys = [min(times) for times in zip(*(keys for _, keys in rounds), strict=True)]
    yield Figure(f"opening {_MODELS:,} models", opened * 1000, "ms", 200)
    yield Figure("a key in the list, at worst", max(keys) * 1000, "ms", 50)
    yield Figure("a key in the list, on average", sum(keys) / len(keys) * 1000, "ms")


async def _search() -> tuple[float, list[float]]:
    """Seconds until the list is there, and for each key until what it leaves is in the list."""
    known = _models()
    app = App[None]()
    picker = Picker("Models", lambda: model_choices(known, Remembered(), ""))
    async with app.run_test(size=(120, 40)) as pilot:
        began = time.perf_counter()
        await app.push_screen(picker)
        await pilot.pause(0)
        opened = time.perf_counter() - began
        keys = []
        field = picker.query_one(Input)
        for end in range(1, len(_TYPED) + 1):
            began = time.perf_counter()
            field.value = _TYPED[:end]
            await pilot.pause(0)
            keys.append(time.perf_counter() - began)
    return opened, keys


def _models() -> tuple[ModelFacts, ...]:
    chance = random.Random(1)
    return tuple(
        ModelFacts(
            ModelName(f"provider{number % 20}", f"maker/{'-'.join(chance.sample(_WORDS, 4))}-{number}"),
            context=128_000,
            input_price=1.0,
            output_price=2.0,
            tools=True,
        )
        for number in range(_MODELS)
    )
