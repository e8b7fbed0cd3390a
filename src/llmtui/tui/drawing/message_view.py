"""One message as the transcript draws it: a plain object that knows its lines at a width."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from llmtui.chat.blocks import Blocks
from llmtui.chat.message import Message
from llmtui.chat.parts import Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.chat.tokens import Tally
from llmtui.tui.drawing.anchors import Anchor, anchor, row_of
from llmtui.tui.drawing.body import Body
from llmtui.tui.drawing.copying import copied
from llmtui.tui.drawing.estimating import Extent
from llmtui.tui.drawing.frame import foot, head, not_sent
from llmtui.tui.drawing.lines import Line
from llmtui.tui.drawing.near import Near
from llmtui.tui.drawing.page import Page, Stack
from llmtui.tui.drawing.palette import Palette
from llmtui.tui.drawing.panel import Panel
from llmtui.tui.drawing.section_for import apart, read
from llmtui.tui.drawing.sections import Section, same
from llmtui.tui.drawing.telling import Telling, names
from llmtui.tui.drawing.thought import Folding, Thought
from llmtui.tui.drawing.window import room

_ONE = Extent(1)
_PLAIN = Palette.plain()
_NO_GAP = Stack(())

# The stacks of a section as it made them, as they are here, and how many lines they are.
_Laid = tuple[Sequence[Stack], Sequence[Stack], int]


class MessageView:
    """A message, its lines once they are laid, and an estimate of their number before.

    Of ten thousand most are far away: such a one is little more than its message.
    """

    __slots__ = (
        "_bodies",
        "_drawn",
        "_ends",
        "_extent_of",
        "_extents",
        "_gap",
        "_newest",
        "_page",
        "_raw",
        "_rendered",
        "_sections",
        "_shown",
        "_tallies",
        "branch",
        "first_sent",
        "folding",
        "height",
        "message",
        "stacks",
    )

    def __init__(self, message: Message, branch: tuple[int, int] | None = None) -> None:
        self.message = message
        self.branch = branch
        self.folding: Folding = "auto"
        self.first_sent = False
        self._newest = True
        self.stacks: Sequence[Stack] = ()
        self.height = 0
        self._page: Page | None = None
        self._gap = _NO_GAP
        self._ends: Sequence[int] = ()
        self._bodies: Sequence[_Laid] = ()
        self._raw = False
        self._sections: Sequence[Section] = ()
        self._rendered: Sequence[Section] = ()
        self._drawn: Message | None = None
        self._shown = 0
        self._extent_of: Message | None = None
        self._extents: Sequence[Extent] = ()
        self._tallies: tuple[Tally, Tally] | None = None

    def update(self, message: Message) -> None:
        """A newer state of the message; it is read when it is laid."""
        self.message = message

    def estimate(self, width: int) -> int:
        """About how many lines there will be, in a time that hardly depends on the text."""
        if self._extent_of is not self.message:
            self._extent_of = self.message
            self._extents = list(_extents(self.message, self.folding == "open"))
        # Who speaks and a blank line, and the figures below an answer.
        lines = 2 if self.message.answer is None else 3
        for extent in self._extents:
            lines += extent.rows(width)
        return lines

    def guess(self, width: int) -> tuple[int, int]:
        """(lines that there are for certain, lines that there are more or less) at a glance."""
        certain, more = 2 if self.message.answer is None else 3, 0
        for part in self.message.parts:
            certain += 1
            if isinstance(part, Text):
                more += part.text.count("\n") + len(part.text) // width
        return certain, more

    def laid(self, page: Page) -> bool:
        """Whether the lines are those of this page and of the newest state."""
        if self._page is None or self._page != page or self._drawn is not self.message:
            return False
        as_high = room(self._page.height) == room(page.height)
        return as_high or not any(panel.windowed for panel in self._panels())

    @property
    def behind(self) -> bool:
        """Whether so much has come at once that it is laid with several draws, `stir`red for each."""
        return any(isinstance(section, Body) and section.behind for section in self._sections)

    def stands(self, page: Page) -> bool:
        """Whether there are lines of this page, if not of the newest state."""
        return self._page == page and bool(self.stacks)

    @property
    def unfinished(self) -> bool:
        """Whether some of it that was not in sight is still to be drawn."""
        return any(section.unfinished for section in self._sections)

    def lay(self, page: Page, telling: Telling, near: Near | None = None) -> int:
        """Make the lines, all of them or at least those near; the first one that changed since the last
        time."""
        if self.laid(page) and not self.unfinished:
            return self.height
        if self._page != page:
            self.stacks, self._gap = (), Stack([Line([], 0, page.palette.text)])
        # Who speaks may change too, at the ending: the head is compared, and the rest laid part by part.
        older = self.stacks
        message = self.message
        self._read(message)
        self._page, self._drawn = page, message
        top = list(not_sent(page)) if self.first_sent else []
        top.extend(head(message, self.branch, self._raw, page, telling))
        steady = bool(older) and same(older[0].lines, top)
        stacks = [older[0] if steady else Stack(top)]
        height = len(top)
        changed = height if steady else 0
        before: Section | None = None
        bodies: list[_Laid] = []
        for place, section in enumerate(self._sections):
            first = section.lay(page, message.streaming, near and near.sight(place))
            had = self._bodies[place][2] if place < len(self._bodies) else 0
            bodies.append(self._of_part(place, section.stacks))
            _, body, size = bodies[-1]
            # Where it was not to be seen, what stood below it was, and its blank line is new there too.
            steady = steady and bool(had) is bool(size)
            if not size:
                continue
            if apart(before, section):
                stacks.append(self._gap)
                height += 1
                changed += 1 if steady else 0
            if steady:
                changed += min(first, size)
                steady = first >= size == had
            stacks.extend(body)
            height += size
            before = section
        self._bodies = bodies
        end = list(foot(message, self._newest, self.tokens, page, telling))
        stacks.append(Stack(end))
        self.stacks = stacks
        self._ends = list(accumulate(len(stack.lines) for stack in stacks))
        self.height = height + len(end)
        return changed

    def let_go(self) -> bool:
        """Forget the lines until they are laid again; not what a person has folded, nor while it streams."""
        sections = (*self._sections, *self._rendered)
        chosen = any(isinstance(section, Panel) and section.chosen is not None for section in sections)
        if chosen or self.message.streaming:
            return False
        self.stacks, self._ends, self._bodies, self._gap = (), (), (), _NO_GAP
        self._sections, self._rendered, self._page = (), (), None
        self._drawn = self._extent_of = None
        self._extents = ()
        self._tallies = None
        return True

    def _of_part(self, place: int, stacks: Sequence[Stack]) -> _Laid:
        """The stacks of a part, which know now that they are, and their lines; those of most are known."""
        if place < len(self._bodies) and self._bodies[place][0] is stacks:
            return self._bodies[place]
        body = [stack._replace(part=place) for stack in stacks if stack.lines]
        size = sum(len(stack.lines) for stack in body)
        return stacks, body, size

    def line(self, row: int) -> Line:
        """The line at this row of the message."""
        return self.found(row)[1]

    def found(self, row: int) -> tuple[Stack, Line]:
        """The line at this row of the message, and the stack it is in."""
        stack, inside = self._at(row)
        return stack, stack.lines[inside]

    def _at(self, row: int) -> tuple[Stack, int]:
        row = min(row, self.height - 1)
        number = bisect_right(self._ends, row)
        stack = self.stacks[number]
        return stack, row - self._ends[number] + len(stack.lines)

    def anchor(self, row: int) -> Anchor:
        """What is at this row, in words that hold at any width."""
        return anchor(self.stacks, row)

    def row_of(self, anchor: Anchor) -> int:
        """The row where this is now."""
        return row_of(self.stacks, anchor)

    @property
    def told(self) -> int:
        """The rows down to the last of its words: what is told below them is not counted."""
        return self.height - len(self.stacks[-1].lines) if self.stacks else 0

    def copy(self, start: tuple[int, int], end: tuple[int, int] | None, told: bool = True) -> str:
        """The text from one (row, character) to another as it was written, to the message's end for None;
        where there is none, our own words if they are asked for."""
        return copied(self.stacks, start, end, self.blocks, told)

    @property
    def said(self) -> str:
        """All that was written and is not folded away, whether it is laid or not."""
        seen = (Text, Refusal, Reasoning) if self.folding == "open" else (Text, Refusal)
        return "\n\n".join(part.text.strip("\n") for part in self.message.parts if isinstance(part, seen))

    @property
    def name(self) -> str:
        """Who speaks."""
        return "".join(run.text for run in names(self.message, _PLAIN))

    def blocks(self, part: int) -> Blocks | None:
        """The blocks of a part that is read as markdown."""
        section = self._sections[part] if 0 <= part < len(self._sections) else None
        return section.blocks if isinstance(section, Body) else None

    @property
    def tokens(self) -> int:
        """The tokens of the answer: reported, or counted by us and then never going back while it streams."""
        message = self.message
        answer = message.answer
        if answer is None:
            return 0
        reported = answer.usage.made if answer.usage else None
        if reported is not None and not message.streaming:
            return reported
        text, reasoning = message.new
        self._tallies = self._tallies or (Tally(), Tally())
        said, thought = self._tallies
        # A panel that tells of all of it has counted it already.
        panels = [section for section in self._sections if isinstance(section, Thought)]
        same = len(panels) == 1 and panels[0].text == reasoning
        counted = round(said.of(text) + (panels[0].counted if same else thought.of(reasoning)))
        self._shown = max(self._shown, counted, reported or 0)
        return self._shown

    @property
    def raw(self) -> bool:
        """Whether it is shown as it was written, every character of it, and not as it was meant."""
        return self._raw

    @raw.setter
    def raw(self, raw: bool) -> None:
        if raw is self._raw:
            return
        if raw:
            # What was folded, and how, is found again.
            self._rendered, self._sections = self._sections, ()
        else:
            self._sections, self._rendered = self._rendered, ()
        self._raw, self._drawn, self.stacks = raw, None, ()

    @property
    def thinks(self) -> bool:
        """Whether there is reasoning in it."""
        return any(isinstance(part, Reasoning) and part.text for part in self.message.parts)

    @property
    def folds(self) -> bool:
        """Whether there may be anything to fold in it."""
        return any(isinstance(part, Reasoning | ToolCall | ToolResult) for part in self.message.parts)

    def panels(self) -> Sequence[Panel]:
        """What can be folded, from the top."""
        self._read(self.message)
        return list(self._panels())

    def _panels(self) -> Iterator[Panel]:
        return (section for section in self._sections if isinstance(section, Panel))

    def panel_at(self, row: int) -> Panel | None:
        """What can be folded and is at this row."""
        place = self._at(row)[0].part if self.stacks else -1
        section = self._sections[place] if 0 <= place < len(self._sections) else None
        return section if isinstance(section, Panel) else None

    def fold(self, folding: Folding, everywhere: bool = False) -> None:
        """How reasoning is shown where nobody chose otherwise, or everywhere."""
        self.folding = folding
        self._drawn = self._extent_of = None
        for section in (*self._sections, *self._rendered) if everywhere else ():
            if isinstance(section, Thought):
                section.choose(None)

    def toggle(self, place: int | None = None) -> Panel | None:
        """Fold or unfold one panel, the last reasoning for None; that panel, None if there is none."""
        for panel in reversed(self.panels()):
            if panel.place == place or (place is None and isinstance(panel, Thought)):
                panel.toggle()
                self._drawn = None
                return panel
        return None

    def toggle_panels(self) -> bool:
        """Fold all that is unfolded, or unfold all if nothing is; whether there was anything to fold."""
        panels = self.panels()
        unfold = not any(panel.shown for panel in panels)
        for panel in panels:
            panel.choose(unfold)
        self._drawn = None
        return bool(panels)

    def reveal(self, part: int, at: int) -> None:
        """Bring a place of a part's text into sight when it is laid, where it is folded or scrolled away."""
        for panel in self.panels():
            if panel.place == part:
                panel.reveal(at)
                self._drawn = None

    def _read(self, message: Message) -> None:
        """Bring the sections up to the message's parts, keeping those that only grew."""
        if self._drawn is not message:
            sections = list(self._sections)
            read(sections, message, self.folding, self._raw)
            self._sections = sections

    def stir(self) -> None:
        """Time has passed: what is told of it may read otherwise."""
        self._drawn = None

    @property
    def newest(self) -> bool:
        """Whether nothing was said after it: then something can be done about how it ended."""
        return self._newest

    @newest.setter
    def newest(self, newest: bool) -> None:
        if newest is not self._newest:
            self._newest, self._drawn = newest, None


def _extents(message: Message, unfolded: bool) -> Iterator[Extent]:
    for part in message.parts:
        match part:
            case Text(text):
                yield Extent.of(text)
            case Reasoning(text) if unfolded:
                # It has a scroll of its own.
                yield Extent(1 + min(room(40), text.count("\n") + 1), ())
            case _:
                yield _ONE
