"""Writes the README's screenshots from the running app: `make shot`.

Pictures to judge a long answer by, in two themes and three sizes: `make looks INTO=…` (docs/looks.py).
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from docs.picture import draw
from llmtui.chat.allowance import Allowance
from llmtui.chat.conversation import Conversation
from llmtui.chat.events import Event, ModelReported, ReasoningDelta, TextDelta
from llmtui.chat.message import Answer, Message, Timing
from llmtui.chat.models import GUIDE, ModelFacts, ModelName
from llmtui.chat.parts import Text
from llmtui.chat.request import Request
from llmtui.cli.choosing import Misconfigured
from llmtui.cli.wiring import House, build
from llmtui.engine.means import Means
from llmtui.engine.needs import Line, Start
from llmtui.tui.app import LlmtuiApp
from llmtui.tui.needs import Opening, Surroundings

SCREENSHOTS = Path(__file__).parent / "screenshots"
MODEL = ModelName("groq", "deepseek-r1-distill-llama-70b")
SIZE = (108, 38)
HOUR = 3600

THOUGHTS = """\
Okay, so I'm trying to understand the differences between goroutines and threads. Both run \
concurrently, but who schedules them? The operating system knows nothing of goroutines: the Go runtime \
multiplexes many of them onto a few threads. That also explains why their stacks can start so small.
"""

ANSWER = """\
Both let a program do several things at once. What differs is **who looks after them**:

| | thread | goroutine |
|---|---|---|
| scheduled by | the operating system | the Go runtime |
| stack | about 1 MiB, fixed | 2 KiB, grows |
| switching | through the kernel | a few registers |

So starting ten thousand of them is ordinary Go:

```go
var group sync.WaitGroup
for i := range 10_000 {
    group.Go(func() { fetch(urls[i]) })
}
group.Wait() // returns when every one is done
```

They talk over **channels** rather than through shared memory, and a blocked goroutine
"""


@dataclass(frozen=True, slots=True)
class Scripted:
    """A line to a model that says its piece as fast as a quick provider, and does not come to an end."""

    def allowances(self, provider: str) -> tuple[Allowance, ...]:
        return ()

    async def stream(self, request: Request, watched: asyncio.Event) -> AsyncGenerator[Event, None]:
        await asyncio.sleep(0.4)
        yield ModelReported(request.model.model)
        for piece in _pieces(THOUGHTS):
            yield ReasoningDelta(piece)
            await asyncio.sleep(0.02)
        for piece in _pieces(ANSWER.rstrip()):
            yield TextDelta(piece)
            await asyncio.sleep(0.02)
        await asyncio.Event().wait()


@dataclass(frozen=True, slots=True)
class Listed:
    """The models that a picker would show."""

    known: tuple[ModelFacts, ...] = (ModelFacts(MODEL, "", 131_072, 8_192, 0.75, 0.99, True, True, False),)
    troubles: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()
    age: float | None = None

    async def look(self, changed: Callable[[], None], anew: bool = False) -> None:
        changed()

    async def learn(self) -> None:
        return None

    def suggestion(self) -> str:
        return str(MODEL)

    def facts(self, model: str) -> ModelFacts | None:
        return next((facts for facts in self.known if str(facts.name) == model), None)


def _pieces(text: str) -> Iterator[str]:
    return (text[place : place + 9] for place in range(0, len(text), 9))


def _earlier(title: str, hours: float) -> Conversation:
    then = time.time() - hours * HOUR
    question = Message(f"q-{title}", "user", (Text(title),), created=then)
    done = Answer(str(MODEL), MODEL.provider, MODEL.model, timing=Timing(0.4, 2.0), outcome="complete")
    answer = Message(f"a-{title}", "assistant", (Text("…"),), question.id, then + 2, done)
    conversation = Conversation(f"c-{title}", title, then, then, model=str(MODEL))
    return conversation.adding(question).adding(answer)


async def shoot(house: House, name: str, opening: Opening, seconds: float, *keys: str) -> None:
    """Open the app, let it run for so long, press keys, and write what it shows."""

    def means(start: Start) -> Means:
        line: Line = house.line if opening.model == GUIDE else Scripted()
        return Means(line, house.history, start)

    app = LlmtuiApp(
        Surroundings(
            means, Listed(), house.paths, house.settings, house.remembered, opening, house.provider_names
        )
    )
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(seconds)
        await pilot.press(*keys)
        await pilot.pause()
        draw(app, SCREENSHOTS / f"{name}.svg")


async def main() -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        places = {f"LLMTUI_{place}_DIR": f"{directory}/{place}" for place in ("DATA", "CONFIG", "STATE")}
        house = build(places)
        assert not isinstance(house, Misconfigured), house.message
        guided = Opening(prompt="Hello", model=GUIDE)
        await shoot(house, "first-run", guided, 2)
        for title, hours in (("SQL window functions", 2), ("Trip to Kyoto", 26), ("Sourdough at 4 °C", 75)):
            await house.history.begin(_earlier(title, hours))
        asked = guided._replace(
            prompt="What's the difference between goroutines and threads?", model=str(MODEL)
        )
        await shoot(house, "answer", asked, 3.2, "ctrl+t")
        await house.close()


if __name__ == "__main__":
    asyncio.run(main())
