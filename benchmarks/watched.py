"""The real app on a terminal that swallows what is written, watched: each turn of its loop, and each key."""

import asyncio
import gc
import threading
import time
from asyncio.events import Handle
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size

from llmtui.chat.conversation import Conversation
from llmtui.chat.events import Done, Event
from llmtui.chat.request import Request
from llmtui.tui.app import LlmtuiApp
from llmtui.tui.needs import Opening
from tests.engine.scripted import RememberingKeeper, ScriptedLine
from tests.tui import stage

RATE = 200
_SIZE = (120, 40)
_KEY_SECONDS = 0.15
_MOST_SECONDS = 90
# Letters that no text of a benchmark has in this order.
_KEYS = "qzxjkvw"

# An event to say, how long to be silent, what comes now to be known as, or something to do.
Step = Event | float | str | Callable[["Watch"], None]


class Watch:
    """What was seen while an app ran: CPU seconds of turns by the moment they belong to, and of keys."""

    def __init__(self) -> None:
        self.app: LlmtuiApp
        self.moment = "starting"
        self.turns: dict[str, list[float]] = {}
        self.collections: list[float] = []
        self.keys: dict[str, list[float]] = {}
        self.typed = ""
        self._pressed: list[tuple[str, str, float]] = []
        self._clock = time.pthread_getcpuclockid(threading.get_ident())

    def turn(self, seconds: float) -> None:
        """The loop did one thing."""
        self.turns.setdefault(self.moment, []).append(seconds)

    def press(self, key: str, began: float) -> None:
        """A key arrives that was pressed when the loop's thread had worked for so long."""
        self.typed += key
        self._pressed.append((self.typed[-6:], self.moment, began))
        self.app.post_message(events.Key(key, key))

    def written(self, data: str) -> None:
        """The terminal is sent this."""
        for seen, moment, began in self._pressed[:1]:
            if seen in data:
                self.keys.setdefault(moment, []).append(self.worked() - began)
                del self._pressed[0]

    def worked(self) -> float:
        """The CPU seconds that the loop's thread has worked."""
        return time.clock_gettime(self._clock)

    def worst(self, moment: str) -> float:
        """The longest turn of a moment, in milliseconds."""
        return 1000 * max(self.turns.get(moment, [0.0]))

    def key(self, share: float) -> float:
        """What such a share of the keys was answered within, in milliseconds."""
        all_keys = sorted(seconds for of_moment in self.keys.values() for seconds in of_moment)
        return 1000 * all_keys[min(len(all_keys) - 1, int(share * len(all_keys)))] if all_keys else 0.0


class _Terminal(HeadlessDriver):
    watch: Watch

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.watch.written(data)


class _Line(ScriptedLine):
    """Says the steps of a script at the rate that they ask for."""

    def __init__(self, watch: Watch, steps: Sequence[Step]) -> None:
        super().__init__()
        self._watch, self._steps = watch, steps
        self.over = asyncio.Event()

    async def stream(self, request: Request, watched: asyncio.Event) -> AsyncGenerator[Event, None]:
        due = time.perf_counter()
        for step in self._steps:
            if isinstance(step, str):
                self._watch.moment = step
            elif isinstance(step, float):
                await asyncio.sleep(step)
                due = time.perf_counter()
            elif callable(step):
                step(self._watch)
            else:
                yield step
                due += 1 / RATE
                await asyncio.sleep(max(0, due - time.perf_counter()))
        self._watch.moment = "it ends"
        self.over.set()
        yield Done("stop")


def resized(width: int) -> Callable[[Watch], None]:
    """The terminal gets another width."""

    def act(watch: Watch) -> None:
        size = Size(width, _SIZE[1])
        driver = watch.app._driver
        assert isinstance(driver, HeadlessDriver)
        driver._size = size
        watch.app.post_message(events.Resize(size, size))

    return act


def themed(name: str) -> Callable[[Watch], None]:
    """The app gets another theme."""

    def act(watch: Watch) -> None:
        watch.app.theme = name

    return act


async def watched(folder: Path, steps: Sequence[Step], conversation: Conversation | None = None) -> Watch:
    """Ask a question in the app, or in this conversation, that is answered with these steps."""
    watch = Watch()
    line, keeper = _Line(watch, steps), RememberingKeeper()
    if conversation is not None:
        keeper.conversations[conversation.id] = conversation
    opening = Opening(model=stage.MODEL, resume=conversation.id if conversation else "")
    watch.app = app = stage.app(folder, line, keeper, opening)
    app.driver_class = type("Terminal", (_Terminal,), {"watch": watch})
    with _turns(watch), _collections(watch):
        watch.moment = "opening" if conversation else "starting"
        running = asyncio.create_task(app.run_async(size=_SIZE))
        # What is imported while nothing happens is no part of what is measured here.
        await asyncio.sleep(1.5)
        stop = threading.Event()
        typing = threading.Thread(target=_type, args=(watch, asyncio.get_running_loop(), stop), daemon=True)
        app.call_later(lambda: app.session.ask("Go on"))
        typing.start()
        await asyncio.wait_for(line.over.wait(), _MOST_SECONDS)
        await asyncio.sleep(2.0)
        stop.set()
        app.call_later(app.exit)
        await running
    return watch


def _type(watch: Watch, loop: asyncio.AbstractEventLoop, stop: threading.Event) -> None:
    for key in cycle(_KEYS):
        if stop.wait(_KEY_SECONDS):
            return
        loop.call_soon_threadsafe(watch.press, key, watch.worked())


@contextmanager
def _turns(watch: Watch) -> Iterator[None]:
    run = Handle._run

    def timed(self: Handle) -> None:
        began = time.thread_time()
        run(self)
        watch.turn(time.thread_time() - began)

    Handle._run = timed  # type: ignore[method-assign]
    try:
        yield
    finally:
        Handle._run = run  # type: ignore[method-assign]


@contextmanager
def _collections(watch: Watch) -> Iterator[None]:
    began = 0.0

    def told(phase: str, info: Mapping[str, Any]) -> None:
        nonlocal began
        if phase == "start":
            began = time.thread_time()
        elif info["generation"] == 2:
            watch.collections.append(time.thread_time() - began)

    gc.callbacks.append(told)
    try:
        yield
    finally:
        gc.callbacks.remove(told)
