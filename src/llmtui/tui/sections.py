"""The parts of a message as drawn: each knows its lines, and which of them changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from llmtui.chat.blocks import Block, Blocks, read_fence
from llmtui.chat.parts import File, Image, Reasoning, ToolCall, ToolResult
from llmtui.chat.tokens import estimate
from llmtui.terminal import safe_line
from llmtui.tui.lines import Line, Run, shortened
from llmtui.tui.markdown import as_written, draw, fence_label, plain
from llmtui.tui.paint import Code, code_lines
from llmtui.tui.palette import Palette
from llmtui.tui.telling import seconds, spot

Folding = Literal["auto", "open", "closed"]

PEEK = 8


@dataclass(frozen=True, slots=True)
class Page:
    """What lines are made for: so many cells, in these styles."""

    width: int
    palette: Palette


class Stack(NamedTuple):
    """Lines and the text that they show, None where they are our own words."""

    lines: Sequence[Line]
    source: str | None = None


class Section(Protocol):
    """A part of a message, drawn."""

    def lay(self, page: Page, live: bool) -> int:
        """Make the lines; the number of the first one that changed since the last time."""
        ...

    @property
    def stacks(self) -> Sequence[Stack]:
        """The lines, from the top."""
        ...


class Words:
    """Text as a person wrote it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._page: Page | None = None
        self._lines: list[Line] = []

    def lay(self, page: Page, live: bool) -> int:
        if self._page == page:
            return len(self._lines)
        self._page = page
        self._lines = plain(self.text, 0, page.width, page.palette.text)
        return 0

    @property
    def stacks(self) -> Sequence[Stack]:
        return (Stack(self._lines, self.text),)


class _OpenFence:
    """A code fence that grows line by line: what is finished is laid once."""

    def __init__(self, block: Block, page: Page) -> None:
        fence = read_fence(block)
        self.start = block.start
        self.page = page
        self.code = Code(fence.language)
        self.at = block.start + fence.start
        lead = len(block.source) - len(block.source.lstrip(" \t\r\n"))
        self.lines: list[Line] = [fence_label(fence.language, block.start + lead, page.palette)]
        self._finished = 0
        self._kept = 1
        self._next = self.at

    def grow(self, block: Block) -> int:
        """The block has more; the number of the first line that changed."""
        fence, changed = read_fence(block), self._kept
        written = fence.code.split("\n") if fence.code or not fence.closed else []
        del self.lines[self._kept :]
        self.code.lines[self._finished :] = written[self._finished :]
        finished = len(written) if fence.closed else len(written) - 1
        at = self._next
        for place in range(self._finished, len(written)):
            if place == finished:
                self._finished, self._kept, self._next = place, len(self.lines), at
            self.lines.extend(code_lines(self.code, place, at, self.page.width, self.page.palette))
            at += len(written[place]) + 1
        if fence.closed:
            self._finished, self._kept, self._next = len(written), len(self.lines), at
            self.code.closed = True
        return changed


class Body:
    """Markdown: closed blocks are laid once and not touched again, the open tail at every draw."""

    def __init__(self) -> None:
        self.text = ""
        self.blocks = Blocks()
        self._page: Page | None = None
        self._laid = 0
        self._last: Block | None = None
        self._references = 0
        self._closed: list[Line] = []
        self._tail: list[Line] = []
        self._fence: _OpenFence | None = None
        self._fed = 0

    def update(self, text: str) -> bool:
        """A newer state of the text; False if it does not go on with the older one."""
        if len(text) < len(self.text) or not text.startswith(self.text):
            return False
        self.blocks.feed(text[len(self.text) :])
        self.text = text
        return True

    def lay(self, page: Page, live: bool) -> int:
        # Definitions at the end of a text are for the words above them: once it has ended, look again.
        late = not live and self._references != len(self.blocks.references)
        if self._page != page or late:
            self._page, self._laid, self._last, self._fence, self._fed = page, 0, None, None, 0
            self._closed, self._tail = [], []
        elif self._fed == len(self.text):
            return len(self._closed) + len(self._tail)
        self._fed = len(self.text)
        self._references = len(self.blocks.references)
        changed = len(self._closed)
        older = self._tail
        for block in self.blocks.closed[self._laid :]:
            self._add(block)
        self._laid = len(self.blocks.closed)
        return self._lay_tail(page, changed, older)

    @property
    def stacks(self) -> Sequence[Stack]:
        return (Stack(self._closed, self.text), Stack(self._tail, self.text))

    def _add(self, block: Block) -> None:
        assert self._page is not None
        gap = self._gap(block)
        if block.kind == "fence":
            fence = self._fence
            if fence is None or fence.start != block.start:
                fence = _OpenFence(block, self._page)
            else:
                gap = []
            fence.grow(block)
            fence.code.closed = True
            lines = fence.lines
        else:
            lines = draw(block, self._page.width, self._page.palette, self.blocks.references)
        self._fence = None
        if lines:
            self._closed.extend(gap)
            self._closed.extend(lines)
            self._last = block

    def _gap(self, block: Block) -> list[Line]:
        """The blank line before a block: none between the items of a tight list."""
        last = self._last
        assert self._page is not None
        if last is None or (last.kind == block.kind == "item" and not last.spaced):
            return []
        written = len(last.source.rstrip(" \t\r\n"))
        return [Line([], min(last.start + written + 1, last.end), self._page.palette.text)]

    def _lay_tail(self, page: Page, changed: int, older: list[Line]) -> int:
        block = self.blocks.open
        if block is None or not block.source.strip():
            self._tail = []
            return changed
        if block.kind == "fence":
            fence, gap = self._fence, self._gap(block)
            first = 0
            if fence is None or fence.start != block.start:
                fence = self._fence = _OpenFence(block, page)
                fence.grow(block)
                self._closed.extend(gap)
            else:
                first = fence.grow(block)
            self._tail = fence.lines
            return changed + first
        self._fence = None
        self._tail = [*self._gap(block), *draw(block, page.width, page.palette, self.blocks.references)]
        if changed < len(self._closed):
            return changed
        # A tail that begins as before keeps its lines, and with them what was made for the screen.
        same = 0
        for place, (old, new) in enumerate(zip(older, self._tail, strict=False)):
            if not old.same(new):
                break
            self._tail[place] = old
            same = place + 1
        return changed + same


class Thought:
    """What a model thought, behind one line that folds and unfolds it."""

    def __init__(self, part: Reasoning, place: int) -> None:
        self.part = part
        self.place = place
        self.folding: Folding = "auto"
        self.chosen: bool | None = None
        self.thinking = False
        self.tokens: int | None = None
        self._page: Page | None = None
        self._key: tuple[object, ...] = ()
        self._head: list[Line] = []
        self._lines: list[Line] = []
        self._settled = 0
        self._kept = 0

    @property
    def unfolded(self) -> bool:
        """Whether all of it is to be seen."""
        if self.chosen is not None:
            return self.chosen
        return self.folding == "open"

    @property
    def peeking(self) -> bool:
        """Whether its last lines are to be seen, because they are being thought."""
        return self.chosen is None and self.folding == "auto" and self.thinking

    def toggle(self) -> None:
        """Fold or unfold."""
        self.chosen = not (self.unfolded or self.peeking)

    def lay(self, page: Page, live: bool) -> int:
        key = (self.unfolded, self.peeking, len(self.part.text), self.part.ended, self.thinking, self.tokens)
        if page == self._page and key == self._key:
            return 1 + len(self._lines)
        if page != self._page or self._key[:2] != key[:2] or not self.unfolded:
            self._lines, self._settled, self._kept = [], 0, 0
        self._page, self._key = page, key
        self._head = [Line(self._title(page), 0, page.palette.text)]
        if self.unfolded:
            self._unfold(page)
        elif self.peeking:
            text = self.part.text.rstrip()
            start = max(0, len(text) - PEEK * page.width)
            self._lines = self._wrapped(text[start:], start, page)[-PEEK:]
        return 0

    @property
    def stacks(self) -> Sequence[Stack]:
        return (Stack(self._head), Stack(self._lines, self.part.text))

    def _title(self, page: Page) -> list[Run]:
        mark = "▾" if self.unfolded or self.peeking else "▸"
        if self.thinking:
            words = f"Thinking… {seconds(self.part.seconds)}"
        else:
            count = round(estimate(self.part.text)) if self.tokens is None else self.tokens
            about = "≈" if self.tokens is None else ""
            spent = f" for {seconds(self.part.seconds)}" if self.part.seconds > 0 else ""
            words = f"Thought{spent} · {about}{count:,} tokens"
        return [Run(f"{mark} {words}", spot(page.palette.muted, "reasoning", self.place))]

    def _unfold(self, page: Page) -> None:
        """All of it; the lines that are finished are kept from the last time."""
        del self._lines[self._kept :]
        text = self.part.text.rstrip()
        self._settled = max(self._settled, len(text) - len(text.lstrip("\n")))
        cut = max(self._settled, text.rfind("\n") + 1)
        if cut > self._settled:
            self._lines.extend(self._wrapped(text[self._settled : cut - 1], self._settled, page))
            self._settled, self._kept = cut, len(self._lines)
        self._lines.extend(self._wrapped(text[cut:], cut, page))

    def _wrapped(self, text: str, start: int, page: Page) -> list[Line]:
        bar = Run("│ ", page.palette.faint)
        lines = as_written(text, start, page.width - 2, page.palette.muted)
        for line in lines:
            line.runs = [bar, *line.runs]
        return lines


class Chip:
    """A tool call, a tool's result, an image or a file, on one line."""

    def __init__(self, part: ToolCall | ToolResult | Image | File) -> None:
        self.part = part
        self._page: Page | None = None
        self._lines: list[Line] = []

    def lay(self, page: Page, live: bool) -> int:
        if self._page == page:
            return len(self._lines)
        self._page = page
        style = page.palette.error if isinstance(self.part, ToolResult) and self.part.is_error else None
        words = shortened(safe_line(_chip_words(self.part)), page.width)
        self._lines = [Line([Run(words, style or page.palette.muted)], 0, page.palette.text)]
        return 0

    @property
    def stacks(self) -> Sequence[Stack]:
        return (Stack(self._lines),)


def _chip_words(part: ToolCall | ToolResult | Image | File) -> str:
    match part:
        case ToolCall(_, name, arguments):
            return f"⚙ {name}({arguments[:500]})"
        case ToolResult(_, text, is_error):
            return f"{'✗' if is_error else '↳'} {text[:500] or '(nothing)'}"
        case Image(media_type, data, name):
            return f"🖼 {name or 'image'} · {media_type} · {_size(len(data))}"
        case File(name, media_type, data):
            return f"📎 {name} · {media_type} · {_size(len(data))}"


def _size(count: int) -> str:
    return (
        f"{count} B"
        if count < 1000
        else f"{count / 1000:.0f} kB"
        if count < 1_000_000
        else f"{count / 1e6:.1f} MB"
    )
