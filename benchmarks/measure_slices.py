"""The longest that the loop is held by a hard text that is there already: opened, laid at another width or in
other colours, shown as it was written, gone to the middle of, and ended in one piece.

The real app at 120x40; what is counted is the CPU time of each turn of its loop.
"""

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.measure_hard import TEXTS
from benchmarks.transcript import markdown_tokens
from benchmarks.watched import Step, Watch, resized, themed, watched
from llmtui.chat.conversation import Conversation
from llmtui.chat.events import TextDelta, Usage
from llmtui.chat.message import Answer, Message
from llmtui.chat.parts import Part, Reasoning, Text
from llmtui.tui.drawing.body import Body
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.palette import Palette

_TURN = 50
_MARKDOWN = "".join(markdown_tokens(25_000, 3))[:100_000]
_CJK = "我们需要想一想，然后再说。" * 80_000
_LINES = "a line of what was thought and then written\n" * 23_000

_OPENED: dict[str, tuple[Part, ...]] = {
    "a list of 2,000 items": (Text(TEXTS["a list of 2,000 items"]),),
    "a table of 2,000 rows": (Text(TEXTS["a table of 2,000 rows"] + "\nthat was it\n"),),
    "a paragraph of 200 KB": (Text(TEXTS["a paragraph of 200 KB in one line"]),),
    "20,000 open stars": (Text(TEXTS["20,000 stars that open and do not close"]),),
    "100 KB of markdown": (Text(_MARKDOWN),),
    "a quote of 100 KB": (Text(TEXTS["a quote of 100 KB"]),),
    "400 KB of code": (Text(TEXTS["an open fence of 40 KB"] + TEXTS["an open fence of 40 KB"][10:] * 9),),
    "a thought of 1 MB in lines": (Reasoning(_LINES), Text("Well.")),
    "a thought of 1,000,000 CJK": (Reasoning(_CJK), Text("Well.")),
}

_USED = Usage(input=10, output=300_000, reasoning=250_000)
_ANSWER = Answer("provider/model", "provider", "model", usage=_USED, outcome="complete")


def figures() -> Iterator[Figure]:
    """For each text the worst turn of each moment."""
    _import_all()
    for name, parts in _OPENED.items():
        with tempfile.TemporaryDirectory() as folder:
            watch = asyncio.run(watched(Path(folder), list(_steps()), _conversation(parts)))
        yield from _told(name, watch)
    with tempfile.TemporaryDirectory() as folder:
        steps: list[Step] = ["it comes", TextDelta("first\n\n"), 0.5, TextDelta(_MARKDOWN)]
        watch = asyncio.run(watched(Path(folder), steps))
    yield from _told("an answer that ends with 100 KB at once", watch)


def _told(name: str, watch: Watch) -> Iterator[Figure]:
    for moment in watch.turns:
        if moment != "starting":
            yield Figure(f"{name}: {moment}", watch.worst(moment), "ms", _TURN)


def _steps() -> Iterator[Step]:
    yield from ("another width", resized(100), 1.2)
    yield from ("another theme", themed("nord"), 1.2)
    yield from ("its middle", _do(lambda watch: watch.app.transcript.scroll_to(y=_middle(watch))), 0.8)
    yield from ("a narrow page", resized(60), 1.2)
    yield from ("thoughts opened", _do(lambda watch: watch.app.transcript.show_all_reasoning("open")), 1.0)
    yield from ("as written", _do(_raw), 1.5)
    yield from ("the end", _do(lambda watch: watch.app.transcript.action_scroll_end()), 0.5)


def _do(act: Callable[[Watch], object]) -> Callable[[Watch], None]:
    def done(watch: Watch) -> None:
        watch.app.call_later(act, watch)

    return done


def _middle(watch: Watch) -> int:
    return watch.app.transcript.max_scroll_y // 2


def _raw(watch: Watch) -> None:
    transcript = watch.app.transcript
    transcript.current = 1
    transcript.toggle_raw()


def _conversation(parts: tuple[Part, ...]) -> Conversation:
    asked = Message("asked", "user", (Text("Say it"),))
    said = Message("said", "assistant", parts, parent="asked", answer=_ANSWER)
    return Conversation("hard", "Hard", messages=(asked, said), head="said", model="openai/gpt-4o-mini")


def _import_all() -> None:
    body = Body()
    body.update("# *a* `b` [c](http://d.example)\n\n|a|b|\n|-|-|\n\n```py\nx = 1\n```\n\n1. a\n\n> b $x^2$\n")
    body.lay(Page(80, Palette.plain()), live=False)
