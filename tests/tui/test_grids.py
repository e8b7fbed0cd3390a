"""What a long technical answer looks like, in grids of text that can be read in a diff.

`LLMTUI_GRIDS=write` writes them anew: then look at what changed.
"""

import os
from pathlib import Path

import pytest

from llmtui.chat.message import Answer, Message
from llmtui.chat.parts import Part, Reasoning, Text
from llmtui.tui.drawing.message_view import MessageView
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.telling import Telling

GRIDS = Path(__file__).parent / "grids"
TECHNICAL = (GRIDS / "technical.md").read_text()
WIDTHS = (118, 78, 38)


def grid(parts: tuple[Part, ...], width: int, streaming: bool = False) -> str:
    """A message as it is drawn, a bar at the end of each line for the blanks to be seen."""
    answer = Answer("openai/gpt-5", "openai", outcome="streaming" if streaming else "complete")
    view = MessageView(Message("m", "assistant", parts, answer=answer))
    view.lay(Page(width, Palette.plain()), Telling())
    rows = (view.line(row).text.rstrip() for row in range(view.height))
    return "".join(f"{row}\n" for row in rows)


def check(name: str, found: str) -> None:
    path = GRIDS / f"{name}.txt"
    if os.environ.get("LLMTUI_GRIDS") == "write":
        path.write_text(found)
    assert found == path.read_text(), f"{path.name} looks otherwise now: LLMTUI_GRIDS=write writes it anew"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_technical_answer_looks_as_it_did(width: int) -> None:
    check(f"technical-{width}", grid((Text(TECHNICAL),), width))


@pytest.mark.parametrize("end", ["| LFU | the most", "        if value", "\\cdot t_m", "   - [ ] cho"])
def test_an_answer_that_is_cut_anywhere_looks_as_it_did(end: str) -> None:
    text = TECHNICAL[: TECHNICAL.index(end) + len(end)]
    name = "".join(sign if sign.isalnum() else "-" for sign in end).strip("-")
    tail = grid((Reasoning("They ask about caches.\nI should be brief."), Text(text)), 58, streaming=True)
    check(f"cut-at-{name}", "".join(tail.splitlines(keepends=True)[-16:]))
