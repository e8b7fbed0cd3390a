"""One message as the transcript draws it: a plain object that knows its lines at a width."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from llmtui.chat.message import Answer, Message
from llmtui.chat.parts import File, Image, Part, Reasoning, Refusal, Text, ToolCall, ToolResult
from llmtui.chat.tokens import Tally
from llmtui.tui.drawing.body import Body
from llmtui.tui.drawing.copying import copied
from llmtui.tui.drawing.declined import Declined
from llmtui.tui.drawing.lines import Line, Run, between, fits, wrap
from llmtui.tui.drawing.page import Page, Stack
from llmtui.tui.drawing.sections import Chip, Section, Typed
from llmtui.tui.drawing.telling import Telling, beside, ending, figures, names
from llmtui.tui.drawing.thought import Folding, Thought

_NOT_SENT = "┄ what is above is no longer sent to the model · /trim 0 sends it again"


class MessageView:
    """A message, its lines once they are laid, and an estimate of their number before."""

    def __init__(self, message: Message, branch: tuple[int, int] | None = None) -> None:
        self.message = message
        self.branch = branch
        self.folding: Folding = "auto"
        self.first_sent = False
        self._newest = True
        self.stacks: Sequence[Stack] = ()
        self.height = 0
        self._page: Page | None = None
        self._sections: list[Section] = []
        self._drawn: Message | None = None
        self._shown = 0
        self._text_tally, self._thought_tally = Tally(), Tally()

    def update(self, message: Message) -> None:
        """A newer state of the message; it is read when it is laid."""
        self.message = message

    def estimate(self, width: int) -> int:
        """About how many lines there will be, in a time that hardly depends on the text."""
        lines = 3 if self.message.answer is None else 4
        for part in self.message.parts:
            match part:
                case Text(text):
                    lines += text.count("\n") + len(text) // max(1, width) + 1
                case _:
                    lines += 1
        return lines

    def laid(self, page: Page) -> bool:
        """Whether the lines are those of this page and of the newest state."""
        return self._page == page and self._drawn is self.message

    def lay(self, page: Page, telling: Telling) -> int:
        """Make the lines; the number of the first one that changed since the last time."""
        if self.laid(page):
            return self.height
        if self._page != page:
            self.stacks = ()
        # Who speaks may change too, at the ending: the head is compared, and the rest laid part by part.
        older = self.stacks
        message = self.message
        self._read(message)
        self._page, self._drawn = page, message
        head = [Line(row, 0, page.palette.text) for row in self._head(page, telling)]
        stacks = [Stack(head)]
        height = len(head)
        steady = bool(older) and _same(older[0].lines, head)
        changed = height if steady else 0
        before: Section | None = None
        for place, section in enumerate(self._sections):
            first = section.lay(page, message.streaming)
            body = [_of_part(stack, place) for stack in section.stacks if stack.lines]
            size = sum(len(stack.lines) for stack in body)
            if not size:
                continue
            if _apart(before, section):
                stacks.append(Stack([Line([], 0, page.palette.text)]))
                height += 1
                changed += 1 if steady else 0
            if steady:
                changed += min(first, size)
                steady = first >= size
            stacks.extend(body)
            height += size
            before = section
        foot = [*self._foot(page, telling), Line([], 0, page.palette.text)]
        stacks.append(Stack(foot))
        self.stacks = stacks
        self.height = height + len(foot)
        return changed

    def line(self, row: int) -> Line:
        """The line at this row of the message."""
        return self.found(row)[1]

    def found(self, row: int) -> tuple[Stack, Line]:
        """The line at this row of the message, and the stack it is in."""
        for stack in self.stacks:
            if row < len(stack.lines):
                return stack, stack.lines[row]
            row -= len(stack.lines)
        return self.stacks[-1], self.stacks[-1].lines[-1]

    def anchor(self, row: int) -> tuple[int, int]:
        """What is at this row, in words that hold at any width: a piece of the message, a place in it."""
        source, piece = None, 0
        for lines, text, _ in self.stacks:
            if text is None or text is not source:
                piece += 1
            source = text
            if row < len(lines):
                return piece, lines[row].start if text is not None else row
            row -= len(lines)
        return piece, 0

    def row_of(self, anchor: tuple[int, int]) -> int:
        """The row where this is now."""
        best = 0
        for row in range(self.height):
            if self.anchor(row) <= anchor:
                best = row
            else:
                break
        return best

    def copy(self, start: tuple[int, int], end: tuple[int, int] | None) -> str:
        """The text from one (row, character) to another as it was written, to the message's end for None."""
        return copied(self.stacks, start, end)

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
        counted = round(self._text_tally.of(text) + self._thought_tally.of(reasoning))
        self._shown = max(self._shown, counted, reported or 0)
        return self._shown

    def thoughts(self) -> Iterator[Thought]:
        """The reasoning panels, from the top."""
        self._read(self.message)
        return (section for section in self._sections if isinstance(section, Thought))

    def fold(self, folding: Folding, everywhere: bool = False) -> None:
        """How reasoning is shown where nobody chose otherwise, or everywhere."""
        self.folding = folding
        self._drawn = None
        for section in self._sections if everywhere else ():
            if isinstance(section, Thought):
                section.chosen = None

    def toggle(self, place: int | None = None) -> bool | None:
        """Fold or unfold one reasoning panel, the last for None: whether it is open now, None for none."""
        for thought in reversed(list(self.thoughts())):
            if place is None or thought.place == place:
                thought.toggle()
                self._drawn = None
                return thought.unfolded
        return None

    def _read(self, message: Message) -> None:
        """Bring the sections up to the message's parts, keeping those that only grew."""
        if self._drawn is message:
            return
        for place, part in enumerate(message.parts):
            known = self._sections[place] if place < len(self._sections) else None
            section = _section(known, part, place, message)
            if section is known:
                continue
            del self._sections[place:]
            self._sections.append(section)
        del self._sections[len(message.parts) :]
        last = len(message.parts) - 1
        answer = message.answer or Answer("")
        usage = answer.usage
        for place, section in enumerate(self._sections):
            if isinstance(section, Thought):
                section.folding = self.folding
                section.thinking = message.streaming and place == last
                exact = usage is not None and not usage.estimated and not answer.continued
                section.tokens = usage.reasoning if usage and exact else None

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

    def _head(self, page: Page, telling: Telling) -> Iterator[list[Run]]:
        palette = page.palette
        if self.first_sent:
            yield from wrap([Run(_NOT_SENT, palette.muted)], page.width)
        told, branches = beside(self.message, self.branch, telling, palette)
        left = names(self.message, palette)
        apart = [Run("  ", palette.text)] if told and branches else []
        if fits(left, [*told, *apart, *branches], page.width):
            yield between(left, [*told, *apart, *branches], page.width, palette.text)
        else:
            # The turns that an answer took may not be left out because there is little room.
            yield between(left, branches, page.width, palette.text)
            if self.message.answer is not None:
                yield from wrap(told, page.width)

    def _foot(self, page: Page, telling: Telling) -> list[Line]:
        palette = page.palette
        rows: list[list[Run]] = []
        for said in ending(self.message, palette, self._newest):
            rows.extend(wrap(said, page.width))
        if told := figures(self.message, self.tokens, telling, palette):
            rows.extend(wrap(told, page.width))
        return [Line(row, 0, palette.text) for row in rows]


def _of_part(stack: Stack, part: int) -> Stack:
    return stack if stack.source is None else stack._replace(part=part)


def _same(older: Sequence[Line], newer: Sequence[Line]) -> bool:
    return len(older) == len(newer) and all(map(Line.same, older, newer))


def _section(known: Section | None, part: Part, place: int, message: Message) -> Section:
    """The section for a part: the one known already, if it can show it."""
    match part:
        case Text(text) | Refusal(text) if message.role == "assistant":
            kind = Declined if isinstance(part, Refusal) else Body
            if type(known) is kind and known.update(text):
                return known
            body = kind()
            body.update(text)
            return body
        case Text(text) | Refusal(text):
            return known if isinstance(known, Typed) and known.text == text else Typed(text)
        case Reasoning():
            if isinstance(known, Thought):
                known.part = part
                return known
            return Thought(part, place)
        case ToolCall() | ToolResult() | Image() | File():
            return known if isinstance(known, Chip) and known.part == part else Chip(part)
        case _:
            assert_never(part)


def _apart(above: Section | None, below: Section) -> bool:
    """Whether a blank line stands between two parts."""
    if above is None or (isinstance(above, Chip) and isinstance(below, Chip)):
        return False
    if isinstance(above, Thought):
        return above.unfolded or above.peeking
    return True
