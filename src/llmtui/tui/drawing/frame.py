"""The lines above and below what a message says: who and when, how it ended and what it took."""

from collections.abc import Iterator

from llmtui.chat.message import Message
from llmtui.tui.drawing.lines import Line, Run, between, fits, wrap, wrap_whole
from llmtui.tui.drawing.page import Page
from llmtui.tui.drawing.telling import Telling, beside, ending, figures, names

NOT_SENT = "┄ what is above is no longer sent to the model · /trim 0 sends it again"


def head(
    message: Message, branch: tuple[int, int] | None, raw: bool, page: Page, telling: Telling
) -> Iterator[Line]:
    """Who speaks, and at the right what is told of them."""
    palette = page.palette
    told, branches = beside(message, branch, telling, palette)
    left = names(message, palette)
    if raw:
        left.append(Run(" · as written", palette.muted))
    apart = [Run("  ", palette.text)] if told and branches else []
    right = [*told, *apart, *branches]
    if fits(left, right, page.width):
        yield Line(between(left, right, page.width, palette.text), 0, palette.text)
        return
    # The turns that an answer took may not be left out because there is little room.
    yield Line(between(left, branches, page.width, palette.text), 0, palette.text)
    if message.answer is not None:
        yield from _wrapped(told, page)


def not_sent(page: Page) -> Iterator[Line]:
    """That what is above stays here."""
    return _wrapped([Run(NOT_SENT, page.palette.muted)], page)


def foot(message: Message, newest: bool, tokens: int, page: Page, telling: Telling) -> Iterator[Line]:
    """How it ended, its figures, and a blank line."""
    for said in ending(message, page.palette, newest):
        yield from _wrapped(said, page)
    if told := figures(message, tokens, telling, page.palette):
        yield from (Line(row, 0, page.palette.text) for row in wrap_whole(told, page.width))
    yield Line([], 0, page.palette.text)


def _wrapped(runs: list[Run], page: Page) -> Iterator[Line]:
    return (Line(row, 0, page.palette.text) for row in wrap(runs, page.width))
