"""A line to a server that misbehaves, a question over it, and what is left when all is over."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from llmtui.chat.events import Done, Event, Failed, Stopped, Waiting
from llmtui.chat.failure import Failure
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.models import ModelName
from llmtui.chat.parts import Text
from llmtui.chat.request import Request
from llmtui.providers.card import Card
from llmtui.wire.clock import Clock
from llmtui.wire.curing import USUAL_CAPS, Caps
from llmtui.wire.line import Line
from llmtui.wire.timeouts import Timeouts

KEY = "sk-canary-0123456789"
NOW = 1_793_000_000.0
"""What the line's clock says it is: 2026-10-26 07:33:20 UTC."""


async def _at_once(seconds: float) -> None:
    await asyncio.sleep(0)


HASTY = Clock(wall=lambda: NOW, sleep=_at_once, chance=lambda: 0.0)
# Long enough for a shared machine to do what is asked of it, short enough to be waited for.
QUICK = Timeouts(connect=0.25, first_byte=0.5, idle=0.4)
STALLING = Timeouts(connect=5.0, first_byte=20.0, idle=0.4)
PATIENT = Timeouts(connect=5.0, first_byte=20.0, idle=20.0)
ASKING = Request(ModelName("loop", "the-model"), (Message("1", "user", (Text("Why is the sky blue?"),)),))

_FILES = Path("/dev/fd")
# Whatever a server does: with the timeouts above, and with two retries, an answer must have ended by then.
_ENDS_WITHIN = 10.0


@dataclass(slots=True)
class Heard:
    """What came of one question: the message, every event, and for how long the line would have waited."""

    message: Message
    events: list[Event] = field(default_factory=list)

    @property
    def answer(self) -> Answer:
        assert self.message.answer is not None
        return self.message.answer

    @property
    def failure(self) -> Failure:
        assert self.answer.error is not None, f"it did not fail: {self.events}"
        return self.answer.error

    @property
    def waits(self) -> list[float]:
        """For how many seconds it would have waited before it asked again, each time."""
        return [event.seconds for event in self.events if isinstance(event, Waiting) and event.why == "retry"]


@asynccontextmanager
async def line_to(
    url: str,
    dialect: str,
    timeouts: Timeouts = PATIENT,
    caps: Caps = USUAL_CAPS,
    retries: int = 2,
    clock: Clock = HASTY,
    **card: Any,
) -> AsyncIterator[Line]:
    """A line to this address; unless a clock is given, waiting for a retry takes it no time."""

    async def find(card: Card) -> str | Failure:
        return KEY

    known = replace(Card("loop", "Loop", dialect, url, key_env="LOOP_KEY"), **card)
    line = Line({"loop": known}, find, timeouts, caps, retries=retries, clock=clock)
    try:
        yield line
    finally:
        await line.close()


async def ask(line: Line, request: Request = ASKING, on: Callable[[Message], None] | None = None) -> Heard:
    """Ask, and hear the answer to its end."""
    heard = Heard(Message("2", "assistant", answer=Answer(requested=str(request.model))))
    async with asyncio.timeout(_ENDS_WITHIN), aclosing(line.stream(request)) as events:
        async for event in events:
            heard.events.append(event)
            heard.message = after(heard.message, event)
            if on is not None:
                on(heard.message)
    endings = [event for event in heard.events if isinstance(event, Done | Failed | Stopped)]
    assert len(endings) == 1, "an answer has exactly one ending"
    assert heard.events[-1] is endings[0], "and it comes last"
    assert KEY not in repr(heard.events), "the key is in no event"
    return heard


@asynccontextmanager
async def nothing_left_over() -> AsyncIterator[None]:
    """Whoever leaves this has left no task and no open file behind."""
    tasks, files = asyncio.all_tasks(), _open_files()
    yield
    # What was closed just now may need some turns of the loop to be gone.
    for _ in range(400):
        if asyncio.all_tasks() == tasks and _open_files() <= files:
            break
        await asyncio.sleep(0.005)
    assert asyncio.all_tasks() == tasks
    assert _open_files() <= files


def _open_files() -> int:
    return len(os.listdir(_FILES)) if _FILES.exists() else 0
