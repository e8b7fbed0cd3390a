"""The status line: the model, how full its context is, what streams, and what is wrong."""

from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from llmtui.terminal import safe_line
from llmtui.tui.drawing.lines import shortened as shortened_to

# From this importance on a part is worth cutting the name of the model; and to how many cells at most.
_WORTH_A_CUT = 8
_SHORTEST_NAME = 8
# And from this one on a part is told whatever the line is needed for.
_URGENT = 10


class Status(NamedTuple):
    """What the status line says. Tokens are whole numbers, costs US dollars, the rate tokens a second."""

    model: str = ""
    context: int = 0
    context_estimated: bool = True
    context_limit: int | None = None
    draft_tokens: int = 0
    draft_cost: float | None = None
    cost: float | None = None
    cost_whole: bool = True
    streaming: bool = False
    waiting: str = ""
    silence: str = ""
    output: int = 0
    output_estimated: bool = True
    rate: float | None = None
    behind: int = 0
    queued: int = 0
    held: bool = False
    unsaved: str = ""
    mouse: bool = True
    hint: str = "F1 help"


def status_parts(status: Status) -> list[tuple[int, str, str]]:
    """(importance, text, style) from left to right; the less important give way first."""
    parts = [(9, f"{safe_line(status.model) or 'no model'} ▾", "bold")]
    if status.unsaved:
        parts.append((10, f"NOT SAVED: {safe_line(status.unsaved)}", "bold $error"))
    if status.context:
        parts.append((6, _context(status), ""))
    if status.cost is not None:
        # Where the price of an answer is unknown the others cost at least this.
        parts.append((3, f"{'' if status.cost_whole else '≥'}{money(status.cost)}", ""))
    if status.draft_tokens:
        cost = f" · {money(status.draft_cost)}" if status.draft_cost is not None else ""
        parts.append((4, f"draft ≈ {counted(status.draft_tokens)} tok{cost}", ""))
    if status.waiting or status.silence:
        # Whoever sees nothing come wants to know why, before anything else.
        parts.append((11, f"◌ {status.waiting or status.silence}", "$warning"))
    elif status.streaming and not status.output:
        parts.append((8, "● waiting", "$primary"))
    elif status.streaming:
        about = "≈" if status.output_estimated else ""
        rate = f" · {status.rate:.0f} tok/s" if status.rate and status.rate >= 0.5 else ""
        parts.append((8, f"● streaming ↓{about}{counted(status.output)}{rate}", "$primary"))
    if status.queued:
        # Behind an answer that failed nothing goes on by itself.
        how = " · Enter sends" if status.held else ""
        parts.append((7, f"{status.queued} queued{how}", "$warning"))
    if status.behind:
        parts.append((5, f"◐ {status.behind} in the background", ""))
    if not status.mouse:
        parts.append((5, "mouse off", ""))
    parts.append((2, status.hint, ""))
    return parts


def fitted(parts: list[tuple[int, str, str]], width: int) -> list[tuple[str, str]]:
    """The parts that fit into the width, the most important ones, in their order.

    The name of the model, which is the first, is cut before what happens now is left out.
    """
    kept = list(parts)
    while len(kept) > 2 and _cells(kept) > width:
        kept.remove(min(kept, key=lambda part: part[0]))
    if len(kept) == 2 and _cells(kept) > width:
        (importance, name, style), other = kept
        room = width - Content(other[1]).cell_length - 3
        if other[0] < _WORTH_A_CUT:
            kept = kept[:1]
        elif room < _SHORTEST_NAME:
            kept = kept[1:]
        else:
            mark = " ▾"
            kept[0] = (importance, shortened_to(name.removesuffix(mark), room - len(mark)) + mark, style)
    if len(kept) == 1:
        kept = [(kept[0][0], shortened_to(kept[0][1], width), kept[0][2])]
    return [(text, style) for _, text, style in kept]


def _cells(parts: list[tuple[int, str, str]]) -> int:
    return sum(Content(text).cell_length + 3 for _, text, _ in parts) - 3


def counted(tokens: int) -> str:
    """A count as it is read: 1,124."""
    return f"{tokens:,}"


def shortened(tokens: int) -> str:
    """A count in little room: 980, 2.1k, 128k, 1M."""
    if tokens < 1000:
        return str(tokens)
    if tokens < 10_000:
        return f"{tokens / 1000:.1f}k".replace(".0k", "k")
    if tokens < 1_000_000:
        return f"{tokens / 1000:.0f}k"
    return f"{tokens / 1_000_000:.1f}M".replace(".0M", "M")


def money(dollars: float) -> str:
    """Dollars with as many decimals as they need: $0.0012, $1.24."""
    return f"${dollars:.2f}" if dollars >= 0.1 or dollars == 0 else f"${dollars:.4f}"


def _context(status: Status) -> str:
    about = "≈" if status.context_estimated else ""
    if not status.context_limit:
        return f"ctx {about}{counted(status.context)}"
    share = 100 * status.context / status.context_limit
    return f"ctx {about}{shortened(status.context)}/{shortened(status.context_limit)} {share:.0f}%"


def _told(keys: tuple[str, ...], status: Status, width: int) -> Content:
    """As many of the keys as there is room for, after what may not be left unsaid."""
    urgent = [(text, style) for importance, text, style in status_parts(status) if importance >= _URGENT]
    shown: list[Content | str] = []
    for text, style in urgent:
        shown += [Content.styled(text, style), "   "]
    room = width - Content.assemble(*shown).cell_length
    words = keys[0]
    for more in keys[1:]:
        if Content(f"{words} · {more}").cell_length > room:
            break
        words = f"{words} · {more}"
    return Content.assemble(*shown, shortened_to(words, max(1, room)))


class StatusLine(Widget):
    """One line; a click on the model opens the list of models."""

    DEFAULT_CSS = """
    StatusLine { height: 1; dock: bottom; background: $surface; color: $text-muted; padding: 0 1; }
    """

    status: reactive[Status] = reactive(Status())

    keys: reactive[tuple[str, ...]] = reactive(())
    """What the keys are for while they are not for typing, the most needed first."""

    class ModelClicked(Message):
        """The name of the model was clicked."""

    _teller: Widget | None = None

    def tell_keys(self, teller: Widget, keys: tuple[str, ...]) -> None:
        """Say what the keys are for, until the same teller has none to tell of any more: what one says as it
        loses them may come after what the next one says."""
        if keys or teller is self._teller:
            self._teller, self.keys = teller, keys

    def render(self) -> Content:
        if self.keys:
            return _told(self.keys, self.status, self.size.width)
        texts = fitted(status_parts(self.status), self.size.width)
        shown: list[Content | str] = []
        for text, style in texts:
            shown += [Content.styled(text, style), "   "]
        left = Content.assemble(*shown[:-1])
        last = texts[-1][0] if len(texts) > 1 and texts[-1][0] == self.status.hint else ""
        if not last:
            return left
        gap = self.size.width - left.cell_length
        return Content.assemble(*shown[:-3], "   " + " " * max(0, gap), Content.styled(last, "$text-muted"))

    def on_click(self, event: events.Click) -> None:
        if self.keys:
            return
        first, _ = fitted(status_parts(self.status), self.size.width)[0]
        if first.endswith("▾") and event.x <= Content(first).cell_length:
            self.post_message(self.ModelClicked())
