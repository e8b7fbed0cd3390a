"""What is selected of a column of messages: it stays on its words, however they are laid."""

from typing import Literal

from textual.geometry import Offset
from textual.selection import Selection

from llmtui.tui.drawing.column import Column
from llmtui.tui.drawing.spots import Bookmark, Spot, bookmarked, resolved, sign_at

Unit = Literal["sign", "word", "block"]


class Selected:
    """From one character to another, both of them in it. `lit` says whether it is seen yet: until then there
    is only a place from which it can be extended."""

    def __init__(self, column: Column) -> None:
        self._column = column
        self._unit: Unit = "sign"
        self._spots: tuple[Spot, ...] = ()
        self._bookmarks: tuple[tuple[str, Bookmark], ...] = ()
        self.lit = False

    @property
    def begun(self) -> bool:
        """Whether there is a place from which it can be extended."""
        return bool(self._spots)

    @property
    def of_blocks(self) -> bool:
        """Whether it goes by whole blocks, which are taken with their signs."""
        return self._unit == "block"

    @property
    def head(self) -> Spot:
        """Its last character."""
        return self._spots[-1]

    def begin(self, spot: Spot, unit: Unit = "sign", lit: bool = True) -> None:
        """Select from here on; the word or block around it at once."""
        self._unit, self.lit = unit, lit
        first, last = self._around(spot)
        self._keep(first, last, first, last)

    def extend(self, spot: Spot) -> None:
        """Select from where it was begun to here, by words or blocks if it was begun with one."""
        fixed_first, fixed_last, *_ = self._spots
        first, last = self._around(spot)
        self.lit = True
        self._keep(fixed_first, fixed_last, min(fixed_first, first), max(fixed_last, last))

    def clear(self) -> None:
        """Nothing is selected."""
        self.lit = self._column.held = False
        self._spots = self._bookmarks = ()

    def settle(self) -> bool:
        """Messages may be laid otherwise now: stay on the same words; whether anything is selected still."""
        if not self._spots:
            return False
        spots, bookmarks = [], []
        known: dict[Bookmark, Spot | None] = {}
        for (message_id, bookmark), before in zip(self._bookmarks, self._spots, strict=True):
            if bookmark not in known:
                place = self._column.place_of(message_id)
                known[bookmark] = None if place is None else self._found(place, bookmark, before)
            spot = known[bookmark]
            if spot is None:
                self.clear()
                return False
            spots.append(spot)
            line = self._column.views[spot.place].line(spot.row)
            # What it names stays as it was said first: else it would wander with every new width.
            bookmarks.append((message_id, bookmark._replace(line=line, at=spot.at)))
        if spots[2] == spots[3] != self._spots[3] != self._spots[2]:
            # All of its words are out of sight: folded away, or scrolled inside of their panel.
            self.clear()
            return False
        self._spots, self._bookmarks = tuple(spots), tuple(bookmarks)
        return True

    def selection(self) -> Selection | None:
        """It in Textual's words, rows being keys of the column."""
        if not self.lit or not self._spots:
            return None
        _, _, first, last = self._spots
        column = self._column
        end = sign_at(column.views[last.place].line(last.row).text, last.at)[1]
        return Selection(
            Offset(first.at, column.key_of(first.place, first.row)),
            Offset(end, column.key_of(last.place, last.row)),
        )

    def _around(self, spot: Spot) -> tuple[Spot, Spot]:
        from llmtui.tui.drawing.picking import block_around, word_around

        view = self._column.views[spot.place]
        match self._unit:
            case "word":
                return word_around(view, spot)
            case "block":
                return block_around(view, spot)
            case "sign":
                return spot, spot

    def _keep(self, *spots: Spot) -> None:
        self._spots, self._column.held = spots, True
        views = self._column.views
        found = []
        for spot in spots:
            view = views[spot.place]
            bookmark = bookmarked(view.stacks, spot)
            if bookmark is None:
                self.clear()
                return
            found.append((view.message.id, bookmark))
        self._bookmarks = tuple(found)

    def _found(self, place: int, bookmark: Bookmark, before: Spot) -> Spot | None:
        self._column.lay_about(place, bookmark.piece.part, bookmark.offset)
        view = self._column.views[place]
        if before.row < view.height and view.line(before.row) is bookmark.line:
            return before._replace(place=place)
        spot = resolved(view.stacks, bookmark)
        return None if spot is None else spot._replace(place=place)
