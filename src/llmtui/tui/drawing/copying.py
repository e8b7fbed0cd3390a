"""What a selection copies: the text as it was written, not as it was wrapped."""

import re
from collections.abc import Callable, Iterator, Sequence

from llmtui.chat.blocks import Blocks
from llmtui.tui.drawing.leaves import Leaf, Pair, leaf_at
from llmtui.tui.drawing.lines import NOWHERE, Line, Recast, Run
from llmtui.tui.drawing.offsets import first_at, is_written, offset_from, offset_to, ours
from llmtui.tui.drawing.page import Stack
from llmtui.tui.drawing.paint import CodeLine
from llmtui.tui.drawing.spots import BEFORE

# The blocks of a part that is markdown, None for a part that is not.
BlocksOf = Callable[[int], Blocks | None]


def _no_blocks(_part: int) -> None:
    return None


def copied(
    stacks: Sequence[Stack],
    start: tuple[int, int],
    end: tuple[int, int] | None,
    blocks_of: BlocksOf = _no_blocks,
    told: bool = True,
) -> str:
    """The text from one (row, character) to another, to the end for None.

    It is the source between the two places, with its marks in pairs. Our own words (names, figures) are
    copied as they are seen, and only where nothing else is selected and they are asked for (`told`).
    """
    written: list[str] = []
    seen: list[str] = []
    top = 0
    for lines, source, part in _joined(stacks):
        first, last = max(0, start[0] - top), len(lines) - 1
        if end is not None:
            last = min(last, end[0] - top)
        if first < len(lines) and last >= first:
            low = start[1] if start[0] >= top else BEFORE
            high = end[1] if end is not None and end[0] - top == last else None
            if source is None:
                seen.append(_seen(lines, (first, low), (last, high)))
            else:
                stretch = _Stretch(lines, source, (first, low), (last, high))
                written.append(stretch.copied(blocks_of(part)) or _seen(lines, (first, low), (last, high)))
        top += len(lines)
    if not any(written):
        return "\n".join(piece for piece in seen if piece) if told else ""
    return "\n\n".join(piece for piece in written if piece)


def _joined(stacks: Sequence[Stack]) -> list[tuple[list[Line], str | None, int]]:
    """Stacks of the same text are one: closed blocks and the tail."""
    joined: list[tuple[list[Line], str | None, int]] = []
    for lines, source, part in stacks:
        if source is not None and joined and joined[-1][1] is source:
            joined[-1][0].extend(lines)
        else:
            joined.append((list(lines), source, part))
    return joined


def _seen(lines: Sequence[Line], start: tuple[int, int], end: tuple[int, int | None]) -> str:
    rows = [line.text for line in lines[start[0] : end[0] + 1]]
    if end[1] is not None:
        rows[-1] = rows[-1][: end[1]]
    rows[0] = rows[0][max(0, start[1]) :]
    return "\n".join(" ".join(row.split()) for row in rows).strip("\n")


class _Stretch:
    """Some lines of one text, from a character of the first to one of the last, to its end for None."""

    def __init__(
        self, lines: Sequence[Line], source: str, start: tuple[int, int], end: tuple[int, int | None]
    ) -> None:
        self.all, self.source = lines, source
        self.first, self.low = start
        self.last, self.high = end
        self.lines = lines[self.first : self.last + 1]
        self.within = self._within()

    def copied(self, blocks: Blocks | None) -> str:
        if all(isinstance(line, CodeLine) for line in self.lines):
            return self._code()
        low, high = self._begins(), self._ends()
        if blocks is None:
            return self.source[low:high].strip("\n")
        if self._in_table(leaf_at(blocks, first_at(self.lines[0]))):
            cells = self._cells()
            if not self._whole_rows() or (self.within and "\t" not in cells):
                return cells
            low, high = self.all[self.first].start, self._row_ends()
        if self.first == 0 and low == self.all[0].start and not self.within:
            low = 0
        if not self.within and self.last == len(self.all) - 1 and self._to_the_end():
            high = len(self.source)
        if high <= low:
            return ""
        if low == 0 and high == len(self.source):
            return self.source.strip("\n")
        top, bottom = leaf_at(blocks, low), leaf_at(blocks, high - 1)
        pairs = [*(top.pairs if top else ()), *(bottom.pairs if bottom and bottom != top else ())]
        text = balanced(self.source, low, high, pairs).strip("\n")
        if top is not None and top == bottom and top.kind == "code":
            # In a list or a quote each line has something before it that is no code.
            before = self.source[top.start : max(top.start, low)]
            before = text[: len(text) - len(text.lstrip(" \t>"))] if low == top.start else before
            return "\n".join(line.removeprefix(before) for line in text.split("\n"))
        indented = top is None or top.kind != "code"
        return _outdented(text) if indented and self.source[low - 1 : low] in ("", "\n") else text

    def _within(self) -> bool:
        """Whether it is words of one line of the source, without its sign and what is told behind them."""
        first, last = self.lines[0], self.lines[-1]
        if self.high is None or self.low < ours(first) or not is_written(first) or not is_written(last):
            return False
        said = max(end for _, end in _written(last))
        if self.high > said and last.text[said : self.high].strip():
            return False
        low = offset_from(first, self.low, self._after(self.first))
        return "\n" not in self.source[low : offset_to(last, self.high, self._after(self.last))]

    def _after(self, row: int) -> int:
        """Where in the source the lines after this one go on: those of one row of a table, and what is told
        of a link, begin where the line before them did."""
        start = self.all[row].start
        below = self.all[row + 1 :]
        return next((line.start for line in below if line.start > start), len(self.source))

    def _to_the_end(self) -> bool:
        return self.high is None or self.high >= len(self.all[self.last].text.rstrip())

    def _begins(self) -> int:
        """Where the copy begins: at the beginning of a line with the marks before its words, unless words of
        one line are all that is selected."""
        line, index = self.all[self.first], self.low
        if not self.within and (index <= ours(line) or not is_written(line)):
            return line.start
        return offset_from(line, index, self._after(self.first))

    def _ends(self) -> int:
        """Where it ends: at the end of a line of the source with the marks after its words, or with them."""
        if self.within or not self._to_the_end():
            return offset_to(self.all[self.last], self.high or 0, self._after(self.last))
        return self._row_ends()

    def _row_ends(self) -> int:
        """Where the line of the source ends that the last line shows."""
        line, after = self.all[self.last], self._after(self.last)
        best = max((self._end(run) for run in line.runs if run.at != NOWHERE), default=line.start)
        if best > after and any(isinstance(run, Recast) for run in line.runs):
            # A formula is on several lines, and each of them stands for all of it.
            return best
        newline = self.source.find("\n", min(best, after), after)
        return after if newline < 0 else newline

    def _end(self, run: Run) -> int:
        """Where in the source a run ends, or a place in it where it is not shown as it was written."""
        if isinstance(run, Recast):
            return run.at + run.length
        shown = self.source[run.at : run.at + len(run.text)]
        return run.at + (len(shown) if shown.replace("\n", " ") == run.text else 0)

    def _code(self) -> str:
        """Lines of code without what is before them in a list or a quote."""
        found: list[str] = []
        low, high = self._begins(), self._ends()
        rows = [first_at(line) for line in self.lines]
        if len(rows) > 1 and not self.source[rows[0] : low].strip():
            # Whoever begins at the first letter of some lines wants them indented as they were.
            low = rows[0]
        for place, at in enumerate(rows):
            start = low if not place else at
            follows = rows[place + 1] if place + 1 < len(rows) else high
            newline = self.source.find("\n", start, max(start, follows))
            piece = self.source[start : follows if newline < 0 else newline]
            if place and "\n" not in self.source[rows[place - 1] : at]:
                found[-1] += piece
            else:
                found.append(piece)
        return "\n".join(piece.removesuffix("\r") for piece in found).strip("\n")

    def _in_table(self, leaf: Leaf | None) -> bool:
        """Whether all of it is in one table."""
        if leaf is None or leaf.kind != "table":
            return False
        return all(leaf.start <= line.start < leaf.end for line in self.lines)

    def _whole_rows(self) -> bool:
        """Whether rows of a table are selected from the first line of one to the last line of another."""
        begins = self.low <= ours(self.lines[0])
        above = self.all[self.first - 1] if self.first else None
        below = self.all[self.last + 1] if self.last + 1 < len(self.all) else None
        if above is not None and above.start == self.lines[0].start and is_written(above):
            return False
        if below is not None and below.start == self.lines[-1].start and is_written(below):
            return False
        return begins and self._to_the_end()

    def _cells(self) -> str:
        """The words of the cells of a table, a tab between them."""
        rows: dict[int, dict[int, tuple[int, int]]] = {}
        for place, line in enumerate(self.lines):
            base = 0
            for run in line.runs:
                text, at = run.text, run.at
                low = self.low - base if not place else 0
                high = (
                    self.high - base if place == len(self.lines) - 1 and self.high is not None else len(text)
                )
                low, high = max(0, low), min(high, len(text))
                base += len(text)
                if at == NOWHERE or low >= high:
                    continue
                if isinstance(run, Recast):
                    low, high = 0, run.length
                cells = rows.setdefault(line.start, {})
                cell = _pipes(self.source[line.start : at])
                before = cells.get(cell, (at + low, at + high))
                cells[cell] = min(before[0], at + low), max(before[1], at + high)
        return "\n".join(
            "\t".join(self.source[low:high] for _, (low, high) in sorted(cells.items()))
            for cells in rows.values()
        )


def balanced(source: str, low: int, high: int, pairs: Sequence[Pair]) -> str:
    """The source from here to there: both marks of a pair around what is all there, none around a part."""
    left_out: list[tuple[int, int]] = []
    for opens, begins, ends, closes in sorted(pairs, key=lambda pair: pair.closes - pair.opens):
        if closes <= low or opens >= high or (low >= begins and high <= ends):
            continue
        if low <= begins and high >= len(source[begins:ends].rstrip("\r\n")) + begins and begins < high:
            low, high = min(low, opens), max(high, closes)
        else:
            left_out += [(opens, begins), (ends, closes)]
    found = []
    for start, end in sorted(left_out):
        found.append(source[low : max(low, min(start, high))])
        low = max(low, min(end, high))
    return "".join([*found, source[low:high]])


def _outdented(text: str) -> str:
    """Lines without the indent of the first, as far as they have it."""
    indent = len(text) - len(text.lstrip(" \t"))
    return re.sub(rf"^[ \t]{{1,{indent}}}", "", text, flags=re.MULTILINE) if indent else text


def _written(line: Line) -> Iterator[tuple[int, int]]:
    """From which character of a line to which it is from the source."""
    base = 0
    for run in line.runs:
        if run.at != NOWHERE and run.text:
            yield base, base + len(run.text)
        base += len(run.text)


def _pipes(text: str) -> int:
    return text.replace("\\\\", "").replace("\\|", "").count("|")
