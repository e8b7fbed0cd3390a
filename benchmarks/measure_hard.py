"""What one draw costs of texts that are hard to draw: the longest of each kind, and those made to hurt.

Each comes in pieces of 200 characters, and after each the whole body is laid, as a draw does. What is
counted is CPU time, because a promise about a frame is one about our work and not about the neighbours'.
"""

import gc
import time
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.figure import Figure
from llmtui.tui.drawing.body import Body
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.palette import Palette

_PIECE = 200
_WIDTH = 100
# A frame is 50 ms, and drawing the lines is not all of it.
_FRAME = 50
_CODE = "".join(f"value_{count} = compute(value_{count}, 'text', {count})  # note\n" for count in range(750))
_ITEM = "item with **some** words\n"
_QUOTED = "> a line of a quote that says *something* and more\n"

TEXTS = {
    "an open fence of 40 KB": f"```python\n{_CODE}",
    "an open fence of 40 KB in a list": "1. do\n\n   ```python\n   " + _CODE.replace("\n", "\n   "),
    "a table of 2,000 rows": "| a | bb | ccc |\n|---|--:|---|\n"
    + "".join(f"| row {count} | {count * 7} | words that say `what` it **is** |\n" for count in range(2_000)),
    "a table of 2,000 rows wider than the page": "|"
    + " column with a name |" * 12
    + "\n"
    + "|---" * 12
    + "|\n"
    "" + ("|" + " a cell of words |" * 12 + "\n") * 2_000,
    "a list of 2,000 items": f"- {_ITEM}" * 2_000,
    "a list of 2,000 items in an item": "- top\n" + f"  - {_ITEM}" * 2_000,
    "a quote of 100 KB": (_QUOTED * 6 + ">\n") * 340,
    "a quote of 100 KB in one paragraph": _QUOTED * 2_000,
    "a paragraph of 200 KB in one line": "word and *other* words " * 9_000,
    "a paragraph of 200 KB in short lines": "a line that *never* ends with a blank one\n" * 5_000,
    "160,000 images that are none": "![[]()" * 160_000,
    "50,000 quotes in each other": ">" * 50_000,
    "20,000 stars that open and do not close": "*a **a " * 10_000,
    "50,000 brackets": "[" * 50_000,
    "50,000 bars": "|" * 50_000,
    "1,000 definitions and their uses": "".join(
        f"see [r{count}]\n\n[r{count + 9}]: http://a.example/{count}\n\n" for count in range(1_000)
    ),
}


@dataclass(frozen=True, slots=True)
class _Cost:
    feed: float
    lay: float
    total: float
    whole: float


def figures() -> Iterator[Figure]:
    """For each text the longest draw, all of them together, and the same text laid at once."""
    page = Page(_WIDTH, Palette.plain())
    _cost("*first* `words`\n\n|a|b|\n|-|-|\n\n```py\nx\n```\n", page)
    for name, text in TEXTS.items():
        cost = _cost(text, page)
        yield Figure(f"{name}: feeding, at worst", cost.feed * 1000, "ms", _FRAME)
        yield Figure(f"{name}: laying, at worst", cost.lay * 1000, "ms", _FRAME)
        yield Figure(f"{name}: all draws", cost.total, "s")
        yield Figure(f"{name}: at once", cost.whole * 1000, "ms")


def _cost(text: str, page: Page) -> _Cost:
    # The app looks for garbage while nobody waits.
    gc.collect()
    gc.disable()
    try:
        body = Body()
        feed = lay = total = 0.0
        for end in range(_PIECE, len(text) + _PIECE, _PIECE):
            began = time.process_time()
            body.update(text[:end])
            fed = time.process_time()
            body.lay(page, live=True)
            done = time.process_time()
            feed, lay, total = max(feed, fed - began), max(lay, done - fed), total + done - began
        began = time.process_time()
        fresh = Body()
        fresh.update(text)
        fresh.lay(page, live=False)
        return _Cost(feed, lay, total, time.process_time() - began)
    finally:
        gc.enable()
