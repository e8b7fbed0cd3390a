"""A line to one server, with a clock that a test winds: for every test of what is waited for."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from llmtui.chat.events import Done, Event, Failed, Waiting
from llmtui.chat.failure import Failure
from llmtui.chat.message import Message
from llmtui.chat.models import ModelName
from llmtui.chat.parts import Text
from llmtui.chat.request import Request
from llmtui.providers.card import Card
from llmtui.wire.clock import Clock
from llmtui.wire.line import Line

KEY = "sk-canary-0123456789"
ASKING = Request(ModelName("loop", "some-model"), (Message("1", "user", (Text("Hello?"),)),))
NOON = 1_792_567_680.0  # Wed, 21 Oct 2026 07:28:00 GMT


@dataclass
class Wound:
    """Time that passes only while somebody sleeps, and then at once; `slept` are the sleeps."""

    chance: float = 0.0
    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    @property
    def clock(self) -> Clock:
        return Clock(lambda: NOON + self.now, lambda: self.now, self.sleep, lambda: self.chance)


@dataclass
class Stopped:
    """Time that never passes: who sleeps sleeps for ever; `asleep` is set once somebody does."""

    asleep: asyncio.Event = field(default_factory=asyncio.Event)

    async def sleep(self, seconds: float) -> None:
        self.asleep.set()
        await asyncio.Event().wait()

    @property
    def clock(self) -> Clock:
        return Clock(lambda: NOON, lambda: 0.0, self.sleep, lambda: 0.0)


def asking_of(provider: str) -> Request:
    """The question, for another provider."""
    return replace(ASKING, model=ModelName(provider, "some-model"))


def card_at(url: str, **more: Any) -> Card:
    return replace(Card("loop", "Loop", "openai-chat", url, key_env="LOOP_KEY"), **more)


@asynccontextmanager
async def line_to(
    *cards: Card, key: str = KEY, clock: Clock | None = None, **more: Any
) -> AsyncIterator[Line]:
    async def find(card: Card) -> str | Failure:
        return key

    line = Line({card.name: card for card in cards}, find, clock=clock or Wound().clock, **more)
    try:
        yield line
    finally:
        await line.close()


async def asked(line: Line, request: Request = ASKING) -> list[Event]:
    """Every event of an answer, the one ending last, and no key in them."""
    found = [event async for event in line.stream(request)]
    assert [event for event in found if isinstance(event, Done | Failed)] == found[-1:]
    assert KEY not in repr(found)
    return found


def failure_in(found: Iterable[Event]) -> Failure:
    *_, last = found
    assert isinstance(last, Failed)
    return last.failure


def waits_in(found: Iterable[Event], why: str = "retry") -> list[Waiting]:
    return [event for event in found if isinstance(event, Waiting) and event.why == why]
