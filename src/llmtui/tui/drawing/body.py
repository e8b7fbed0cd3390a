"""The words of an answer as drawn: what is finished is laid once, and only the open end again."""

from collections.abc import Sequence

from llmtui.chat.blocks import Block, Blocks, read_fence
from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.markdown import draw
from llmtui.tui.drawing.page import Page, Stack
from llmtui.tui.drawing.paint import Code, FenceLabel, code_lines


class _OpenFence:
    """A code fence that grows line by line: what is finished is laid once."""

    def __init__(self, block: Block, page: Page) -> None:
        fence = read_fence(block)
        self.start = block.start
        self.page = page
        self.code = Code(fence.language)
        self.at = block.start + fence.start
        lead = len(block.source) - len(block.source.lstrip(" \t\r\n"))
        self.lines: list[Line] = [FenceLabel(self.code, block.start + lead, page.palette)]
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
