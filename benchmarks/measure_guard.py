"""What it costs that nothing but words reaches the terminal, as a share of what a streaming answer costs.

The real app streams. All that it drew is then drawn once more with the guard and without it, in turns.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.segment import Segment
from textual.strip import Strip

from benchmarks.figure import Figure
from benchmarks.transcript import markdown_tokens
from benchmarks.watched import Step, Watch, watched
from llmtui.chat.events import TextDelta
from llmtui.tui.terminal import textual_fixes

_TOKENS = 2_000
_ROUNDS = 15


class _Seen:
    """The segments of every strip that was drawn, and the CPU seconds in which they were."""

    def __init__(self) -> None:
        self.strips: list[Sequence[Segment]] = []
        self.seconds = 0.0

    def begin(self, watch: Watch) -> None:
        guarded = Strip.render

        def render(strip: Strip, console: Console) -> str:
            if strip._render_cache is None:
                self.strips.append(tuple(strip))
            return guarded(strip, console)

        Strip.render = render  # type: ignore[method-assign, assignment]
        self.seconds = watch.worked()

    def end(self, watch: Watch) -> None:
        self.seconds = watch.worked() - self.seconds


def figures() -> Iterator[Figure]:
    """The share, which may be three hundredths."""
    seen = _Seen()
    deltas = map(TextDelta, markdown_tokens(_TOKENS, 3))
    steps: list[Step] = [seen.begin, *deltas, 0.5, seen.end]
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(watched(Path(folder), steps))
    guarded, bare = _drawn_again(seen.strips)
    yield Figure("strips drawn again with the guard", 1000 * guarded, "ms")
    yield Figure("strips drawn again without it", 1000 * bare, "ms")
    yield Figure("the guard's share of a stream", 100 * (guarded - bare) / seen.seconds, "%", 3)


def _drawn_again(strips: Sequence[Sequence[Segment]]) -> tuple[float, float]:
    guarded, bare = [], []
    for _ in range(_ROUNDS):
        undo = textual_fixes.guard()
        guarded.append(_drawing(strips))
        undo()
        bare.append(_drawing(strips))
    return min(guarded), min(bare)


def _drawing(strips: Sequence[Sequence[Segment]]) -> float:
    """CPU seconds."""
    console = Console(force_terminal=True, color_system="truecolor")
    fresh = [Strip(segments) for segments in strips]
    began = time.process_time()
    for strip in fresh:
        strip.render(console)
    return time.process_time() - began
