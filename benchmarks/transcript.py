"""What drawing a conversation costs, beside the floor: `python -m benchmarks.transcript`.

The floor is the least that a renderer built for streaming can be in plain Textual: finished blocks kept
as strips in one ScrollView, the open one rendered again with rich's Markdown at most 30 times a second.
Both run headless at 120x40 in this process, one after the other, so that the machine's mood is shared;
figures are CPU seconds of the whole process. Read differences under a fifth as noise.
"""

import asyncio
import gc
import random
import statistics
from collections.abc import Awaitable, Callable
from time import perf_counter, process_time

from rich.markdown import Markdown
from textual.app import App, ComposeResult
from textual.events import Key
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Input

from llmtui.chat.events import Done, TextDelta
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.parts import Text
from llmtui.tui.conversation.transcript import Transcript

_WORDS = ("the", "model", "streams", "tokens", "into", "a", "terminal", "while", "nothing", "flickers")


def markdown_tokens(count: int, seed: int) -> list[str]:
    """About so many tokens of an answer: headings, prose, lists, code and tables."""
    chance = random.Random(seed)
    found: list[str] = []

    def prose(words: int) -> None:
        found.extend(f"{chance.choice(_WORDS)} " for _ in range(words))
        found.append("end.")

    while len(found) < count:
        kind = chance.random()
        if kind < 0.2:
            found.append("## ")
            prose(4)
        elif kind < 0.6:
            prose(chance.randint(30, 80))
        elif kind < 0.75:
            for _ in range(chance.randint(3, 7)):
                found.append("- ")
                prose(chance.randint(6, 16))
                found.append("\n")
        elif kind < 0.93:
            found += ["```", "python", "\n"]
            for place in range(chance.randint(6, 30)):
                found += [
                    "    ",
                    "def ",
                    f"fn_{place}",
                    "(",
                    "a",
                    ", ",
                    "b",
                    "):",
                    " return",
                    " a",
                    " +",
                    " b",
                    "\n",
                ]
            found.append("```")
        else:
            found += ["| a | b | c |\n", "|---|---|---|\n"]
            for _ in range(chance.randint(3, 8)):
                found += ["| ", "x ", "| ", "y ", "| ", "z ", "|\n"]
        found.append("\n\n")
    return found[:count]


class Floor(ScrollView):
    """Finished blocks rendered once; only the open block is rendered again."""

    DEFAULT_CSS = "Floor { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.done: list[Strip] = []
        self.tail: list[Strip] = []
        self.open = ""
        self.dirty = False

    def on_mount(self) -> None:
        self.set_interval(1 / 30, self.flush)

    def add(self, text: str) -> None:
        self.open += text
        self.dirty = True

    def strips(self, text: str) -> list[Strip]:
        console = self.app.console
        options = console.options.update(width=self.scrollable_content_region.width or 118)
        return [Strip(line) for line in console.render_lines(Markdown(text), options, pad=False)] + [
            Strip.blank(1)
        ]

    def flush(self) -> None:
        if not self.dirty:
            return
        self.dirty = False
        start = 0
        while (cut := self.open.find("\n\n", start)) >= 0:
            block = self.open[:cut]
            if block.count("```") % 2 == 0:
                if block.strip():
                    self.done += self.strips(block)
                self.open, start = self.open[cut + 2 :], 0
            else:
                start = cut + 2
        self.tail = self.strips(self.open) if self.open.strip() else []
        self.virtual_size = Size(self.size.width, len(self.done) + len(self.tail))
        self.call_after_refresh(self.scroll_end, animate=False)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        row = y + self.scroll_offset.y
        count = len(self.done)
        if row < count:
            strip = self.done[row]
        elif row - count < len(self.tail):
            strip = self.tail[row - count]
        else:
            strip = Strip.blank(self.size.width)
        return strip.adjust_cell_length(self.size.width)


class FloorApp(App[None]):
    """The floor and an input."""

    def compose(self) -> ComposeResult:
        yield Floor()
        yield Input()


class ChatApp(App[None]):
    """The transcript and an input."""

    CSS = "Transcript { height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield Transcript()
        yield Input()

    def on_mount(self) -> None:
        self.query_one(Input).focus()


def conversation(count: int) -> list[Message]:
    """A conversation of so many messages, answers of 250 tokens."""
    answer = Answer("groq/some-model", "groq", outcome="complete")
    texts = ["".join(markdown_tokens(250, seed)) for seed in range(50)]
    messages: list[Message] = []
    for place in range(count):
        if place % 2:
            parts = (Text(texts[place % 50]),)
            messages.append(Message(f"m{place}", "assistant", parts, answer=answer))
        else:
            messages.append(Message(f"m{place}", "user", (Text("And then?"),)))
    return messages


async def drawn(app: App[None]) -> None:
    """Until everything that was asked for is on the screen."""
    for _ in range(3):
        done = asyncio.Event()
        app.screen.call_after_refresh(done.set)
        await done.wait()


async def paced(tokens: list[str], rate: float, say: Callable[[str], None]) -> None:
    """Say the tokens at a rate a second, in the pieces that the clock gives."""
    began, said = perf_counter(), 0
    while said < len(tokens):
        due = min(len(tokens), int((perf_counter() - began) * rate) + 1)
        for token in tokens[said:due]:
            say(token)
        said = due
        if said < len(tokens):
            await asyncio.sleep(1 / rate)


async def flat_out(tokens: list[str], say: Callable[[str], None]) -> None:
    """As a fast server sends them: forty tokens, then whoever else wants to do something."""
    for start in range(0, len(tokens), 40):
        for token in tokens[start : start + 40]:
            say(token)
        await asyncio.sleep(0)


class Speaker:
    """Folds tokens into a streaming message, as the engine does."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self.message = Message("new", "assistant", answer=Answer("groq/some-model", "groq"))

    def __call__(self, token: str) -> None:
        self.message = after(self.message, TextDelta(token), 0.1)
        self.transcript.say(self.message)

    def end(self) -> None:
        self.message = after(self.message, Done("stop"), 1.0)
        self.transcript.say(self.message)


async def floor_costs(feed: Callable[[Callable[[str], None]], Awaitable[None]]) -> tuple[float, float]:
    """CPU and wall seconds of the floor for a stream."""
    app = FloorApp()
    async with app.run_test(size=(120, 40)):
        await drawn(app)
        floor = app.query_one(Floor)
        floor.add("".join(markdown_tokens(100, 99)))
        await asyncio.sleep(0.3)
        cpu, wall = process_time(), perf_counter()
        await feed(floor.add)
        while floor.dirty:  # noqa: ASYNC110 - the floor has no event to wait for
            await asyncio.sleep(0.002)
        await drawn(app)
        return process_time() - cpu, perf_counter() - wall


async def our_costs(
    feed: Callable[[Callable[[str], None]], Awaitable[None]], older: int = 2, typing: bool = False
) -> tuple[float, float, list[float]]:
    """CPU and wall seconds of the transcript for a stream, and what keys typed meanwhile took to be drawn."""
    app = ChatApp()
    echoes: list[float] = []
    async with app.run_test(size=(120, 40)):
        await drawn(app)
        transcript = app.query_one(Transcript)
        transcript.show(conversation(older))
        await asyncio.sleep(0.6)

        field = app.query_one(Input)

        async def keys() -> None:
            while True:
                began = perf_counter()
                app.post_message(Key("x", "x"))
                while len(field.value) <= len(echoes):  # noqa: ASYNC110 - nobody but a benchmark asks
                    await asyncio.sleep(0)
                done = asyncio.Event()
                app.screen.call_after_refresh(done.set)
                await done.wait()
                echoes.append(perf_counter() - began)
                await asyncio.sleep(0.1)

        speaker = Speaker(transcript)
        task = asyncio.create_task(keys()) if typing else None
        cpu, wall = process_time(), perf_counter()
        await feed(speaker)
        speaker.end()
        while transcript.waiting:  # noqa: ASYNC110 - nobody but a benchmark asks
            await asyncio.sleep(0.002)
        await drawn(app)
        spent = process_time() - cpu, perf_counter() - wall
        if task is not None:
            task.cancel()
        return *spent, echoes


async def opening(count: int) -> tuple[float, float, float]:
    """Seconds until a stored conversation is drawn, and CPU and worst seconds of going up a page in it."""
    messages = conversation(count)
    app = ChatApp()
    async with app.run_test(size=(120, 40)):
        await drawn(app)
        transcript = app.query_one(Transcript)
        transcript.show(conversation(2))
        await drawn(app)
        gc.collect()
        began = perf_counter()
        transcript.show(messages)
        await drawn(app)
        opened = perf_counter() - began
        cpu, worst = process_time(), 0.0
        for _ in range(30):
            began = perf_counter()
            transcript.scroll_page_up()
            await drawn(app)
            worst = max(worst, perf_counter() - began)
        return opened, (process_time() - cpu) / 30, worst


async def floor_and_ours(rate: float, seconds: float) -> tuple[float, float]:
    """CPU seconds per 1,000 tokens of the floor and of the transcript at a rate."""
    tokens = markdown_tokens(int(rate * seconds), 7)

    async def feed(say: Callable[[str], None]) -> None:
        await paced(tokens, rate, say)

    floor, _ = await floor_costs(feed)
    ours, _, _ = await our_costs(feed)
    return floor * 1000 / len(tokens), ours * 1000 / len(tokens)


async def flood() -> tuple[float, float, float, float]:
    """20,000 tokens at full rate: CPU and wall seconds of the floor, and of the transcript."""
    many = markdown_tokens(20_000, 7)

    async def feed(say: Callable[[str], None]) -> None:
        await flat_out(many, say)

    floor = await floor_costs(feed)
    cpu, wall, _ = await our_costs(feed)
    return *floor, cpu, wall


async def echo(older: int = 2) -> tuple[float, float]:
    """What a key takes to be drawn while 200 tokens a second arrive: the median and the 95th percentile."""
    tokens = markdown_tokens(2_000, 7)
    _, _, echoes = await our_costs(lambda say: paced(tokens, 200, say), older, typing=True)
    echoes.sort()
    return statistics.median(echoes), echoes[int(len(echoes) * 0.95)]


async def streaming_in(older: int) -> float:
    """CPU seconds per 1,000 tokens at 200 a second below so many older messages."""
    tokens = markdown_tokens(1_000, 7)
    cpu, _, _ = await our_costs(lambda say: paced(tokens, 200, say), older)
    return cpu * 1000 / len(tokens)


async def main() -> None:
    for rate in (100.0, 200.0):
        floor, ours = await floor_and_ours(rate, 8)
        times = f"{ours / floor:.2f} x"
        print(f"{rate:.0f} tokens/s: CPU s per 1,000: floor {floor:.2f}, transcript {ours:.2f}: {times}")
    median, p95 = await echo()
    print(f"a key at 200 tokens/s: {median * 1e3:.0f} ms, p95 {p95 * 1e3:.0f} ms")
    floor_cpu, floor_wall, cpu, wall = await flood()
    print(f"20,000 tokens at once: floor {floor_cpu:.2f} CPU s in {floor_wall:.2f} s", end="")
    print(f", transcript {cpu:.2f} CPU s in {wall:.2f} s")
    for count in (20, 1_000, 10_000):
        opened, page, worst = await opening(count)
        cpu = await streaming_in(count)
        print(f"{count:,} messages: open {opened * 1e3:.0f} ms; page up {page * 1e3:.0f} ms CPU", end="")
        print(f", {worst * 1e3:.0f} ms at worst; at 200 tokens/s {cpu:.2f} CPU s per 1,000")


if __name__ == "__main__":
    asyncio.run(main())
