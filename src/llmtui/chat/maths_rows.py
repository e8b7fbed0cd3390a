"""Formulas that need more than one line: rows that are aligned, matrices, cases."""

import re
import unicodedata
from collections.abc import Sequence

from llmtui.chat.maths_pieces import NotMaths, Piece, joined
from llmtui.chat.maths_reader import Reader

_CELL_ENDS = frozenset({"}", "&", "\\\\", "\\end"})
_DISTANCE = re.compile(r"\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|\\baselineskip)\s*")
_ALIGNED = frozenset(
    {"equation", "align", "gather", "multline", "eqnarray", "alignat", "flalign"}
    | {"aligned", "alignedat", "gathered", "split"}
)
# The signs of a bracket: alone, at its top, between, in the middle, at its bottom.
_FENCES = {
    "matrix": ("     ", "     "), "smallmatrix": ("     ", "     "), "array": ("     ", "     "),
    "pmatrix": ("(⎛⎜⎜⎝", ")⎞⎟⎟⎠"), "bmatrix": ("[⎡⎢⎢⎣", "]⎤⎥⎥⎦"), "vmatrix": ("|││││", "|││││"),
    "Vmatrix": ("‖‖‖‖‖", "‖‖‖‖‖"), "Bmatrix": ("{⎧⎪⎨⎩", "}⎫⎪⎬⎭"),
    "cases": ("{⎧⎪⎨⎩", "     "), "dcases": ("{⎧⎪⎨⎩", "     "),
}  # fmt: skip

# The lines of something, all as wide as the widest where it stands beside something else.
Box = Sequence[str]


def read_rows(reader: Reader) -> Box:
    """All that there is to read, in rows that are aligned where that was asked for."""
    return _laid(_grid(reader), ("right", "left"), 1)


def read_environment(reader: Reader) -> Piece:
    """From behind `\\begin` to its `\\end`."""
    name = reader.raw().removesuffix("*")
    if name in ("array", "alignedat", "alignat"):
        reader.option()
        if name == "array" and reader.raw().strip("lcr "):
            raise NotMaths
        if name != "array":
            reader.raw()
    grid = _grid(reader)
    if reader.take() != "\\end" or reader.raw().removesuffix("*") != name:
        raise NotMaths
    between = ", " if "cases" in name else " "
    words = "; ".join(between.join(" ".join(joined(cell).split()) for cell in row) for row in grid).strip()
    if name in _ALIGNED:
        lines = _laid(grid, ("right", "left"), 1)
        return Piece(words, "thing", lines) if len(lines) > 1 else Piece(lines[0] if lines else "", "closing")
    if name not in _FENCES:
        raise NotMaths
    left, right = _FENCES[name]
    sides = ("left",) if "cases" in name else ("right",) if name != "array" else ("center",)
    lines = _fenced(_laid(grid, sides, 2), left, right)
    return Piece(f"{left[0]}{words}{right[0]}".strip(), "thing", lines if len(grid) > 1 else ())


def _skip_distance(reader: Reader) -> None:
    """How far the next row is from this one."""
    if reader.now == "[" and not _DISTANCE.fullmatch(reader.option() or ""):
        raise NotMaths


def _grid(reader: Reader) -> list[list[list[Piece]]]:
    rows: list[list[list[Piece]]] = [[]]
    while True:
        rows[-1].append(reader.pieces(_CELL_ENDS))
        match reader.now:
            case "&":
                reader.take()
            case "\\\\":
                reader.take()
                _skip_distance(reader)
                rows.append([])
            case _:
                break
    return [row for row in rows if any(joined(cell).strip() for cell in row)]


def _laid(grid: Sequence[Sequence[Sequence[Piece]]], sides: Sequence[str], gap: int) -> Box:
    """The cells below and beside each other; `sides` says where a column's cells stand, in turn."""
    rows = [[_box(cell) for cell in row] for row in grid]
    count = max((len(row) for row in rows), default=0)
    if count == 1 and sides[0] == "right" and gap == 1:
        sides = ("left",)
    widths = [max((_width(row[at]) for row in rows if at < len(row)), default=0) for at in range(count)]
    lines: list[str] = []
    for row in rows:
        boxes = [
            _padded(row[at] if at < len(row) else ("",), widths[at], sides[at % len(sides)])
            for at in range(count)
        ]
        gaps = [" " * (gap if at % len(sides) or gap > 1 else 3) for at in range(count)]
        lines.extend(_beside([part for at, box in enumerate(boxes) for part in ((gaps[at],), box)][1:]))
    return lines


def _box(pieces: Sequence[Piece]) -> Box:
    """Pieces beside each other, of which some need several lines."""
    boxes: list[Box] = []
    flat: list[Piece] = []
    for piece in pieces:
        if piece.box:
            boxes += [(_open(joined(flat)),), piece.box]
            flat = []
        else:
            flat.append(piece)
    boxes.append((_open(joined(flat)),))
    lines = _beside([box for box in boxes if any(box)])
    return [line.rstrip() for line in lines] if len(lines) > 1 else [line.strip() for line in lines]


def _open(text: str) -> str:
    """The text with its wide spaces as wide as they are meant."""
    return re.sub(r" *\u2003[ \u2003]*", "   ", text)


def _beside(boxes: Sequence[Box]) -> Box:
    """Boxes on one line, their middles at the same height."""
    height = max((len(box) for box in boxes), default=1)
    lines = [""] * height
    for box in boxes:
        above = (height - len(box)) // 2
        width = _width(box)
        for at in range(height):
            text = box[at - above] if above <= at < above + len(box) else ""
            lines[at] += text + " " * (width - cells(text))
    return lines


def _padded(box: Box, width: int, side: str) -> Box:
    room = width - _width(box)
    before = 0 if side == "left" else room if side == "right" else room // 2
    return [" " * before + line + " " * (width - before - cells(line)) for line in box]


def _fenced(lines: Box, left: str, right: str) -> Box:
    width = _width(lines)
    found = []
    for at, line in enumerate(lines):
        sign = 0 if len(lines) == 1 else 1 if not at else 4 if at == len(lines) - 1 else 2
        if sign == 2 and at == len(lines) // 2:
            sign = 3
        text = line + " " * (width - cells(line))
        found.append(f"{left[sign].strip()}{text}{right[sign].strip()}")
    return found


def _width(box: Box) -> int:
    return max(map(cells, box), default=0)


def cells(text: str) -> int:
    """How wide a text is on a screen."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )
